// The curves of the training: an answer brings the new points, this draws on. As app/scene/chart.py draws them.
import { percent, plain, short, widthOf } from "./format.js";
import { tell } from "./seen.js";
import { setAttribute, setText } from "./set.js";
import { FARTHEST, TINY, logTicks, ticks } from "./ticks.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [300, 150, 48, 10, 8, 20];
const [DIGIT, TICK_GAP, POINTS] = [7, 8, 240];
const KEPT = 4 * POINTS; // points held; of more, the extremes of stretches of equally many steps
const LEAST_STRETCHES = 40;

const round = (x) => Number(x.toFixed(1));
const numbersIn = (text) => text.split(",").map((each) => (each === "" ? null : Number(each)));

function dressed(element, attributes, text = "") {
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value);
  setText(element, text);
  return element;
}

const element = (name, attributes) => dressed(document.createElementNS(SVG, name), attributes);

/** Makes the children of `svg` those that are described, [tag, attributes, text]; what stands is set anew. */
function fill(svg, described) {
  const cursor = svg.querySelector(".cursor");
  const standing = [...svg.children].filter((child) => child !== cursor);
  described.forEach(([tag, attributes, text], k) => {
    if (standing[k]?.localName === tag) {
      dressed(standing[k], attributes, text);
      return;
    }
    const made = dressed(document.createElementNS(SVG, tag), attributes, text);
    if (standing[k]) standing[k].replaceWith(made);
    else svg.insertBefore(made, cursor);
  });
  for (const child of standing.slice(described.length)) child.remove();
}

/** Places of at most `points` values: the extremes of each stretch, and both ends. */
function decimated(values, points) {
  const known = [...values.keys()].filter((k) => values[k] !== null);
  if (known.length <= points) return known;
  const stretches = Math.floor((points - 2) / 2);
  const kept = [known[0], known.at(-1)];
  for (let s = 0; s < stretches; s += 1) {
    const [from, to] = [s, s + 1].map((n) => Math.floor((n * known.length) / stretches));
    let [least, most] = [known[from], known[from]];
    for (let k = from; k < to; k += 1) {
      if (values[known[k]] < values[least]) least = known[k];
      if (values[known[k]] > values[most]) most = known[k];
    }
    kept.push(least, most);
  }
  return kept;
}

function together(series, points, present) {
  const places = new Set(series.flatMap((values) => decimated(values, points)));
  if (present >= 0) places.add(present);
  return [...places].sort((a, b) => a - b);
}

/** Places of the extremes of every curve in each stretch of equally many steps, and of both ends: thinned again and
 *  again, what is long past stays as close as what is new. */
function thinned(series, steps) {
  const stretches = Math.max(LEAST_STRETCHES, Math.floor(KEPT / (4 * series.length)));
  const [first, last] = [steps[0], steps.at(-1)];
  const places = new Set([0, steps.length - 1]);
  for (const values of series) {
    const [least, most] = [[], []];
    values.forEach((value, k) => {
      if (value === null) return;
      const s = Math.floor((stretches * (steps[k] - first)) / (last - first + 1));
      if (least[s] === undefined || value < values[least[s]]) least[s] = k;
      if (most[s] === undefined || value > values[most[s]]) most[s] = k;
    });
    for (const k of [...least, ...most]) if (k !== undefined) places.add(k);
  }
  return [...places].sort((a, b) => a - b);
}

/** The vertical axis: its ends (logarithms where it is logarithmic), its marks, where a value stands. */
function axisOf(values, kind, logarithmic) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  let [low, high, marks] = [0, 0, []];
  if (logarithmic) {
    marks = logTicks(least, most);
    [low, high] = [Math.log10(Math.min(least, marks[0])), Math.log10(Math.max(most, marks.at(-1)))];
  } else {
    low = kind === "accuracy" ? Math.floor(10 * least) / 10 : Math.min(0, least);
    high = kind === "accuracy" ? 1 : most;
    marks = ticks(low, high > low ? high : low + 1);
    [low, high] = [Math.min(low, marks[0]), Math.max(high, marks.at(-1))];
  }
  const scaled = (y) => (logarithmic ? Math.log10(y) : y);
  const up = (y) => HEIGHT - BOTTOM - (scaled(y) / (high - low) - low / (high - low)) * (HEIGHT - BOTTOM - TOP);
  const text = (y) => (kind === "accuracy" ? `${short(100 * y)} %` : short(y));
  return { up, marks: marks.map((mark) => ({ at: round(up(mark)), text: text(mark) })) };
}

function pathOf(points) {
  const texts = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  if (texts.length === 1) return `M${texts[0]}h0.01`;
  return texts.length ? `M${texts.join("L")}` : "";
}

