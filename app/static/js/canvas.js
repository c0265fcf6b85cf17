// The edges of a large network: straight strokes on a canvas below the SVG.
const COLOURS = ["weight-pos", "weight-neg", "gradient-pos", "gradient-neg", "ink"];

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
          key: `edge:${layer},${source},${unit}`, nx: -uy, ny: ux,
          x1: a.x + a.r * ux, y1: a.y + a.r * uy, x2: b.x - b.r * ux, y2: b.y - b.r * uy,
        });
      }
    }
    first += sizes[layer];
  }
  return lines;
}

/** One path per sign and width, thin ones first: a strong edge lies on top. */
function strokes(lines, values, widths, shift) {
  const paths = new Map();
  lines.forEach((line, e) => {
    if (!widths[e] || !values[e]) return;
    const key = widths[e] * 2 + (values[e] < 0);
    if (!paths.has(key)) paths.set(key, new Path2D());
    const [dx, dy] = [line.nx * shift, line.ny * shift];
    paths.get(key).moveTo(line.x1 + dx, line.y1 + dy);
    paths.get(key).lineTo(line.x2 + dx, line.y2 + dy);
  });
  return [...paths].sort((a, b) => a[0] - b[0]);
}

export function drawEdges(svg) {
  const lines = linesOf(svg);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  let numbers = null;
  let marked = "";
  canvas.setAttribute("aria-hidden", "true");
  svg.before(canvas);
  svg.querySelector(".edges").replaceChildren();

  function stroke(values, widths, shift, kind, colours, strongest) {
    const largest = widths.reduce((a, b) => Math.max(a, b), 1);
    for (const [key, path] of strokes(lines, values, widths, shift)) {
      const width = Math.floor(key / 2);
      context.strokeStyle = colours[`${kind}-${key % 2 ? "neg" : "pos"}`];
      context.globalAlpha = 0.04 + strongest * (width / largest) ** 3; // weak edges fade
      context.lineWidth = width / 10;
      context.stroke(path);
    }
  }

  function draw() {
    const box = svg.getBoundingClientRect();
    if (!numbers || !box.width) return;
    const ratio = window.devicePixelRatio;
    canvas.width = Math.round(box.width * ratio);
    canvas.height = Math.round(box.height * ratio);
    const style = getComputedStyle(svg);
    const colours = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`)]));
    const matrix = svg.getScreenCTM();
    context.setTransform(ratio * matrix.a, 0, 0, ratio * matrix.d,
      ratio * (matrix.e - box.left), ratio * (matrix.f - box.top));
    const shift = Number(svg.dataset.shift);
    stroke(numbers.weights, numbers.weight_widths, 0, "weight", colours, 0.9);
    if (numbers.gradients) {
      context.setLineDash([2, 3]);
      stroke(numbers.gradients, numbers.gradient_widths, shift, "gradient", colours, 0.5);
      context.setLineDash([]);
    }
    const line = lines.find(({ key }) => key === marked);
    if (line) {
      context.globalAlpha = 1;
      context.strokeStyle = colours.ink;
      context.lineWidth = 2.5;
      context.beginPath();
      context.moveTo(line.x1, line.y1);
      context.lineTo(line.x2, line.y2);
      context.stroke();
    }
  }

  new ResizeObserver(draw).observe(svg);
  document.addEventListener("playground:theme", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  return {
    setNumbers(block) {
      numbers = block;
      draw();
    },
    mark(key) {
      marked = key;
      draw();
    },
    lines,
  };
}
