// Exact values under the pointer: the curves carry their points, this reads the nearest step.
import { short } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";

/** The place in ascending `steps` of the one nearest to `step`. */
function nearest(steps, step) {
  let [low, high] = [0, steps.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) low = middle;
    else high = middle;
  }
  return step - steps[low] <= steps[high] - step ? low : high;
}

/** Of the figure with that id; its readings stand in `<id>-reading`. `prepare` is called before each. */
export function readCurves(playground, id, prepare = () => {}) {
  const output = playground.querySelector(`#${id}-reading`);
  let pointer = null;

  function clear() {
    pointer = null;
    output.hidden = true;
    playground.querySelector(`#${id} .cursor`)?.remove();
  }

  function cursorOf(svg) {
    const standing = svg.querySelector(".cursor");
    if (standing) return standing;
    const made = document.createElementNS(SVG, "line");
    made.setAttribute("class", "cursor");
    svg.append(made);
    return made;
  }

  function read() {
    const svg = playground.querySelector(`#${id} svg`);
    if (!pointer || !svg) return;
    prepare();
    const [first, last, left, right] = ["first", "last", "left", "right"].map((name) => Number(svg.dataset[name]));
    const x = new DOMPoint(pointer.x, pointer.y).matrixTransform(svg.getScreenCTM().inverse()).x;
    const steps = svg.dataset.steps.split(",").map(Number);
    const place = nearest(steps, first + ((x - left) / (right - left)) * (last - first));
    const at = left + ((steps[place] - first) / (last - first)) * (right - left);
    const cursor = cursorOf(svg);
    for (const [name, value] of Object.entries({ x1: at, x2: at, y1: 0, y2: svg.viewBox.baseVal.height - 20 })) {
      cursor.setAttribute(name, value);
    }
    const values = [...svg.querySelectorAll("[data-values]")].flatMap(({ dataset }) => {
      const text = dataset.values.split(",")[place];
      return text ? `${dataset.title} ${short(Number(text), 6)}` : [];
    });
    output.replaceChildren(...[`${output.dataset.step} ${steps[place]}`, ...values].flatMap((text, k) => {
      const whole = document.createElement("span"); // a line breaks between two of them
      whole.textContent = text;
      return k ? [" · ", whole] : [whole];
    }));
    output.hidden = false;
  }

  playground.addEventListener("pointermove", (event) => {
    if (event.target.closest(`#${id} svg`)) {
      pointer = { x: event.clientX, y: event.clientY };
      read();
    } else if (pointer) clear();
  });
  playground.addEventListener("pointerleave", clear);
  return read;
}
