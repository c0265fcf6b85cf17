// The columns of a network over time: the ends with the middle folded, or all of them side by side.
import { store, stored } from "./stored.js";

export function columnsOf(svg, redraw) {
  const [folded, whole] = svg.dataset.widths.split(",").map(Number);
  const moved = [...svg.querySelectorAll("[data-places]")].map((element) => {
    const [, y] = element.getAttribute("transform").match(/translate\([\d.]+ ([\d.]+)\)/);
    return { element, y, places: element.dataset.places.split(",") };
  });
  const steps = new Map(
    [...svg.querySelectorAll(".column")].map((element) => [Number(element.dataset.step), element]),
  );
  const hidden = new Set([...steps].filter(([, { classList }]) => classList.contains("middle")).map(([step]) => step));
  const box = document.getElementById("unfold");
  const time = Number(svg.dataset.time);
  let unfolded = false;

  for (const [step, element] of steps) element.style.setProperty("--at", step / time);
  for (const bar of svg.querySelectorAll(".bar")) {
    bar.style.setProperty("--at", Number(bar.dataset.select.split(",")[1]) / time);
  }

  function unfold(whether) {
    unfolded = whether;
    svg.classList.toggle("unfolded", unfolded);
    svg.style.setProperty("--unfolded", unfolded ? whole / folded : 1);
    svg.setAttribute("viewBox", `0 0 ${unfolded ? whole : folded} ${svg.viewBox.baseVal.height}`);
    for (const { element, y, places } of moved) {
      element.setAttribute("transform", `translate(${places[unfolded ? 1 : 0] || places[1]} ${y})`);
    }
    for (const base of svg.querySelectorAll(".base")) {
      base.setAttribute("d", base.getAttribute("d").replace(/H.*/, `H${unfolded ? whole : folded}`));
    }
  }

  if (box) {
    box.checked = stored("unfold", "") === "1";
    unfold(box.checked);
    box.addEventListener("change", () => {
      store("unfold", box.checked ? "1" : "");
      unfold(box.checked);
      redraw();
    });
  }
  return { shows: (step) => unfolded || !hidden.has(step) };
}
