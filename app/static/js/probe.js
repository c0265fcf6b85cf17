// Inputs of one's own: typed, drawn, taken from a sample, or a point dragged over the plane of the result.
import { broughtLast } from "./answers.js";
import { drawpad } from "./drawpad.js";
import { draggedPoint } from "./point.js";

export function probeInputs(playground) {
  const form = playground.querySelector("#probe");
  if (!form) return () => {};
  let flying = false;
  let next = null; // the last inputs that were given while a request was in flight

  /** Run inputs forward: the text of every field by its name. */
  function ask(fields) {
    if (flying) {
      next = fields;
      return;
    }
    flying = true;
    for (const [name, text] of Object.entries(fields)) form.elements[name].value = text;
    form.requestSubmit();
  }

  const pad = drawpad(form, ask);
  const point = draggedPoint(playground, ask);

  form.querySelector("[data-take]")?.addEventListener("click", () => {
    const { typed } = broughtLast("example");
    pad?.set(typed.pixels);
    ask(typed);
  });
  playground.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== form) return;
    flying = false;
    const waiting = next;
    next = null;
    if (waiting) ask(waiting);
  });

  /** The point stands where the server has it; it goes with the next action. */
  return function setProbe({ probe }) {
    if (probe) point?.place(probe);
    else if (!flying) point?.hide();
  };
}
