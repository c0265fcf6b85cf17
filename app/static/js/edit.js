// The form that changes a number by hand. It stands still beside the inspector, and follows what that shows.
import { plain } from "./format.js";

const COARSE = 0.01; // per pixel
const FINE = 0.001; // with Shift
const DIGITS = 6; // a dragged number has no more behind its point

export function followEdits(playground, network) {
  const form = playground.querySelector("#edit");
  const { "edit-value": field, "edit-freeze": freeze, "edit-cut": cut } = form.elements;
  const owned = !playground.querySelector("#visitor");
  let typed = field.getAttribute("aria-invalid") === "true";

  function setButton(button, action) {
    button.value = action;
    button.textContent = button.dataset[action];
  }

  /** What was selected as a whole, to be typed over, stays so. */
  function setValue(value) {
    const whole = document.activeElement === field && field.selectionStart === 0 && field.selectionEnd === field.value.length;
    field.value = value;
    if (whole) field.select();
  }

  /** Sets the form to what the inspector shows; what is being typed stays until something else is chosen. */
  function follow() {
    const { parameter, value, state, select, cuttable } = document.getElementById("inspector").dataset;
    const other = form.dataset.shown !== undefined && form.dataset.shown !== select;
    form.dataset.shown = select;
    form.hidden = parameter === undefined || !owned;
    if (form.hidden) return;
    if (other) {
      settle();
      network.preview();
    }
    form.querySelector(".parameter").textContent = parameter;
    if (!typed && field.value !== value) setValue(value);
    setButton(freeze, state === "free" ? "freeze" : "unfreeze");
    freeze.disabled = state === "cut";
    setButton(cut, state === "cut" ? "restore" : "cut");
    cut.hidden = cuttable === undefined;
  }

  function settle() {
    typed = false;
    field.removeAttribute("aria-invalid");
    form.querySelector("#edit_fault").textContent = "";
  }

  /** Called when the form's own answer has come: taken, or refused beside the field. */
  function answered() {
    const refused = form.querySelector("#edit_fault").textContent.trim() !== "";
    if (!refused) settle();
    else field.setAttribute("aria-invalid", "true");
    follow();
  }

  field.addEventListener("input", () => (typed = true));
  field.addEventListener("keydown", (event) => {
    const by = { ArrowUp: 10 * COARSE, ArrowDown: -10 * COARSE }[event.key];
    if (event.key === "Escape") {
      settle();
      follow();
      network.preview();
      field.select();
    } else if (by && Number.isFinite(Number(field.value))) {
      event.preventDefault();
      typed = true;
      moved(Number(field.value) + (event.shiftKey ? by / 10 : by));
    }
  });

  function moved(value) {
    field.value = plain(Number(value.toFixed(DIGITS)));
    network.preview(form.elements.select.value, Number(field.value));
  }

  const handle = form.querySelector(".drag");
  let from = null;
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !Number.isFinite(Number(field.value))) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    from = event.clientX;
    typed = true;
  });
  handle.addEventListener("pointermove", (event) => {
    if (from === null) return;
    moved(Number(field.value) + (event.clientX - from) * (event.shiftKey ? FINE : COARSE));
    from = event.clientX;
  });
  handle.addEventListener("lostpointercapture", () => {
    if (from !== null) form.requestSubmit(form.querySelector('[value="set"]'));
    from = null;
  });

  follow();
  return { follow, answered };
}
