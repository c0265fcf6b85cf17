"""The lines of the drawing by images: weights of dense layers, the ways of channels to filters, of map to map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray

from app.nn import Conv2d, Dense, Network
from app.scene.drawing import Mark
from app.scene.images_parts import Column, ImagesLayout, Unit
from app.scene.inspector_words import Words, named
from app.scene.layout import ELEMENTS
from app.scene.places import Weight, spot_shape
from app.scene.strokes import gradient_widths, weight_widths
from app.scene.view import View

Array = NDArray[np.float64]
Point = tuple[float, float, float]  # x, y and the radius around it where no line goes
SHIFT = 3.0  # how far beside a weight its gradient stands
WIDEST_WEIGHT, WIDEST_GRADIENT = 3.0, 1.8
WIDEST_TIE = 3.0
DECADES = 3.0  # of the gradients here, on the logarithmic scale


@dataclass(frozen=True, slots=True)
class Edge:
    """One weight of a dense layer, and its gradient beside it."""

    place: Weight
    name: Words
    weight: float
    gradient: float | None
    weight_line: Mark
    gradient_line: Mark


@dataclass(frozen=True, slots=True)
class Tie:
    """The way from a channel to a filter, as wide as its kernel is strong."""

    layer: int
    channel: int
    filter: int
    line: Mark


def sign(value: float | None) -> str:
    """How a value is coloured: "pos", "neg" or "zero"."""
    return "neg" if value and value < 0 else "pos" if value and value > 0 else "zero"


def single(network: Network, layer: int) -> bool:
    """Whether every weight of the dense `spec.layers[layer]` is an element of its own."""
    return _fan_in(network, layer) * network.shapes[layer][0] <= ELEMENTS


def edges(view: View, place: ImagesLayout) -> Iterator[Edge]:
    """The weights of dense layers that are elements of their own."""
    network = view.network
    params = network.unflatten(view.params)
    gradients = None if view.drawn_gradients is None else network.unflatten(view.drawn_gradients)
    for number, layer in enumerate(network.layers):
        if not isinstance(layer, Dense) or not single(network, number):
            continue
        W, dW = params[number]["W"], None if gradients is None else gradients[number]["W"]
        starts, ends = _starts(place.columns[number]), place.columns[number + 1].units
        wide = weight_widths(W.ravel(), WIDEST_WEIGHT).reshape(W.shape)
        thin = None if dW is None else gradient_widths(dW.ravel(), WIDEST_GRADIENT, DECADES).reshape(W.shape)
        for source, unit in np.ndindex(W.shape):
            w, g = float(W[source, unit]), None if dW is None else float(dW[source, unit])
            line = _between(starts[source], ends[unit])
            here = Weight(number, "W", (source, unit))
            yield Edge(
                here,
                named(view, here).title,
                w,
                g,
                Mark(*line, sign(w), float(wide[source, unit]) / 10),
                Mark(*_beside(line), sign(g), 0.0 if thin is None else float(thin[source, unit]) / 10),
            )


def ties(view: View, place: ImagesLayout) -> Iterator[Tie]:
    """From every channel to the row of kernels of every filter; none where there are too many."""
    network = view.network
    params = network.unflatten(view.params)
    for number, layer in enumerate(network.layers):
        if not isinstance(layer, Conv2d):
            continue
        W, drawn = params[number]["W"], place.kernels[number]
        sources, filters = place.columns[number].pictures, place.columns[number + 1].pictures
        if len(sources) * len(filters) > ELEMENTS:
            continue
        with np.errstate(all="ignore"):
            lengths = np.sqrt((W**2).sum(axis=(0, 1)))
        wide = weight_widths(lengths.ravel(), WIDEST_TIE).reshape(lengths.shape)
        for channel, source in enumerate(sources):
            for unit, target in enumerate(filters):
                end = drawn.right if drawn.folded else drawn.x
                y = target.middle + (channel - (len(sources) - 1) / 2) * min(3.0, 12.0 / len(sources))
                line = (source.right + 2, source.middle, end - 2, y)
                yield Tie(
                    number, channel, unit, Mark(*_rounded(line), "zero", float(wide[channel, unit]) / 10)
                )


def links(network: Network, place: ImagesLayout) -> Iterator[str]:
    """Paths: from the kernels of a filter to its map; from each map to what is made of it alone."""
    for number, layer in enumerate(network.layers):
        before, after = place.columns[number], place.columns[number + 1]
        if isinstance(layer, Conv2d):
            start = place.kernels[number].right
            for picture in after.pictures:
                yield f"M{start + 2:.1f} {picture.middle:.1f}H{picture.x - 2:.1f}"
        elif after.pictures:
            for a, b in zip(before.pictures, after.pictures, strict=True):
                yield f"M{a.right + 2:.1f} {a.middle:.1f}L{b.x - 2:.1f} {b.middle:.1f}"
        elif not isinstance(layer, Dense):
            for source, unit in zip(_starts(before), after.units, strict=True):
                x1, y1, x2, y2 = _between(source, unit)
                yield f"M{x1} {y1}L{x2} {y2}"


def _fan_in(network: Network, layer: int) -> int:
    return int(np.prod(spot_shape(network, layer)))


def _starts(column: Column) -> list[Point]:
    """Where the edges of every number of a layer begin, in C order: its neuron, or beside its pixel."""
    if column.units:
        return [(unit.x, unit.y, unit.radius) for unit in column.units]
    places: dict[int, Point] = {}
    for p in column.pictures:
        for row in range(p.rows):
            for c in range(p.columns):
                y = p.y + (row + (c + 0.5) / p.columns) * p.pixel[1]
                places[p.first + row * p.down + c * p.across] = (p.right, y, 2.0)
    return [places[number] for number in range(len(places))]


def _between(start: Point, end: Unit) -> tuple[float, float, float, float]:
    x1, y1, free = start
    length = hypot(end.x - x1, end.y - y1) or 1.0
    ux, uy = (end.x - x1) / length, (end.y - y1) / length
    return _rounded((x1 + free * ux, y1 + free * uy, end.x - end.radius * ux, end.y - end.radius * uy))


def _beside(line: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The middle part of a line, moved sideways."""
    x1, y1, x2, y2 = line
    length = hypot(x2 - x1, y2 - y1) or 1.0
    nx, ny = SHIFT * (y1 - y2) / length, SHIFT * (x2 - x1) / length
    dx, dy = x2 - x1, y2 - y1
    return _rounded((x1 + 0.12 * dx + nx, y1 + 0.12 * dy + ny, x1 + 0.88 * dx + nx, y1 + 0.88 * dy + ny))


def _rounded(line: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (round(v, 1) for v in line)
    return x1, y1, x2, y2
