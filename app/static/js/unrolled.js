// Sets the numbers of an answer on a standing network over time. Otherwise as standingNetwork.
import { bytesOf } from "./paint.js";
import { plain, short } from "./format.js";
import { columnsOf } from "./columns.js";
import { standingSheets } from "./sheets.js";
import { setAttribute, setText } from "./set.js";

const STRONGEST = 0.62; // opacity of a cell at the end of its scale
const DECADES = 6;
const LONGEST_SHARE = 26; // user units of a step's share of a gradient

const sign = (value) => (!value ? "zero" : value < 0 ? "neg" : "pos");

function floats(text) {
  return text === null ? null : new Float32Array(bytesOf(text).buffer);
}

/** What a size is of the largest, 0 … 1, linear or logarithmic to a millionth. */
function shareOf(value, largest, scale) {
  if (!value || !largest) return 0;
  const ratio = Math.abs(value) / largest;
  return scale === "linear" ? ratio : Math.max(0, 1 + Math.log10(ratio) / DECADES);
}

/** How high a bar is: what is not 0 can be seen. */
const height = (value, largest, scale, room) => (value ? Math.max(1, shareOf(value, largest, scale) * room) : 0);

const largestOf = (values) => values.reduce((most, x) => Math.max(most, Math.abs(x ?? 0)), 0);

/** One unit at one step: its cells, and where its numbers stand in the strips. */
function unitOf(element) {
  const [layer, ...index] = element.dataset.spot.split(",").map(Number);
  return {
    element, layer, step: Number(element.dataset.step), unit: index.at(-1),
    cells: [...element.querySelectorAll(".cell")],
    numbers: [...element.querySelectorAll(".number")],
    symbol: element.querySelector(".symbol"),
  };
}

