// Which edge a point of the window is on: the nearest, not the one that happens to lie on top.
const REACH = 14; // pixels; a finger is not a needle

function distance(line, x, y) {
  const [dx, dy] = [line.x2 - line.x1, line.y2 - line.y1];
  const share = ((x - line.x1) * dx + (y - line.y1) * dy) / (dx * dx + dy * dy);
  const t = Math.max(0, Math.min(1, share));
  return Math.hypot(x - line.x1 - t * dx, y - line.y1 - t * dy);
}

/** The key of the nearest of `lines` ({key, x1, y1, x2, y2} in units of the drawing); of equals, `preferred`. */
export function edgeAt(svg, lines, { clientX, clientY }, preferred) {
  const matrix = svg.getScreenCTM();
  const point = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
  let found = null;
  let least = REACH / matrix.a;
  for (const line of lines) {
    const away = distance(line, point.x, point.y) - (line.key === preferred ? 1 : 0);
    if (away < least) [least, found] = [away, line.key];
  }
  return found;
}
