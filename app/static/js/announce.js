// What a screen reader is told after an action: step, phase, batch loss; or what was chosen. Not while playing fast.
const CALM = 1000; // milliseconds between two updates that can still be followed by ear

const pair = (entry) => `${entry.querySelector("dt").textContent} ${entry.querySelector("dd").textContent}`;

export function announcer(playground) {
  const place = playground.querySelector("#announcement");
  let last = 0;

  function say(parts) {
    place.textContent = parts.map((part) => part.replace(/\s+/g, " ").trim()).join(", ");
  }

  /** Called when new numbers, or another layer of them, are shown. */
  function sayCounters() {
    const before = last;
    last = performance.now();
    if ("playing" in playground.dataset && last - before < CALM) return;
    const ids = playground.dataset.underWay === "forward" ? ["step", "phase"] : ["step", "phase", "batch-loss"];
    const counters = ids.map((id) => document.getElementById(id).closest("div"));
    say(counters.map(pair));
  }

  function sayChosen() {
    const inspector = document.getElementById("inspector");
    const facts = [...inspector.querySelectorAll(".facts div")].slice(0, 2).map(pair);
    say([inspector.querySelector("h2").textContent, ...facts]);
  }

  return { sayCounters, sayChosen };
}