export function standingUnrolled(svg) {
  const units = [...svg.querySelectorAll("[data-spot]")].map(unitOf);
  const bars = [...svg.querySelectorAll(".bar")].map((element) => {
    const [layer, step] = element.dataset.select.slice("bar:".length).split(",").map(Number);
    return { element, layer, step, length: element.querySelector(".length") };
  });
  const shares = [...svg.querySelectorAll("[data-share]")].map((element) => {
    const [, x, y] = element.getAttribute("d").match(/M([\d.]+) ([\d.]+)/);
    return { element, x, y, use: element.dataset.share, step: Number(element.closest(".column").dataset.step) };
  });
  const ends = svg.querySelectorAll("[data-ends]");
  const symbols = JSON.parse(svg.dataset.symbols);
  const room = Number(svg.dataset.room);
  const time = Number(svg.dataset.time);
  const panel = svg.closest("section");
  const sample = panel.querySelector(".drawn-sample");
  const sheets = standingSheets(svg, panel);
  const columns = columnsOf(svg, () => drawUnits());
  const listeners = [];
  let numbers = null;
  let strips = [];
  let view = { shown: "both", scale: "logarithmic" };
  let chosen = "";

  /** What a strip holds for a unit at a step; undefined where it has nothing there. */
  function at(strip, values, { step, unit }) {
    const row = values.length === strip.units * time ? step : step - time + values.length / strip.units;
    return row < 0 ? undefined : values[row * strip.units + unit];
  }

  function drawSymbol({ element, symbol, layer, step }) {
    const { values, units: wide } = strips.find((strip) => strip.layer === layer);
    const row = values.subarray(step * wide, (step + 1) * wide);
    const place = row.indexOf(Math.max(...row));
    setText(symbol, symbols[place]);
    element.dataset.spot = `${layer},${step},${place}`;
    element.dataset.select = `spot:${element.dataset.spot}`;
    element.setAttribute("aria-label", element.getAttribute("aria-label").replace(/^\S+/, symbols[place]));
  }

  function drawUnits() {
    const slopes = view.shown === "gradient";
    for (const one of units) {
      if (!columns.shows(one.step)) continue;
      const own = strips.filter((strip) => strip.layer === one.layer);
      if (one.symbol) {
        if (own.length) drawSymbol(one);
        continue;
      }
      one.cells.forEach((cell, k) => {
        const strip = own[k];
        const values = slopes ? strip?.slopes : strip?.values;
        const value = values ? at(strip, values, one) : undefined;
        setAttribute(cell, "class", `cell ${sign(value)}`);
        const share = slopes ? shareOf(value, strip?.steepest, view.scale) : Math.min(1, Math.abs(value) / strip?.scale);
        setAttribute(cell, "fill-opacity", Number.isFinite(share) ? (STRONGEST * share).toFixed(3) : 0);
        if (one.numbers[k]) setText(one.numbers[k], value === undefined || Number.isNaN(value) ? "" : short(value, 2));
      });
    }
  }

  function drawBars() {
    const found = new Map(numbers.reaching);
    for (const text of ends) {
      const values = found.get(Number(text.dataset.ends));
      setText(text, values ? `1: ${short(values[0], 3)} … ${time}: ${short(values.at(-1), 3)}` : text.dataset.empty);
    }
    for (const { element, layer, step, length } of bars) {
      const values = found.get(layer);
      const tall = values ? height(values[step], largestOf(values), view.scale, room) : 0;
      setAttribute(length, "y", -tall);
      setAttribute(length, "height", tall);
      setAttribute(element, "data-norm", values && values[step] !== null ? plain(values[step]) : null);
    }
  }

  /** Which arrows use a parameter: along time (Wh, bh), or up into the layer (all others). */
  function useOf(key) {
    if (!key.startsWith("param:")) return null;
    const [layer, name] = key.slice("param:".length).split(",");
    return `${Number(layer) + 1},${name === "Wh" || name === "bh" ? "on" : "up"}`;
  }

  function drawShares() {
    const use = useOf(chosen);
    const contributions = numbers.contributions?.key === chosen ? numbers.contributions : null;
    panel.dataset.shared = contributions !== null;
    const largest = contributions ? largestOf(contributions.values) : 0;
    for (const { element, x, y, use: own, step } of shares) {
      const value = contributions && own === use ? contributions.values[step] : null;
      const tall = value ? height(value, largest, view.scale, LONGEST_SHARE) : 0;
      setAttribute(element, "class", `gradient share ${sign(value)}`);
      setAttribute(element, "d", own.endsWith("on") ? `M${x} ${y}v${-tall}` : `M${x} ${y}v${tall / 2}`);
      setAttribute(element, "data-contribution", value === null || value === undefined ? null : plain(value));
    }
  }

  function draw() {
    sheets.draw(numbers, view);
    drawUnits();
    drawBars();
    drawShares();
  }

  function setNumbers(block) {
    numbers = block;
    strips = block.strips.map((strip) => {
      const slopes = floats(strip.slopes);
      return { ...strip, values: floats(strip.values), slopes, steepest: slopes && largestOf(slopes) };
    });
    if (sample) setText(sample, block.row === null ? sample.dataset.probe : sample.dataset.sample.replace("{n}", block.row));
    draw();
    for (const listener of listeners) listener();
  }

  function show(given) {
    view = given;
    Object.assign(panel.dataset, { view: view.shown, scale: view.scale });
    if (numbers) draw();
  }

  /** Lights every use of a parameter. */
  function mark(key) {
    chosen = key;
    const use = useOf(key);
    svg.querySelector(`.slope[data-select="${key}"]`)?.classList.add("selected");
    for (const flow of svg.querySelectorAll(".flow")) flow.classList.toggle("used", flow.dataset.uses === use);
    if (numbers) drawShares();
  }

  function unitAt(key) {
    const spot = key.slice("spot:".length);
    return units.find(({ element }) => element.dataset.spot === spot);
  }

  function look(key) {
    if (key.startsWith("param:")) return sheets.look(key);
    if (key.startsWith("bar:")) {
      const [layer, step] = key.slice("bar:".length).split(",").map(Number);
      const value = new Map(numbers.reaching).get(layer)?.[step];
      return { state: "free", rows: [[`‖∂L/∂h(${step + 1})‖`, value]] };
    }
    const one = unitAt(key);
    const rows = strips.filter(({ layer }) => layer === one.layer).flatMap((strip) => {
      const slope = strip.slopes && at(strip, strip.slopes, one);
      return [[strip.symbol, at(strip, strip.values, one)], ...(slope === null ? [] : [[strip.slope, slope]])];
    });
    return { state: "free", rows: rows.filter(([, value]) => value !== undefined) };
  }

  const preview = (key, value) => sheets.preview(key, value);
  return { setNumbers, show, look, preview, mark, onNumbers: (listener) => listeners.push(listener), lines: [] };
}
