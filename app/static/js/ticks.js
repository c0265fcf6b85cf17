// Round numbers for axes, as app/scene/ticks.py.

/** What is smaller, or farther from 0, stands on no logarithmic axis. */
export const [TINY, FARTHEST] = [1e-300, 1e300];

/** Three to six round numbers from `low` or just above it to `high` or just above it; `low` alone where the two are
 *  too close to be told apart. */
export function ticks(low, high, whole = false) {
  const raw = high / 4 - low / 4;
  if (raw < TINY) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  let step = [1, 2, 2.5, 5, 10].map((factor) => power * factor).find((each) => each >= raw * (1 - 1e-9));
  if (whole) step = Math.max(1, Math.ceil(step));
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.ceil(high / step - 1e-9)];
  const marks = Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));
  return marks.filter(Number.isFinite);
}

/** Two to six round numbers around the positive `low` … `high`: powers of ten, or 1, 2, 5 within a few. */
export function logTicks(low, high) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  if (last - first > 2) {
    const stride = Math.ceil((last - first) / 5);
    const powers = [];
    for (let power = first; power < last + stride; power += stride) powers.push(Number(`1e${power}`));
    return powers;
  }
  const marks = [];
  for (let power = first; power <= last; power += 1) for (const factor of [1, 2, 5]) marks.push(Number(`${factor}e${power}`));
  const below = marks.filter((mark) => mark <= low * (1 + 1e-9)).at(-1);
  const above = marks.find((mark) => mark >= high && mark > below);
  return marks.filter((mark) => mark >= below && mark <= above);
}
