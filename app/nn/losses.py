"""Losses: each lays the sum of the losses of all outputs and its gradient over the buffers of a plan.

The mean batch loss is `factor` times that sum; `over` says what the mean is taken over. A loss with `after`
stands behind that activation only, and lays it too: both are computed from z, stably.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.nn.activations import lay_sigmoid, lay_softmax
from app.nn.arrays import ONE, ZERO, Array, Call, aligned, call, constant, straight
from app.nn.ends import Ends, product_of, sum_of

Over = Literal["samples", "outputs", "steps"]


Lay = Callable[[Ends], list[Call]]
Terms = Callable[[Array, Array, Array], Array]


@dataclass(frozen=True)
class Loss:
    """What one loss lays.

    prepare(ends): what follows from the targets alone, run when they are fed. forward(ends): fills the total,
    and a for a loss with `after`. backward(ends): fills what forward has left of the gradient of the mean batch
    loss. mean(factor): what the total is multiplied by to be that loss. terms(z, a, y): the loss of every output,
    of any shape with the outputs last. over: the mean is taken over samples; over samples, steps and outputs; or
    over samples and steps.
    """

    name: str
    over: Over
    forward: Lay
    backward: Lay
    terms: Terms
    after: str | None = None
    prepare: Lay | None = None
    mean: Callable[[float], float] = lambda factor: factor

    def factor(self, samples: int, steps: int, outputs: int) -> float:
        """What the sum of the terms is multiplied by; `outputs` counts those of one step."""
        counts = {"samples": samples, "steps": samples * steps, "outputs": samples * steps * outputs}
        return 1.0 / counts[self.over]


FEW = 64  # outputs of a batch


def _squares(ends: Ends, scale: float) -> list[Call]:
    """Σ d² of the residuals d = a - y; of few, in the same product also the gradient, `scale` times d."""
    if ends.parts or not _are_few(ends):
        return [call(np.subtract, ends.a, ends.y, ends.rest), *product_of(ends, ends.rest, ends.rest)]
    size = ends.a.size
    system = aligned(size + 1, size)
    np.fill_diagonal(system, scale)
    d = system[-1]
    return [call(np.subtract, ends.a, ends.y, d.reshape(ends.a.shape)), call(system.dot, d, ends.result)]


def _squares_gradient(ends: Ends, scale: float) -> list[Call]:
    return [] if _are_few(ends) else [call(np.multiply, ends.rest, constant(scale), ends.gradient)]


def _are_few(ends: Ends) -> bool:
    """Whether the gradient is made with the total. Where it is not yet ∂L/∂z, the backward pass changes it in place."""
    return ends.is_linear and ends.a.size <= FEW


def _mae(ends: Ends) -> list[Call]:
    size = aligned(*ends.a.shape)
    return [
        call(np.subtract, ends.a, ends.y, ends.rest),
        call(np.absolute, ends.rest, size),
        *sum_of(ends, size),
    ]


def _mae_gradient(ends: Ends) -> list[Call]:
    gradient = ends.gradient
    return [call(np.sign, ends.rest, gradient), call(np.multiply, gradient, constant(ends.factor), gradient)]


def _huber(ends: Ends) -> list[Call]:
    size, c, half = (aligned(*ends.a.shape) for _ in range(3))
    # with c = min(|d|, 1): c (|d| - c/2) is ½d² up to 1 and |d| - ½ beyond
    return [
        call(np.subtract, ends.a, ends.y, ends.rest),
        call(np.absolute, ends.rest, size),
        call(np.minimum, size, ONE, out=c),
        call(np.multiply, c, constant(0.5), half),
        call(np.subtract, size, half, size),
        *product_of(ends, size, c),
    ]


def _huber_terms(_z: Array, a: Array, y: Array) -> Array:
    c = np.minimum(size := np.abs(a - y), 1.0)
    terms: Array = c * (size - c / 2)
    return terms


def _huber_gradient(ends: Ends) -> list[Call]:
    gradient = ends.gradient
    return [
        call(np.minimum, ends.rest, ONE, out=gradient),
        call(np.maximum, gradient, constant(-1.0), out=gradient),
        call(np.multiply, gradient, constant(ends.factor), gradient),
    ]


def _binary_cross_entropy(ends: Ends) -> list[Call]:
    # -y log σ(z) - (1 - y) log(1 - σ(z)) = log(1 + e^z) - y z
    terms = aligned(*ends.z.shape)
    return [
        *lay_sigmoid(ends.z, ends.a),
        call(np.logaddexp, ZERO, ends.z, terms),
        call(np.multiply, ends.y, ends.z, ends.rest),
        call(np.subtract, terms, ends.rest, terms),
        *sum_of(ends, terms),
    ]


def _binary_cross_entropy_gradient(ends: Ends) -> list[Call]:
    gradient = ends.gradient
    return [
        call(np.subtract, ends.a, ends.y, gradient),
        call(np.multiply, gradient, constant(ends.factor), gradient),
    ]


def _cross_entropy_targets(ends: Ends) -> list[Call]:
    rows, columns = ends.y.shape
    signed = ends.work["signed"] = aligned(rows + 1, columns)
    shares = ends.work["shares"] = aligned(rows, columns)
    return [  # -y and, since the targets of a column need not sum to 1, Σy: all times the factor
        call(np.multiply, ends.y, constant(-ends.factor), signed[:-1]),
        call(np.full((1, rows), ends.factor).dot, ends.y, signed[-1:]),
        call(np.copyto, shares, signed[-1:]),
    ]


CALM = 300.0**2  # where the squares of all z come to less, e^z can neither overflow nor vanish
FEW_PROBABILITIES = 1000


def _cross_entropy(ends: Ends) -> list[Call]:
    rows, columns = ends.y.shape
    shifted = aligned(rows + 1, columns)
    sums = shifted[-1:]
    # Σ -y log a = Σ (log Σ e^shifted) Σy - Σ y shifted
    careful = [
        *lay_softmax(ends.z, ends.a, shifted[:-1], sums),
        call(np.log, sums, sums),
        *product_of(ends, shifted, ends.work["signed"]),
    ]
    if ends.parts or ends.a.size > FEW_PROBABILITIES:
        return careful
    z, either = ends.z.reshape(-1), (straight(_calm_cross_entropy(ends)), straight(careful))

    def run() -> None:
        either[not z.dot(z) < CALM]()

    return [run]


def _calm_cross_entropy(ends: Ends) -> list[Call]:
    """Without the shift of z, and no log of zero: half the time where it is the calls that take it."""
    rows, columns = ends.y.shape
    sums = aligned(rows, columns)  # the same in every row, so that it divides without broadcasting
    return [
        call(np.exp, ends.z, ends.a),
        call(np.ones((rows, rows)).dot, ends.a, sums),
        call(np.divide, ends.a, sums, ends.a),
        call(np.log, ends.a, ends.rest),
        *product_of(ends, ends.rest, ends.work["signed"][:-1]),
    ]


def _cross_entropy_terms(z: Array, _a: Array, y: Array) -> Array:
    shifted = z - z.max(axis=-1, keepdims=True)
    terms: Array = y * (np.log(np.exp(shifted).sum(axis=-1, keepdims=True)) - shifted)
    return terms


def _cross_entropy_gradient(ends: Ends) -> list[Call]:
    gradient = ends.gradient
    return [  # a Σy - y
        call(np.multiply, ends.a, ends.work["shares"], gradient),
        call(np.add, gradient, ends.work["signed"][:-1], gradient),
    ]


def _hinge(ends: Ends) -> list[Call]:
    return [
        call(np.multiply, ends.a, ends.y, ends.rest),
        call(np.subtract, ONE, ends.rest, ends.rest),
        call(np.maximum, ends.rest, ZERO, out=ends.rest),
        *sum_of(ends, ends.rest),
    ]


def _hinge_gradient(ends: Ends) -> list[Call]:
    gradient = ends.gradient
    return [
        call(np.sign, ends.rest, gradient),
        call(np.multiply, gradient, ends.y, gradient),
        call(np.multiply, gradient, constant(-ends.factor), gradient),
    ]


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "squared_error",
            "samples",
            lambda ends: _squares(ends, ends.factor),
            lambda ends: _squares_gradient(ends, ends.factor),
            lambda _z, a, y: 0.5 * (a - y) ** 2,
            mean=lambda factor: 0.5 * factor,
        ),
        Loss(
            "mse",
            "outputs",
            lambda ends: _squares(ends, 2.0 * ends.factor),
            lambda ends: _squares_gradient(ends, 2.0 * ends.factor),
            lambda _z, a, y: (a - y) ** 2,
        ),
        Loss("mae", "outputs", _mae, _mae_gradient, lambda _z, a, y: np.abs(a - y)),
        Loss("huber", "outputs", _huber, _huber_gradient, _huber_terms),
        Loss(
            "binary_cross_entropy",
            "outputs",
            _binary_cross_entropy,
            _binary_cross_entropy_gradient,
            lambda z, _a, y: np.logaddexp(0.0, z) - y * z,
            after="sigmoid",
        ),
        Loss(
            "cross_entropy",
            "steps",
            _cross_entropy,
            _cross_entropy_gradient,
            _cross_entropy_terms,
            after="softmax",
            prepare=_cross_entropy_targets,
            mean=lambda _factor: 1.0,
        ),
        Loss("hinge", "outputs", _hinge, _hinge_gradient, lambda _z, a, y: np.maximum(0.0, 1 - a * y)),
    )
}
