// The pictures of the drawing by images on a canvas below it, and the edges there are too many of for elements.
import { colours, painted, palettes } from "./paint.js";
import { underlay } from "./underlay.js";
import { shares } from "./widths.js";

const NOTHING = 255;
const MIDDLE = 127;
const SMALLEST_MARKED = 4; // pixels of the screen; in a smaller pixel no mark is drawn
const FADE = 4; // how fast weak edges fade: by their share to that power
const OTHERS = 0.15; // how much of the rest stays while the pointer is on a number
const DECADES = 3; // of the gradients, on the logarithmic scale
const DROPPED = [0.2, 0.8];

function bytes(space, picture, values, largest, share) {
  const levels = new Uint8Array(picture.rows * picture.columns);
  let place = 0;
  for (let row = 0; row < picture.rows; row += 1) {
    for (let column = 0; column < picture.columns; column += 1, place += 1) {
      const value = values[space.layers[picture.layer].at + space.numberAt(picture, row, column)];
      levels[place] = Number.isFinite(value)
        ? MIDDLE + Math.round(MIDDLE * Math.sign(value) * share(Math.min(1, Math.abs(value) / largest))) : NOTHING;
    }
  }
  return levels;
}

function largestOf(values, { at, largest }, size) {
  if (largest) return largest;
  let most = 0;
  for (let k = at; k < at + size; k += 1) if (Number.isFinite(values[k])) most = Math.max(most, Math.abs(values[k]));
  return most || 1;
}

/** Where the edges of every number of a layer begin: at its neuron, or beside its pixel. */
function startsOf(space, layer, units) {
  if (units[layer].length) return units[layer];
  return Array.from({ length: space.sizes[layer] }, (_, number) => {
    const { picture: p, row, column } = space.pixelOf(layer, number);
    return { x: p.right, y: p.y + (row + (column + 0.5) / p.columns) * p.pixelHeight, r: 2 };
  });
}

