"""The data of a session as they are drawn: what never changes while it trains, and what follows from that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.nn import Kind

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Given:
    """Raw points, and targets (N, outputs), all outputs of a sample in one row, `units` of them at a step.

    `kind` says when an answer is right; None for regression.
    """

    train_points: Array
    train_targets: Array
    test_points: Array
    test_targets: Array
    kind: Kind | None
    units: int

    @cached_property
    def range(self) -> tuple[float, float]:
        """The smallest and the largest target that trains."""
        return float(self.train_targets.min()), float(self.train_targets.max())

    @property
    def class_count(self) -> int:
        """Between how many classes an answer decides."""
        return self.units if self.kind == "argmax" else 2

    @cached_property
    def train_rows(self) -> IntArray:
        """Where the row of each training target begins in a table of class by class."""
        return self._rows(self.train_targets)

    @cached_property
    def test_rows(self) -> IntArray:
        """The same of the test targets."""
        return self._rows(self.test_targets)

    def _rows(self, targets: Array) -> IntArray:
        rows = self.class_count * self.classes(targets)
        smallest = np.min_scalar_type(self.class_count**2)  # every session has them
        return rows.astype(smallest)

    def classes(self, values: Array) -> IntArray:
        """Which class each row of outputs means, step by step; of several outputs that are each right or wrong,
        every one counts."""
        if self.kind == "argmax":
            return np.asarray(values.reshape(-1, self.units).argmax(axis=1))
        return np.asarray(values.ravel() > (0.5 if self.kind == "threshold" else 0.0))
