// The switch of the drawing: weight, gradient, both or the update; linear or logarithmic. Kept by this browser.
import { read, write } from "./kept.js";

const KEPT = "view";

export function followViews(playground, network) {
  const form = playground.querySelector("#views");
  const { view, scale } = form.elements;
  const { shown, scale: chosen } = read("localStorage", KEPT) ?? {};
  if ([...view].some(({ value }) => value === shown)) view.value = shown;
  scale.checked = chosen === "linear";

  const now = () => ({ shown: view.value, scale: scale.checked ? "linear" : "logarithmic" });
  network.show(now());
  form.addEventListener("change", () => {
    network.show(now());
    write("localStorage", KEPT, now());
  });
}
