// The small pictures in the neurons: one canvas below the drawing, a disc for each neuron.
import { painted, palettes } from "./paint.js";
import { underlay } from "./underlay.js";

/** Gives what sets the pictures of an answer: rows of bytes, `small` squared for every neuron. */
export function neuronPictures(svg) {
  const discs = [...svg.querySelectorAll("[data-neuron] circle")].map((circle) => ({
    x: circle.cx.baseVal.value, y: circle.cy.baseVal.value, r: circle.r.baseVal.value,
  }));
  let pictures = null;

  function paint(context) {
    if (!pictures) return;
    const { small, neurons } = pictures;
    const sheet = painted(neurons, small, palettes().neuron); // one below the other
    discs.forEach(({ x, y, r }, n) => {
      context.save();
      context.beginPath();
      context.arc(x, y, r, 0, 2 * Math.PI);
      context.clip();
      context.drawImage(sheet, 0, n * small, small, small, x - r, y - r, 2 * r, 2 * r);
      context.restore();
    });
  }

  const redraw = underlay(svg, paint, "neurons");
  return function setPictures(given) {
    pictures = given;
    redraw();
  };
}
