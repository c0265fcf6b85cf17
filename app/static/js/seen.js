// What the page has, as every action tells it: of the curves so and so much, of the inspector that form.
const fields = document.querySelectorAll("input[name=seen]");
const seen = { curves: "::", inspector: "" };

/** `part` is one of them, or both. */
export function tell(part) {
  Object.assign(seen, part);
  for (const field of fields) field.value = `${seen.curves}:${seen.inspector}`;
}
