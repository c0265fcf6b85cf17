// An image drawn pixel by pixel: by mouse, by finger, by arrow keys and the space bar. Its text stands in `pixels`.
const SVG = "http://www.w3.org/2000/svg";
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function made(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
}

/** The grid of pixels in `box`, a row after the other. */
function grid(box, height, width) {
  const svg = made("svg", { viewBox: `0 0 ${width} ${height}`, role: "grid", "aria-label": box.dataset.label }, box);
  const cells = [];
  for (let y = 0; y < height; y += 1) {
    const row = made("g", { role: "row" }, svg);
    for (let x = 0; x < width; x += 1) cells.push(made("rect", { x, y, width: 1, height: 1, role: "gridcell", tabindex: "-1" }, row));
  }
  return { svg, cells };
}

/** The cells on the way from one to another, the first left out: a quick hand skips some. */
function between([y1, x1], [y2, x2]) {
  const steps = Math.max(Math.abs(y2 - y1), Math.abs(x2 - x1), 1);
  return Array.from({ length: steps }, (_, k) => [
    Math.round(y1 + ((k + 1) / steps) * (y2 - y1)), Math.round(x1 + ((k + 1) / steps) * (x2 - x1)),
  ]);
}

export function drawpad(form, ask) {
  const box = form.querySelector("#drawpad");
  if (!box) return null;
  const [height, width] = [box.dataset.height, box.dataset.width].map(Number);
  const { svg, cells } = grid(box, height, width);
  const ink = form.querySelector("#ink");
  const field = form.elements.pixels;
  const values = new Array(height * width).fill(0);
  let current = 0; // the pixel that Tab leads to
  let stroke = null; // the shade that is being drawn, and where

  function show(k) {
    const names = { row: Math.floor(k / width) + 1, column: (k % width) + 1, value: values[k] };
    cells[k].setAttribute("fill-opacity", Math.min(1, Math.max(0, values[k])));
    cells[k].setAttribute("aria-label", box.dataset.pixel.replace(/\{(\w+)\}/g, (_, name) => names[name]));
  }

  function set(text) {
    text.split(",").forEach((value, k) => {
      values[k] = Number(value);
      show(k);
    });
  }

  const run = () => ask({ pixels: values.join(",") });

  /** Over a pixel of that shade already, the pen rubs out. */
  const shadeOver = (k) => (values[k] === Number(ink.value) ? 0 : Number(ink.value));

  function paint(k, shade) {
    if (values[k] === shade) return false;
    values[k] = shade;
    show(k);
    return true;
  }

  function cellAt({ clientX, clientY }) {
    const { left, top, width: wide, height: tall } = svg.getBoundingClientRect();
    const held = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    return [held((clientY - top) / tall, height), held((clientX - left) / wide, width)];
  }

  function draw(to) {
    const changed = between(stroke.at, to).map(([y, x]) => paint(y * width + x, stroke.shade));
    stroke.at = to;
    if (changed.includes(true)) run();
  }

  function reach(k) {
    cells[current].setAttribute("tabindex", "-1");
    current = k;
    cells[current].setAttribute("tabindex", "0");
  }

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault(); // no focus, no selection of what stands around
    svg.setPointerCapture(event.pointerId);
    const at = cellAt(event);
    stroke = { at, shade: shadeOver(at[0] * width + at[1]) };
    draw(at);
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) draw(cellAt(event));
  });
  svg.addEventListener("keydown", (event) => {
    const [down, right] = ARROWS[event.key] ?? [];
    if (down === undefined && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === " ") {
      paint(current, shadeOver(current));
      run();
      return;
    }
    const [y, x] = [Math.floor(current / width) + down, (current % width) + right];
    if (y < 0 || y >= height || x < 0 || x >= width) return;
    reach(y * width + x);
    cells[current].focus();
  });
  form.querySelector("[data-clear]").addEventListener("click", () => {
    set(values.map(() => 0).join(","));
    run();
  });
  set(field.value);
  reach(0);
  return { set };
}
