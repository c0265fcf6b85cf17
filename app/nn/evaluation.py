"""Answers and loss over many samples, in pieces of bounded size; leaves nothing behind but plans."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise
from math import nan
from typing import NamedTuple

import numpy as np

from app.nn.arrays import Array
from app.nn.network import Columns, Network
from app.nn.parts import Evaluation
from app.nn.plan import plan_for

PIECE = 512  # samples, at most
PIECE_NUMBERS = 2**20  # in the plan of one piece, about


class Piece(NamedTuple):
    """Some samples in a row that are run together: which parts of the data they are of, and how many of each."""

    inputs: Columns
    targets: Columns
    parts: tuple[int, ...]
    counts: tuple[int, ...]


class Laid(NamedTuple):
    """Data in pieces of bounded size, for `evaluate_parts`: the first counts[0] samples, the next counts[1], …"""

    network: Network
    counts: tuple[int, ...]
    pieces: list[Piece]


def lay_parts(network: Network, inputs: Columns, targets: Columns, counts: tuple[int, ...]) -> Laid:
    """Parts of so many samples, one behind the other."""
    ends, pieces = list(accumulate(counts, initial=0)), []
    for samples in _cut(ends[-1], network):
        inside = [min(end, samples.stop) - max(begin, samples.start) for begin, end in pairwise(ends)]
        parts = tuple(part for part, count in enumerate(inside) if count > 0)
        sizes = tuple(inside[part] for part in parts)
        pieces.append(Piece(_some(inputs, samples), _some(targets, samples), parts, sizes))
    return Laid(network, counts, pieces)


def passes(network: Network, count: int) -> int:
    """How many passes evaluating or predicting so many samples takes."""
    return -(-count // _piece_size(network))


def _cut(count: int, network: Network) -> Iterator[slice]:
    size = _piece_size(network)
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


def _piece_size(network: Network) -> int:
    return max(1, min(PIECE, PIECE_NUMBERS // network.room))


def _some(columns: Columns, samples: slice) -> Columns:
    count = samples.stop - samples.start
    return columns if count == columns.count else Columns(columns.values[..., samples, :], count)


def evaluate(network: Network, params: Array, inputs: Columns, targets: Columns) -> Evaluation:
    """Loss and outputs of the network with `params` (P,) over all samples; NaN loss over none."""
    losses, outputs = evaluate_parts(lay_parts(network, inputs, targets, (inputs.count,)), params)
    return Evaluation(losses[0], outputs)


def evaluate_parts(laid: Laid, params: Array) -> tuple[list[float], Array]:
    """The loss over each part with `params` (P,), and the outputs of all samples, in one go."""
    network, counts, pieces = laid
    losses = [0.0 if count else nan for count in counts]
    outputs = [] if pieces else [np.empty((0, *network.output_shape))]
    for inputs, targets, parts, sizes in pieces:
        plan = plan_for(network, inputs.count)
        plan.load(params)
        plan.feed(inputs, targets)
        for part, size, loss in zip(parts, sizes, plan.assess(sizes), strict=True):
            losses[part] += loss * (size / counts[part])
        outputs.append(plan.outputs())
    return losses, outputs[0] if len(outputs) == 1 else np.concatenate(outputs)


def predict(network: Network, params: Array, inputs: Columns) -> Array:
    """The outputs (N, *output_shape) of the network with `params` (P,)."""
    outputs = np.empty((inputs.count, *network.output_shape))
    for samples in _cut(inputs.count, network):
        plan = plan_for(network, samples.stop - samples.start)
        plan.load(params)
        plan.feed(_some(inputs, samples), None)
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
