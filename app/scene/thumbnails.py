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
    calm = kind.fixed or kind.form != "row"
    rows = kind.make(np.random.default_rng(SEED), _count(kind), 0.0 if calm else NOISE)
    if kind.form == "image":
        four = rows.inputs[:4, :, :, 0]
        return _ink(np.vstack((np.hstack((*four[:2],)), np.hstack((*four[2:],)))))
    if kind.form == "sequence":
        first = rows.inputs[0]
        return _ink(first.T) if kind.one_hot else _bands(first[:, 0], np.asarray(rows.targets)[0].ravel())
    if rows.inputs.shape[1] > 8:
        return _ink(rows.inputs[1].reshape(8, 8))
    targets = np.asarray(rows.targets, dtype=np.float64).reshape(len(rows.inputs))
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


def _bands(inputs: Array, targets: Array) -> tuple[Dots, ...]:
    """A sequence step by step: what goes in above, what is to come out below."""
    steps = np.linspace(MARGIN, SIZE - MARGIN, len(inputs))
    height = (SIZE - 2 * MARGIN) / 2 - MARGIN / 2

    def band(values: Array, foot: float) -> str:
        share = (values - values.min()) / np.ptp(values)
        return _path(np.column_stack((steps, foot - height * share)))

    return Dots("class-0", band(inputs, MARGIN + height)), Dots("class-1", band(targets, SIZE - MARGIN))


def _ink(pixels: Array) -> tuple[Dots, ...]:
    """A picture (height, width), 0 paper to 1 ink, ink in four steps; it fills the box."""
    height, width = ((SIZE - 2 * MARGIN) / np.array(pixels.shape)).tolist()
    level = np.rint(pixels * 3).astype(np.int64)
    row, column = np.indices(pixels.shape)
    places = np.round(MARGIN + np.stack((column * width, row * height), axis=-1), 2)
    square = f"h{width:.4g}v{height:.4g}h-{width:.4g}z"
    return tuple(
        Dots(f"ink-{ink}", "".join(f"M{x:g} {y:g}{square}" for x, y in places[level == ink].tolist()))
        for ink in (1, 2, 3)
        if (level == ink).any()
    )
