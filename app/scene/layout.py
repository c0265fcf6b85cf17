"""Where neurons and edges stand. Depends on the shape of a network only, so it is computed once per shape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, isqrt, sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WIDTH, HEIGHT = 720.0, 440.0  # user units of the drawing
SIDE, TOP, BOTTOM = 70.0, 46.0, 40.0  # room for names beside, captions above, biases below
WRAP = 24  # a layer with more units than this becomes a grid
SPACING, CELL = 130.0, 26.0  # the widest distances between units: in a column, in a grid
SMALL = 30  # with up to so many edges each carries its numbers and can be pointed at in its middle
ELEMENTS = 600  # with more edges than this an edge is no element of its own


@dataclass(frozen=True, slots=True, eq=False)
class LayerPlace:
    """The units of one layer: centres (units,), one radius."""

    x: Array
    y: Array
    radius: float


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """`weight_lines` and `gradient_lines` are (edges, 4): x1, y1, x2, y2; edges by layer, source, unit."""

    sizes: tuple[int, ...]
    layers: tuple[LayerPlace, ...]
    weight_lines: Array
    gradient_lines: Array
    widest_weight: float
    widest_gradient: float
    shift: float  # how far beside a weight its gradient stands

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return len(self.weight_lines)

    @property
    def single(self) -> bool:
        """Whether every edge is an element of its own."""
        return self.edges <= ELEMENTS


@lru_cache(maxsize=256)
def layout(sizes: tuple[int, ...]) -> Layout:
    """Positions for a fully connected network with `sizes[0]` inputs and `sizes[1:]` units per layer."""
    layers = _places(sizes)
    edges = sum(a * b for a, b in pairwise(sizes))
    widest = 6.0 if edges <= 60 else 4.0 if edges <= 200 else 2.6 if edges <= ELEMENTS else 1.6
    lines = np.concatenate([_lines(a, b) for a, b in pairwise(layers)])
    gradient_width = 0.6 * widest
    shift = (widest + gradient_width) / 2 + 0.8
    return Layout(sizes, layers, lines, _beside(lines, shift), widest, gradient_width, shift)


def _places(sizes: tuple[int, ...]) -> tuple[LayerPlace, ...]:
    usable = HEIGHT - TOP - BOTTOM
    columns = [_columns(size, first=index == 0) for index, size in enumerate(sizes)]
    squeezes = _squeezes(sizes)
    grids = [(ceil(size / c), c) for size, c in zip(sizes, columns, strict=True) if c > 1]
    cell = min([CELL, 0.5 * WIDTH / max(1, sum(c for _, c in grids)), *(usable / rows for rows, _ in grids)])
    widths = [(c - 1) * cell for c in columns]
    gap = (WIDTH - 2 * SIDE - sum(widths)) / (len(sizes) - 1)
    spacings = [min(SPACING, usable / size) for size, c in zip(sizes, columns, strict=True) if c == 1]
    radius = max(3.0, min([20.0, 0.24 * gap, *(0.33 * spacing for spacing in spacings)]))
    places, left = [], SIDE
    for size, c, width, squeeze in zip(sizes, columns, widths, squeezes, strict=True):
        row, column = np.divmod(np.arange(size, dtype=np.float64), c)
        step = cell if c > 1 else squeeze * min(SPACING, usable / size)
        middle = TOP + usable / 2
        y = middle + (row - (ceil(size / c) - 1) / 2) * step
        places.append(LayerPlace(left + column * cell, y, 0.4 * cell if c > 1 else radius))
        left += width + gap
    return tuple(places)


def _squeezes(sizes: tuple[int, ...]) -> list[float]:
    """In a small network the second of two equal layers stands closer together.

    Otherwise two crossing edges have the same middle, and only one of them can be pointed at there.
    """
    squeezes = [1.0]
    small = sum(a * b for a, b in pairwise(sizes)) <= SMALL
    for before, size in pairwise(sizes):
        squeezes.append(0.75 if small and before == size and squeezes[-1] == 1.0 else 1.0)
    return squeezes


def _columns(size: int, first: bool) -> int:
    """How many columns a layer takes: one, or those of a grid; square inputs stay the picture they are."""
    if size <= WRAP:
        return 1
    if first and isqrt(size) ** 2 == size:
        return isqrt(size)
    return ceil(size / 16) if size <= 64 else ceil(sqrt(size))


def _lines(sources: LayerPlace, units: LayerPlace) -> Array:
    """Lines from the rim of every source to the rim of every unit, (sources × units, 4), C order."""
    x1, x2 = (a.ravel() for a in np.broadcast_arrays(sources.x[:, None], units.x[None, :]))
    y1, y2 = (a.ravel() for a in np.broadcast_arrays(sources.y[:, None], units.y[None, :]))
    length = np.hypot(x2 - x1, y2 - y1)
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    start, end = sources.radius, units.radius
    return np.column_stack((x1 + start * ux, y1 + start * uy, x2 - end * ux, y2 - end * uy))


def _beside(lines: Array, shift: float) -> Array:
    """The middle part of each line, moved sideways: where the gradient is drawn."""
    start, end = lines[:, :2], lines[:, 2:]
    along = end - start
    length = np.hypot(along[:, 0], along[:, 1])[:, None]
    normal = np.column_stack((-along[:, 1], along[:, 0])) / length * shift
    return np.column_stack((start + 0.12 * along + normal, start + 0.88 * along + normal))
