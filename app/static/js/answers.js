// What an answer brings. That of an action is one JSON object, in which `markup` is that of the parts that have something
// to say; every other is markup for htmx, with numbers in blocks among it, as on a page.
import { forgetInspector, setInspector } from "./inspector.js";
import { renew } from "./renew.js";
import { tellWhenSent } from "./seen.js";

const read = new Map(); // by its id, the block that was read last
const last = new Map(); // and what it held

/** Takes JSON apart before htmx swaps: nothing is left for it then, and its events come all the same. */
export function takeAnswers(playground) {
  tellWhenSent(playground);
  playground.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (!ctx.response.headers.get("content-type")?.startsWith("application/json")) {
      forgetInspector();
      return;
    }
    ctx.answer = JSON.parse(ctx.text);
    ctx.text = "";
    renew(ctx.answer.markup);
    setInspector(ctx.answer.inspector);
  });
}

/** What an answer has given, else what a new block of that name on the page holds; null where neither is. */
export function brought(name, given) {
  if (given !== undefined) last.set(name, given);
  else {
    const block = document.getElementById(name);
    if (block === read.get(name)) return null;
    read.set(name, block);
    last.set(name, JSON.parse(block.textContent));
  }
  return last.get(name);
}

/** What was brought last under a name. */
export const broughtLast = (name) => last.get(name) ?? brought(name);
