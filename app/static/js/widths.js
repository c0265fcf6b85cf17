// Widths of strokes in tenths of a unit, as app/scene/strokes.py makes them: for what only the module draws.
const DECADES = 6;
const THINNEST = 5;

/** Widths by |value|, the largest one `widest` units: `scale` is "linear" or "logarithmic"; 0 is not drawn. */
export function widths(values, widest, scale) {
  const largest = values.reduce((most, x) => Math.max(most, Math.abs(x ?? 0)), 0);
  return values.map((value) => {
    if (!value) return 0;
    const ratio = Math.abs(value) / largest;
    const share = scale === "linear" ? ratio : Math.max(0, 1 + Math.log10(ratio) / DECADES);
    return Math.round(THINNEST + share * (10 * widest - THINNEST));
  });
}
