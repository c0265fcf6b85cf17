// The small pictures in the neurons: one canvas below the drawing, a disc for each neuron.
import { painted } from "./paint.js";

export function neuronPictures(svg) {
  const discs = [...svg.querySelectorAll("[data-neuron] circle")].map((circle) => ({
    x: circle.cx.baseVal.value, y: circle.cy.baseVal.value, r: circle.r.baseVal.value,
  }));
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  let pictures = null;
  let colours = null;
  canvas.className = "neurons";
  canvas.setAttribute("aria-hidden", "true");
  svg.before(canvas);

  function draw() {
    const box = svg.getBoundingClientRect();
    if (!pictures || !box.width) return;
    const ratio = window.devicePixelRatio;
    canvas.width = Math.round(box.width * ratio);
    canvas.height = Math.round(box.height * ratio);
    const matrix = svg.getScreenCTM();
    context.setTransform(ratio * matrix.a, 0, 0, ratio * matrix.d,
      ratio * (matrix.e - box.left), ratio * (matrix.f - box.top));
    const cells = pictures.small ** 2;
    discs.forEach(({ x, y, r }, n) => {
      const picture = painted(pictures.neurons.subarray(n * cells, (n + 1) * cells), pictures.small, colours.neuron);
      context.save();
      context.beginPath();
      context.arc(x, y, r, 0, 2 * Math.PI);
      context.clip();
      context.drawImage(picture, x - r, y - r, 2 * r, 2 * r);
      context.restore();
    });
  }

  new ResizeObserver(draw).observe(svg);
  return {
    set(given, palettes) {
      [pictures, colours] = [given, palettes];
      draw();
    },
    restyle(palettes) {
      colours = palettes;
      draw();
    },
  };
}
