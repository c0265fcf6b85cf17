// The result column and the pictures in the neurons: sets what an answer brings on what stands on the page.
import { brought } from "./answers.js";
import { bytesOf, restyled } from "./paint.js";
import { neuronPictures } from "./neurons.js";
import { standingClasses } from "./classes.js";
import { standingPlane } from "./plane.js";

export function followPictures(playground) {
  const svg = playground.querySelector(".drawing");
  const plane = standingPlane(playground);
  const classes = standingClasses(playground);
  const setPictures = svg.classList.contains("pictured") ? neuronPictures(svg) : null;

  function take(answer) {
    const numbers = brought("pictures", answer?.pictures);
    if (!numbers) return;
    const { pictures } = numbers;
    if (pictures) unpack(pictures);
    setPictures?.(pictures);
    plane?.set(numbers, pictures);
    classes.set(numbers);
  }

  take();
  if (plane) restyled(plane.paint);
  if (setPictures) showPointedAt(svg, plane);
  return take;
}

/** Bytes of the neurons, and of the surface that stands behind them. */
function unpack(pictures) {
  const levels = bytesOf(pictures.levels);
  const end = levels.length - pictures.side ** 2;
  [pictures.neurons, pictures.surface] = [levels.subarray(0, end), levels.subarray(end)];
  pictures.winners &&= bytesOf(pictures.winners);
}

/** The neuron under the pointer, or with the focus, is shown large in the plane. */
function showPointedAt(svg, plane) {
  const order = [...svg.querySelectorAll("[data-neuron]")];
  const nameOf = (neuron) => neuron?.querySelector(".name")?.textContent ?? neuron?.dataset.neuron;
  const show = ({ target }) => {
    const neuron = target.closest("[data-neuron]");
    plane.show(neuron ? order.indexOf(neuron) : -1, nameOf(neuron));
  };
  const stage = svg.parentElement; // listeners for focus on the SVG itself would make it a stop of its own
  for (const kind of ["pointerover", "focusin"]) stage.addEventListener(kind, show);
  for (const kind of ["pointerleave", "focusout"]) stage.addEventListener(kind, () => plane.show(-1));
}
