// The switch of the drawing: weight, gradient, both or the update; linear or logarithmic. Kept by this browser.
const KEPT = "view";

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {}; // storage is switched off, or holds something else
  }
}

function keep(view) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(view));
  } catch {
    // it then lasts for this page only
  }
}

export function followViews(playground, network) {
  const form = playground.querySelector("#views");
  const { view, scale } = form.elements;
  const { shown, scale: chosen } = kept();
  if ([...view].some(({ value }) => value === shown)) view.value = shown;
  scale.checked = chosen === "linear";

  const now = () => ({ shown: view.value, scale: scale.checked ? "linear" : "logarithmic" });
  network.show(now());
  form.addEventListener("change", () => {
    network.show(now());
    keep(now());
  });
}
