// How the drawing by images hangs together: pixels and numbers, what a number is made of, where it goes.

const unravel = (number, shape) => shape.reduceRight(({ rest, index }, size) => (
  { rest: Math.floor(rest / size), index: [rest % size, ...index] }
), { rest: number, index: [] }).index;

const ravel = (index, shape) => index.reduce((number, i, axis) => number * shape[axis] + i, 0);

function pictureOf([layer, channel, x, y, gradientX, pixelWidth, pixelHeight, rows, columns, first, down, across]) {
  const picture = { layer, channel, x, y, gradientX, pixelWidth, pixelHeight, rows, columns, first, down, across };
  const [width, height] = [columns * pixelWidth, rows * pixelHeight];
  return Object.assign(picture, { width, height, right: (gradientX ?? x) + width });
}

export function imageSpace({ layers, pictures: given }) {
  const pictures = given.map(pictureOf);
  const byLayer = layers.map((_, layer) => pictures.filter((picture) => picture.layer === layer));
  const sizes = layers.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  const numberAt = ({ first, down, across }, row, column) => first + row * down + column * across;

  /** The key of a number of a layer, as links have it. */
  const spotKey = (layer, number) => `spot:${[layer, ...unravel(number, layers[layer].shape)].join(",")}`;

  /** What a key names: {layer, number} of a spot, {at, layer, name, index} of a parameter. */
  function parse(key) {
    const [kind, rest = ""] = (key ?? "").split(":");
    const parts = rest.split(",");
    if (kind === "spot") {
      const [layer, ...index] = parts.map(Number);
      return { kind, layer, index, number: ravel(index, layers[layer].shape) };
    }
    if (kind !== "param") return { kind: null };
    const [layer, name, index] = [Number(parts[0]), parts[1], parts.slice(2).map(Number)];
    const [start, shape] = layers[layer + 1].slots[name];
    return { kind, layer, name, index, at: start + ravel(index, shape) };
  }

  const within = (index, shape) => shape?.length === index.length && index.every((i, axis) => i < shape[axis]);

  /** Whether there is what a key names. */
  function has(key) {
    const [kind, ...parts] = key.split(/[:,]/);
    if (kind === "spot") return within(parts.slice(1).map(Number), layers[Number(parts[0])]?.shape);
    const [, shape] = layers[Number(parts[0]) + 1]?.slots?.[parts[1]] ?? [];
    return kind === "param" && within(parts.slice(2).map(Number), shape);
  }

  /** Where a number of a layer is drawn: its picture, row and column; null for a neuron. */
  function pixelOf(layer, number) {
    const all = byLayer[layer];
    if (!all.length) return null;
    const picture = all[number % all.length];
    const place = Math.floor(number / all.length);
    return { picture, row: Math.floor(place / picture.columns), column: place % picture.columns };
  }

  /** The square of a number in the picture of its layer, or in that of the gradient. */
  function squareOf(layer, number, beside = false) {
    const pixel = pixelOf(layer, number);
    if (!pixel || (beside && pixel.picture.gradientX === null)) return null;
    const { picture, row, column } = pixel;
    const [width, height] = [picture.pixelWidth, picture.pixelHeight];
    return { x: (beside ? picture.gradientX : picture.x) + column * width, y: picture.y + row * height, width, height };
  }

  /** The picture, row and column at a point of the drawing, in either of the two; null beside them all. */
  function pixelAt(x, y) {
    for (const picture of pictures) {
      const { gradientX, width, height, pixelWidth, pixelHeight } = picture;
      const left = [picture.x, gradientX].find((start) => start !== null && x >= start && x < start + width);
      if (left === undefined || y < picture.y || y >= picture.y + height) continue;
      return { picture, row: Math.floor((y - picture.y) / pixelHeight), column: Math.floor((x - left) / pixelWidth) };
    }
    return null;
  }

  /** The numbers of the layer before that a number is made of; null where that is all of them (dense). */
  function madeOf(layer, number) {
    const { window, type, shape } = layers[layer];
    if (!window) return type === "dense" || layer === 0 ? null : [number];
    const [kh, kw, stride, top, left] = window;
    const [rows, columns, channels] = layers[layer - 1].shape;
    const [u, v, unit] = unravel(number, shape);
    const own = type === "conv2d" ? [...Array(channels).keys()] : [unit];
    const found = [];
    for (let i = 0; i < kh; i += 1) {
      for (let j = 0; j < kw; j += 1) {
        const [r, c] = [stride * u + i - top, stride * v + j - left];
        if (r < 0 || c < 0 || r >= rows || c >= columns) continue;
        for (const channel of own) found.push(ravel([r, c, channel], [rows, columns, channels]));
      }
    }
    return found;
  }

  /** The numbers of the layer behind that a number goes into; null where that is all of them, or none follows. */
  function goesTo(layer, number) {
    const behind = layers[layer + 1];
    if (!behind || behind.type === "dense") return null;
    if (!behind.window) return [number];
    const [kh, kw, stride, top, left] = behind.window;
    const [rows, columns, units] = behind.shape;
    const [r, c, channel] = unravel(number, layers[layer].shape);
    const own = behind.type === "conv2d" ? [...Array(units).keys()] : [channel];
    const found = [];
    for (let i = 0; i < kh; i += 1) {
      for (let j = 0; j < kw; j += 1) {
        const [u, v] = [(r + top - i) / stride, (c + left - j) / stride];
        if (!Number.isInteger(u) || !Number.isInteger(v) || u < 0 || v < 0 || u >= rows || v >= columns) continue;
        for (const unit of own) found.push(ravel([u, v, unit], behind.shape));
      }
    }
    return found;
  }

  /** Which of its square a number behind max pooling is: the first of the largest. */
  function winner(layer, number, a) {
    const { at } = layers[layer - 1];
    return madeOf(layer, number).reduce((best, one) => (a[at + one] > a[at + best] ? one : best));
  }

  /** The number under a tap of a kernel where it makes the position (u, v) of its map; null outside the image. */
  function under({ layer, index: [i, j, channel] }, [u, v]) {
    const [, , stride, top, left] = layers[layer + 1].window;
    const [height, width, channels] = layers[layer].shape;
    const [r, c] = [stride * u + i - top, stride * v + j - left];
    return r >= 0 && c >= 0 && r < height && c < width ? ravel([r, c, channel], [height, width, channels]) : null;
  }

  return {
    layers, pictures, byLayer, sizes, numberAt, spotKey, parse, has, pixelOf, squareOf, pixelAt, madeOf, goesTo, winner, under,
  };
}
