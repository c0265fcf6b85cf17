// A canvas below a drawing, as large as it is, drawn on in its user units: measured when the drawing's size changes,
// painted at most once a frame.
import { restyled } from "./paint.js";

/** `paint(context, scale)` draws everything, a user unit being `scale` pixels of the page; gives what asks for it. */
export function underlay(svg, paint, name = "") {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  let matrix = null; // from user units to pixels of the canvas
  let asked = false;
  canvas.className = name;
  canvas.setAttribute("aria-hidden", "true");
  svg.before(canvas);

  function draw() {
    asked = false;
    if (!matrix) return;
    context.reset();
    context.setTransform(matrix);
    paint(context, matrix.a / window.devicePixelRatio);
  }

  function redraw() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(draw);
  }

  function measure() {
    const box = svg.getBoundingClientRect();
    if (!box.width) { // folded away
      matrix = null;
      return;
    }
    const ratio = window.devicePixelRatio;
    const { a, d, e, f } = svg.getScreenCTM();
    [canvas.width, canvas.height] = [box.width, box.height].map((length) => Math.round(length * ratio));
    matrix = new DOMMatrix([ratio * a, 0, 0, ratio * d, ratio * (e - box.left), ratio * (f - box.top)]);
    draw();
  }

  /** Another zoom or another screen need not change the size in units of the page. */
  function followRatio() {
    const same = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    same.addEventListener("change", () => {
      measure();
      followRatio();
    }, { once: true });
  }

  new ResizeObserver(measure).observe(svg);
  followRatio();
  restyled(draw); // at once: for print there is no next frame
  return redraw;
}
