// The table of all weights stands in a window of its own, filled when it is asked for.

export function offerTable(playground) {
  const dialog = playground.querySelector("#parameters");

  playground.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.sourceElement.id === "open-table" && !dialog.open) dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("a[data-select]")) dialog.close();
  });
}
