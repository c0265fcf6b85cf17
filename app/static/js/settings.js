// The fields of the settings stand still: they follow the server when it has other values, and say what is refused.
import { setHidden } from "./set.js";

export function followSettings(playground) {
  const fields = playground.querySelector("#settings form").elements;
  const faults = playground.querySelector("#faults");
  let known = null;
  let marked = false;

  /** A field is set when the server's value has changed, never while somebody is in it; null: it has no such option. */
  function setSettings(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = fields[name];
      if (known && known[name] !== value && field !== document.activeElement) field.value = value ?? "";
      const option = field.closest("[data-option]");
      if (option) setHidden(option, value === null);
    }
    known = values;
  }

  function markFaults() {
    const before = marked;
    marked = faults.firstElementChild !== null;
    if (!before && !marked) return;
    for (const field of Object.values(fields)) {
      const fault = field.name && faults.querySelector(`[data-field="${field.name}"]`);
      if (fault) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    faults.querySelector("p")?.scrollIntoView({ block: "nearest" });
  }
  return { setSettings, markFaults };
}
