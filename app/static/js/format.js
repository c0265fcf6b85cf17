// The same text for a number as app/scene/format.py.
import { setAttribute, setText } from "./set.js";
const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** The shortest decimal that reads back as x, without an exponent; "" for null. */
export function plain(x) {
  if (x === null || x === undefined || !Number.isFinite(x)) return "";
  if (Object.is(x, -0)) return "-0";
  const text = String(x);
  const [mantissa, exponent] = text.split("e");
  return exponent === undefined ? text : shifted(mantissa, Number(exponent));
}

function shifted(mantissa, exponent) {
  const minus = mantissa.startsWith("-") ? "-" : "";
  const [whole, fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `${minus}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return minus + digits + "0".repeat(point - digits.length);
  return `${minus}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** So many significant digits for people; very small and very large numbers as 3.2×10⁻⁵; "–" for null. */
export function short(x, digits = 4) {
  if (x === null || x === undefined) return "–";
  if (typeof x === "string") return x; // what is no finite number comes as text
  if (x === 0) return "0";
  const exponent = exponentOf(x, digits);
  if (exponent > -5 && exponent < 6) return plain(Number(x.toPrecision(digits))).replace("-", "−");
  const [mantissa, power] = x.toExponential(digits - 2).split("e");
  const raised = String(Number(power)).replace(/./g, (sign) => SUPERSCRIPT[sign]);
  return `${String(Number(mantissa)).replace("-", "−")}×10${raised}`;
}

export const ROOM = { edge: 9, named: 8, neuron: 6.5, cell: 6.75 }; // widths in digits, as in format.py
const WIDTHS = { ".": 0.5, "−": 1.25, "×": 1.25 };
for (const raised of Object.values(SUPERSCRIPT)) WIDTHS[raised] = 0.65;

/** `short` with at most so many digits, and fewer (not below two) until it is no wider than `room` digits. */
export function fitted(x, room, digits = 4) {
  const text = short(x, digits);
  return widthOf(text) <= room || digits === 2 ? text : fitted(x, room, digits - 1);
}

/** How many digits a text is wide. */
export function widthOf(text) {
  return [...text].reduce((sum, sign) => sum + (WIDTHS[sign] ?? 1), 0);
}

/** A share as percent with one decimal; "–" for null. */
export function percent(share) {
  return typeof share === "number" ? (100 * share).toFixed(1) : "–";
}

/** The whole number that a <data> element stands for; as its title only under the pointer, see hover.js. */
export function setValue(data, x) {
  setAttribute(data, "value", plain(x));
  data.removeAttribute("title");
}

/** A number in a <data> element: the whole of it as its value, what people read as its text. */
export function setNumber(data, x, digits = 4, room = Infinity) {
  setValue(data, x);
  setText(data, fitted(x, room, digits));
}

function exponentOf(x, digits) {
  return Number(x.toExponential(digits - 1).split("e")[1]);
}
