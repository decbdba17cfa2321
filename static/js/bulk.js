// The bulk bar counts as you tick. Without it the server says the same: with "everything" ticked it takes all that
// match, less the rows shown on this page whose tick is gone.
export function bulkBars(page) {
  for (const form of page.querySelectorAll("form[data-bulk]")) followTicks(form);
}

function followTicks(form) {
  const everything = form.querySelector("[data-bulk-everything]");
  const ticks = [...form.querySelectorAll("[data-bulk-tick]")];
  const total = Number(form.dataset.bulkTotal);

  const show = () => {
    const ticked = ticks.filter((tick) => tick.checked).length;
    const elsewhere = Number(form.dataset.bulkElsewhere ?? 0);
    const count = (everything?.checked ? total - (ticks.length - ticked) : ticked) + elsewhere;
    if (everything) everything.indeterminate = everything.checked ? ticked < ticks.length : ticked > 0;
    say(form, count, count === total && everything?.checked);
  };

  everything?.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = everything.checked;
    show();
  });
  form.querySelector("[data-bulk-clear]")?.addEventListener("click", (event) => {
    event.preventDefault();
    if (everything) everything.checked = false;
    for (const tick of ticks) tick.checked = false;
    show();
  });
  for (const tick of ticks) tick.addEventListener("change", show);
  // Going back restores ticks after this ran: count again when the page is shown.
  addEventListener("pageshow", show);
  // Sorting and paging are links; what is ticked here goes along.
  for (const link of form.querySelectorAll("thead a, .pager a")) {
    link.addEventListener("click", () => {
      const address = new URL(link.href);
      const chosen = new FormData(form);
      address.searchParams.set("every", everything?.checked ? "1" : "0");
      for (const name of ["pick", "shown", "leave"]) for (const value of chosen.getAll(name)) address.searchParams.append(name, value);
      link.href = address.href;
    });
  }
  show();
}

function say(form, count, all) {
  const words = form.querySelector("[data-bulk-count]");
  const scope = form.querySelector("[data-bulk-scope]");
  const button = form.querySelector("[data-bulk-submit]");
  if (words) words.textContent = `${count.toLocaleString("en-GB")} selected`;
  if (scope) scope.hidden = !all;
  if (button) {
    const label = count === 1 ? button.dataset.one : button.dataset.many;
    button.textContent = label.replace("{n}", count.toLocaleString("en-GB"));
    button.disabled = count === 0;
  }
}
