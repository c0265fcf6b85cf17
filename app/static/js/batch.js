// The table of the batch: the numbers of an answer in the rows that stand, as many as it has samples. While it plays
// fast, rows that are out of sight wait.
import { REST_MS, outOfSight } from "./away.js";
import { setCell, setData } from "./cells.js";
import { ROOM, setNumber } from "./format.js";
import { addressOf } from "./select.js";
import { setAttribute, setHidden, setText } from "./set.js";

export function standingBatch(playground) {
  const panel = playground.querySelector("#batch");
  const table = panel.querySelector("table");
  const empty = panel.querySelector(".empty");
  const rest = table.querySelector(".rest");
  const more = rest.querySelector("td");
  const whole = table.querySelector("tfoot a");
  const total = table.querySelector("tfoot data");
  const partsOf = (row) => ({ row, link: row.querySelector("a"), cells: [...row.querySelectorAll("td")] });
  const rows = [...table.querySelectorAll("tbody tr:not(.rest)")].map(partsOf);
  const waiting = new Map(); // rows, and what sets them
  const away = outOfSight(lay);
  watchRows();

  function lay(row) {
    row.classList.remove("waits");
    waiting.get(row)?.();
    waiting.delete(row);
  }

  function watchRows() {
    away.watch(rows.map(({ row }) => row));
  }

  function cellAfter(row, name) {
    const cell = row.appendChild(document.createElement("td"));
    if (name) cell.className = name;
    return cell;
  }

  /** A row without numbers, before the row that stands for the rest. */
  function added(shown) {
    const row = document.createElement("tr");
    const head = row.appendChild(document.createElement("th"));
    head.scope = "row";
    head.appendChild(document.createElement("a"));
    for (const _ of shown.inputs) cellAfter(row);
    if ("foldedInputs" in table.dataset) cellAfter(row).textContent = "…";
    for (const _ of shown.targets) cellAfter(row, "target");
    for (const _ of shown.outputs) cellAfter(row);
    if ("foldedOutputs" in table.dataset) cellAfter(row).textContent = "…";
    cellAfter(row);
    rest.before(row);
    return partsOf(row);
  }

  function setLink(link, address, place, text) {
    setAttribute(link, "href", `${address}${address.includes("?") ? "&" : "?"}sample=${place}`);
    setAttribute(link, "data-sample", place);
    setText(link, text);
  }

  function setRow({ row, link, cells }, address, shown, k) {
    const { inputs, targets, outputs, certainties } = shown;
    const place = shown.places[k];
    const ahead = inputs.length + ("foldedInputs" in table.dataset ? 1 : 0);
    setAttribute(row, "id", `batch-${place}`);
    setAttribute(row, "aria-current", place === shown.sample ? "true" : null);
    setLink(link, address, place, shown.numbers[k]);
    inputs.forEach((column, c) => setCell(cells[c], column, k));
    targets.forEach((column, c) => setCell(cells[ahead + c], column, k));
    outputs.forEach((column, c) => {
      const cell = cells[ahead + targets.length + c];
      setCell(cell, column, k);
      if (certainties) setData(cell, certainties[k], 2);
    });
    setData(cells.at(-1), shown.losses[k], 3, ROOM.cell);
  }

  /** The rows that can wait. */
  function held() {
    const { playing } = playground.dataset;
    return playing !== undefined && Number(playing) < REST_MS && !table.hidden ? away.hold() : new Set();
  }

  function setRows(shown) {
    const [count, address] = [rows.length, addressOf(playground)];
    while (rows.length > shown.places.length) rows.pop().row.remove();
    while (rows.length < shown.places.length) rows.push(added(shown));
    waiting.clear(); // what they waited for is past: there are other numbers now
    if (rows.length !== count) watchRows();
    const waits = held();
    rows.forEach((parts, k) => {
      waiting.set(parts.row, () => setRow(parts, address, shown, k));
      if (waits.has(parts.row)) parts.row.classList.add("waits");
      else lay(parts.row);
    });
  }

  /** `shown` is null before the first forward pass. */
  return function setBatch(shown) {
    if (shown) setRows(shown);
    else waiting.clear();
    setHidden(table, shown === null);
    setHidden(empty, shown !== null);
    if (!shown) return;
    setHidden(rest, shown.more === 0);
    setText(more, more.dataset.text.replace("{n}", shown.more));
    setHidden(whole, shown.sample === null);
    setNumber(total, shown.loss, 4, ROOM.cell);
  };
}
