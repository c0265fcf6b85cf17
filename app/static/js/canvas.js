// The edges of a large network: straight strokes on a canvas below the SVG.
import { colours } from "./paint.js";
import { underlay } from "./underlay.js";

function linesOf(svg) {
  const sizes = svg.dataset.sizes.split(",").map(Number);
  const circles = [...svg.querySelectorAll("[data-neuron] circle")].map((c) => ({
    x: c.cx.baseVal.value, y: c.cy.baseVal.value, r: Number(c.getAttribute("r")),
  }));
  const lines = [];
  let first = 0;
  for (let layer = 0; layer + 1 < sizes.length; layer += 1) {
    for (let source = 0; source < sizes[layer]; source += 1) {
      for (let unit = 0; unit < sizes[layer + 1]; unit += 1) {
        const a = circles[first + source];
        const b = circles[first + sizes[layer] + unit];
        const length = Math.hypot(b.x - a.x, b.y - a.y);
        const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
        lines.push({
          key: `edge:${layer},${source},${unit}`, place: [layer, source, unit], nx: -uy, ny: ux,
          x1: a.x + a.r * ux, y1: a.y + a.r * uy, x2: b.x - b.r * ux, y2: b.y - b.r * uy,
        });
      }
    }
    first += sizes[layer];
  }
  return lines;
}

/** One path per sign and width, thin ones first: a strong edge lies on top. */
function pathsOf(lines, values, widths, shift, own) {
  const paths = new Map();
  lines.forEach((line, e) => {
    if (!widths[e] || !values[e] || (own && !own(line))) return;
    const key = widths[e] * 2 + (values[e] < 0);
    if (!paths.has(key)) paths.set(key, new Path2D());
    const [dx, dy] = [line.nx * shift, line.ny * shift];
    paths.get(key).moveTo(line.x1 + dx, line.y1 + dy);
    paths.get(key).lineTo(line.x2 + dx, line.y2 + dy);
  });
  return [...paths].sort((a, b) => a[0] - b[0]);
}

const FADE = { linear: 3, logarithmic: 8 }; // how fast weak edges fade: by their width to that power
const DASHES = [[3, 6], [8, 6]]; // of gradients, positive and negative, as in network.css
const OTHERS = 0.12; // how much of the rest stays while the pointer is on a neuron

/** Whether an edge begins or ends at a neuron [layer, unit]. */
function touches({ place: [layer, source, unit] }, [at, neuron]) {
  return (layer === at && source === neuron) || (layer + 1 === at && unit === neuron);
}

export function drawEdges(svg) {
  const lines = linesOf(svg);
  const shift = Number(svg.dataset.shift);
  let strokes = null;
  let marked = "";
  let pointed = null;
  let told = [];
  let context = null;
  svg.querySelector(".edges").replaceChildren();

  function stroke(values, widths, { kind, scale, strongest, beside = 0, own = null }) {
    const largest = widths.reduce((a, b) => Math.max(a, b), 1);
    const named = colours();
    for (const [key, path] of pathsOf(lines, values, widths, beside, own)) {
      const width = Math.floor(key / 2);
      context.strokeStyle = named[`${kind}-${key % 2 ? "neg" : "pos"}`];
      const share = width / largest;
      context.globalAlpha = own ? 0.25 + 0.75 * share : 0.03 + strongest * share ** FADE[scale];
      if (pointed && !own) context.globalAlpha *= OTHERS;
      context.setLineDash(kind === "gradient" ? DASHES[key % 2] : []);
      context.lineWidth = width / 10;
      context.stroke(path);
    }
  }

  function strokeAll(own) {
    const { weights, weightWidths, gradients, gradientWidths, shown, scale } = strokes;
    if (shown !== "gradient") stroke(weights, weightWidths, { kind: "weight", scale: shown === "change" ? scale : "linear", strongest: 0.9, own });
    if (!gradients || shown === "weight" || shown === "change") return;
    const beside = shown === "both" ? shift : 0;
    stroke(gradients, gradientWidths, { kind: "gradient", scale, strongest: shown === "both" ? 0.5 : 0.9, beside, own });
  }

  function line({ x1, y1, x2, y2 }, colour, width) {
    context.globalAlpha = 1;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }

  function strokeMarks() {
    const { zero, ink, focus } = colours();
    context.setLineDash([3, 3]);
    for (const e of strokes.cut) line(lines[e], zero, 1);
    context.setLineDash([]);
    context.fillStyle = ink;
    const held = strokes.frozen.filter((e) => !strokes.cut.includes(e)).map((e) => lines[e]);
    for (const { x1, y1, x2, y2 } of held) context.fillRect(0.9 * x1 + 0.1 * x2 - 2.5, 0.9 * y1 + 0.1 * y2 - 2.5, 5, 5);
    const chosen = lines.find(({ key }) => key === marked);
    if (chosen) line(chosen, ink, 2.5);
    for (const one of lines) if (told.includes(one.key)) line(one, focus, 3.5);
  }

  function paint(given) {
    context = given;
    if (!strokes) return;
    strokeAll(null);
    if (pointed) strokeAll((line) => touches(line, pointed));
    strokeMarks();
  }

  const redraw = underlay(svg, paint);
  return {
    draw(given) {
      strokes = given;
      redraw();
    },
    mark(key) {
      marked = key;
      redraw();
    },
    tell(keys) {
      if (keys.length + told.length === 0) return;
      told = keys;
      redraw();
    },
    point(neuron) {
      if (String(neuron) === String(pointed)) return;
      pointed = neuron;
      redraw();
    },
    lines,
  };
}
