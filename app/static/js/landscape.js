// The loss as a landscape: opened beside the drawing, it follows training; its values are read by pointer and keys.
import { short } from "./format.js";
import { store, stored } from "./stored.js";

const CALM = 150; // milliseconds from one answer to the next question, at least
const CROSS = 5; // user units
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export function followLandscape(playground) {
  const panel = playground.querySelector("#landscape");
  const opener = playground.querySelector("#open-landscape");
  const form = panel.querySelector("#landscape-form");
  const reading = readMap(panel);
  let marks = null; // the block that is set on the map
  let diverged = false;
  let busy = false;
  let behind = false;
  let refused = false; // then it waits until something else is chosen

  /** Asks for what has changed; one question at a time. */
  function ask() {
    if (panel.hidden || diverged || refused) return;
    behind = busy;
    if (busy) return;
    busy = true;
    form.requestSubmit();
  }

  function open(shown) {
    panel.hidden = !shown;
    playground.toggleAttribute("data-beside", shown);
    opener.setAttribute("aria-expanded", shown);
  }

  function choose(shown) {
    store("landscape", shown ? "open" : "closed");
    open(shown);
    refused = false;
    ask();
    (shown ? form.elements.axes : opener).focus();
  }

  /** Sets way, point and arrows on the standing map. */
  function setMarks({ at, stale, path, undone, point, ...arrows }) {
    const map = panel.querySelector("#landscape-map");
    form.elements.at.value = at;
    map.classList.toggle("stale", stale);
    map.querySelector(".ground .trodden").setAttribute("d", path);
    map.querySelector(".ground .undone").setAttribute("d", undone);
    const here = map.querySelector(".ground .here");
    if (point) ["cx", "cy"].forEach((name, k) => here.setAttribute(name, point[k]));
    here.setAttribute("visibility", point ? "visible" : "hidden");
    for (const kind of ["descent", "update"]) {
      const line = map.querySelector(`.ground line.${kind}`);
      line.setAttribute("visibility", arrows[kind] ? "visible" : "hidden");
      ["x1", "y1", "x2", "y2"].forEach((name, k) => line.setAttribute(name, arrows[kind]?.[k] ?? 0));
    }
  }

  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(panel.hidden);
  });
  panel.querySelector("#close-landscape").addEventListener("click", () => choose(false));
  playground.addEventListener("htmx:after:swap", () => {
    const block = document.getElementById("landscape-marks");
    if (block === marks) return;
    marks = block;
    refused = false;
    setMarks(JSON.parse(block.textContent));
    reading.taken();
  });
  playground.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    if (form.contains(ctx.sourceElement)) refused = true;
  });
  playground.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (!form.contains(ctx.sourceElement)) return;
    setTimeout(() => {
      busy = false;
      if (behind) ask();
    }, CALM);
  });

  marks = document.getElementById("landscape-marks");
  opener.setAttribute("role", "button");
  const kept = stored("landscape", "opens" in panel.dataset ? "open" : "closed");
  open(kept === "open");
  return {
    follow(numbers) {
      diverged = numbers.diverged;
      ask();
    },
    /** Another place is chosen in the drawing: the lists offer it. */
    followChoice() {
      const { parameter } = document.getElementById("inspector").dataset;
      const options = [...form.querySelectorAll("option[data-chosen]")];
      for (const option of options) {
        option.hidden = parameter === undefined;
        option.textContent = parameter === undefined ? "" : option.dataset.chosen.replace("{name}", parameter);
      }
      if (form.elements.axes.value === "parameters" && options.some(({ selected }) => selected)) ask();
    },
  };
}

/** The value of the grid's point nearest to the pointer, or where the arrow keys have led. */
function readMap(panel) {
  let grid = null;
  let block = null;
  let at = null;

  function parsed() {
    const now = panel.querySelector("#landscape-grid");
    if (now !== block) [block, grid] = [now, now && JSON.parse(now.textContent)];
    return grid;
  }

  function show() {
    const map = panel.querySelector("#landscape-map");
    const output = map.querySelector("#landscape-reading");
    const { left, top, size } = map.querySelector(".ground svg").dataset;
    const last = grid.x.length - 1;
    const [x, y] = at ? [Number(left) + (at[0] / last) * size, Number(top) + (1 - at[1] / last) * size] : [];
    map.querySelector(".cursor").setAttribute(
      "d", at ? `M${x - CROSS} ${y}h${2 * CROSS}M${x} ${y - CROSS}v${2 * CROSS}` : "");
    const values = at && { x: grid.x[at[0]], y: grid.y[at[1]], value: grid.values[at[1]][at[0]] };
    output.textContent = at
      ? output.dataset.text.replace(/\{(\w+)\}/g, (_, name) => short(values[name], name === "value" ? 6 : 4))
      : output.dataset.lowest;
  }

  const inside = (k) => Math.min(Math.max(k, 0), grid.x.length - 1);

  panel.addEventListener("pointermove", (event) => {
    const svg = event.target.closest("#landscape-map .ground svg");
    if (!svg || !parsed()) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const [left, top, size] = ["left", "top", "size"].map((name) => Number(svg.dataset[name]));
    const last = grid.x.length - 1;
    at = [inside(Math.round(((x - left) / size) * last)), inside(Math.round((1 - (y - top) / size) * last))];
    show();
  });
  panel.addEventListener("pointerout", (event) => {
    if (!at || !event.target.closest(".ground") || event.relatedTarget?.closest?.(".ground")) return;
    at = null;
    show();
  });
  panel.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move || !event.target.matches(".ground") || !parsed()) return;
    event.preventDefault();
    event.stopPropagation();
    const middle = (grid.x.length - 1) / 2;
    at = at ? [inside(at[0] + move[0]), inside(at[1] + move[1])] : [middle, middle].map(Math.round);
    show();
  });
  return {
    /** The map may be another one. */
    taken() {
      const before = block;
      if (parsed() && block !== before) at = null;
      if (grid) show();
    },
  };
}
