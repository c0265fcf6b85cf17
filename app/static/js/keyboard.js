// Shortcuts. They press the buttons that are there, so they can do no more than a hand; not while somebody types.
const ACTIONS = { s: "step", f: "forward", b: "backward", u: "update", z: "undo", Z: "redo", r: "reset" };
const TYPING = "input:not([type=radio], [type=checkbox], [type=button], [type=hidden]), select, textarea, [contenteditable]";
const PRESSED_BY_SPACE = "button, summary, input, [role=slider]";

export function followKeys(playground, selection) {
  const help = playground.querySelector("#help");
  const press = (selector) => playground.querySelector(selector)?.click();

  const keys = {
    p: () => press("#play"),
    "?": () => help?.showModal(),
    t: () => press("#open-table"),
    e: () => playground.querySelector("#edit-value")?.focus(),
    Escape: () => selection.select(""),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest(TYPING) || playground.querySelector("dialog[open]")) return;
    if (event.key === " " && event.target.closest(PRESSED_BY_SPACE)) return;
    const key = event.key === " " ? "p" : event.key;
    if (key in ACTIONS) press(`[data-action="${ACTIONS[key]}"]`);
    else if (key in keys) keys[key]();
    else return;
    event.preventDefault();
  });
  playground.querySelector("#keys")?.addEventListener("click", () => help.showModal());
}
