// The parameters of a network over time: a mark each, and one for its gradient.
import { plain, short } from "./format.js";
import { widths } from "./widths.js";
import { setAttribute, setText } from "./set.js";

const sign = (value) => (!value ? "zero" : value < 0 ? "neg" : "pos");
const largestOf = (values) => values?.reduce((most, x) => Math.max(most, Math.abs(x ?? 0)), 0) ?? null;

/** Sides of marks in tenths of a unit: areas in proportion, or sides by the logarithm. */
function sides(values, widest, scale) {
  if (scale === "logarithmic") return widths(values, widest, scale);
  const largest = largestOf(values) || 1;
  return values.map((value) => Math.round(10 * widest * Math.sqrt(Math.abs(value ?? 0) / largest)));
}

export function standingSheets(svg, panel) {
  const slopes = svg.querySelectorAll(".slope > .gradient");
  const marks = [...svg.querySelectorAll("[data-parameter]")].map((element, k) => ({
    element, weight: element.querySelector(".weight"), gradient: slopes[k],
  }));
  const order = new Map(marks.map(({ element }, k) => [element.dataset.select, k]));
  const totals = [...svg.querySelectorAll("[data-total]")].map((text) => [...text.children]);
  const side = Number(svg.dataset.side);
  const legend = Object.fromEntries(
    ["weight", "gradient", "change"].map((kind) => [kind, panel.querySelector(`[data-largest="${kind}"]`)]),
  );
  let given = null;
  let view = null;

  function set(line, kind, value, width) {
    setAttribute(line, "class", `${kind} ${sign(value)}`);
    setAttribute(line, "stroke-width", width / 10);
  }

  function drawMarks(weights) {
    const { gradients, changes } = given;
    const shown = view.shown === "change" ? (changes ?? weights.map(() => null)) : weights;
    const wide = sides(shown, side, view.shown === "change" ? view.scale : "linear");
    const thin = gradients && sides(gradients, side, view.scale);
    const frozen = new Set(given.frozen);
    const cut = new Set(given.cut);
    marks.forEach(({ element, weight, gradient }, k) => {
      setAttribute(element, "data-weight", plain(weights[k]));
      setAttribute(element, "data-gradient", gradients && gradients[k] !== null ? plain(gradients[k]) : null);
      element.classList.toggle("frozen", frozen.has(k) && !cut.has(k));
      element.classList.toggle("cut", cut.has(k));
      set(weight, "weight", shown[k], wide[k]);
      set(gradient, "gradient", gradients?.[k], thin ? thin[k] : 0);
    });
  }

  function draw(numbers, chosen) {
    given = numbers;
    view = chosen;
    if (marks.length) drawMarks(given.weights);
    totals.forEach(([length, steepness], k) => {
      const [value, slope] = given.totals[k];
      setText(length, `‖·‖ ${short(value)}`);
      setText(steepness, slope === null ? "" : `‖∂L/∂·‖ ${short(slope)}`);
    });
    setText(legend.weight, short(given.largest_weight));
    setText(legend.gradient, short(given.largest_gradient));
    setText(legend.change, short(largestOf(given.changes)));
    panel.dataset.frozen = given.frozen.length > given.cut.length;
    panel.dataset.cut = given.cut.length > 0;
    panel.dataset.coming = given.phase === "backward";
  }

  function look(key) {
    const k = order.get(key);
    const state = given.cut.includes(k) ? "cut" : given.frozen.includes(k) ? "frozen" : "free";
    const coming = given.phase === "backward";
    return { value: given.weights[k], gradient: given.gradients?.[k], change: given.changes?.[k], coming, state };
  }

  /** Another value tried out at one place (none: as it is), until the next numbers come. */
  function preview(key, value) {
    if (!given || !marks.length) return;
    drawMarks(order.has(key) ? given.weights.with(order.get(key), value) : given.weights);
  }

  return { draw, look, preview };
}
