// What the page has, as every action tells it: of the curves so and so much, of the inspector that form.
const seen = { curves: "::", inspector: "" };
const FIELD = "seen";

/** `part` is one of them, or both. */
export function tell(part) {
  Object.assign(seen, part);
}

/** Fills the field of what is sent: an action that waited for others tells what the page has by now. */
export function tellWhenSent(playground) {
  playground.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const { request } = ctx;
    const text = `${seen.curves}:${seen.inspector}`;
    if (request.body?.has(FIELD)) request.body.set(FIELD, text);
    const [path, query] = request.action.split("?");
    const asked = new URLSearchParams(query);
    if (!asked.has(FIELD)) return;
    asked.set(FIELD, text);
    request.action = `${path}?${asked}`;
  });
}
