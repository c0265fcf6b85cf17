"""Answers and loss over many samples, in pieces of bounded size; leaves nothing behind but plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np

from app.nn.arrays import Array
from app.nn.network import Columns, Network
from app.nn.parts import Evaluation
from app.nn.plan import Plan, plan_for

PIECE = 512  # samples, at most
PIECE_NUMBERS = 2**20  # in the plan of one piece, about


def _pieces(
    network: Network, params: Array, inputs: Columns, targets: Columns | None
) -> Iterator[tuple[int, Plan]]:
    """Where each piece starts, and a plan fed with it."""
    size = max(1, min(PIECE, PIECE_NUMBERS // network.room))
    for start in range(0, inputs.count, size):
        piece = slice(start, min(start + size, inputs.count))
        plan = plan_for(network, piece.stop - piece.start)
        plan.load(params)
        plan.feed(_piece(inputs, piece), None if targets is None else _piece(targets, piece))
        yield start, plan


def _piece(columns: Columns, piece: slice) -> Columns:
    if piece.stop - piece.start == columns.count:
        return columns
    return Columns(columns.values[..., piece, :], piece.stop - piece.start)


def evaluate(network: Network, params: Array, inputs: Columns, targets: Columns) -> Evaluation:
    """Loss and outputs of the network with `params` (P,) over all samples; NaN loss over none."""
    return evaluate_parts(network, params, inputs, targets, (inputs.count,))[0]


def evaluate_parts(
    network: Network, params: Array, inputs: Columns, targets: Columns, counts: Sequence[int]
) -> list[Evaluation]:
    """The same for the first counts[0] samples, the next counts[1], …, in one go."""
    parts: list[list[tuple[float, Array]]] = [[] for _ in counts]
    for start, plan in _pieces(network, params, inputs, targets):
        stops = [min(max(stop - start, 0), plan.batch) for stop in accumulate(counts)]
        sizes = [stop - begin for begin, stop in pairwise([0, *stops])]
        found = iter(plan.assess(tuple(filter(None, sizes))))
        for part, size, count in zip(parts, sizes, counts, strict=True):
            if size:
                one = next(found)
                part.append((one.loss * (size / count), one.outputs))
    return [_joined(network, part) for part in parts]


def _joined(network: Network, pieces: list[tuple[float, Array]]) -> Evaluation:
    if len(pieces) == 1:
        return Evaluation(*pieces[0])
    loss = sum(loss for loss, _ in pieces) if pieces else float("nan")
    return Evaluation(loss, np.concatenate([np.empty((0, *network.output_shape)), *(a for _, a in pieces)]))


def predict(network: Network, params: Array, inputs: Columns) -> Array:
    """The outputs (N, *output_shape) of the network with `params` (P,)."""
    outputs = np.empty((inputs.count, *network.output_shape))
    for start, plan in _pieces(network, params, inputs, None):
        plan.forward()
        outputs[start : start + plan.batch] = plan.outputs()
    return outputs


def penalty(network: Network, params: Array, l1: float, l2: float) -> float:
    """l1·Σ|w| + (l2/2)·Σw² over the weights."""
    if not (l1 or l2):
        return 0.0
    w = params[network.weights()]
    with np.errstate(all="ignore"):
        return float(l1 * np.abs(w).sum() + 0.5 * l2 * w.dot(w))
