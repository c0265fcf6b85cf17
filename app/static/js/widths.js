// Widths of strokes in tenths of a unit, as app/scene/strokes.py makes them.
const DECADES = 6;
const THINNEST = 5;

/** How large each |value| is beside the largest, from 0 to 1: `scale` is "linear" or "logarithmic". */
export function shares(values, scale, decades = DECADES) {
  const largest = values.reduce((most, x) => Math.max(most, Math.abs(x ?? 0)), 0);
  return values.map((value) => {
    if (!value) return 0;
    const ratio = Math.abs(value) / largest;
    return scale === "linear" ? ratio : Math.max(0, 1 + Math.log10(ratio) / decades);
  });
}

/** Widths of weights: to scale, and a thin line for one that is 0. */
export function weightWidths(values, widest) {
  const found = shares(values, "linear");
  return found.map((share) => Math.round(THINNEST + share * (10 * widest - THINNEST)));
}

/** Widths by |value|, the largest one `widest` units: `scale` is "linear" or "logarithmic"; 0 is not drawn. */
export function widths(values, widest, scale, decades = DECADES) {
  const found = shares(values, scale, decades);
  return values.map((value, k) => (value ? Math.round(THINNEST + found[k] * (10 * widest - THINNEST)) : 0));
}
