// One stop for Tab over many places: the one that had the focus last.

export function rove(svg, places, start) {
  let current = start;
  for (const place of places) place.setAttribute("tabindex", place === current ? "0" : "-1");

  // Not on the drawing: an SVG element that listens to focus becomes a stop for Tab itself.
  svg.parentElement.addEventListener("focusin", ({ target }) => {
    const place = target.closest(".drawing [data-select]");
    if (!place) return;
    current.setAttribute("tabindex", "-1");
    current = place;
    current.setAttribute("tabindex", "0");
  });
}
