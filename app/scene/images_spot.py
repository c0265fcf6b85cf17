"""One pixel of a map taken apart, for the sample that is drawn: what it is made of, where its gradient is from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from app.i18n import N_
from app.nn import AvgPool2d, Conv2d, Dense, MaxPool2d, Trace, slope_at
from app.scene.inspector_words import Words, title_of
from app.scene.places import Spot, spot_shape
from app.scene.view import Array, View

ROWS = 8  # the most terms of a gradient, and the most channels, shown one by one

Grid = tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """What one channel puts in: the pixels under the kernel (None: outside the image, a zero), its weights, their
    products and `total`, their sum. `to_weights` and `to_pixels` are δ times the pixels and the weights.

    Of a pooling layer there are no weights; `winner` is the place of the largest in it.
    """

    channel: int
    pixels: Grid
    weights: Grid | None = None
    products: Grid | None = None
    total: float | None = None
    to_weights: Grid | None = None
    to_pixels: Grid | None = None
    winner: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One way on which the gradient comes back: the number it comes from, ∂z of that one by this a, its δ."""

    place: Spot
    name: Words
    factor: float
    delta: float
    product: float


@dataclass(frozen=True, slots=True)
class PixelStory:
    """z = Σ totals of the windows + rest_total + bias, a = f(z), da = Σ products of the sources + sources_rest_total.

    `row` is the sample's in the data, None of a probe. `slope` is f′(z), None where it is none number by number.
    """

    row: int | None
    type: str
    activation: str
    z: float | None
    a: float
    da: float | None
    delta: float | None
    slope: float | None
    bias: float | None
    windows: tuple[Window, ...]
    rest: int
    rest_total: float
    sources: tuple[Source, ...]
    sources_rest: int
    sources_rest_total: float
    end: str


def pixel_story(view: View) -> PixelStory | None:
    """The story of the selected pixel; None where no pixel is selected or no pass is drawn."""
    place = view.selection.place if view.selection else None
    if not isinstance(place, Spot) or len(place.index) != 3 or view.drawn_pass is None:
        return None
    trace, sample = view.drawn_pass
    if place.layer == 0:
        return _of_input(view, float(trace.inputs[(sample, *place.index)]))
    own, layer = trace.layers[place.layer - 1], view.network.layers[place.layer - 1]
    at = (sample, *place.index)
    z, a = float(own.z[at]), float(own.a[at])
    delta = None if own.delta is None else float(own.delta[at])
    windows = list(_windows(view, trace, sample, place, delta))
    order = sorted(windows, key=lambda window: -abs(window.total or 0.0))
    kept = sorted(order[:ROWS], key=lambda window: window.channel)
    sources = sorted(_sources(view, trace, sample, place), key=lambda source: -abs(source.product))
    params = view.network.unflatten(_params(view))[place.layer - 1]
    return PixelStory(
        view.drawn_row,
        own.type,
        str(getattr(view.spec.layers[place.layer - 1], "activation", "")),
        z,
        a,
        None if own.da is None else float(own.da[at]),
        delta,
        None if layer.laid_activation == "softmax" else slope_at(layer.laid_activation, z),
        float(params["b"][place.index[2]]) if "b" in params else None,
        tuple(kept),
        len(windows) - len(kept),
        sum(window.total or 0.0 for window in order[ROWS:]),
        tuple(sources[:ROWS]),
        max(0, len(sources) - ROWS),
        sum(source.product for source in sources[ROWS:]),
        "" if delta is None else _end(view, place, sources),
    )


def _of_input(view: View, a: float) -> PixelStory:
    end = N_("An input: nothing before it asks for a gradient.")
    return PixelStory(view.drawn_row, "", "", None, a, None, None, None, None, (), 0, 0.0, (), 0, 0.0, end)


def _end(view: View, place: Spot, sources: list[Source]) -> str:
    behind = view.network.layers[place.layer]
    if isinstance(behind, MaxPool2d) and not any(source.factor for source in sources):
        return N_("It did not win its square: no gradient comes back to it.")
    return ""


def _params(view: View) -> Array:
    """The parameters of the pass that is drawn."""
    batch = view.batch or view.coming
    return view.params if view.probe or batch is None else batch.params


def _before(trace: Trace, sample: int, layer: int) -> Array:
    """What a layer of the drawing gets, of one sample."""
    before = trace.inputs if layer == 1 else trace.layers[layer - 2].a
    image: Array = before[sample]
    return image


