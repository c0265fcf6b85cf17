// Sets the numbers of an answer on the standing drawing. Widths come from the server; nothing is decided here.
import { drawEdges } from "./canvas.js";
import { plain, short } from "./format.js";

const sign = (value) => (value === null || value === 0 ? "zero" : value < 0 ? "neg" : "pos");

function setMark(line, kind, value, width) {
  line.setAttribute("class", `${kind} ${sign(value)}`);
  line.setAttribute("stroke-width", width / 10);
}

function setData(element, name, value) {
  if (value === null) element.removeAttribute(`data-${name}`);
  else element.setAttribute(`data-${name}`, plain(value));
}

function marksOf(element) {
  return { element, weight: element.querySelector(".weight"), gradient: element.querySelector(".gradient") };
}

function lineOf({ element, weight }) {
  const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((name) => Number(weight.getAttribute(name)));
  return { key: element.dataset.select, x1, y1, x2, y2 };
}

/** Looks the elements up once and returns a function that sets a block of numbers on them. */
export function standingNetwork(svg) {
  const edges = [...svg.querySelectorAll("[data-edge]")].map((element) => {
    const label = svg.querySelector(`[data-label="${element.dataset.edge}"]`);
    return { ...marksOf(element), value: label?.querySelector(".value"), slope: label?.querySelector(".slope") };
  });
  const biases = [...svg.querySelectorAll("[data-bias]")].map((element) => ({
    ...marksOf(element),
    value: element.querySelector(".bias .value"),
  }));
  const largestWeight = document.getElementById("largest-weight");
  const largestGradient = document.getElementById("largest-gradient");
  const canvas = edges.length ? null : drawEdges(svg);

  const setNumbers = (numbers) => {
    const { weights, gradients, biases: values, bias_gradients: slopes } = numbers;
    edges.forEach(({ element, weight, gradient, value, slope }, e) => {
      const g = gradients ? gradients[e] : null;
      element.setAttribute("data-weight", plain(weights[e]));
      setData(element, "gradient", g);
      setMark(weight, "weight", weights[e], numbers.weight_widths[e]);
      setMark(gradient, "gradient", g, numbers.gradient_widths[e]);
      if (value) value.textContent = short(weights[e]);
      if (slope) slope.textContent = gradients ? `∂ ${short(g)}` : "";
    });
    biases.forEach(({ element, weight, gradient, value }, n) => {
      const g = slopes ? slopes[n] : null;
      element.setAttribute("data-bias", plain(values[n]));
      setData(element, "bias-gradient", g);
      setMark(weight, "weight", values[n], numbers.bias_widths[n]);
      setMark(gradient, "gradient", g, numbers.bias_gradient_widths[n]);
      if (value) value.textContent = short(values[n]);
    });
    largestWeight.textContent = short(numbers.largest_weight);
    largestGradient.textContent = short(numbers.largest_gradient);
    canvas?.setNumbers(numbers);
  };
  const lines = canvas ? canvas.lines : edges.map(lineOf);
  return { setNumbers, lines, mark: canvas?.mark };
}
