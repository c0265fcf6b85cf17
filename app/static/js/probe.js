// A point of one's own: typed, or dragged over the plane of the result, where there is one.
const SVG = "http://www.w3.org/2000/svg";

export function probePoints(playground) {
  const form = playground.querySelector("#probe");
  const plane = playground.querySelector('#plane[data-kind="plane"]');
  if (!form || !plane) return () => {};
  const fields = [...form.querySelectorAll("[name^=probe-]")];
  const frame = plane.querySelector(".frame");
  const svg = frame.closest("svg");
  const [x1, x2, y1, y2] = plane.dataset.domain.split(",").map(Number);
  const mark = document.createElementNS(SVG, "circle");
  let flying = false;
  let next = null; // the last point that the pointer passed while a request was in flight

  mark.setAttribute("class", "probe-point");
  mark.setAttribute("r", 5);
  mark.setAttribute("visibility", "hidden");
  svg.append(mark);

  function pointAt({ clientX, clientY }) {
    const box = frame.getBoundingClientRect();
    const share = (at, from, length) => Math.min(1, Math.max(0, (at - from) / length));
    const across = share(clientX, box.left, box.width);
    const up = 1 - share(clientY, box.top, box.height);
    return [x1 + across * (x2 - x1), y1 + up * (y2 - y1)].map((x) => Number(x.toPrecision(4)));
  }

  function place([x, y]) {
    const box = frame.getBBox();
    mark.setAttribute("cx", box.x + ((x - x1) / (x2 - x1)) * box.width);
    mark.setAttribute("cy", box.y + (1 - (y - y1) / (y2 - y1)) * box.height);
    mark.setAttribute("visibility", "visible");
  }

  function ask(point) {
    place(point);
    if (flying) {
      next = point;
      return;
    }
    flying = true;
    point.forEach((x, k) => (fields[k].value = x));
    form.requestSubmit();
  }

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    svg.setPointerCapture(event.pointerId);
    ask(pointAt(event));
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) ask(pointAt(event));
  });
  playground.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== form) return;
    flying = false;
    const waiting = next;
    next = null;
    if (waiting) ask(waiting);
  });

  /** The point stands where the server has it; it goes with the next action. */
  return function setProbe({ probe }) {
    if (probe) place(probe);
    else if (!flying) mark.setAttribute("visibility", "hidden");
  };
}
