"""The table of samples: what of it is decided once for a network and its data, and its columns: numbers, names of
classes, small pictures, letters, curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.datasets import Data
from app.intervals import interval
from app.nn import Network
from app.scene.course import Line, reach_of
from app.scene.format import short
from app.scene.ink import Image, Stamp, scale, stamps
from app.scene.sequences import Letters, Spark, letters, sparks
from app.typed import image_shape, visible

Array = NDArray[np.float64]
T = TypeVar("T")
Cell = float | str | Stamp | Spark | Letters

INPUTS, OUTPUTS = 2, 2  # the most columns shown, so that the loss is in sight; the rest is folded
NAME = 2  # beside longer names of classes there is no room for inputs
MANY = 16  # of more inputs the first few say nothing
KEPT = 4096  # pictures of samples


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column, a cell a sample: all cells are of one kind."""

    cells: Array | Sequence[Cell]

    def cell(self, place: int) -> Cell:
        """The cell of one sample."""
        if isinstance(self.cells, np.ndarray):
            return float(self.cells[place])
        return self.cells[place]

    def packed(self) -> dict[str, Any]:
        """For the module in the browser: `static/js/cells.js`."""
        if isinstance(self.cells, np.ndarray):
            return {"kind": "numbers", "cells": exact(self.cells)}
        first = self.cells[0] if len(self.cells) else ""
        if isinstance(first, Stamp):
            digits = [each.digits for each in self.cells if isinstance(each, Stamp)]
            return {"kind": "stamps", "height": first.height, "width": first.width, "cells": digits}
        if isinstance(first, Spark):
            heights = [each.heights for each in self.cells if isinstance(each, Spark)]
            return {"kind": "sparks", "time": first.time, "cells": heights}
        if isinstance(first, Letters):
            pieces = [(each.whole, each.runs) for each in self.cells if isinstance(each, Letters)]
            return {"kind": "letters", "cells": pieces}
        return {"kind": "words", "cells": self.cells}


Columns = tuple[Column, ...]


class Kept(Generic[T]):
    """What is made of samples of the data, by their rows: they never change, so it is made once."""

    __slots__ = ("_made",)

    def __init__(self) -> None:
        self._made: dict[int, T] = {}

    def of(self, row: int | None, make: Callable[[], T]) -> T:
        """What is made of the sample in that row; None: of inputs that are not in the data."""
        if row is None:
            return make()
        found = self._made.get(row)
        if found is None:
            if len(self._made) >= KEPT:
                self._made = {}
            found = self._made[row] = make()
        return found


class Numbers:
    """So many columns of numbers, and how many are folded."""

    def __init__(self, columns: int, width: int) -> None:
        self.columns, self.folded = columns, width - columns

    def of(self, values: Array) -> Columns:
        """Of samples (samples, numbers)."""
        return tuple([Column(values[:, k].copy()) for k in range(self.columns)])

    def of_rows(self, rows: Sequence[int], values: Array) -> Columns:  # noqa: ARG002
        """Of samples of the data."""
        return self.of(values)


class Cells:
    """One column of what `made` makes of samples."""

    columns, folded = 1, 0

    def __init__(self, made: Callable[[Array], Sequence[Cell]]) -> None:
        self._made = made
        self._kept: dict[int, Cell] = {}

    def of(self, values: Array) -> Columns:
        """Of samples (samples, …)."""
        return (Column(self._made(values)),)

    def of_rows(self, rows: Sequence[int], values: Array) -> Columns:
        """Of samples of the data, which have the numbers `rows` there: they are made once."""
        kept = self._kept
        new = [k for k, row in enumerate(rows) if row not in kept]
        if new:
            if len(kept) > KEPT:
                kept = self._kept = {}
                new = list(range(len(rows)))
            kept.update(zip([rows[k] for k in new], self._made(values[new]), strict=True))
        return (Column([kept[row] for row in rows]),)


class Samples:
    """What the table shows of samples, in a language: `inputs` and `targets`, which outputs are shown like, and
    `classes`, where a sample has one of them. Of images `image` is the shape and `ink` what is paper and what is
    ink; None of others. `reach` is the range of the chart of a sequence. `typed`, `images` and `lines` are kept of
    the samples that are shown one by one."""

    def __init__(
        self, network: Network, data: Data, input_names: tuple[str, ...], output_names: tuple[str, ...]
    ) -> None:
        shape = network.output_shape
        one = len(shape) == 1 and len(output_names) == shape[0] > 1
        self.classes = output_names if one else ()
        self.image = image_shape(network.input_shape, input_names)
        self.ink = scale(data.train_points) if self.image else None
        self.reach = reach_of(network, data)
        self.typed, self.images, self.lines = Kept[dict[str, str]](), Kept[Image](), Kept[tuple[Line, ...]]()
        self.inputs = self._inputs(network, data)
        self.targets = self._answers(network, data, output_names)

    def _inputs(self, network: Network, data: Data) -> Numbers | Cells:
        """Images and sequences as one small picture, numbers as so many columns."""
        shape, symbols = network.input_shape, [visible(name) for name in data.symbols]
        if len(shape) == 2 and len(symbols) == shape[1]:
            return Cells(partial(_letters, symbols))
        if len(shape) == 2:
            return Cells(_sparks(data.train_points))
        if self.image and self.ink:
            image, ink = self.image, self.ink
            return Cells(lambda x: stamps(x.reshape(len(x), *image), ink))
        roomy = max(map(len, self.classes), default=0) <= NAME
        return Numbers(min(INPUTS, shape[0]) if roomy and shape[0] <= MANY else 0, shape[0])

    def _answers(self, network: Network, data: Data, names: tuple[str, ...]) -> Numbers | Cells:
        """A class by its name, classes and numbers over time as one small picture, others as so many columns."""
        shape, classes = network.output_shape, self.classes
        if len(shape) == 2 and data.accuracy == "argmax":
            named = names or tuple(str(k + 1) for k in range(shape[1]))
            return Cells(partial(_letters, [visible(name) for name in named]))
        if classes:
            return Cells(lambda y: [classes[k] for k in y.argmax(axis=1).tolist()])
        if len(shape) == 2:
            return Cells(_sparks(data.train_targets))
        return Numbers(min(OUTPUTS, shape[0]), shape[0])


def _letters(names: Sequence[str], values: Array) -> list[Letters]:
    """The symbols or classes that the steps of sequences (sequences, time, symbols) name."""
    return [letters([names[k] for k in each]) for each in values.argmax(axis=2).tolist()]


def _sparks(values: Array) -> Callable[[Array], list[Spark]]:
    """Curves over the range of all `values`."""
    low, high = interval(float(values.min()), float(values.max()), 0.0)
    return partial(sparks, low=low, high=high)


def exact(values: Array) -> Array | list[float | str]:
    """Numbers for JSON, which has no NaN and no infinities: those as the text that people read."""
    if isfinite(values.dot(values)):
        return values
    return [x if isfinite(x) else short(x) for x in values.tolist()]
