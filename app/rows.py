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


_laid: WeakKeyDictionary[Data, dict[tuple[object, ...], tuple[Rows, Rows | None]]] = WeakKeyDictionary()


def laid_out(network: Network, data: Data) -> tuple[Rows, Rows | None]:
    """Data for training and for testing in the engine's layout, the same for all networks that take it alike."""
    known = _laid.setdefault(data, {})
    key = (network.input_shape, network.output_shape, network.loss)
    if key not in known:
        test = rows(network, data.test_inputs, data.test_targets) if len(data.test_inputs) else None
        known[key] = (rows(network, data.train_inputs, data.train_targets), test)
    return known[key]


def rows(network: Network, inputs: Array, targets: Array) -> Rows:
    """Samples laid out for the engine."""
    return Rows(network.inputs(inputs), network.targets(targets), len(inputs))
