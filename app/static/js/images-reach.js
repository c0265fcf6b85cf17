// What a place reaches: the pixels a tap touches, the patch a pixel came from, where its gradient comes from.
const SVG = "http://www.w3.org/2000/svg";

/** What a window covers of a picture, its zeros around the image too: `rows` × `columns` pixels from one on. */
const covered = ({ x, y, pixelWidth, pixelHeight }, row, column, rows, columns) => ({
  x: x + column * pixelWidth, y: y + row * pixelHeight, width: columns * pixelWidth, height: rows * pixelHeight,
});

/** The pixels under a kernel or a pooled square, in every channel that it reads. */
function patchesOf(space, { layer, index: [u, v, unit] }) {
  const { window: [kh, kw, stride, top, left], type } = space.layers[layer];
  const read = type === "conv2d" ? space.byLayer[layer - 1] : [space.byLayer[layer - 1][unit]];
  return read.map((picture) => [covered(picture, stride * u - top, stride * v - left, kh, kw), "patch"]);
}

/** The pixels that a tap of a kernel touches, position by position of its map. */
function touchedBy(space, { layer, index: [i, j, channel] }) {
  const { window: [, , stride, top, left], shape: [rows, columns] } = space.layers[layer + 1];
  const picture = space.byLayer[layer][channel];
  if (stride === 1) return [[covered(picture, i - top, j - left, rows, columns), "touched"]];
  const places = Array.from({ length: rows * columns }, (_, k) => [Math.floor(k / columns), k % columns]);
  return places.map(([u, v]) => [covered(picture, stride * u + i - top, stride * v + j - left, 1, 1), "touched"]);
}

/** The squares a place reaches: [rectangle, what it is] each. */
function squaresOf(space, place, numbers) {
  const { layer } = place;
  const of = (at, all, kind, beside = false) => (all ?? []).flatMap((number) => {
    const square = space.squareOf(at, number, beside);
    return square ? [[square, kind]] : [];
  });
  if (place.kind === "param") {
    const output = space.byLayer[layer + 1][place.index.at(-1)];
    if (!space.layers[layer + 1].window) return [];
    const whole = [output.x, output.gradientX].map((x) => [{ x, y: output.y, width: output.width, height: output.height }, "made"]);
    if (place.name === "b") return whole;
    return [...whole, ...touchedBy(space, place)];
  }
  const { number } = place;
  const own = [...of(layer, [number], "own"), ...of(layer, [number], "own", true)];
  const { window } = space.layers[layer];
  const before = window ? patchesOf(space, place) : layer > 0 ? of(layer - 1, space.madeOf(layer, number), "patch") : [];
  const after = space.goesTo(layer, number);
  const pooled = space.layers[layer].type === "maxpool2d" && numbers?.a;
  const won = pooled ? of(layer - 1, [space.winner(layer, number, numbers.a)], "won") : [];
  return [...before, ...won, ...own, ...of(layer + 1, fed(space, place, after, numbers), "fed", true)];
}

/** Behind max pooling a number goes on, and has its gradient, only where it won. */
function fed(space, { layer, number }, after, numbers) {
  if (space.layers[layer + 1]?.type !== "maxpool2d" || !numbers?.a) return after;
  return after.filter((one) => space.winner(layer + 1, one, numbers.a) === number);
}

export function reachOf(svg, space) {
  const layer = svg.querySelector(".reaching");
  const shown = { chosen: "", pointed: "" };
  let numbers = null;

  function draw() {
    layer.replaceChildren();
    for (const which of ["chosen", "pointed"]) {
      const place = space.parse(shown[which]);
      if (!place.kind) continue;
      for (const [{ x, y, width, height }, kind] of squaresOf(space, place, numbers)) {
        const rect = document.createElementNS(SVG, "rect");
        for (const [name, value] of Object.entries({ x, y, width, height, class: `${which} ${kind}` })) rect.setAttribute(name, value);
        layer.append(rect);
      }
    }
    ownLines();
  }

  /** The edges and ties of what is pointed at, or chosen, stand out. */
  function ownLines() {
    const place = space.parse(shown.pointed || shown.chosen);
    let some = false;
    for (const edge of svg.querySelectorAll(".edge")) {
      const [at, from, to] = edge.dataset.edge.split(",").map(Number);
      const own = place.kind === "spot" && ((at === place.layer && from === place.number) || (at + 1 === place.layer && to === place.number));
      edge.classList.toggle("own", own);
      some ||= own;
    }
    svg.classList.toggle("pointing", some);
    for (const tie of svg.querySelectorAll("[data-tie]")) {
      const [at, channel, unit] = tie.dataset.tie.split(",").map(Number);
      const kernel = place.kind === "param" && place.layer === at && place.index.at(-1) === unit && (place.name === "b" || place.index[2] === channel);
      const map = place.kind === "spot" && place.layer === at + 1 && place.index[2] === unit && place.index.length === 3;
      tie.classList.toggle("own", kernel || map);
    }
  }

  return {
    take(given) {
      numbers = given;
      if (shown.chosen || shown.pointed) draw();
    },
    show(which, key) {
      if (shown[which] === (key ?? "")) return;
      shown[which] = key ?? "";
      draw();
    },
    /** The term of a chosen tap's gradient at a position of its map: the pixel under the tap, δ, their product. */
    productAt(key, { kind, layer, number, index }) {
      const tap = space.parse(key);
      if (tap.kind !== "param" || tap.name !== "W" || !space.layers[tap.layer + 1].window || !numbers?.delta) return [];
      if (kind !== "spot" || layer !== tap.layer + 1 || index[2] !== tap.index[3]) return [];
      const under = space.under(tap, index);
      const local = under === null ? 0 : numbers.a[space.layers[tap.layer].at + under];
      return [[svg.dataset.local, local], [svg.dataset.product, local * numbers.delta[space.layers[layer].at + number]]];
    },
    /** What a pixel, or a number of a strip, is called. */
    nameOf(key) {
      const place = space.parse(key);
      const { picture, row, column } = space.pixelOf(place.layer, place.number);
      const strip = space.layers[place.layer].kind === "strip";
      const wide = strip ? wideOf(space, place.layer) : 0;
      const [r, c] = strip ? [Math.floor(row / wide), row % wide] : [row, column];
      const { pixel, inputPixel, number } = svg.dataset;
      const words = { layer: place.layer, channel: picture.channel + 1, row: r + 1, column: c + 1, number: place.number + 1 };
      const text = strip ? number : place.layer ? pixel : inputPixel;
      return text.replace(/\{(\w+)\}/g, (_, name) => words[name]);
    },
  };
}

/** How wide the image was that was flattened. */
function wideOf(space, layer) {
  let at = layer;
  while (space.layers[at].kind === "strip") at -= 1;
  return space.layers[at].shape[1];
}
