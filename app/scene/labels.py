"""Where the numbers stand on the edges of a small network: on their own edge, over nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from app.scene.layout import SMALL, LayerPlace, Layout, layout

NAMED = 16  # the most edges whose numbers carry names
LINE, CHARACTER = 13.0, 5.9  # height of a line, width of a character, user units at font size 10
# What to try, names or not and the size: for a phone too, in two sizes; large; as they are; closely packed.
TRIED = (
    (True, 1.8),
    (True, 1.5),
    (True, 1.35),
    (True, 1.0),
    (False, 1.35),
    (False, 1.0),
    (True, 0.85),
    (False, 0.85),
)
TRIED_UNNAMED = ((False, 1.8), (False, 1.5), (False, 1.35), (False, 1.0), (False, 0.85))
STUB = 16.0  # room below a neuron for the line of its bias
BIAS, NAMED_BIAS = 46.0, 68.0  # and left of that for its number, without and with its name
NAME = 34.0  # room below an input for its name, to either side
TOWARDS = (
    0.62,
    0.72,
    0.54,
    0.8,
)  # the place along an edge wished for, to try: nearer the end with more units
SHARES = tuple(np.linspace(0.1, 0.9, 81).tolist())  # places to try along an edge

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Labels:
    """Centres of the labels by edge (None: no room), whether they carry names, how large they may be."""

    places: tuple[tuple[float, float] | None, ...]
    named: bool
    scale: float
    width: float
    height: float


@lru_cache(maxsize=256)
def labels(sizes: tuple[int, ...]) -> Labels | None:
    """Labels for a network of this shape; None when it has too many edges for them."""
    place = layout(sizes)
    if place.edges > SMALL:
        return None
    for named, scale in TRIED if place.edges <= NAMED else TRIED_UNNAMED:
        width, height = scale * (12 if named else 11) * CHARACTER, scale * 2 * LINE
        for towards in TOWARDS:
            beside = NAMED_BIAS if named else BIAS
            found = Labels(_arrange(place, width, height, towards, beside), named, scale, width, height)
            if None not in found.places:
                return found
    return found


def _arrange(
    place: Layout, width: float, height: float, towards: float, bias: float
) -> tuple[tuple[float, float] | None, ...]:
    """Each edge takes the free place on itself that is nearest to where it would like to be."""
    taken = [
        box for number, layer in enumerate(place.layers) for box in _boxes(layer, bias if number else None)
    ]
    found: list[tuple[float, float] | None] = [None] * place.edges
    wanted = _wanted(place, towards)
    for edge in _order(place):
        x1, y1, x2, y2 = (float(v) for v in place.weight_lines[edge])
        for share in sorted(SHARES, key=lambda share: abs(share - wanted[edge])):
            x, y = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
            box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            if not any(_overlap(box, other) for other in taken):
                found[edge] = (x, y)
                taken.append(box)
                break
    return tuple(found)


def _wanted(place: Layout, towards: float) -> list[float]:
    """Towards the side with more units: there the edges of one layer are farthest apart."""
    ends = pairwise(place.sizes)
    return [
        towards if units > sources else 1 - towards for sources, units in ends for _ in range(sources * units)
    ]


def _order(place: Layout) -> list[int]:
    """Edges from the flattest to the steepest: a flat one has the fewest places to go."""
    lines = place.weight_lines
    slope = np.abs(lines[:, 3] - lines[:, 1]) / np.abs(lines[:, 2] - lines[:, 0])
    return [int(edge) for edge in np.argsort(slope, kind="stable")]


def _boxes(layer: LayerPlace, bias: float | None) -> list[Box]:
    """What the neurons of a layer and the numbers of their biases cover; inputs have none, but names."""
    r = layer.radius
    places = list(zip(layer.x.tolist(), layer.y.tolist(), strict=True))
    discs = [(x - r, y - r, x + r, y + r) for x, y in places]
    left, right = (NAME, NAME) if bias is None else (bias, STUB)
    return discs + [(x - left, y + r, x + right, y + r + STUB) for x, y in places]


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
