// Pointing at a term of the inspector, or focusing it, marks what it speaks of on the drawing.

export function followMarks(playground, network) {
  const svg = playground.querySelector("#network");
  let shown = "";

  function show(keys) {
    if (keys === shown) return;
    shown = keys;
    for (const element of svg.querySelectorAll(".told")) element.classList.remove("told");
    const unseen = keys.split(" ").filter(Boolean).filter((key) => {
      const element = svg.querySelector(`[data-select="${key}"]`);
      element?.classList.add("told");
      return !element;
    });
    network.tell?.(unseen);
  }

  const over = ({ target }) => show(target.closest("[data-marks]")?.dataset.marks ?? "");
  const inspecting = playground.querySelector(".inspecting");
  inspecting.addEventListener("pointermove", over);
  inspecting.addEventListener("focusin", over);
  inspecting.addEventListener("pointerleave", () => show(""));
  inspecting.addEventListener("focusout", () => show(""));
}