def _windows(view: View, trace: Trace, sample: int, place: Spot, delta: float | None) -> Iterator[Window]:
    layer, image = view.network.layers[place.layer - 1], _before(trace, sample, place.layer)
    u, v, unit = place.index
    if isinstance(layer, Conv2d):
        W = view.network.unflatten(_params(view))[place.layer - 1]["W"]
        top, left = (layer.stride * u - layer.pads[0], layer.stride * v - layer.pads[1])
        for channel in range(image.shape[2]):
            patch = _patch(image[..., channel], top, left, layer.kernel)
            yield _convolved(channel, patch, W[:, :, channel, unit], delta)
    elif isinstance(layer, MaxPool2d | AvgPool2d):
        size = layer.size
        square = image[u * size : (u + 1) * size, v * size : (v + 1) * size, unit]
        best = divmod(int(np.argmax(square)), size)
        yield Window(unit, _grid(square), winner=best if isinstance(layer, MaxPool2d) else None)
    else:
        yield Window(unit, _grid(image[u : u + 1, v : v + 1, unit]))


def _patch(channel: Array, top: int, left: int, kernel: tuple[int, int]) -> Array:
    """The pixels under a kernel; nan outside the image."""
    patch = np.full(kernel, np.nan)
    rows, columns = channel.shape
    for i, j in np.ndindex(*kernel):
        if 0 <= top + i < rows and 0 <= left + j < columns:
            patch[i, j] = channel[top + i, left + j]
    return patch


def _convolved(channel: int, patch: Array, kernel: Array, delta: float | None) -> Window:
    pixels = np.nan_to_num(patch, nan=0.0)
    with np.errstate(all="ignore"):
        products = pixels * kernel
        made = Window(channel, _grid(patch), _grid(kernel), _grid(products), float(products.sum()))
        if delta is None:
            return made
        return replace(made, to_weights=_grid(pixels * delta), to_pixels=_grid(kernel * delta))


def _grid(values: Array) -> Grid:
    return tuple(tuple(None if np.isnan(x) else float(x) for x in row) for row in values)


def _sources(view: View, trace: Trace, sample: int, place: Spot) -> Iterator[Source]:
    """The ways on which ∂L/∂a comes back, from the δ of the layer behind."""
    deltas = trace.layers[place.layer].delta
    if deltas is None:
        return
    for index, factor in _ways(view, trace, sample, place):
        spot = Spot(place.layer + 1, index)
        delta = float(deltas[(sample, *index)])
        yield Source(spot, title_of(view, spot), factor, delta, factor * delta)


def _ways(view: View, trace: Trace, sample: int, place: Spot) -> Iterator[tuple[tuple[int, ...], float]]:
    """The numbers of the layer behind that a pixel goes into, and ∂z of each by its a."""
    layer, shape = view.network.layers[place.layer], spot_shape(view.network, place.layer + 1)
    number = int(np.ravel_multi_index(place.index, spot_shape(view.network, place.layer)))
    W = view.network.unflatten(_params(view))[place.layer].get("W", np.empty(0))
    if isinstance(layer, Conv2d):
        yield from _convolved_by(layer, W, shape, place)
    elif isinstance(layer, MaxPool2d | AvgPool2d):
        r, c, channel = place.index
        u, v = r // layer.size, c // layer.size
        if u < shape[0] and v < shape[1]:
            yield (u, v, channel), _pooled(layer, trace.layers[place.layer - 1].a[sample], place)
    elif isinstance(layer, Dense):
        for unit in range(layer.units):
            yield (unit,), float(W[number, unit])
    else:
        index = place.index if len(shape) == 3 else (number,)
        mask = trace.layers[place.layer].mask
        yield index, 1.0 if mask is None else float(mask[(sample, *index)])


def _convolved_by(
    layer: Conv2d, W: Array, shape: tuple[int, ...], place: Spot
) -> Iterator[tuple[tuple[int, ...], float]]:
    """The positions whose kernel covers a pixel: W[i, j] took it to (r + pad - i, c + pad - j) / stride."""
    r, c, channel = place.index
    for i, j in np.ndindex(*layer.kernel):
        u, over = divmod(r + layer.pads[0] - i, layer.stride)
        v, beyond = divmod(c + layer.pads[1] - j, layer.stride)
        if over or beyond or not (0 <= u < shape[0] and 0 <= v < shape[1]):
            continue
        for unit in range(layer.filters):
            yield (u, v, unit), float(W[i, j, channel, unit])


def _pooled(layer: MaxPool2d | AvgPool2d, image: Array, place: Spot) -> float:
    """1 for the pixel that won its square, an equal share of a mean."""
    if isinstance(layer, AvgPool2d):
        return 1.0 / layer.size**2
    size, (r, c, channel) = layer.size, place.index
    top, left = r - r % size, c - c % size
    square = image[top : top + size, left : left + size, channel]
    return float(int(np.argmax(square)) == (r - top) * size + c - left)
