// A network drawn by images: sets the numbers of an answer on the standing drawing. Otherwise as standingNetwork.
import { plain, short, widthOf } from "./format.js";
import { foldedKernels } from "./images-folded.js";
import { paintImages } from "./images-paint.js";
import { reachOf } from "./images-reach.js";
import { imageSpace } from "./images-space.js";
import { bytesOf } from "./paint.js";
import { edgeAt } from "./pointing.js";
import { shares, widths } from "./widths.js";
import { attributeOf, setAttribute, setText } from "./set.js";

const WIDEST = { weight: 3, gradient: 1.8, tie: 3 }; // as in app/scene/images_edges.py
const ARRAYS = { float32: Float32Array, float64: Float64Array };
const DECADES = 3;
const DIGIT = 4.5; // user units of a digit of a number in a tap or a neuron
const OF_SAMPLE = ["z", "a", "delta", "da"];

const sign = (value) => (!value ? "zero" : value < 0 ? "neg" : "pos");
const decoded = (text, precision) => text && new ARRAYS[precision](bytesOf(text).buffer);

/** A number of two digits, or of one, in so many user units; where it is too wide for them, that it is small or long. */
function fitting(value, room) {
  if (!Number.isFinite(value)) return short(null);
  const fits = (text) => widthOf(text) * DIGIT <= room;
  const two = short(value, 2);
  if (fits(two)) return two;
  const one = short(Number(value.toPrecision(1)), 2);
  return fits(one) ? one : Math.abs(value) < 1 ? "≈0" : "…";
}

/** Sets the number that an element carries. */
function dataOf(element, name) {
  const set = attributeOf(element, `data-${name}`);
  return (value) => set(value === undefined || value === null || Number.isNaN(value) ? null : plain(value));
}

/** Sets the value that a square or a line shows: the larger, the fuller or wider. */
function markOf(mark, kind) {
  const [setClass, setWidth] = [attributeOf(mark, "class"), attributeOf(mark, "stroke-width")];
  const [setOpacity, setRounding] = [attributeOf(mark, "fill-opacity"), attributeOf(mark, "rx")];
  const [isLine, round] = [mark.tagName === "line", mark.getAttribute("width") / 2];
  return (value, share, width) => {
    setClass(`${kind} ${sign(value)}`);
    if (isLine) {
      setWidth(width / 10);
      return;
    }
    setOpacity(share.toFixed(2));
    setRounding(value < 0 ? round : null);
  };
}

/** The pixel in the middle of a picture: where its link leads. */
const middleOf = (map) => new URLSearchParams(map.getAttribute("href").split("?")[1]).get("select");

function lineOf(element) {
  const line = element.querySelector(".weight");
  const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((name) => Number(line.getAttribute(name)));
  return { key: element.dataset.select, x1, y1, x2, y2 };
}

function marksOf(element, space) {
  const { at, layer, name } = space.parse(element.dataset.select);
  return {
    element, at, slot: `${layer},${name}`,
    setWeight: dataOf(element, "weight"), setGradient: dataOf(element, "gradient"),
    markWeight: markOf(element.querySelector(".weight"), "weight"),
    markGradient: markOf(element.querySelector(".gradient"), "gradient"),
    value: element.querySelector(".value"), slope: element.querySelector(".slope"),
    across: Number(element.querySelector(".weight").getAttribute("width")),
  };
}

function tieOf(element, space) {
  const [layer, channel, unit] = element.dataset.tie.split(",").map(Number);
  const [start, [kh, kw, channels, filters]] = space.layers[layer + 1].slots.W;
  const places = Array.from({ length: kh * kw }, (_, tap) => start + (tap * channels + channel) * filters + unit);
  return { line: element.querySelector(".tie"), slot: `${layer}`, places };
}

/** Elements by the array of parameters they belong to: they are compared with one another. */
function grouped(all) {
  const groups = new Map();
  for (const one of all) groups.set(one.slot, [...(groups.get(one.slot) ?? []), one]);
  return [...groups.values()];
}

