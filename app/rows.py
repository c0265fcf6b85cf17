"""Data in the engine's layout, laid out once for all networks that take it alike."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from app.datasets import Data
from app.nn import Columns, Network

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Samples in the engine's layout."""

    inputs: Columns
    targets: Columns
    count: int


_laid: WeakKeyDictionary[Data, dict[tuple[object, ...], tuple[Rows, Rows | None, Rows]]] = WeakKeyDictionary()


def laid_out(network: Network, data: Data) -> tuple[Rows, Rows | None, Rows]:
    """Data for training, for testing, and both one behind the other, in the engine's layout: the same for all
    networks that take it alike."""
    known = _laid.setdefault(data, {})
    key = (network.input_shape, network.output_shape, network.loss)
    if key not in known:
        inputs = network.inputs(np.concatenate((data.train_inputs, data.test_inputs)))
        targets = network.targets(np.concatenate((data.train_targets, data.test_targets)))
        middle, end = len(data.train_inputs), inputs.count
        train, test, both = (
            Rows(_part(inputs, start, stop), _part(targets, start, stop), stop - start)
            for start, stop in ((0, middle), (middle, end), (0, end))
        )
        known[key] = (train, test if test.count else None, both)
    return known[key]


def _part(columns: Columns, start: int, stop: int) -> Columns:
    """Some samples: a view where they lie in one piece."""
    return Columns(np.ascontiguousarray(columns.values[..., start:stop, :]), stop - start)
