"""Sequences small enough for a line of a table: letters one after the other, or a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

LETTERS = 10  # of a longer sequence the first and the last
WIDTH, HEIGHT, RIM = 64.0, 16.0, 2.0  # of a curve, user units
POINTS = 64
FEATURES = 2  # curves of one sequence


@dataclass(frozen=True, slots=True)
class Letters:
    """The symbols of a sequence, and which of them are wrong; `spaced` where symbols are longer than a letter."""

    symbols: tuple[str, ...]
    wrong: tuple[bool, ...]
    spaced: bool

    def against(self, targets: Letters) -> Letters:
        """The same with those marked that are not as they should be."""
        wrong = tuple(a != b for a, b in zip(self.symbols, targets.symbols, strict=True))
        return Letters(self.symbols, wrong, self.spaced)

    @property
    def whole(self) -> str:
        """All of it as text."""
        return (" " if self.spaced else "").join(self.symbols)

    @property
    def runs(self) -> list[tuple[str, bool]]:
        """Pieces of text, each right or wrong; the middle of a long sequence is left out."""
        half = LETTERS // 2
        marked = list(zip(self.symbols, self.wrong, strict=True))
        if len(marked) > LETTERS:
            marked = [*marked[:half], ("…", False), *marked[-half:]]
        between = " " if self.spaced else ""
        runs = groupby(marked, key=lambda pair: pair[1])
        return [(between.join(symbol for symbol, _ in run), wrong) for wrong, run in runs]


@dataclass(frozen=True, slots=True)
class Spark:
    """Curves over `time` steps in a box WIDTH × HEIGHT: the heights of each, in tenths of a unit from above."""

    time: int
    heights: tuple[tuple[int, ...], ...]

    @property
    def curves(self) -> tuple[str, ...]:
        """A path each. `static/js/cells.js` draws the same."""
        x = WIDTH * (_places(self.time) + 0.5) / self.time
        return tuple(_joined(x, np.array(curve) / 10) for curve in self.heights)


def letters(symbols: Sequence[str]) -> Letters:
    """Symbols none of which is known to be wrong."""
    return Letters(tuple(symbols), (False,) * len(symbols), any(len(symbol) > 1 for symbol in symbols))


def spark(values: Array, low: float, high: float) -> Spark:
    """(time, features) between `low` at the foot and `high` at the top."""
    (drawn,) = sparks(values[None], low, high)
    return drawn


def sparks(values: Array, low: float, high: float) -> list[Spark]:
    """The same of several sequences, (sequences, time, features)."""
    time = values.shape[1]
    with np.errstate(all="ignore"):
        share = (values[:, _places(time), :FEATURES] - low) / (high - low)
    share = np.fmin(np.fmax(share, 0.0), 1.0)  # what is no number stands at the foot
    tenths = np.rint(10 * (HEIGHT - RIM - (HEIGHT - 2 * RIM) * share)).astype(np.int64).transpose(0, 2, 1)
    return [Spark(time, tuple(map(tuple, each))) for each in tenths.tolist()]


@lru_cache(maxsize=256)
def _places(time: int) -> IntArray:
    """The steps that are drawn."""
    return np.unique(np.linspace(0, time - 1, min(time, POINTS)).round().astype(np.int64))


def _joined(x: Array, y: Array) -> str:
    points = [f"{a:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return "M" + "L".join(points) + ("h0" if len(points) == 1 else "")
