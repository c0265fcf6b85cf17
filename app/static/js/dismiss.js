// Closing what was opened for a moment: its own button, or Escape.

export function dismissible(playground) {
  function close(panel) {
    const inside = panel.contains(document.activeElement);
    panel.hidden = true;
    if (inside) playground.querySelector(panel.dataset.opener)?.focus();
  }

  playground.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (!button) return;
    event.preventDefault();
    close(document.getElementById(button.dataset.dismiss));
  });
  playground.addEventListener("keydown", (event) => {
    const panel = playground.querySelector("[data-opener]:not([hidden])");
    if (event.key !== "Escape" || !panel) return;
    event.preventDefault();
    close(panel);
  });
}
