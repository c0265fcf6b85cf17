"""Answers and loss over many samples, in pieces of bounded size; leaves nothing behind but plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.nn.arrays import Array
from app.nn.network import Columns, Network
from app.nn.plan import Plan, plan_for

PIECE = 512  # samples, at most
PIECE_NUMBERS = 2**20  # in the plan of one piece, about


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The mean loss over all samples, without penalty, and the outputs (N, *output_shape)."""

    loss: float
    outputs: Array


def _pieces(network: Network, params: Array, inputs: Columns, targets: Columns | None) -> Iterator[Plan]:
    size = max(1, min(PIECE, PIECE_NUMBERS // network.room))
    for start in range(0, inputs.count, size):
        part = slice(start, min(start + size, inputs.count))
        plan = plan_for(network, part.stop - part.start)
        plan.load(params)
        plan.feed(_part(inputs, part), None if targets is None else _part(targets, part))
        yield plan


def _part(columns: Columns, part: slice) -> Columns:
    if part.stop - part.start == columns.count:
        return columns
    return Columns(columns.values[..., part, :], part.stop - part.start)


def evaluate(network: Network, params: Array, inputs: Columns, targets: Columns) -> Evaluation:
    """Loss and outputs of the network with `params` (P,) over all samples; NaN loss over none."""
    outputs, loss = [], 0.0 if inputs.count else float("nan")
    for plan in _pieces(network, params, inputs, targets):
        loss += plan.forward() * (plan.batch / inputs.count)
        outputs.append(plan.outputs())
    return Evaluation(loss, _joined(network, outputs))


def predict(network: Network, params: Array, inputs: Columns) -> Array:
    """The outputs (N, *output_shape) of the network with `params` (P,)."""
    outputs = []
    for plan in _pieces(network, params, inputs, None):
        plan.forward()
        outputs.append(plan.outputs())
    return _joined(network, outputs)


def _joined(network: Network, pieces: list[Array]) -> Array:
    if len(pieces) == 1:
        return pieces[0]
    return np.concatenate([np.empty((0, *network.output_shape)), *pieces])


def penalty(network: Network, params: Array, l1: float, l2: float) -> float:
    """l1·Σ|w| + (l2/2)·Σw² over the weights."""
    if not (l1 or l2):
        return 0.0
    w = params[network.weights()]
    with np.errstate(all="ignore"):
        return float(l1 * np.abs(w).sum() + 0.5 * l2 * w.dot(w))
