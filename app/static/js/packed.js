// The vectors of a large network come packed: float32 in base64. Made lists here, null where one is no finite number.
import { bytesOf } from "./paint.js";

const VECTORS = [
  "weights", "biases", "gradients", "bias_gradients", "changes", "bias_changes", "activations", "pre_activations", "deltas",
];

function listOf(values) {
  if (typeof values !== "string") return values;
  return Array.from(new Float32Array(bytesOf(values).buffer), (x) => (Number.isFinite(x) ? x : null));
}

/** Numbers of a network that is drawn by its units, whether packed or not; of any other as they are. */
export function unpacked(numbers) {
  if (typeof numbers?.weights === "string") {
    for (const name of VECTORS) numbers[name] = listOf(numbers[name]);
  }
  return numbers;
}
