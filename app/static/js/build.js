// Building in place: the controls stand above their layers; a new network keeps focus, scroll and open panels.
import { closeFolds } from "./dismiss.js";
import { read, take, write } from "./kept.js";
import { addUpPresses } from "./presses.js";

const KEPT = "playground:build";

const ROOMY = 92; // pixels from layer to layer in which all controls of a layer stand beside the next one's
const TIGHT = 34; // in which its number of units does; the rest comes out while one is at it

/** Puts every cell above the middle of its layer, or leaves all in a row that scrolls where layers stand too close. */
function placeCells(row, svg) {
  const cells = [...row.querySelectorAll(".cell")];
  const place = () => {
    row.classList.remove("placed", "tight");
    if (matchMedia("(max-width: 700px)").matches) return;
    const left = row.getBoundingClientRect().left;
    const middles = cells.map(({ dataset }) => {
      const boxes = [...svg.querySelectorAll(`[data-neuron^="${dataset.column},"] circle`)].map((c) => c.getBoundingClientRect());
      return (Math.min(...boxes.map((b) => b.left)) + Math.max(...boxes.map((b) => b.right))) / 2 - left;
    });
    const gap = Math.min(...middles.slice(1).map((middle, k) => middle - middles[k]));
    if (!(gap >= TIGHT)) return;
    row.classList.add("placed");
    row.classList.toggle("tight", gap < ROOMY);
    row.style.setProperty("--gap", `${gap}px`);
    cells.forEach((cell, k) => {
      cell.style.setProperty("--middle", `${middles[k]}px`);
      cell.style.setProperty("--before", `${k ? middles[k] - middles[k - 1] : 0}px`);
    });
  };
  new ResizeObserver(place).observe(svg);
  place();
}

/** Which panels are open is remembered in this browser. */
function keepPanels(panels) {
  const open = new Set(read("localStorage", KEPT) ?? []);
  for (const panel of panels) {
    if (open.has(panel.id)) panel.open = true;
    panel.addEventListener("toggle", () => {
      if (panel.open) open.add(panel.id);
      else open.delete(panel.id);
      write("localStorage", KEPT, [...open]);
    });
  }
}

function explainDataSets(thumbs, sentence) {
  const standing = sentence.textContent;
  const tell = ({ target }) => {
    const thumb = target.closest(".thumb");
    if (thumb) sentence.textContent = thumb.title;
  };
  const rest = () => {
    const chosen = thumbs.querySelector(":focus-visible") ?? thumbs.querySelector(":checked");
    sentence.textContent = chosen ? chosen.closest(".thumb").title : standing;
  };
  thumbs.addEventListener("pointerover", tell);
  thumbs.addEventListener("focusin", tell);
  thumbs.addEventListener("pointerleave", rest);
  thumbs.addEventListener("focusout", rest);
}

/** What came out of a fold or a question mark lies inside the window. */
function bringIntoSight(panel) {
  panel.style.setProperty("--over", "0px");
  const over = panel.getBoundingClientRect().right + 8 - document.documentElement.clientWidth;
  panel.style.setProperty("--over", `${Math.max(0, over)}px`);
  panel.scrollIntoView({ block: "nearest" });
}

const FOLDS = ".why, .fold";

/** A question mark, or a fold of a layer. */
function showSentences(playground) {
  for (const each of playground.querySelectorAll(FOLDS)) {
    each.addEventListener("toggle", () => each.open && bringIntoSight(each.querySelector(".sentences")));
  }
  closeFolds(playground, FOLDS);
}

/** After a refusal the first field that is wrong has the focus, and what is wrong with it is in sight. */
function showFaults(form, playground) {
  const faults = [...playground.querySelectorAll("#layer-faults p, #data-faults p")];
  for (const field of form.elements) field.removeAttribute("aria-invalid");
  for (const { dataset } of faults) document.getElementById(dataset.field)?.setAttribute("aria-invalid", "true");
  if (!faults.length) return;
  const field = document.getElementById(faults[0].dataset.field);
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
  faults[0].scrollIntoView({ block: "nearest" });
}

/** A field of a layer comes back with its fold open; a choice from a fold leaves the fold's own button. */
function focusAgain(control) {
  const fold = control?.closest(".fold");
  if (fold?.matches(".more")) fold.open = true;
  const shown = !fold || fold.open ? control : fold.querySelector("summary");
  shown?.focus({ preventScroll: true });
}

export function buildInPlace(playground) {
  const form = playground.querySelector("#build");
  const side = playground.querySelector(".side");
  const cells = playground.querySelector(".layers .cells");
  if (cells) placeCells(cells, playground.querySelector(".drawing"));
  keepPanels(side.querySelectorAll("details[id]"));
  explainDataSets(playground.querySelector(".thumbs"), playground.querySelector("#dataset-sentence"));
  showSentences(playground);

  const kept = take("sessionStorage", KEPT);
  if (kept) {
    side.scrollTop = kept.scroll;
    focusAgain(document.getElementById(kept.focus));
  }
  let sent = 0;
  playground.addEventListener("change", ({ target }) => {
    if (target.form !== form || target.dataset.rebuild === undefined) return;
    const before = sent; // Enter in a field changes it and sends the form by itself
    setTimeout(() => sent === before && form.requestSubmit());
  });
  // Arrow keys walk through the data sets; a finger or the mouse on one means it.
  playground.addEventListener("click", (event) => {
    if (event.detail && event.target.name === "dataset") form.requestSubmit();
  });
  form.addEventListener("submit", ({ submitter }) => {
    sent += 1;
    write("sessionStorage", KEPT, { focus: submitter?.id || document.activeElement.id, scroll: side.scrollTop });
  });
  addUpPresses(form, playground);
  playground.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    playground.querySelector("#repaired")?.remove();
    if (ctx.sourceElement !== form) return;
    take("sessionStorage", KEPT);
    showFaults(form, playground);
  });
}
