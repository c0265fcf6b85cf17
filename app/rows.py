"""Data in the engine's layout, laid out once for all networks that take it alike."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from app.datasets import Data
from app.nn import Columns, Network, Truth, truth

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Samples in the engine's layout, and the right answers to them where answers can be right."""

    inputs: Columns
    targets: Columns
    count: int
    answers: Truth | None


_laid: WeakKeyDictionary[Data, dict[tuple[object, ...], tuple[Rows, Rows | None, Rows]]] = WeakKeyDictionary()


def laid_out(network: Network, data: Data) -> tuple[Rows, Rows | None, Rows]:
    """Data for training, for testing, and both one behind the other, in the engine's layout: the same for all
    networks that take it alike."""
    known = _laid.setdefault(data, {})
    key = (network.input_shape, network.output_shape, network.loss)
    if key not in known:
        inputs, targets, kind = network.inputs(data.inputs), network.targets(data.targets), data.accuracy
        answers = truth(data.targets, kind, network.output_shape) if kind else None
        both = Rows(inputs, targets, inputs.count, answers)
        test = _part(both, slice(data.training, inputs.count)) if data.training < inputs.count else None
        known[key] = (_part(both, slice(data.training)), test, both)
    return known[key]


def _part(rows: Rows, some: slice) -> Rows:
    """Some of the samples: views, where they lie in one piece."""
    inputs, targets = (
        np.ascontiguousarray(columns.values[..., some, :]) for columns in (rows.inputs, rows.targets)
    )
    count, answers = inputs.shape[-2], None if rows.answers is None else rows.answers[some]
    return Rows(Columns(inputs, count), Columns(targets, count), count, answers)
