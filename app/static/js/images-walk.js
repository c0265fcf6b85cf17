// The keyboard in a network drawn by images: one stop for Tab; arrows lead from pixel to pixel, and at the rim of a
// picture to what stands next to it. With Shift they leave the picture at once.

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function centre(svg, element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const point = new DOMPoint((left + right) / 2, (top + bottom) / 2).matrixTransform(svg.getScreenCTM().inverse());
  return { x: point.x, y: point.y };
}

/** The nearest of `stops` from a point in a direction; what lies aside counts double. */
function nearest(stops, { x, y }, [dx, dy]) {
  let found = null;
  let least = Infinity;
  for (const stop of stops) {
    const [ahead, aside] = dx ? [(stop.x - x) * dx, Math.abs(stop.y - y)] : [(stop.y - y) * dy, Math.abs(stop.x - x)];
    const away = ahead + 2.5 * aside;
    if (ahead > 1 && away < least) [least, found] = [away, stop];
  }
  return found;
}

export function walkImages(playground, network) {
  const svg = playground.querySelector(".drawing");
  const { space } = network;
  const cursor = svg.querySelector(".pixel");
  const square = cursor.querySelector("rect");
  const elements = [...svg.querySelectorAll(".tap, .neuron, .edge")];
  const maps = [...svg.querySelectorAll("[data-map]")];
  let current = maps[0] ?? elements[0];
  let pixel = null; // where the cursor stands: {picture, row, column}

  for (const stop of [...elements, ...maps]) stop.setAttribute("tabindex", stop === current ? "0" : "-1");

  function become(stop) {
    current.setAttribute("tabindex", "-1");
    current = stop;
    current.setAttribute("tabindex", "0");
  }

  /** The cursor on a pixel: it is read and shown as if another element had got the focus. */
  function enter(place) {
    pixel = place;
    const { picture, row, column } = place;
    const number = space.numberAt(picture, row, column);
    const key = space.spotKey(picture.layer, number);
    const { x, y, width, height } = space.squareOf(picture.layer, number);
    for (const [name, value] of Object.entries({ x, y, width, height })) square.setAttribute(name, value);
    cursor.dataset.select = key;
    cursor.setAttribute("aria-label", network.name(key));
    cursor.removeAttribute("hidden");
    cursor.blur();
    cursor.focus();
  }

  function leave(from, [dx, dy]) {
    const beside = (stop) => stop !== current && !(dy && stop.classList.contains("edge"));
    const stops = elements.filter(beside).map((element) => ({ element, ...centre(svg, element) }));
    const pictures = space.pictures.filter((picture) => picture !== pixel?.picture).map((picture) => ({
      picture, x: picture.x + picture.width / 2, y: picture.y + picture.height / 2,
    }));
    const next = nearest([...stops, ...pictures], from, [dx, dy]);
    if (next?.element) next.element.focus();
    else if (next) {
      const { picture } = next;
      const row = dy ? (dy > 0 ? 0 : picture.rows - 1)
        : Math.min(picture.rows - 1, Math.max(0, Math.floor((from.y - picture.y) / picture.pixelHeight)));
      const column = dx > 0 ? 0 : dx < 0 ? picture.columns - 1 : Math.floor(picture.columns / 2);
      enter({ picture, row, column });
    }
  }

  svg.parentElement.addEventListener("focusin", ({ target }) => {
    const stop = target.closest(".drawing a");
    if (!stop) return;
    if (stop !== cursor) {
      cursor.setAttribute("hidden", "");
      pixel = null;
    }
    if (stop !== cursor || current !== cursor) become(stop);
  });

  svg.addEventListener("keydown", (event) => {
    const stop = event.target.closest("a");
    const step = STEPS[event.key];
    if (!stop || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const map = stop.dataset.map && space.pictures.find(({ layer, channel }) => `${layer},${channel}` === stop.dataset.map);
    const at = map ? { picture: map, row: Math.floor(map.rows / 2), column: Math.floor(map.columns / 2) } : stop === cursor ? pixel : null;
    if (!at) {
      leave(centre(svg, stop), step);
      return;
    }
    const [row, column] = [at.row + step[1], at.column + step[0]];
    const inside = row >= 0 && column >= 0 && row < at.picture.rows && column < at.picture.columns;
    if (inside && !event.shiftKey) enter({ picture: at.picture, row, column });
    else {
      pixel = at;
      leave(centre(svg, stop === cursor ? cursor : stop), step);
    }
  });
}
