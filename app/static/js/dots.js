// The dots of the square on a canvas below all else that is drawn in it, as the server has drawn them: hundreds of
// circles would be painted anew with every step.
import { restyled } from "./paint.js";
import { underlay } from "./underlay.js";

/** The dots of one part of the data: where they stand, the circles that they are drawn like, and the classes of these by
 * every output, where the plane can show one of several. */
export function dotsOf(group) {
  const circles = [...group.querySelectorAll(".dots circle")];
  const places = circles.map(({ cx, cy }) => ({ x: cx.baseVal.value, y: cy.baseVal.value }));
  const kinds = group.querySelector(".dots").dataset.kinds?.split("|").map((each) => each.split(" ")) ?? [];
  return { group, circles, places, kinds };
}

/** Takes the circles of all parts off the drawing; gives what draws them anew, at their places of now. */
export function drawDots(svg, parts) {
  const looks = new Map(); // by the classes of a circle and its part

  function lookOf(circle, part) {
    const kind = `${part} ${circle.className.baseVal}`;
    if (!looks.has(kind)) {
      const { fill, stroke, strokeWidth } = getComputedStyle(circle);
      looks.set(kind, { fill, stroke, width: parseFloat(strokeWidth), r: circle.r.baseVal.value });
    }
    return looks.get(kind);
  }

  function paint(context) {
    for (const { group, circles, places } of parts) {
      if (getComputedStyle(group).display === "none") continue;
      circles.forEach((circle, k) => {
        const { fill, stroke, width, r } = lookOf(circle, group.dataset.part);
        Object.assign(context, { fillStyle: fill, strokeStyle: stroke, lineWidth: width });
        context.beginPath();
        context.arc(places[k].x, places[k].y, r, 0, 2 * Math.PI);
        context.fill();
        context.stroke();
      });
    }
  }

  svg.classList.add("dotted");
  restyled(() => looks.clear());
  return underlay(svg, paint, "dots");
}
