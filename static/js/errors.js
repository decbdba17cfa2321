// After a form came back with errors, the summary takes the focus, and its links land inside the field.
export function errorSummary(page) {
  const summary = page.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && page.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const caption = field.closest("fieldset, .field") ?? field;
    caption.scrollIntoView();
    field.focus({ preventScroll: true });
  });
}
