// Numbers as they travel: those of a large network as float32 in base64.
import { bytesOf } from "./paint.js";

const VECTORS = [
  "weights", "biases", "gradients", "bias_gradients", "changes", "bias_changes", "activations", "pre_activations", "deltas",
];

/** A block of numbers with arrays for its vectors, null where one is no finite number. */
export function unpacked(numbers) {
  for (const name of VECTORS) {
    if (typeof numbers[name] !== "string") continue;
    const values = new Float32Array(bytesOf(numbers[name]).buffer);
    numbers[name] = Array.from(values, (x) => (Number.isFinite(x) ? x : null));
  }
  return numbers;
}
