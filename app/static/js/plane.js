// The square of the result column: the surface on a canvas, the dots of the data on another, marks on them.
import { dotsOf, drawDots } from "./dots.js";
import { short } from "./format.js";
import { read, write } from "./kept.js";
import { palettes, painted } from "./paint.js";
import { setAttribute, setText } from "./set.js";

const FINE = 4; // pixels along a cell where borders are to be sharp; else the browser smooths one to a cell
const [CROSS, RING] = [2.8, 4.6]; // as in app/scene/points.py
const [LEFT, TOP, SIZE] = [30, 8, 262]; // as in app/scene/surface.py

const cross = (x, y) => `M${x - CROSS} ${y - CROSS}l${2 * CROSS} ${2 * CROSS}m0 -${2 * CROSS}l-${2 * CROSS} ${2 * CROSS}`;
const ring = (x, y) => `M${x - RING} ${y}a${RING} ${RING} 0 1 0 ${2 * RING} 0a${RING} ${RING} 0 1 0 -${2 * RING} 0`;

/** A square of bytes drawn FINE times as large, in between by the four neighbours; cells of no number stay. */
function refined(bytes, side) {
  const wide = side * FINE;
  const fine = new Uint8Array(wide * wide);
  const places = Array.from({ length: wide }, (_, k) => {
    const at = Math.min(Math.max((k + 0.5) / FINE - 0.5, 0), side - 1);
    const low = Math.min(Math.floor(at), side - 2);
    return [low, at - low];
  });
  let k = 0;
  for (const [row, v] of places) {
    for (const [column, u] of places) {
      const n = row * side + column;
      const [a, b, c, d] = [bytes[n], bytes[n + 1], bytes[n + side], bytes[n + side + 1]];
      const whole = a < 255 && b < 255 && c < 255 && d < 255;
      fine[k] = whole ? Math.round((a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v) : a;
      k += 1;
    }
  }
  return fine;
}

const cut = (bytes) => bytes.map((level) => (level === 255 ? 255 : level > 127 ? 254 : 0));

/** An output over a line, with gaps: as app/scene/surface.py draws it. */
function curveOf(heights) {
  let pen = "M";
  return heights.map((up, k) => {
    const part = up === null ? "" : `${pen}${(LEFT + (k * SIZE) / (heights.length - 1)).toFixed(1)} ${up.toFixed(1)}`;
    pen = up === null ? "M" : "L";
    return part;
  }).join("");
}

/** Whether any of it is inside the square. */
const seen = (heights) => heights.some((up) => up !== null && up >= TOP && up <= TOP + SIZE);

/** Sets the marks on the dots of one part of the data. */
function marks({ group, places }) {
  const [crosses, rings] = [group.querySelector(".crosses"), group.querySelector(".rings")];
  return ({ wrong, ringed, heights }) => {
    heights.forEach((y, k) => {
      places[k].y = y;
    });
    setAttribute(crosses, "d", wrong.map((k) => cross(places[k].x, places[k].y)).join(""));
    setAttribute(rings, "d", ringed.map((k) => ring(places[k].x, places[k].y)).join(""));
    return heights.length > 0;
  };
}

export function standingPlane(playground) {
  const figure = playground.querySelector("#plane");
  if (!figure) return null;
  const dots = [...figure.querySelectorAll("[data-part]")].map(dotsOf);
  const drawAnew = drawDots(figure.querySelector(".frame").closest("svg"), dots);
  const parts = dots.map((of) => [of.group.dataset.part, marks(of)]);
  const curves = [...figure.querySelectorAll(".curve")];
  const beyond = figure.querySelector(".beyond");
  const canvas = figure.querySelector("#surface");
  const context = canvas?.getContext("2d");
  const [low, high, name] = ["scale-low", "scale-high", "pictured"].map((id) => document.getElementById(id));
  const discrete = figure.querySelector("#discretise");
  let pictures = null;
  let chosen = -1; // the neuron shown instead of the output
  let coloured = 0; // the output by whose targets the dots are coloured

  /** The dots have the colours of the output that is shown; beside any other neuron, of the first. */
  function colour() {
    const outputs = dots[0].kinds.length;
    if (!outputs || !pictures) return;
    const output = Math.max(0, chosen - pictures.neurons.length / pictures.small ** 2 + outputs);
    if (output === coloured) return;
    coloured = output;
    for (const { circles, kinds } of dots) circles.forEach((circle, k) => setAttribute(circle, "class", kinds[output][k]));
    drawAnew();
  }

  function surface() {
    const { side, small, surface: output, winners, neurons } = pictures;
    const colours = palettes();
    if (chosen < 0 && winners) return mosaic(output, winners, side, colours.classes, discrete.checked);
    const [bytes, wide] = chosen < 0 ? [output, side] : [neurons.subarray(chosen * small ** 2, (chosen + 1) * small ** 2), small];
    if (discrete.checked) return painted(cut(refined(bytes, wide)), wide * FINE, colours.plane);
    return painted(bytes, wide, colours.plane);
  }

  function paint() {
    if (!pictures) return;
    const image = surface();
    if (canvas.width !== image.width) [canvas.width, canvas.height] = [image.width, image.height];
    context.clearRect(0, 0, image.width, image.height);
    context.drawImage(image, 0, 0);
    setText(name, chosen < 0 ? name.dataset.output : name.dataset.chosen);
    if (!low) return;
    const [from, to] = pictures.scales.at(chosen);
    setText(low, short(from));
    setText(high, short(to));
  }

  for (const box of figure.querySelectorAll(".switches input")) remember(box);
  discrete?.addEventListener("change", paint);
  figure.querySelector("#show-test")?.addEventListener("change", drawAnew);
  return {
    set(numbers, given) {
      const moved = parts.map(([part, mark]) => mark(numbers[part]));
      if (moved.includes(true)) drawAnew();
      curves.forEach((curve, k) => setAttribute(curve, "d", curveOf(numbers.curves[k])));
      if (beyond) setAttribute(beyond, "visibility", numbers.curves.some(seen) ? "hidden" : "visible");
      pictures = given;
      paint();
    },
    show(neuron, text) {
      if (chosen === neuron) return;
      chosen = neuron;
      if (neuron >= 0) name.dataset.chosen = text;
      paint();
      colour();
    },
    paint,
  };
}

/** A switch keeps its place for the next page. */
function remember(box) {
  box.checked = read("localStorage", box.id) ?? box.checked;
  box.addEventListener("change", () => write("localStorage", box.id, box.checked));
}

/** Cells in the colour of the class that wins, paler where it wins by less. */
function mosaic(shares, winners, side, classes, discrete) {
  const wide = side * FINE;
  const image = new ImageData(wide, wide);
  const pixels = new Uint32Array(image.data.buffer);
  const fine = refined(shares, side);
  for (let k = 0; k < pixels.length; k += 1) {
    const [row, column] = [Math.floor(k / wide / FINE), Math.floor((k % wide) / FINE)];
    const palette = classes[winners[row * side + column] % classes.length];
    pixels[k] = palette[discrete ? 254 : fine[k] === 255 ? 255 : 127 + (fine[k] >> 1)];
  }
  const canvas = new OffscreenCanvas(wide, wide);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}
