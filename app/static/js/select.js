// Choosing an edge or a neuron: the inspector shows it, and every later action carries the choice along.
import { edgeAt } from "./pointing.js";

/** The page of this session with what is chosen on it. */
export function addressOf(playground) {
  const key = playground.querySelector("#inspect").elements.select.value;
  return `/n/${playground.dataset.session}${key ? `?select=${key}` : ""}`;
}

export function followSelection(playground, network) {
  const svg = playground.querySelector(".drawing");
  const fields = [...playground.querySelectorAll("input[name=select]")];
  const opened = [...playground.querySelectorAll("input[name=open]")];
  const inspect = playground.querySelector("#inspect");

  function mark(key) {
    for (const element of svg.querySelectorAll(".selected")) element.classList.remove("selected");
    if (key) svg.querySelector(`[data-select="${key}"]`)?.classList.add("selected");
    network.mark?.(key);
  }

  /** The choice outlives a reload and a change of language. */
  function remember(key) {
    if (location.pathname.startsWith("/n/")) history.replaceState(null, "", addressOf(playground));
    for (const link of playground.querySelectorAll(".preferences a[hreflang]")) {
      const url = new URL(link.href);
      url.searchParams.set("select", key);
      link.href = url;
    }
  }

  /** Choose the place of that key; "" for none. What was read of another one is scrolled back to its beginning. */
  function select(key) {
    if (key !== inspect.elements.select.value) document.getElementById("inspector").scrollTop = 0;
    for (const field of fields) field.value = key;
    for (const field of opened) field.value = "";
    mark(key);
    remember(key);
    inspect.requestSubmit();
  }

  playground.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    const chosen = event.target.closest("a[data-select]");
    const pointed = event.detail > 0 && svg.contains(event.target) && !chosen?.dataset.neuron;
    const nearest = pointed && !network.at ? edgeAt(svg, network.lines, event, chosen?.dataset.select) : null;
    const key = network.at && svg.contains(event.target) ? network.at(event) : nearest ?? chosen?.dataset.select;
    if (!key) return;
    event.preventDefault();
    select(key);
  });

  mark(inspect.elements.select.value);
  return { select };
}

const ENOUGH = 240; // pixels of the inspector in sight

/** Where the inspector stands below, or mostly so: bring it into sight once it is filled. */
export function showInspector() {
  const inspector = document.getElementById("inspector");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const { top, bottom } = inspector.getBoundingClientRect();
  const hidden = bottom > window.innerHeight && top > window.innerHeight - ENOUGH;
  if (inspector.dataset.select && hidden) {
    inspector.scrollIntoView({ block: "nearest", behavior: still ? "instant" : "smooth" });
  }
}
