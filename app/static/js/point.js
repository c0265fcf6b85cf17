// A point of one's own, dragged over the plane of the result, where there is one.
const SVG = "http://www.w3.org/2000/svg";

export function draggedPoint(playground, ask) {
  const plane = playground.querySelector('#plane[data-kind="plane"]');
  if (!plane) return null;
  const frame = plane.querySelector(".frame");
  const svg = frame.closest("svg");
  const [x1, x2, y1, y2] = plane.dataset.domain.split(",").map(Number);
  const mark = document.createElementNS(SVG, "circle");

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

  function drag(event) {
    const [x, y] = pointAt(event);
    place([x, y]);
    ask({ "probe-0": x, "probe-1": y });
  }

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    svg.setPointerCapture(event.pointerId);
    drag(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) drag(event);
  });
  return { place, hide: () => mark.setAttribute("visibility", "hidden") };
}
