// One stop for Tab, arrow keys inside: along the edges from layer to layer, up and down among neurons or edges.

import { rove } from "./roving.js";

const numbersIn = (text) => text.split(",").map(Number);

/** Where an arrow leads from a neuron; without edges of their own (a large network) from layer to layer. */
function fromNeuron(key, [layer, unit], find) {
  if (key === "ArrowUp") return find.neuron(layer, unit - 1);
  if (key === "ArrowDown") return find.neuron(layer, unit + 1);
  if (key === "ArrowRight") return find.edge(layer, unit, 0) ?? find.neuron(layer + 1, unit) ?? find.neuron(layer + 1, 0);
  return find.edge(layer - 1, 0, unit) ?? find.neuron(layer - 1, unit) ?? find.neuron(layer - 1, 0);
}

/** Up and down turn around the neuron that one came from (`pivot`): its edges, one after the other. */
function fromEdge(key, [layer, source, unit], pivot, find) {
  if (key === "ArrowLeft") return find.neuron(layer, source);
  if (key === "ArrowRight") return find.neuron(layer + 1, unit);
  const by = key === "ArrowUp" ? -1 : 1;
  return pivot === "target" ? find.edge(layer, source + by, unit) : find.edge(layer, source, unit + by);
}

export function walkNetwork(playground) {
  const svg = playground.querySelector(".drawing");
  const places = [...svg.querySelectorAll("[data-select]")];
  const find = {
    neuron: (layer, unit) => svg.querySelector(`[data-neuron="${layer},${unit}"]`),
    edge: (layer, source, unit) => svg.querySelector(`[data-edge="${layer},${source},${unit}"]`),
  };
  const current = svg.querySelector(".selected") ?? find.neuron(0, 0);
  let pivot = "source";
  rove(svg, places, current);

  svg.addEventListener("keydown", (event) => {
    const place = event.target.closest("[data-select]");
    if (!place || !event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const { neuron, edge } = place.dataset;
    if (neuron) pivot = event.key === "ArrowLeft" ? "target" : "source";
    const next = neuron
      ? fromNeuron(event.key, numbersIn(neuron), find)
      : fromEdge(event.key, numbersIn(edge), pivot, find);
    next?.focus();
  });
}
