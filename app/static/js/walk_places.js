// One stop for Tab, arrow keys inside: to the nearest place that lies in the direction of the arrow.

import { rove } from "./roving.js";

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SIDEWAYS = 3; // how much worse it is to be beside the way than along it

function middleOf(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return [(left + right) / 2, (top + bottom) / 2];
}

function nearest(from, places, [dx, dy]) {
  const [x, y] = middleOf(from);
  let found = null;
  let least = Infinity;
  for (const place of places) {
    if (place === from || place.getClientRects().length === 0) continue;
    const [px, py] = middleOf(place);
    const along = (px - x) * dx + (py - y) * dy;
    const away = along + SIDEWAYS * Math.abs((px - x) * dy + (py - y) * dx);
    if (along > 1 && away < least) [least, found] = [away, place];
  }
  return found;
}

export function walkPlaces(playground) {
  const svg = playground.querySelector(".drawing");
  const places = [...svg.querySelectorAll("[data-select]:not([aria-hidden])")];
  const current = places.find(({ classList }) => classList.contains("selected")) ?? places[0];
  rove(svg, places, current);

  svg.addEventListener("keydown", (event) => {
    const place = event.target.closest("[data-select]");
    const direction = DIRECTIONS[event.key];
    if (!place || !direction || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    nearest(place, places, direction)?.focus();
  });
}