export function standingCurves(playground) {
  const stage = playground.querySelector(".result");
  let figure = null;
  let named = []; // {title, kind, values, last}
  let steps = [];
  let until = 0;
  let readable = () => {}; // brings up to date what is needed under the pointer alone

  const drawable = (y) => y !== null && ((y >= TINY && y <= FARTHEST) || !("logarithmic" in figure.dataset));

  function tellCurves(version) {
    tell({ curves: `${version}:${until}:${figure.dataset.kind}` });
  }

  /** Takes the curves as the server has drawn them. */
  function read() {
    figure = stage.querySelector("#chart");
    readable = () => {};
    const svg = figure.querySelector("svg");
    const paths = svg ? [...svg.querySelectorAll("[data-values]")] : [];
    steps = svg ? numbersIn(svg.dataset.steps) : [];
    until = Number(figure.dataset.until);
    named = JSON.parse(figure.dataset.named).map(({ title, kind }) => {
      const texts = paths.find((path) => path.dataset.title === title)?.dataset.values;
      return { title, kind, values: texts === undefined ? steps.map(() => null) : numbersIn(texts), last: null };
    });
    tellCurves(figure.dataset.version);
  }

  function axisMarks(axis, first, last, across) {
    const [left, right] = [across(first), WIDTH - RIGHT];
    const y = axis.marks.flatMap(({ at, text }) => [
      ["line", { class: "grid", x1: left, x2: right, y1: at, y2: at }],
      ["text", { class: "tick y", x: left - 6, y: at, dy: "0.32em" }, text],
    ]);
    const x = ticks(first, last, true).filter((mark) => mark <= last)
      .map((mark) => ["text", { class: "tick x", x: round(across(mark)), y: HEIGHT - BOTTOM + 14, dy: null }, short(mark)]);
    return [...y, ...x];
  }

  /** The steps and the curves with the present values at the present step: held is what was measured on the way. */
  function upToNow() {
    if (until === 0) return [steps, named];
    const place = steps.findLastIndex((step) => step < until) + 1;
    const standing = steps[place] === until ? 1 : 0;
    const all = named.map((one) => ({ ...one, values: one.values.toSpliced(place, standing, one.last) }));
    return [steps.toSpliced(place, standing, until), all];
  }

  function curvesOf(shown, steps, axis, across, kept) {
    const points = (values, places) => places.filter((k) => drawable(values[k])).map((k) => [across(steps[k]), axis.up(values[k])]);
    const [past, future] = [kept.filter((k) => steps[k] <= until), kept.filter((k) => steps[k] > until)];
    const undone = shown.flatMap(({ values }) => {
      const ahead = points(values, future);
      return ahead.length ? [["path", { class: "series undone", d: pathOf([...points(values, past).slice(-1), ...ahead]), "data-title": null, "data-values": null }]] : [];
    });
    return [...undone, ...shown.map(({ title, kind, values }) => ["path", {
      class: `series ${kind}`, d: pathOf(points(values, past)), "data-title": title, "data-values": null,
    }])];
  }

  /** The present values below, each with the name of its curve. */
  function setKeys(caption, shown) {
    while (caption.children.length > shown.length) caption.lastElementChild.remove();
    while (caption.children.length < shown.length) {
      const key = caption.appendChild(document.createElement("span"));
      key.append("", document.createElement("data"));
    }
    shown.forEach(({ title, kind, last }, k) => {
      const key = caption.children[k];
      const data = key.querySelector("data");
      setAttribute(key, "class", `key ${kind}`);
      if (key.firstChild.data !== `${title} `) key.firstChild.data = `${title} `;
      setAttribute(data, "value", plain(last));
      setText(data, figure.dataset.kind === "accuracy" && last !== null ? `${percent(last)} %` : short(last));
    });
  }

  function draw() {
    const [steps, all] = upToNow();
    const shown = all.filter(({ values }) => values.some(drawable));
    let [svg, caption] = [figure.querySelector("svg"), figure.querySelector("figcaption")];
    if (!svg || !shown.length) {
      svg?.remove();
      caption?.remove();
      if (!shown.length) return;
      figure.querySelector(".empty")?.remove();
      svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": figure.dataset.label });
      caption = document.createElement("figcaption");
      figure.append(svg, caption);
    }
    const axis = axisOf(shown.flatMap(({ values }) => values.filter(drawable)), figure.dataset.kind, "logarithmic" in figure.dataset);
    const [first, last] = [steps[0], Math.max(steps.at(-1), steps[0] + 1)];
    const left = round(Math.max(LEFT, ...axis.marks.map(({ text }) => TICK_GAP + DIGIT * widthOf(text))));
    const across = (step) => left + ((step - first) / (last - first)) * (WIDTH - RIGHT - left);
    const kept = together(shown.map(({ values }) => values), Math.floor(POINTS / shown.length), steps.lastIndexOf(until));
    Object.assign(svg.dataset, { first, last, left, right: WIDTH - RIGHT });
    fill(svg, [...axisMarks(axis, first, last, across), ...curvesOf(shown, steps, axis, across, kept)]);
    setKeys(caption, shown);
    readable = () => describe(svg, shown, steps, kept);
  }

  /** Sets what a reading of the curves needs: the steps, and every curve's value at each. */
  function describe(svg, shown, steps, kept) {
    svg.dataset.steps = kept.map((k) => steps[k]).join(",");
    for (const { title, values } of shown) {
      const path = [...svg.querySelectorAll("[data-title]")].find(({ dataset }) => dataset.title === title);
      path.dataset.values = kept.map((k) => (values[k] === null ? "" : Number(values[k].toPrecision(7)))).join(",");
    }
    readable = () => {};
  }

  /** Adds what an answer brings: points from behind the step `since` on, and the present values. */
  function add(fresh, version) {
    const place = steps.findIndex((step) => step > fresh.since);
    if (place >= 0) {
      steps.length = place;
      for (const { values } of named) values.length = place;
    }
    steps.push(...fresh.steps);
    named.forEach((each, n) => {
      each.values.push(...fresh.values[n]);
      each.last = fresh.last[n];
    });
    if (steps.length > KEPT) {
      const kept = thinned(named.map(({ values }) => values), steps);
      steps = kept.map((k) => steps[k]);
      for (const each of named) each.values = kept.map((k) => each.values[k]);
    }
    until = fresh.until;
    tellCurves(version);
    draw();
  }

  read();
  return { read, add, toBeRead: () => readable() };
}
