// A point of one's own in the plane of the result, where there is one: dragged with a mouse or pen from anywhere, with
// a finger by its handle, since a finger that moves elsewhere scrolls the page; a tap sets it.
const SVG = "http://www.w3.org/2000/svg";
const HANDLE = 24; // user units: for a thumb
const TAP = 8; // pixels: a finger that moves less has tapped

export function draggedPoint(playground, ask) {
  const plane = playground.querySelector('#plane[data-kind="plane"]');
  if (!plane) return null;
  const frame = plane.querySelector(".frame");
  const svg = frame.closest("svg");
  const [x1, x2, y1, y2] = plane.dataset.domain.split(",").map(Number);
  const mark = svg.appendChild(document.createElementNS(SVG, "g"));
  mark.setAttribute("visibility", "hidden");
  const circles = [["probe-handle", HANDLE], ["probe-point", 5]].map(([name, radius]) => {
    const circle = mark.appendChild(document.createElementNS(SVG, "circle"));
    circle.setAttribute("class", name);
    circle.setAttribute("r", radius);
    return circle;
  });
  const [handle] = circles;
  let touch = null; // where a finger came down, and how far from the point if it took the handle

  function pointAt({ clientX, clientY }) {
    const box = frame.getBoundingClientRect();
    const share = (at, from, length) => Math.min(1, Math.max(0, (at - from) / length));
    const across = share(clientX, box.left, box.width);
    const up = 1 - share(clientY, box.top, box.height);
    return [x1 + across * (x2 - x1), y1 + up * (y2 - y1)].map((x) => Number(x.toPrecision(4)));
  }

  function place([x, y]) {
    const box = frame.getBBox();
    for (const circle of circles) {
      circle.setAttribute("cx", box.x + ((x - x1) / (x2 - x1)) * box.width);
      circle.setAttribute("cy", box.y + (1 - (y - y1) / (y2 - y1)) * box.height);
    }
    mark.setAttribute("visibility", "visible");
  }

  function drag(event) {
    const [x, y] = pointAt(event);
    place([x, y]);
    ask({ "probe-0": x, "probe-1": y });
  }

  function touched({ clientX, clientY, target }) {
    touch = { x: clientX, y: clientY, moved: false, away: null };
    if (target !== handle) return;
    const box = handle.getBoundingClientRect();
    touch.away = { x: box.left + box.width / 2 - clientX, y: box.top + box.height / 2 - clientY };
  }

  function moved({ clientX, clientY }) {
    touch.moved ||= Math.hypot(clientX - touch.x, clientY - touch.y) > TAP;
    if (!touch.moved || !touch.away) return;
    drag({ clientX: clientX + touch.away.x, clientY: clientY + touch.away.y });
  }

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    svg.setPointerCapture(event.pointerId);
    if (event.pointerType === "touch") touched(event);
    else drag(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!svg.hasPointerCapture(event.pointerId)) return;
    if (touch) moved(event);
    else drag(event);
  });
  svg.addEventListener("pointerup", (event) => {
    if (!event.isPrimary) return;
    if (touch && !touch.moved) drag(event);
    touch = null;
  });
  svg.addEventListener("touchstart", (event) => { // touch-action of a shape inside an SVG is not heeded
    if (event.target === handle) event.preventDefault();
  }, { passive: false });
  svg.addEventListener("pointercancel", () => {
    touch = null;
  });
  return { place, hide: () => mark.setAttribute("visibility", "hidden") };
}