export function standingImages(svg) {
  const space = imageSpace(JSON.parse(svg.closest("section").querySelector(".geometry").textContent));
  const canvas = paintImages(svg, space);
  const room = svg.closest("section");
  const marks = [...svg.querySelectorAll("[data-parameter]")].map((element) => marksOf(element, space));
  const groups = grouped(marks);
  const showFilter = foldedKernels(svg, space, marks);
  const ties = grouped([...svg.querySelectorAll("[data-tie]")].map((element) => tieOf(element, space)));
  const neurons = [...svg.querySelectorAll("[data-neuron]")].map((element) => {
    const [layer, unit] = element.dataset.neuron.split(",").map(Number);
    const square = element.querySelector(":scope > .gradient");
    return {
      element, layer, unit, text: element.querySelector(".answer"), across: 2 * element.querySelector("circle").r.baseVal.value, markSquare: square && markOf(square, "gradient"),
      setBias: dataOf(element, "bias"), setSlope: dataOf(element, "bias-gradient"),
    };
  });
  const lines = [...svg.querySelectorAll(".edge")].map(lineOf);
  const reach = reachOf(svg, space);
  const row = svg.querySelector(".row");
  const listeners = [];
  let given = null; // the numbers of the last answer
  let numbers = null; // what is drawn: the same, or with one value tried out
  let view = { shown: "both", scale: "logarithmic" };
  let chosen = "";

  function setParameters() {
    const { params, gradients, changes, frozen } = numbers;
    const values = view.shown === "change" ? changes : params;
    for (const group of groups) {
      const [own, slopes] = [values, gradients].map((flat) => group.map(({ at }) => (flat ? flat[at] : 0)));
      const scale = view.shown === "change" ? view.scale : "linear";
      const [full, fullSlopes] = [shares(own, scale, DECADES), shares(slopes, view.scale, DECADES)];
      const [wide, wideSlopes] = [widths(own, WIDEST.weight, scale, DECADES), widths(slopes, WIDEST.gradient, view.scale, DECADES)];
      group.forEach(({ element, at, setWeight, setGradient, markWeight, markGradient, value, slope, across }, k) => {
        setWeight(params[at]);
        setGradient(gradients?.[at]);
        markWeight(own[k], full[k], wide[k]);
        markGradient(slopes[k], fullSlopes[k], wideSlopes[k]);
        if (value) setText(value, values ? fitting(own[k], across) : "");
        if (slope) setText(slope, gradients ? fitting(slopes[k], across) : "");
        element.classList.toggle("frozen", frozen.includes(at) && params[at] !== 0);
        element.classList.toggle("cut", frozen.includes(at) && params[at] === 0);
      });
    }
    for (const group of ties) {
      const lengths = group.map(({ places }) => Math.hypot(...places.map((at) => params[at])));
      widths(lengths, WIDEST.tie, "linear").forEach((width, k) => setAttribute(group[k].line, "stroke-width", width / 10));
    }
  }

  function setNeurons() {
    const { a, delta, params, gradients } = numbers;
    const largest = (values, { at }, size) => Math.max(...values.subarray(at, at + size).map(Math.abs)) || 1;
    for (const { element, layer, unit, text, across, markSquare, setBias, setSlope } of neurons) {
      const description = space.layers[layer];
      const at = description.at + unit;
      const bias = description.slots?.b?.[0];
      if (bias !== undefined) {
        setBias(params[bias + unit]);
        setSlope(gradients?.[bias + unit]);
      }
      const full = a ? Math.abs(a[at]) / (description.largest ?? largest(a, description, space.sizes[layer])) : 0;
      element.style.setProperty("--full", `${Math.round(85 * Math.min(1, full || 0))}%`);
      element.classList.toggle("negative", a?.[at] < 0);
      element.classList.toggle("left-out", Boolean(a) && description.type === "dropout" && a[at] === 0 && a[space.layers[layer - 1].at + unit] !== 0);
      if (text) setText(text, a ? fitting(a[at], across) : "");
      if (!markSquare) continue;
      const share = delta ? shares([...delta.subarray(description.at, description.at + space.sizes[layer])], view.scale, DECADES)[unit] : 0;
      markSquare(delta?.[at], share || 0, 0);
    }
  }

  function draw() {
    setParameters();
    setNeurons();
    room.dataset.coming = numbers.phase === "backward";
    setText(row, numbers.row === null ? "" : row.dataset.text.replace("{row}", numbers.row));
    canvas.draw(numbers, view);
  }

  function setNumbers(block) {
    const { precision } = block;
    const flat = Object.fromEntries(["params", "gradients", "changes"].map((name) => [name, decoded(block[name], precision)]));
    const sample = Object.fromEntries(OF_SAMPLE.map((name) => [name, decoded(block[name], "float32")]));
    given = numbers = { ...block, ...flat, ...sample };
    draw();
    reach.take(numbers);
    for (const listener of listeners) listener();
  }

  function show(shown) {
    view = shown;
    Object.assign(room.dataset, { view: view.shown, scale: view.scale });
    if (numbers) draw();
  }

  /** What is known of a parameter or of a number of the sample. */
  function look(key) {
    const place = space.parse(key);
    const coming = numbers.phase === "backward";
    if (place.kind === "param") {
      const { at, name } = place;
      const state = !numbers.frozen.includes(at) ? "free" : numbers.params[at] === 0 && name !== "b" ? "cut" : "frozen";
      return {
        [name === "b" ? "bias" : "value"]: numbers.params[at], gradient: numbers.gradients?.[at], change: numbers.changes?.[at], coming, state,
      };
    }
    const of = (name) => numbers[name]?.[space.layers[place.layer].at + place.number];
    const rows = [["z", of("z")], ["a", of("a")], ["∂L/∂a", of("da")], ["δ = ∂L/∂z", of("delta")], ...reach.productAt(chosen, place)];
    return { rows: rows.filter(([, value]) => value !== undefined && !Number.isNaN(value)), state: "free" };
  }

  /** The drawing with another value tried out at one place (none: as it is), until the next numbers come. */
  function preview(key, value) {
    numbers = given;
    const { kind, at } = space.parse(key);
    if (kind === "param") numbers = { ...given, params: given.params.with(at, value) };
    draw();
  }

  /** The key of what an event is about: what has the focus, a neuron or a tap, a pixel, else the nearest edge. */
  function at(event) {
    const { target, clientX, clientY, detail, type } = event;
    const own = target.closest("[data-select]");
    if (own && !own.classList.contains("edge")) return own.dataset.select;
    const map = target.closest("[data-map]");
    if (map && type === "click" && detail === 0) return middleOf(map);
    const point = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    const pixel = space.pixelAt(point.x, point.y);
    if (pixel) return space.spotKey(pixel.picture.layer, space.numberAt(pixel.picture, pixel.row, pixel.column));
    return edgeAt(svg, lines, event, own?.dataset.select) ?? own?.dataset.select ?? null;
  }

  function name(key) {
    return svg.querySelector(`[data-select="${key}"]`)?.getAttribute("aria-label") ?? reach.nameOf(key);
  }

  function pointAt(key) {
    const place = space.parse(key ?? chosen);
    canvas.point(place.kind === "spot" ? place : null);
  }

  return {
    setNumbers, show, look, preview, at, name, lines, space,
    onNumbers: (listener) => listeners.push(listener),
    mark(key) {
      chosen = key;
      showFilter(space.parse(key));
      for (const { element } of marks) element.classList.toggle("selected", element.dataset.select === key);
      if (numbers) draw();
      reach.show("chosen", key);
      pointAt(null);
    },
    tell(keys) {
      reach.show("pointed", keys.at(-1) ?? "");
      pointAt(keys.at(-1) ?? null);
    },
    highlight(key) {
      reach.show("pointed", key === chosen ? null : key);
      pointAt(key);
    },
  };
}
