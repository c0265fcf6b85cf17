// Sets the numbers of an answer on the standing drawing, in the view that was chosen.
import { drawEdges } from "./canvas.js";
import { ROOM, fitted, plain, short } from "./format.js";
import { weightWidths, widths } from "./widths.js";
import { attributeOf, setText } from "./set.js";

const sign = (value) => (value === null || value === 0 ? "zero" : value < 0 ? "neg" : "pos");

/** Sets the value and the width that a line shows. */
function markOf(line, kind) {
  const [setClass, setWidth] = [attributeOf(line, "class"), attributeOf(line, "stroke-width")];
  return (value, width) => {
    setClass(`${kind} ${sign(value)}`);
    setWidth(width / 10);
  };
}

function setClass(entries, name, indices) {
  const chosen = new Set(indices);
  entries.forEach(({ element }, e) => element.classList.toggle(name, chosen.has(e)));
}

/** `weight` and `gradient` are attributes with the numbers. */
function marksOf(element, weight, gradient) {
  return {
    element,
    setWeight: attributeOf(element, weight),
    setGradient: attributeOf(element, gradient),
    markWeight: markOf(element.querySelector(".weight"), "weight"),
    markGradient: markOf(element.querySelector(".gradient"), "gradient"),
  };
}

function lineOf({ element }) {
  const line = element.querySelector(".weight");
  const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((name) => Number(line.getAttribute(name)));
  return { key: element.dataset.select, x1, y1, x2, y2 };
}

/** What the edges, then the biases show: values and widths of the strokes of a weight and of a gradient; `covered`
 * are those whose gradient is not shown yet. */
function strokesOf(numbers, { shown, scale }, [widestWeight, widestGradient], covered) {
  const { weights, biases, gradients, bias_gradients: slopes, changes, bias_changes: biasChanges } = numbers;
  const nothing = new Array(weights.length + biases.length).fill(null);
  const strokes = { weights, biases, gradients, slopes };
  const split = (values) => [values.slice(0, weights.length), values.slice(weights.length)];
  const all = shown === "change" ? (changes ? [...changes, ...biasChanges] : nothing) : [...weights, ...biases];
  [strokes.weights, strokes.biases] = split(all);
  const wide = shown === "change" ? widths(all, widestWeight, scale) : weightWidths(all, widestWeight);
  [strokes.weightWidths, strokes.biasWidths] = split(wide);
  const thin = gradients ? widths([...gradients, ...slopes], widestGradient, scale) : nothing.map(() => 0);
  [strokes.gradientWidths, strokes.slopeWidths] = split(thin.map((width, k) => (covered[k] ? 0 : width)));
  return strokes;
}

/** The two lines of an edge's label in a view. */
function labelOf(shown, room, weight, gradient, change) {
  const slope = gradient === undefined ? "" : `∂ ${fitted(gradient, ROOM.edge)}`;
  if (shown === "gradient") return [slope, ""];
  if (shown === "change") return [change === undefined ? "" : `Δ ${fitted(change, room)}`, ""];
  return [fitted(weight, room), shown === "both" ? slope : ""];
}

function elementsOf(svg) {
  const edges = [...svg.querySelectorAll("[data-edge]")].map((element) => {
    const label = svg.querySelector(`[data-label="${element.dataset.edge}"]`);
    return { ...marksOf(element, "data-weight", "data-gradient"), value: label?.querySelector(".value"), slope: label?.querySelector(".slope") };
  });
  const biases = [...svg.querySelectorAll("[data-bias]")].map((element) => ({
    ...marksOf(element, "data-bias", "data-bias-gradient"),
    value: element.querySelector(".bias .value"),
    delta: element.querySelector(".delta"),
  }));
  return { edges, biases };
}

function largest(values) {
  return values ? values.reduce((most, x) => Math.max(most, Math.abs(x ?? 0)), 0) : null;
}

