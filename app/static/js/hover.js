// The card at the pointer, or at what has the focus: name, value, gradient, coming update. Never for touch.
import { short } from "./format.js";
import { edgeAt } from "./pointing.js";

const AWAY = 14; // pixels from the pointer
const ROWS = ["value", "bias", "gradient", "z", "a", "delta"];

/** What a place is called, one of those included that are no elements. */
export function nameOf(svg, network, key) {
  if (network.name) return network.name(key);
  const element = svg.querySelector(`[data-select="${key}"]`);
  if (element) return element.getAttribute("aria-label");
  const [layer, source, unit] = key.slice("edge:".length).split(",").map(Number);
  const name = (neuron) => svg.querySelector(`[data-neuron="${neuron}"]`).dataset.name;
  const names = { source: name(`${layer},${source}`), target: name(`${layer + 1},${unit}`) };
  return document.getElementById("card").dataset.unnamed.replace(/\{(\w+)\}/g, (_, end) => names[end]);
}

/** A number under the pointer has the whole of it as its title. */
export function titleNumbers(room) {
  room.addEventListener("pointerover", ({ target }) => {
    const data = target.closest("data");
    if (data && !data.title) data.title = data.value;
  });
}

export function followPointer(playground, network) {
  const svg = playground.querySelector(".drawing");
  const card = document.getElementById("card");
  const rows = Object.fromEntries([...card.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
  const list = card.querySelector("dl");
  let shown = null;

  function set(row, value) {
    rows[row].hidden = value === undefined;
    if (value !== undefined) rows[row].querySelector("dd").textContent = short(value);
  }

  /** What only this drawing knows of a place: rows of a name and a number. */
  function setMore(more) {
    for (const row of list.querySelectorAll(".more")) row.remove();
    for (const [name, value] of more) {
      const row = list.appendChild(document.createElement("div"));
      row.className = "more";
      row.appendChild(document.createElement("dt")).textContent = name;
      row.appendChild(document.createElement("dd")).textContent = short(value);
    }
  }

  function fill() {
    const known = network.look(shown);
    card.querySelector(".title").textContent = nameOf(svg, network, shown);
    for (const row of ROWS) set(row, known[row]);
    setMore(known.rows ?? []);
    set("coming", known.coming ? known.change : undefined);
    set("last", known.coming ? undefined : known.change);
    card.querySelector(".frozen").hidden = known.state !== "frozen";
    card.querySelector(".cut").hidden = known.state !== "cut";
  }

  function highlight(key) {
    if (network.highlight) {
      network.highlight(key);
      return;
    }
    const neuron = key?.startsWith("neuron:") ? key.slice("neuron:".length).split(",").map(Number) : null;
    network.point?.(neuron);
    svg.classList.toggle("pointing", neuron !== null);
    if (network.point) return;
    for (const edge of svg.querySelectorAll("[data-edge]")) {
      const [layer, source, unit] = edge.dataset.edge.split(",").map(Number);
      const own = neuron && ((layer === neuron[0] && source === neuron[1]) || (layer + 1 === neuron[0] && unit === neuron[1]));
      edge.classList.toggle("own", Boolean(own));
    }
  }

  function show(key, x, y) {
    if (key !== shown) {
      shown = key;
      highlight(key);
    }
    card.hidden = !key;
    if (!key) return;
    fill();
    const { width, height } = card.getBoundingClientRect();
    const left = x + AWAY + width > window.innerWidth ? x - AWAY - width : x + AWAY;
    const top = y + AWAY + height > window.innerHeight ? y - AWAY - height : y + AWAY;
    card.style.setProperty("left", `${Math.max(0, left)}px`);
    card.style.setProperty("top", `${Math.max(0, top)}px`);
  }

  const hide = () => show(null);

  svg.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    if (network.at) {
      show(network.at(event), event.clientX, event.clientY);
      return;
    }
    const over = event.target.closest("[data-select]");
    const nearest = over?.dataset.neuron ? null : edgeAt(svg, network.lines, event, over?.dataset.select);
    show(nearest ?? over?.dataset.select ?? null, event.clientX, event.clientY);
  });
  svg.addEventListener("pointerleave", hide);
  const stage = svg.parentElement; // an SVG element that listens to focus becomes a stop for Tab itself
  stage.addEventListener("focusin", ({ target }) => {
    const element = target.closest(".drawing [data-select]");
    if (!element?.matches(":focus-visible")) return;
    const { left, right, top, bottom } = element.getBoundingClientRect();
    element.setAttribute("aria-describedby", "card");
    show(element.dataset.select, (left + right) / 2, (top + bottom) / 2);
  });
  stage.addEventListener("focusout", ({ target }) => {
    target.removeAttribute("aria-describedby");
    hide();
  });
  network.onNumbers(() => shown && fill());
}
