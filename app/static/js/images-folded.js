// A convolution with too many kernels to draw shows those of one filter: of the one that is chosen.

/** Lets the taps of `spec.layers[layer]` stand for another filter. `entries` are the marks of all parameters. */
export function foldedKernels(svg, space, entries) {
  const kernels = [...svg.querySelectorAll(".kernel[data-folded]")].map((element) => ({
    element, taps: entries.filter((entry) => entry.element.parentElement === element),
  }));

  function rename({ element }, { layer, index: [row, column, channel] }, filter) {
    const key = `param:${layer},W,${row},${column},${channel},${filter}`;
    const words = { row: row + 1, column: column + 1, channel: channel + 1, filter: filter + 1 };
    element.setAttribute("href", `${element.getAttribute("href").split("?")[0]}?select=${key}`);
    Object.assign(element.dataset, { select: key, parameter: key.slice("param:".length) });
    element.setAttribute("aria-label", svg.dataset.tap.replace(/\{(\w+)\}/g, (_, name) => words[name]));
    return key;
  }

  /** Show the filter that a place belongs to, if it is one of a folded convolution. */
  return function show(place) {
    const layer = place.kind === "param" ? place.layer : place.kind === "spot" ? place.layer - 1 : -1;
    if (!space.layers[layer + 1]?.folded) return;
    const filter = place.index.at(-1);
    for (const { element, taps } of kernels) {
      const [at, channel] = element.dataset.edge.split(",").map(Number);
      if (at !== layer) continue;
      element.dataset.edge = [layer, channel, filter].join(",");
      for (const tap of taps) tap.at = space.parse(rename(tap, space.parse(tap.element.dataset.select), filter)).at;
    }
  };
}
