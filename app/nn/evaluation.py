"""Answers and loss over many samples, in pieces of bounded size; leaves nothing behind but plans."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate, pairwise
from math import nan
from typing import NamedTuple

import numpy as np

from app.nn.arrays import Array
from app.nn.network import Columns, Network
from app.nn.parts import Evaluation
from app.nn.plan import Plan, plan_for

PIECE = 512  # samples, at most
PIECE_NUMBERS = 2**20  # in the plan of one piece, about


class Piece(NamedTuple):
    """Some samples in a row that are run together: which parts of the data they are of, and how many of each."""

    samples: slice
    parts: tuple[int, ...]
    counts: tuple[int, ...]


@lru_cache(maxsize=256)
def _pieces(counts: tuple[int, ...], size: int) -> list[Piece]:
    """Parts of so many samples, one behind the other, in pieces of at most `size`."""
    ends, pieces = list(accumulate(counts, initial=0)), []
    for start in range(0, ends[-1], size):
        stop = min(start + size, ends[-1])
        inside = [min(end, stop) - max(begin, start) for begin, end in pairwise(ends)]
        parts = tuple(part for part, count in enumerate(inside) if count > 0)
        pieces.append(Piece(slice(start, stop), parts, tuple(inside[part] for part in parts)))
    return pieces


def _piece_size(network: Network) -> int:
    return max(1, min(PIECE, PIECE_NUMBERS // network.room))


def _fed(network: Network, params: Array, inputs: Columns, targets: Columns | None, samples: slice) -> Plan:
    """A plan with a piece of the data in it."""
    plan = plan_for(network, samples.stop - samples.start)
    plan.load(params)
    plan.feed(_some(inputs, samples), None if targets is None else _some(targets, samples))
    return plan


def _some(columns: Columns, samples: slice) -> Columns:
    count = samples.stop - samples.start
    return columns if count == columns.count else Columns(columns.values[..., samples, :], count)


def evaluate(network: Network, params: Array, inputs: Columns, targets: Columns) -> Evaluation:
    """Loss and outputs of the network with `params` (P,) over all samples; NaN loss over none."""
    losses, outputs = evaluate_parts(network, params, inputs, targets, (inputs.count,))
    return Evaluation(losses[0], outputs)


def evaluate_parts(
    network: Network, params: Array, inputs: Columns, targets: Columns, counts: tuple[int, ...]
) -> tuple[list[float], Array]:
    """The loss over the first counts[0] samples, over the next counts[1], …, and the outputs of all, in one go."""
    losses = [0.0 if count else nan for count in counts]
    outputs: list[Array] = []
    for samples, parts, sizes in _pieces(counts, _piece_size(network)):
        plan = _fed(network, params, inputs, targets, samples)
        for part, size, loss in zip(parts, sizes, plan.assess(sizes), strict=True):
            losses[part] += loss * (size / counts[part])
        outputs.append(plan.outputs())
    return losses, outputs[0] if len(outputs) == 1 else np.concatenate(outputs or [_none(network)])


def _none(network: Network) -> Array:
    return np.empty((0, *network.output_shape))


def predict(network: Network, params: Array, inputs: Columns) -> Array:
    """The outputs (N, *output_shape) of the network with `params` (P,)."""
    outputs = np.empty((inputs.count, *network.output_shape))
    for samples, _, _ in _pieces((inputs.count,), _piece_size(network)):
        plan = _fed(network, params, inputs, None, samples)
        plan.forward()
        outputs[samples] = plan.outputs()
    return outputs


def penalty(network: Network, params: Array, l1: float, l2: float) -> float:
    """l1·Σ|w| + (l2/2)·Σw² over the weights."""
    if not (l1 or l2):
        return 0.0
    w = params[network.weights()]
    with np.errstate(all="ignore"):
        return float(l1 * np.abs(w).sum() + 0.5 * l2 * w.dot(w))
