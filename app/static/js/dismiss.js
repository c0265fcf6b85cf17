// Closing what was opened for a moment: its own button, Escape, or what is opened instead of it. Escape that closes
// something does nothing else: these listeners come before those of the other keys.

/** Panels that stand over the page, each with the selector of the button that opens it. */
export function dismissible(playground) {
  const opened = () => [...playground.querySelectorAll("[data-opener]:not([hidden])")];

  function close(panel) {
    const inside = panel.contains(document.activeElement) || document.activeElement === document.body;
    panel.hidden = true;
    if (inside) playground.querySelector(panel.dataset.opener)?.focus();
  }

  playground.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (!button) return;
    event.preventDefault();
    close(document.getElementById(button.dataset.dismiss));
  });
  playground.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const own = (panel) => ctx.sourceElement.contains(playground.querySelector(panel.dataset.opener));
    if (opened().some(own)) opened().filter((panel) => !own(panel)).forEach(close);
  });
  document.addEventListener("keydown", (event) => {
    const [panel] = opened();
    if (event.key !== "Escape" || event.defaultPrevented || !panel || playground.querySelector("dialog[open]")) return;
    event.preventDefault();
    close(panel);
  });
}

/** Folds: one closes when one points elsewhere or presses Escape. */
export function closeFolds(playground, selector) {
  const folds = [...playground.querySelectorAll(selector)];
  const close = (except) => {
    for (const each of folds) if (each.open && !each.contains(except)) each.open = false;
  };
  document.addEventListener("click", ({ target }) => close(target.closest(selector)));
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && !event.defaultPrevented && folds.find((each) => each.open);
    if (!open) return;
    event.preventDefault();
    if (open.contains(document.activeElement)) open.querySelector("summary").focus();
    close();
  });
}
