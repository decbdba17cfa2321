// A second press on the button of a form that is already on its way does nothing.
export function submitOnce(page) {
  for (const form of page.querySelectorAll("form:has([data-once])")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  // A page that comes back from the browser's memory can be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of page.forms) delete form.dataset.sent;
  });
}
