"""A small picture of each data set: some forty samples, a mark of its own shape for each class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from app.datasets import DATASETS, DatasetKind

Array = NDArray[np.float64]

SIZE, MARGIN = 40.0, 4.0  # user units
SAMPLES, NOISE, SEED = 42, 0.05, 3
LEVELS = 3  # how many sizes of dot tell values apart
FLOWERS = 150


@dataclass(frozen=True, slots=True)
class Dots:
    """Dots of one class (or of values of one sign and size) in one path; `kind` is a class of the style sheet."""

    kind: str
    d: str


@cache
def thumbnail(name: str) -> tuple[Dots, ...]:
    """The picture of the data set `name` in a box SIZE × SIZE."""
    kind = DATASETS[name]
    rows = kind.make(np.random.default_rng(SEED), _count(kind), 0.0 if kind.fixed else NOISE)
    targets = np.asarray(rows.targets, dtype=np.float64).reshape(len(rows.inputs))
    if rows.inputs.shape[1] > 8:
        return _image(rows.inputs[1])
    if len(kind.input_names) == 1:
        points = np.column_stack((rows.inputs[:, 0], targets))
        return (Dots("class-0", _path(_placed(points))),)
    points = _placed(rows.inputs[:, -2:])
    if kind.task == "classification":
        size = " few" if len(points) < 10 else ""
        return tuple(Dots(f"class-{c}{size}", _path(points[targets == c])) for c in range(kind.classes))
    return _values(points, targets)


def _count(kind: DatasetKind) -> int:
    if not kind.fixed:
        return SAMPLES
    return 4 if kind.domain else FLOWERS


def _placed(points: Array) -> Array:
    """Points (N, 2), y upwards, as places in the box."""
    low, high = points.min(axis=0), points.max(axis=0)
    share = (points - low) / (high - low)
    share[:, 1] = 1 - share[:, 1]
    placed: Array = MARGIN + share * (SIZE - 2 * MARGIN)
    return placed


def _path(points: Array) -> str:
    return "".join(f"M{x:g} {y:g}h0" for x, y in np.round(points, 1).tolist())


def _values(points: Array, values: Array) -> tuple[Dots, ...]:
    """Numbers: the sign tells the shape, the magnitude the size of a dot."""
    level = np.minimum(LEVELS * np.abs(values) / np.abs(values).max(), LEVELS - 1).astype(np.int64)
    groups = (
        (f"class-{sign} level-{size}", points[(level == size) & ((values < 0) == bool(sign))])
        for size in range(LEVELS)
        for sign in (0, 1)
    )
    return tuple(Dots(kind, _path(chosen)) for kind, chosen in groups if len(chosen))


def _image(pixels: Array) -> tuple[Dots, ...]:
    """A square picture, ink in four steps."""
    side = int(np.sqrt(len(pixels)))
    cell = (SIZE - 2 * MARGIN) / side
    level = np.rint(pixels * 3).astype(np.int64)
    row, column = np.divmod(np.arange(len(pixels)), side)
    places = MARGIN + cell * np.column_stack((column, row))
    return tuple(
        Dots(
            f"ink-{ink}",
            "".join(f"M{x:g} {y:g}h{cell:g}v{cell:g}h-{cell:g}z" for x, y in places[level == ink]),
        )
        for ink in (1, 2, 3)
    )
