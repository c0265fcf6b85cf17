// What a pass does, seen: layers light up one after the other, or one at a press.
import { setAble } from "./controls.js";
import { store, stored } from "./stored.js";
import { setAttribute, setText } from "./set.js";

const FAST_MS = 450; // where updates come faster than this nothing moves
const MOTION_MS = 400;

/** What lights up, each with its layer; how far it is from either end is left to the style. */
export function layered(svg) {
  const layers = Number(svg.dataset.layers);
  return [...svg.querySelectorAll("[data-neuron], [data-edge], [data-label], [data-layer]")].map((element) => {
    const { neuron, edge, label, layer: own } = element.dataset;
    const layer = Number((own ?? neuron ?? edge ?? label).split(",")[0]) + (own ?? neuron ? 0 : 1);
    element.style.setProperty("--from-left", layer / layers);
    element.style.setProperty("--from-right", (layers - layer) / layers);
    return { element, layer };
  });
}

/** Moves a page of drawings: forward, backward or update, for as long as it takes; not in quick succession. */
export function mover(playground) {
  let still = 0;
  let last = -FAST_MS;
  const end = () => delete playground.dataset.motion;
  return function move(kind) {
    const now = performance.now();
    const soon = now - last < FAST_MS;
    last = now;
    clearTimeout(still);
    if (soon) end();
    else {
      playground.dataset.motion = kind;
      still = setTimeout(end, MOTION_MS);
    }
  };
}

export function showPhases(playground, redraw) {
  const svg = playground.querySelector(".drawing");
  const byLayer = playground.querySelector("#by-layer");
  const sizes = svg.dataset.sizes?.split(",").map(Number) ?? []; // none where not every weight is an edge
  const layers = Number(svg.dataset.layers);
  const update = playground.querySelector('[data-action="update"]');
  const [phase, where] = ["#phase", "#phase-layer"].map((id) => playground.querySelector(id));
  const marks = layered(svg);
  const move = mover(playground);
  let shown = null; // the numbers that stand
  let uncovered = layers;

  byLayer.checked = stored("by-layer", "") === "1";

  /** Whether what the present phase found in a layer (1 … layers) is still covered. */
  function covered(layer) {
    if (shown.phase === "forward") return layer > uncovered;
    return shown.phase === "backward" && layer > 0 && layer <= layers - uncovered;
  }

  /** Behind the numbers: covers what the pass has not come to, and says where it is. */
  function cover() {
    const hidden = uncovered < layers;
    for (const { element, layer } of marks) element.classList.toggle("covered", hidden && covered(layer));
    const counted = byLayer.checked && shown.phase !== "idle";
    const layer = shown.phase === "backward" ? layers - uncovered + 1 : uncovered;
    setText(where, counted ? where.dataset.text.replace("{layer}", layer).replace("{layers}", layers) : "");
    setText(phase, phase.dataset[hidden ? `${shown.phase}UnderWay` : shown.phase]);
    setAttribute(playground, "data-under-way", hidden ? shown.phase : null);
    if (hidden && shown.phase === "backward") setAble(update, false);
  }

  /** Which gradients, of edges and then of biases, are covered: canvas and elements alike then do not draw them. */
  function coveredGradients() {
    if (uncovered >= layers || shown.phase !== "backward") return [];
    const edges = sizes.slice(1).flatMap((units, k) => Array(units * sizes[k]).fill(covered(k + 1)));
    return [...edges, ...sizes.slice(1).flatMap((units, k) => Array(units).fill(covered(k + 1)))];
  }

  /** Another layer instead of another request, where the mode is on and one is still covered. */
  function uncover(event) {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (!byLayer.checked || !shown || action !== shown.phase || uncovered >= layers) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    uncovered += 1;
    redraw(shown);
  }

  playground.addEventListener("click", uncover, { capture: true });
  byLayer.addEventListener("change", () => {
    store("by-layer", byLayer.checked ? "1" : "");
    uncovered = layers;
    redraw(shown);
  });

  /** Before the numbers are set: which way they come. Gives which gradients are still covered. */
  function begin(numbers) {
    const before = shown;
    shown = numbers;
    if (before === numbers || !before) return coveredGradients();
    const went = numbers.phase !== before.phase || numbers.step !== before.step;
    if (!went) return coveredGradients();
    const inFlight = numbers.phase !== "idle";
    uncovered = byLayer.checked && inFlight && playground.dataset.playing === undefined ? 1 : layers;
    move(inFlight ? numbers.phase : "update");
    return coveredGradients();
  }
  return { begin, cover };
}
