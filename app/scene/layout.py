"""Where neurons and edges stand. Depends on the shape of a network only, so it is computed once per shape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, isqrt, sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WIDTH, HEIGHT = 720.0, 356.0  # user units of the drawing
SIDE, TOP, BOTTOM = 72.0, 30.0, 8.0  # room for names beside, captions above, to the rim below
WRAP = 24  # a layer with more units than this becomes a grid
RADIUS = 25.0  # of the largest neuron
SMALLEST = 15.0  # in a small network, where numbers stand around the neurons
DISC, DISC_NUMBERED = 0.41, 0.34  # radius per distance between units; where numbers stand between them
BELOW, STUB = 0.4, 0.65  # free height below the last unit, and wished below each, per radius
USABLE = HEIGHT - TOP - BOTTOM
MIDDLE = (TOP + HEIGHT - BOTTOM - BELOW * RADIUS) / 2
SPACING, CELL = 200.0, 30.0  # the widest distances between units: in a column, in a grid
SQUEEZES = (1.0, 0.93, 0.86, 0.79, 0.72, 0.65)  # to try for the second of two layers of a small network
CLEAR = 5.5  # user units around the middle of an edge that no other edge of a small network enters
SMALL = 30  # with up to so many edges each carries its numbers and can be pointed at in its middle
ELEMENTS = 600  # with more edges than this an edge is no element of its own


@dataclass(frozen=True, slots=True, eq=False)
class LayerPlace:
    """The units of one layer: centres (units,), one radius, and the free height below each for its bias."""

    x: Array
    y: Array
    radius: float
    below: float


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
    columns = [_columns(size, first=index == 0) for index, size in enumerate(sizes)]
    grids = [(ceil(size / c), c) for size, c in zip(sizes, columns, strict=True) if c > 1]
    cell = min([CELL, 0.5 * WIDTH / max(1, sum(c for _, c in grids)), *(USABLE / rows for rows, _ in grids)])
    gap = (WIDTH - 2 * SIDE - sum((c - 1) * cell for c in columns)) / (len(sizes) - 1)
    is_small = sum(a * b for a, b in pairwise(sizes)) <= SMALL
    places: list[LayerPlace] = []
    left = SIDE
    for size, c in zip(sizes, columns, strict=True):
        if c > 1:
            places.append(_grid(size, c, left, cell))
        else:
            share = DISC_NUMBERED if is_small else DISC
            squeezed = (_column(size, left, gap, squeeze, share) for squeeze in SQUEEZES)
            wide = _column(size, left, gap, 1.0, share)
            fits = (place for place in squeezed if not places or _can_be_pointed_at(places[-1], place))
            places.append(next(fits, wide) if is_small else wide)
        left += (c - 1) * cell + gap
    return tuple(places)


def _grid(size: int, columns: int, left: float, cell: float) -> LayerPlace:
    row, column = np.divmod(np.arange(size, dtype=np.float64), columns)
    y = MIDDLE + (row - (ceil(size / columns) - 1) / 2) * cell
    return LayerPlace(left + column * cell, y, 0.4 * cell, 0.2 * cell)


def _column(size: int, x: float, gap: float, squeeze: float, share: float) -> LayerPlace:
    room = squeeze * USABLE / size
    radius = max(3.0, min(RADIUS, 0.24 * gap, max(share * room, min(SMALLEST, DISC * room))))
    step = squeeze * min(SPACING, (USABLE - (2 + BELOW) * radius) / max(1, size - 1))
    y = MIDDLE + (np.arange(size, dtype=np.float64) - (size - 1) / 2) * step
    return LayerPlace(np.full(size, x), y, radius, min(STUB * radius, step - 2 * radius))


def _can_be_pointed_at(sources: LayerPlace, units: LayerPlace) -> bool:
    """Whether the middle of every edge is clear of all other edges between two layers in columns."""
    x1, y1, x2, y2 = _lines(sources, units).T
    middle_x, middle_y = ((x1 + x2) / 2)[:, None], ((y1 + y2) / 2)[:, None]
    away = np.abs((x2 - x1) * (y1 - middle_y) - (x1 - middle_x) * (y2 - y1)) / np.hypot(x2 - x1, y2 - y1)
    np.fill_diagonal(away, np.inf)
    return bool(away.min() > CLEAR)


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
