// One place of both networks: chosen in either drawing, its numbers beside each other.
import { plain, short } from "./format.js";
import { nameOf } from "./hover.js";
import { edgeAt } from "./pointing.js";

const ROWS = ["value", "bias", "gradient", "coming", "last", "z", "a", "delta"];

/** Whether a drawing has the place of that key. */
function has({ svg, network }, key) {
  if (svg.querySelector(`[data-select="${key}"]`)) return true;
  return network.space ? network.space.has(key) : network.lines.some((line) => line.key === key);
}

/** The numbers of a place as the card calls them. */
function rowsOf(network, key) {
  const { coming, change, rows = [], ...known } = network.look(key);
  const named = ROWS.map((row) => [row, { ...known, [coming ? "coming" : "last"]: change }[row]]);
  return new Map([...named, ...rows].filter(([, value]) => value !== undefined && value !== null));
}

export function comparing(pair, sides) {
  const table = pair.querySelector("#compared");
  const card = pair.querySelector("#card");
  let chosen = "";

  function labelOf(row) {
    const term = card.querySelector(`[data-row="${row}"] dt`);
    return term ? (term.querySelector(".of-batch") ?? term).textContent : row;
  }

  function cell(row, kind, text) {
    const made = row.appendChild(document.createElement(kind));
    made.textContent = text;
    return made;
  }

  function numberIn(row, value) {
    const made = cell(row, "td", "");
    const data = made.appendChild(document.createElement("data"));
    Object.assign(data, { value: plain(value), title: plain(value), textContent: short(value ?? null) });
  }

  function fillHead(owners) {
    const head = table.createTHead().insertRow();
    const [{ svg, network }] = owners;
    const corner = cell(head, "th", nameOf(svg, network, chosen));
    corner.scope = "col";
    for (const side of sides) {
      const title = cell(head, "th", "");
      title.scope = "col";
      const link = title.appendChild(document.createElement(owners.includes(side) ? "a" : "span"));
      link.textContent = table.dataset[side.room.dataset.side];
      if (link.href !== undefined) link.href = `/n/${side.room.dataset.session}?select=${chosen}`;
    }
  }

  /** The numbers as they stand now. */
  function fill() {
    const owners = chosen ? sides.filter((side) => has(side, chosen)) : [];
    table.hidden = owners.length === 0;
    table.replaceChildren();
    if (table.hidden) return;
    fillHead(owners);
    const known = sides.map((side) => (owners.includes(side) ? rowsOf(side.network, chosen) : new Map()));
    const body = table.createTBody();
    for (const name of new Set(known.flatMap((rows) => [...rows.keys()]))) {
      const row = body.insertRow();
      cell(row, "th", labelOf(name)).scope = "row";
      for (const rows of known) numberIn(row, rows.get(name));
    }
  }

  /** Choose the place of that key in both; "" for none. */
  function select(key) {
    chosen = key;
    for (const { svg, network } of sides) {
      for (const element of svg.querySelectorAll(".selected")) element.classList.remove("selected");
      if (key) svg.querySelector(`[data-select="${key}"]`)?.classList.add("selected");
      if (!key || has({ svg, network }, key)) network.mark?.(key);
    }
    fill();
  }

  pair.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    const side = sides.find(({ svg }) => svg.contains(event.target));
    if (!side) return;
    const { svg, network } = side;
    const over = event.target.closest("a[data-select]");
    const pointed = event.detail > 0 && !over?.dataset.neuron;
    const nearest = pointed && !network.at ? edgeAt(svg, network.lines, event, over?.dataset.select) : null;
    const key = network.at ? network.at(event) : nearest ?? over?.dataset.select;
    if (!key) return;
    event.preventDefault();
    select(key);
  });
  return { select, fill };
}
