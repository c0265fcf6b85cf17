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

  /** Choose the place of that key; "" for none. */
  function select(key) {
    for (const field of fields) field.value = key;
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

/** On a narrow screen the inspector stands below: bring it into sight once it is filled. */
export function showInspector() {
  const inspector = document.getElementById("inspector");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (inspector.dataset.select && inspector.getBoundingClientRect().top > window.innerHeight - 80) {
    inspector.scrollIntoView({ block: "nearest", behavior: still ? "instant" : "smooth" });
  }
}
