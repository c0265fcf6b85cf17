"""Losses: each lays the loss of every output and its gradient over the buffers of a plan.

The mean batch loss is `factor` times the sum of the terms, one a column and output; `over` says what the mean
is taken over. A loss with `after` stands behind that activation only, and lays it too: both are
computed from z, stably.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.nn.activations import lay_sigmoid, lay_softmax
from app.nn.arrays import HALF, ONE, ZERO, Array, Call, aligned, call, column_sums, constant

Over = Literal["samples", "outputs", "steps"]


@dataclass(frozen=True)
class Ends:
    """The buffers at the end of a network, all (outputs, columns).

    A loss fills `terms`, and may leave in `rest` what its gradient can use again.
    """

    z: Array
    a: Array
    y: Array
    terms: Array
    rest: Array


LayLoss = Callable[[Ends], list[Call]]
LayGradient = Callable[[Ends, Array, float], list[Call]]


@dataclass(frozen=True)
class Loss:
    """What one loss lays.

    forward(ends): fills the terms, and a for a loss with `after`. backward(ends, gradient, factor): fills
    ∂L/∂a, or ∂L/∂z for a loss with `after`, of the mean batch loss. over: the mean is taken over samples;
    over samples, steps and outputs; or over samples and steps.
    """

    name: str
    over: Over
    forward: LayLoss
    backward: LayGradient
    after: str | None = None

    def factor(self, samples: int, steps: int, outputs: int) -> float:
        """What the sum of the terms is multiplied by; `outputs` counts those of one step."""
        counts = {"samples": samples, "steps": samples * steps, "outputs": samples * steps * outputs}
        return 1.0 / counts[self.over]


def _mse(ends: Ends) -> list[Call]:
    return [call(np.subtract, ends.a, ends.y, ends.rest), call(np.multiply, ends.rest, ends.rest, ends.terms)]


def _mse_gradient(ends: Ends, gradient: Array, factor: float) -> list[Call]:
    return [call(np.multiply, ends.rest, constant(2.0 * factor), gradient)]


def _squared_error(ends: Ends) -> list[Call]:
    return [*_mse(ends), call(np.multiply, ends.terms, HALF, ends.terms)]


def _squared_error_gradient(ends: Ends, gradient: Array, factor: float) -> list[Call]:
    return [call(np.multiply, ends.rest, constant(factor), gradient)]


def _mae(ends: Ends) -> list[Call]:
    return [call(np.subtract, ends.a, ends.y, ends.rest), call(np.absolute, ends.rest, ends.terms)]


def _mae_gradient(ends: Ends, gradient: Array, factor: float) -> list[Call]:
    return [call(np.sign, ends.rest, gradient), call(np.multiply, gradient, constant(factor), gradient)]


def _huber(ends: Ends) -> list[Call]:
    c, half = aligned(*ends.a.shape), aligned(*ends.a.shape)
    # with c = min(|d|, 1): c (|d| - c/2) is ½d² up to 1 and |d| - ½ beyond
    return [
        *_mae(ends),
        call(np.minimum, ends.terms, ONE, out=c),
        call(np.multiply, c, HALF, half),
        call(np.subtract, ends.terms, half, ends.terms),
        call(np.multiply, ends.terms, c, ends.terms),
    ]


def _huber_gradient(ends: Ends, gradient: Array, factor: float) -> list[Call]:
    return [
        call(np.minimum, ends.rest, ONE, out=gradient),
        call(np.maximum, gradient, constant(-1.0), out=gradient),
        call(np.multiply, gradient, constant(factor), gradient),
    ]


def _binary_cross_entropy(ends: Ends) -> list[Call]:
    # -y log σ(z) - (1 - y) log(1 - σ(z)) = log(1 + e^z) - y z
    return [
        *lay_sigmoid(ends.z, ends.a),
        call(np.logaddexp, ZERO, ends.z, ends.terms),
        call(np.multiply, ends.y, ends.z, ends.rest),
        call(np.subtract, ends.terms, ends.rest, ends.terms),
    ]


def _binary_cross_entropy_gradient(ends: Ends, gradient: Array, factor: float) -> list[Call]:
    return [
        call(np.subtract, ends.a, ends.y, gradient),
        call(np.multiply, gradient, constant(factor), gradient),
    ]


def _cross_entropy(ends: Ends) -> list[Call]:
    total = aligned(1, ends.z.shape[1])
    # -y log a = y (log Σ e^shifted - shifted)
    return [
        *lay_softmax(ends.z, ends.a, ends.rest, total),
        call(np.log, total, total),
        call(np.subtract, total, ends.rest, ends.terms),
        call(np.multiply, ends.terms, ends.y, ends.terms),
    ]


def _cross_entropy_gradient(ends: Ends, gradient: Array, factor: float) -> list[Call]:
    sums = aligned(1, ends.z.shape[1])
    # a Σy - y: the targets of a row need not sum to 1
    return [
        column_sums(ends.y, sums),
        call(np.multiply, ends.a, sums, gradient),
        call(np.subtract, gradient, ends.y, gradient),
        call(np.multiply, gradient, constant(factor), gradient),
    ]


def _hinge(ends: Ends) -> list[Call]:
    return [
        call(np.multiply, ends.a, ends.y, ends.terms),
        call(np.subtract, ONE, ends.terms, ends.terms),
        call(np.maximum, ends.terms, ZERO, out=ends.terms),
    ]


def _hinge_gradient(ends: Ends, gradient: Array, factor: float) -> list[Call]:
    return [
        call(np.sign, ends.terms, gradient),
        call(np.multiply, gradient, ends.y, gradient),
        call(np.multiply, gradient, constant(-factor), gradient),
    ]


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss("squared_error", "samples", _squared_error, _squared_error_gradient),
        Loss("mse", "outputs", _mse, _mse_gradient),
        Loss("mae", "outputs", _mae, _mae_gradient),
        Loss("huber", "outputs", _huber, _huber_gradient),
        Loss(
            "binary_cross_entropy",
            "outputs",
            _binary_cross_entropy,
            _binary_cross_entropy_gradient,
            after="sigmoid",
        ),
        Loss("cross_entropy", "steps", _cross_entropy, _cross_entropy_gradient, after="softmax"),
        Loss("hinge", "outputs", _hinge, _hinge_gradient),
    )
}
