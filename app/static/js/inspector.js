// The inspector stands while its numbers change: an answer brings its texts in the order in which they stand there,
// and before them its form where the page has another one.
import { outOfSight } from "./away.js";
import { renew } from "./renew.js";
import { tell } from "./seen.js";

// Out of sight the numbers are set all the same, but not laid out.
const away = outOfSight((part) => part.style.removeProperty("content-visibility"));
let holes = []; // of the form that stands
let held = []; // the texts in them

/** Takes the inspector of an answer. */
export function setInspector(given) {
  if (!given) return;
  if (given.markup !== undefined) {
    holes = renew(given.markup);
    held = [];
    tell({ inspector: given.form });
    away.watch(document.querySelectorAll(".inspection > *"));
  }
  for (const part of away.hold()) part.style.setProperty("content-visibility", "hidden");
  given.texts.forEach((text, k) => {
    if (held[k] !== text) holes[k](text);
  });
  held = given.texts;
}

/** After markup that htmx has swapped in: it may be any. */
export function forgetInspector() {
  holes = [];
  tell({ inspector: "" });
  away.watch([]);
}
