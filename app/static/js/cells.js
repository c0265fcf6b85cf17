// The cells of the table of samples: numbers, words, small pictures, letters. As macros/samples.html draws them.
import { ROOM, setNumber } from "./format.js";
import { painted, palettes, restyled } from "./paint.js";
import { setAttribute } from "./set.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, POINTS] = [64, 16, 64]; // of a curve, as in app/scene/sequences.py

function drawing(cell, name, box) {
  const standing = cell.querySelector("svg");
  if (standing) return standing;
  const made = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: name, viewBox: box, "aria-hidden": "true" })) made.setAttribute(key, value);
  cell.replaceChildren(made);
  return made;
}

/** Makes the paths of a drawing those that are given, [d, class]; what stands is set anew. */
function setPaths(svg, paths) {
  while (svg.children.length > paths.length) svg.lastElementChild.remove();
  paths.forEach(([d, name], k) => {
    const own = svg.children[k] ?? svg.appendChild(document.createElementNS(SVG, "path"));
    setAttribute(own, "class", name);
    setAttribute(own, "d", d);
  });
}

function paintStamp(canvas) {
  const { width, dataset: { digits } } = canvas;
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, canvas.height);
  context.drawImage(painted(Uint8Array.from(digits, Number), width, palettes().shades), 0, 0);
}

/** Where the page has a drawing of lines a canvas takes its place: it is painted several times as fast. */
function setStamp(cell, digits, { width, height }) {
  let canvas = cell.lastElementChild;
  if (canvas?.dataset.digits === digits) return;
  if (canvas?.localName !== "canvas") {
    canvas = Object.assign(document.createElement("canvas"), { className: "stamp", width, height });
    canvas.setAttribute("aria-hidden", "true");
    cell.replaceChildren(canvas);
  }
  canvas.dataset.digits = digits;
  paintStamp(canvas);
}

restyled(() => document.querySelectorAll("canvas.stamp").forEach(paintStamp));

function setSpark(cell, curves, { time }) {
  const svg = drawing(cell, "spark", `0 0 ${WIDTH} ${HEIGHT}`);
  const count = Math.min(time, POINTS);
  const place = (k) => (count > 1 ? Math.round((k * (time - 1)) / (count - 1)) : 0);
  const across = (k) => ((WIDTH * (place(k) + 0.5)) / time).toFixed(1);
  svg.setAttribute("preserveAspectRatio", "none");
  setPaths(svg, curves.map((heights) => {
    const points = heights.map((tenths, k) => `${across(k)} ${(tenths / 10).toFixed(1)}`);
    return [`M${points.join("L")}${points.length === 1 ? "h0" : ""}`, null];
  }));
}

function setLetters(cell, [whole, runs]) {
  const span = cell.querySelector("span") ?? document.createElement("span");
  span.className = "letters";
  span.title = whole;
  span.replaceChildren(...runs.map(([text, wrong]) => {
    if (!wrong) return text;
    const made = document.createElement("del");
    made.textContent = text;
    return made;
  }));
  cell.replaceChildren(span);
}

/** A number in the <data> element of a cell, behind the words in it if there are any. */
export function setData(cell, x, digits, room) {
  const standing = cell.lastElementChild; // which is that, if there is any
  const data = standing ?? document.createElement("data");
  if (!standing) cell.append(cell.hasChildNodes() ? " " : "", data);
  setNumber(data, x, digits, room);
}

function setWords(cell, text) {
  const words = cell.firstChild;
  if (!(words instanceof Text)) cell.prepend(`${text} `); // in front of the probability of the class named
  else if (words.data.trim() !== text) words.data = `${text} `;
}

const KINDS = {
  numbers: (cell, x) => setData(cell, x, 3, ROOM.cell),
  words: setWords,
  stamps: setStamp,
  sparks: setSpark,
  letters: setLetters,
};

/** Sets in a cell what a column has at a place. */
export function setCell(cell, column, place) {
  KINDS[column.kind](cell, column.cells[place], column);
}
