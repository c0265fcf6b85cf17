"""How samples lie in a plan's buffers: a row a feature, a column a sample (or a step and sample)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.nn.arrays import DOUBLES, Array, Call, IntArray, Shape, aligned, call
from app.nn.network import Columns
from app.nn.shapes import features


@dataclass(frozen=True)
class Block:
    """One layer's rows in an array shared by all layers: `rows` features and the row of ones."""

    start: int
    rows: int
    columns: int

    @property
    def stop(self) -> int:
        """Where the next block may start: on a 64-byte boundary."""
        return self.start + -(-(self.rows + 1) * self.columns // DOUBLES) * DOUBLES

    def of(self, shared: Array) -> Array:
        """The features and the row of ones, (rows + 1, columns)."""
        return shared[self.start : self.start + (self.rows + 1) * self.columns].reshape(-1, self.columns)

    def features_of(self, shared: Array) -> Array:
        """The features alone, (rows, columns)."""
        return self.of(shared)[:-1]


def row_shape(shape: Shape, batch: int, ones: int) -> Shape:
    """Of a buffer of whole rows: (batch, features + ones), or (time, batch, features + ones)."""
    rows = (batch, features(shape) + ones)
    return (shape[0], *rows) if len(shape) == 2 else rows


def matrix(rows: Array) -> Array:
    """Rows seen feature-major: (features, columns)."""
    return rows.reshape(-1, rows.shape[-1]).T


def take(columns: Columns, indices: IntArray | None, out: Array) -> None:
    """The samples at `indices`, or all in order, into rows."""
    if indices is None:
        np.copyto(out, columns.values)
    else:
        # any other mode than clip makes NumPy go through a temporary array
        columns.values.take(indices, -2, out, "clip")


class Rows:
    """Rows of several blocks (rows, columns) one behind another: the mean over the columns, with `of_sizes` that of the
    absolute values, as calls that fill `means`, or one column."""

    def __init__(self, blocks: Sequence[Array], of_sizes: bool = False) -> None:
        self._blocks = blocks
        self.means = aligned(sum(map(len, blocks)))
        self.calls: list[Call] = []
        start = 0
        for block in blocks:
            share, rows = np.full(block.shape[1], 1.0 / block.shape[1]), block
            if of_sizes:
                rows = aligned(*block.shape)
                self.calls.append(call(np.abs, block, rows))
            self.calls.append(call(rows.dot, share, self.means[start : start + len(block)]))
            start += len(block)

    def of(self, column: int) -> Array:
        """One column."""
        found: Array = np.concatenate([block[:, column] for block in self._blocks])
        return found
