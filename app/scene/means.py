"""What the neurons did, a number each: on the mean of the batch, for the sample that is followed, or for a probe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.nn import Trace
from app.scene.view import View

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """a (of the inputs too), z and |δ| of every neuron, layer by layer; δ None without a backward pass."""

    a: Array
    z: Array
    delta: Array | None


def means(view: View) -> Means | None:
    """What stands at the neurons; None before any forward pass."""
    if view.probe:
        return _means(view.probe.trace, 0)
    return _means(view.batch.trace, view.batch.sample) if view.batch else None


def _means(trace: Trace, sample: int | None) -> Means:
    count = len(trace.inputs)
    chosen = slice(None) if sample is None else slice(sample, sample + 1)

    def mean(blocks: Sequence[Array]) -> Array:
        parts = [block.reshape(count, -1)[chosen] for block in blocks]
        with np.errstate(all="ignore"):
            return np.concatenate([np.add.reduce(part) for part in parts]) / len(parts[0])

    deltas = [np.abs(layer.delta) for layer in trace.layers if layer.delta is not None]
    return Means(
        a=mean([trace.inputs, *(layer.a for layer in trace.layers)]),
        z=mean([layer.z for layer in trace.layers]),
        delta=mean(deltas) if deltas else None,
    )