export function paintImages(svg, space) {
  const units = space.layers.map((_, layer) => [...svg.querySelectorAll(`[data-neuron^="${layer},"] circle`)].map((c) => ({
    x: c.cx.baseVal.value, y: c.cy.baseVal.value, r: c.r.baseVal.value,
  })));
  const bundled = space.layers.flatMap((layer, k) => (layer.type === "dense" && !layer.single
    ? [{ layer: k, slots: layer.slots, starts: startsOf(space, k - 1, units), ends: units[k] }] : []));
  let drawn = null;
  let pointed = null; // {layer, number} under the pointer or chosen
  let context = null;

  function stroke({ x: x1, y: y1, r }, { x: x2, y: y2, r: end }, width, alpha, colour) {
    const length = Math.hypot(x2 - x1, y2 - y1);
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x1 + r * ux, y1 + r * uy);
    context.lineTo(x2 - end * ux, y2 - end * uy);
    context.stroke();
  }

  /** One line from each picture (or number) to each neuron, by the length of the weights it stands for. */
  function strokeBundles({ layer, slots, starts, ends }, values, colours) {
    const groups = space.byLayer[layer - 1];
    const [first] = slots.W;
    const count = groups.length || starts.length;
    const lengths = new Float64Array(count * ends.length);
    const sums = new Float64Array(lengths.length);
    for (let k = 0; k < starts.length * ends.length; k += 1) {
      const group = (Math.floor(k / ends.length) % count) * ends.length + (k % ends.length);
      lengths[group] += values[first + k] ** 2;
      sums[group] += values[first + k];
    }
    const strengths = shares([...lengths].map(Math.sqrt), "linear");
    const order = [...strengths.keys()].sort((a, b) => strengths[a] - strengths[b]);
    const faint = pointed?.layer === layer || pointed?.layer === layer - 1 ? OTHERS : 1;
    for (const group of order) {
      const [source, unit] = [Math.floor(group / ends.length), group % ends.length];
      const from = groups.length
        ? { x: groups[source].right, y: groups[source].y + groups[source].height / 2, r: 3 } : starts[source];
      stroke(from, ends[unit], 0.5 + 3 * strengths[group], faint * (0.04 + 0.8 * strengths[group] ** FADE), colours[sums[group] < 0 ? 1 : 0]);
    }
  }

  /** The single weights of the number pointed at, in full. */
  function strokeOwn({ layer, slots, starts, ends }, values, colours) {
    const [first] = slots.W;
    const into = pointed.layer === layer;
    if (!into && pointed.layer !== layer - 1) return;
    const own = Array.from({ length: into ? starts.length : ends.length }, (_, k) => (into ? [k, pointed.number] : [pointed.number, k]));
    const weights = own.map(([source, unit]) => values[first + source * ends.length + unit]);
    const strengths = shares(weights, "linear");
    own.forEach(([source, unit], k) => {
      stroke(starts[source], ends[unit], 0.4 + 2.2 * strengths[k], 0.2 + 0.8 * strengths[k], colours[weights[k] < 0 ? 1 : 0]);
    });
  }

  function show(picture, values, x, palette, share) {
    const largest = largestOf(values, values === drawn.numbers.a ? space.layers[picture.layer] : { ...space.layers[picture.layer], largest: null }, space.sizes[picture.layer]);
    const image = painted(bytes(space, picture, values, largest, share), picture.columns, palette);
    context.drawImage(image, x, picture.y, picture.width, picture.height);
  }

  /** Lines around the squares that are pooled, and a ring on the pixel that won. */
  function markPooled(layer, a, ink) {
    const { type, window, shape } = space.layers[layer];
    const [size] = window;
    context.strokeStyle = ink;
    for (const p of space.byLayer[layer - 1]) {
      context.globalAlpha = 0.35;
      context.lineWidth = 0.5;
      context.beginPath();
      for (const left of [p.x, p.gradientX]) {
        if (left === null) continue;
        for (let u = 1; u <= shape[0]; u += 1) if (u * size < p.rows) context.rect(left, p.y + u * size * p.pixelHeight, p.width, 0);
        for (let v = 1; v <= shape[1]; v += 1) if (v * size < p.columns) context.rect(left + v * size * p.pixelWidth, p.y, 0, p.height);
      }
      context.stroke();
    }
    if (type !== "maxpool2d") return;
    context.globalAlpha = 0.9;
    context.lineWidth = 0.9;
    for (let number = 0; number < space.sizes[layer]; number += 1) {
      const { x, y, width, height } = space.squareOf(layer - 1, space.winner(layer, number, a));
      context.beginPath();
      context.arc(x + width / 2, y + height / 2, 0.28 * width, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  /** A cross over what dropout left out. */
  function markDropped(layer, a, ink) {
    const { at } = space.layers[layer];
    const before = space.layers[layer - 1].at;
    context.globalAlpha = 0.8;
    context.strokeStyle = ink;
    context.lineWidth = 0.7;
    context.beginPath();
    for (let number = 0; number < space.sizes[layer]; number += 1) {
      if (a[at + number] !== 0 || a[before + number] === 0) continue;
      const { x, y, width, height } = space.squareOf(layer, number);
      const [low, high] = DROPPED;
      context.moveTo(x + low * width, y + low * height);
      context.lineTo(x + high * width, y + high * height);
      context.moveTo(x + high * width, y + low * height);
      context.lineTo(x + low * width, y + high * height);
    }
    context.stroke();
  }

  function paintPictures(scale) {
    const { a, da, delta } = drawn.numbers;
    const scales = palettes();
    const linear = (x) => x;
    const logarithmic = (x) => (x === 0 ? 0 : Math.max(0, 1 + Math.log10(x) / DECADES));
    context.globalAlpha = 1;
    context.imageSmoothingEnabled = false;
    for (const picture of space.pictures) {
      show(picture, a, picture.x, picture.layer ? scales.neuron : scales.ink, linear);
      const { at } = space.layers[picture.layer];
      const slope = da && Number.isNaN(da[at]) ? delta : da;
      if (slope && picture.gradientX !== null && drawn.view.shown !== "weight") {
        show(picture, slope, picture.gradientX, scales.gradient, scale === "linear" ? linear : logarithmic);
      }
    }
  }

  function paint(given, unit) {
    context = given;
    if (!drawn) return;
    const { "weight-pos": pos, "weight-neg": neg, ink } = colours();
    const values = drawn.view.shown === "change" ? drawn.numbers.changes : drawn.numbers.params;
    for (const edges of values ? bundled : []) {
      strokeBundles(edges, values, [pos, neg]);
      if (pointed) strokeOwn(edges, values, [pos, neg]);
    }
    if (!drawn.numbers.a) return;
    paintPictures(drawn.view.scale);
    space.layers.forEach(({ type }, layer) => {
      const before = space.byLayer[layer - 1]?.[0];
      if (type.endsWith("pool2d") && before.pixelWidth * unit >= SMALLEST_MARKED) markPooled(layer, drawn.numbers.a, ink);
      if (type === "dropout" && space.byLayer[layer].length) markDropped(layer, drawn.numbers.a, ink);
    });
  }

  const redraw = underlay(svg, paint);
  return {
    draw(numbers, view) {
      drawn = { numbers, view };
      redraw();
    },
    point(place) {
      if (pointed?.layer === place?.layer && pointed?.number === place?.number) return;
      pointed = place;
      if (bundled.length) redraw();
    },
  };
}