/** Looks the elements up once; `setNumbers` sets a block of numbers on them, `show` another view of it. */
export function standingNetwork(svg) {
  const { edges, biases } = elementsOf(svg);
  const widest = svg.dataset.widest.split(",").map(Number);
  const section = svg.closest("section");
  const legend = Object.fromEntries(
    ["weight", "gradient", "change"].map((kind) => [kind, section.querySelector(`[data-largest="${kind}"]`)]),
  );
  const room = svg.querySelector(".labels .name") ? ROOM.named : ROOM.edge;
  const canvas = edges.length ? null : drawEdges(svg);
  const lines = canvas ? canvas.lines : edges.map(lineOf);
  const order = new Map(lines.map(({ key }, e) => [key, e]));
  const units = new Map([...svg.querySelectorAll("[data-neuron]")].map((element, n) => [element.dataset.select, n]));
  const inputs = units.size - biases.length;
  const listeners = [];
  let given = null; // the numbers of the last answer
  let numbers = null; // what is drawn: the same, or with one value tried out
  let covered = []; // which gradients, of edges and then of biases, are not shown yet
  let view = { shown: "both", scale: "logarithmic" };

  function setEdges(strokes) {
    const { weights, gradients, changes } = numbers;
    edges.forEach(({ setWeight, setGradient, markWeight, markGradient, value, slope }, e) => {
      const g = gradients ? gradients[e] : null;
      setWeight(plain(weights[e]));
      setGradient(g === null ? null : plain(g));
      markWeight(strokes.weights[e], strokes.weightWidths[e]);
      markGradient(g, strokes.gradientWidths[e]);
      if (!value) return;
      const label = labelOf(view.shown, room, weights[e], gradients?.[e], changes?.[e]);
      setText(value, label[0]);
      setText(slope, label[1]);
    });
    setClass(edges, "frozen", numbers.frozen);
    setClass(edges, "cut", numbers.cut);
  }

  function setBiases(strokes) {
    const { biases: values, bias_gradients: slopes, bias_changes: changes, deltas } = numbers;
    biases.forEach(({ setWeight, setGradient, markWeight, markGradient, value, delta }, n) => {
      const g = slopes ? slopes[n] : null;
      setWeight(plain(values[n]));
      setGradient(g === null ? null : plain(g));
      markWeight(strokes.biases[n], strokes.biasWidths[n]);
      markGradient(g, strokes.slopeWidths[n]);
      if (value) setText(value, fitted({ gradient: slopes?.[n], change: changes?.[n] }[view.shown] ?? values[n], ROOM.named));
      if (delta) setText(delta, deltas ? fitted(deltas[n], ROOM.neuron) : "");
    });
    setClass(biases, "frozen", numbers.bias_frozen);
  }

  function draw() {
    const strokes = strokesOf(numbers, view, widest, covered);
    setEdges(strokes);
    setBiases(strokes);
    setText(legend.weight, short(largest([...numbers.weights, ...numbers.biases])));
    setText(legend.gradient, short(largest(numbers.gradients && [...numbers.gradients, ...numbers.bias_gradients])));
    setText(legend.change, short(largest(numbers.changes && [...numbers.changes, ...numbers.bias_changes])));
    section.dataset.coming = numbers.phase === "backward";
    section.dataset.frozen = numbers.frozen.length + numbers.bias_frozen.length > numbers.cut.length;
    section.dataset.cut = numbers.cut.length > 0;
    canvas?.draw({ ...strokes, ...view, frozen: numbers.frozen, cut: numbers.cut });
  }

  function setNumbers(block, hidden = []) {
    given = numbers = block;
    covered = hidden;
    draw();
    for (const listener of listeners) listener();
  }

  function show(chosen) {
    view = chosen;
    Object.assign(section.dataset, { view: view.shown, scale: view.scale });
    if (numbers) draw();
  }

  /** What is known of an edge or a neuron: the numbers of the last answer. */
  function look(key) {
    const coming = numbers.phase === "backward";
    if (order.has(key)) {
      const e = order.get(key);
      const state = numbers.cut.includes(e) ? "cut" : numbers.frozen.includes(e) ? "frozen" : "free";
      const change = numbers.changes?.[e];
      return { value: numbers.weights[e], gradient: numbers.gradients?.[e], change, coming, state };
    }
    const n = units.get(key);
    const a = numbers.activations?.[n];
    if (n < inputs) return { a, state: "free" };
    const b = n - inputs;
    const state = numbers.bias_frozen.includes(b) ? "frozen" : "free";
    const slope = { bias: numbers.biases[b], gradient: numbers.bias_gradients?.[b], change: numbers.bias_changes?.[b] };
    return { ...slope, coming, state, z: numbers.pre_activations?.[b], a, delta: numbers.deltas?.[b] };
  }

  /** The drawing with another value tried out at one place (none: as it is), until the next numbers come. */
  function preview(key, value) {
    numbers = given;
    if (order.has(key)) numbers = { ...given, weights: given.weights.with(order.get(key), value) };
    else if (units.has(key)) numbers = { ...given, biases: given.biases.with(units.get(key) - inputs, value) };
    draw();
  }

  const onNumbers = (listener) => listeners.push(listener);
  return { setNumbers, show, look, preview, onNumbers, lines, mark: canvas?.mark, tell: canvas?.tell, point: canvas?.point };
}
