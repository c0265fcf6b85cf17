// Bytes to colours. A byte runs from 0 over 127, the middle, to 254; 255 is no number and stays empty.
const COLOURS = ["surface", "ink", "focus", "zero", "weight-pos", "weight-neg", "gradient-pos", "gradient-neg",
  "class-0", "class-1", "class-2", "class-3", "class-4", "class-5"];
const SHADES = 4; // of a stamp, as in app/scene/ink.py
const STRENGTH = 0.72; // of the colour at the ends of the scale in the plane: points are to stand out

export function bytesOf(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let k = 0; k < bytes.length; k += 1) bytes[k] = letters.charCodeAt(k);
  return bytes;
}

function channels(colour) {
  const digits = colour.trim().slice(1);
  return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
}

/** 256 colours from `low` over `middle` to `high` as packed pixels, the last one transparent. */
function ramp(low, middle, high, strength) {
  const colours = new Uint32Array(256);
  for (let level = 0; level < 255; level += 1) {
    const share = level / 127 - 1;
    const end = share < 0 ? low : high;
    const [r, g, b] = middle.map((m, k) => Math.round(m + Math.abs(share) * strength * (end[k] - m)));
    colours[level] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  return colours;
}

/** The colour in SHADES steps from nothing to all of it. */
function steps([r, g, b]) {
  return Uint32Array.from({ length: SHADES + 1 }, (_, shade) => (Math.round((255 * shade) / SHADES) << 24) | (b << 16) | (g << 8) | r);
}

const painters = [];
let known = null; // until the colours of the page change

/** The colours of the page's style by their names. */
export function colours() {
  return palettes().named;
}

function read() {
  const style = getComputedStyle(document.documentElement);
  const named = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`)]));
  const colour = (name) => channels(named[name]);
  const [low, middle, high, ink] = ["weight-neg", "surface", "weight-pos", "ink"].map(colour);
  const classes = [0, 1, 2, 3, 4, 5].map((k) => ramp(middle, middle, colour(`class-${k}`), STRENGTH));
  const gradient = ramp(colour("gradient-neg"), middle, colour("gradient-pos"), 0.9);
  return { named, neuron: ramp(low, middle, high, 0.9), plane: ramp(low, middle, high, STRENGTH), ink: ramp(low, middle, ink, 0.9), gradient, classes, shades: steps(colour("ink")) };
}

/** The scales of colour as the page's style has them now: of neurons, of the plane, of images, of gradients, of classes, of stamps. */
export function palettes() {
  known ??= read();
  return known;
}

/** Calls `paint` whenever the colours of the page change. */
export function restyled(paint) {
  painters.push(paint);
}

function repaint() {
  known = null;
  for (const paint of painters) paint();
}

document.addEventListener("playground:theme", repaint);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
matchMedia("print").addEventListener("change", repaint); // paper is white

const sheets = new Map(); // by their size

function sheetOf(width, height) {
  const size = `${width} ${height}`;
  if (!sheets.has(size)) {
    const canvas = new OffscreenCanvas(width, height);
    const image = new ImageData(width, height);
    sheets.set(size, { canvas, context: canvas.getContext("2d"), image, pixels: new Uint32Array(image.data.buffer) });
  }
  return sheets.get(size);
}

/** Rows of `width` bytes as a canvas, to be drawn at once: the next of that size is painted over it. */
export function painted(bytes, width, palette) {
  const { canvas, context, image, pixels } = sheetOf(width, bytes.length / width);
  for (let k = 0; k < bytes.length; k += 1) pixels[k] = palette[bytes[k]];
  context.putImageData(image, 0, 0);
  return canvas;
}
