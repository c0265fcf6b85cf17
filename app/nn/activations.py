"""Activations a = f(z): each lays its own NumPy calls over the buffers of a plan.

`forward` lays a = f(z). `slope` lays f′(z), element by element, from z and a, whichever is cheaper. An
activation whose outputs depend on each other (softmax) has `backward` instead: the product of the gradient
with its Jacobian matrix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from app.nn.arrays import HALF, ONE, ZERO, Array, Call, Runner, aligned, call, column_sums, constant
from app.nn.erf import erf

Lay = Callable[[Array, Array], list[Call]]
LaySlope = Callable[[Array, Array, Array], list[Call]]


@dataclass(frozen=True)
class Activation:
    """What one activation lays.

    forward(z, a): fills a; None where a is z (linear). slope(z, a, d): fills d = f′(z), as `times_slope` takes it;
    is_mask: it is 1 or 0, as whole numbers in the place of d. backward(a, gradient): turns ∂L/∂a into ∂L/∂z in place,
    units along the first axis.
    """

    name: str
    forward: Lay | None = None
    slope: LaySlope | None = None
    backward: Lay | None = None
    is_mask: bool = False

    def times_slope(self, gradient: Array, d: Array, out: Array) -> Call:
        """out = gradient ∘ f′(z); `out` may be `gradient` itself."""
        operands = (gradient, d, out)
        if self.is_mask:  # the bits of a number times 1 or 0 are those of the same number, or of 0.0
            return call(np.multiply, *(each.view(np.uint64) for each in operands))
        return call(np.multiply, *operands)


LEAK = constant(0.01)
BIT = np.array(1)
# Klambauer et al., "Self-normalizing neural networks" (2017)
SELU_LAMBDA = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717


def lay_sigmoid(z: Array, a: Array) -> list[Call]:
    """a = 1 / (1 + e^-z)."""
    # exp overflows to infinity for z < -709, and 1/inf is the right 0
    return [call(np.negative, z, a), call(np.exp, a, a), call(np.add, a, ONE, a), call(np.divide, ONE, a, a)]


def _sigmoid_slope(_z: Array, a: Array, d: Array) -> list[Call]:
    return [call(np.subtract, ONE, a, d), call(np.multiply, d, a, d)]


def _tanh(z: Array, a: Array) -> list[Call]:
    return [call(np.tanh, z, a)]


def _tanh_slope(_z: Array, a: Array, d: Array) -> list[Call]:
    return [call(np.multiply, a, a, d), call(np.subtract, ONE, d, d)]


def _relu(z: Array, a: Array) -> list[Call]:
    # fmax is 0.9 µs a call faster than maximum; NaN gives 0, so divergence is read off parameters and loss
    return [call(np.fmax, z, ZERO, a)]


def _relu_slope(_z: Array, a: Array, d: Array) -> list[Call]:
    # read as a whole number, 0.0 is 0 and every a > 0 is more: half of what np.sign of the numbers takes; -0.0, which
    # fmax may leave, is the least there is, and any multiple of it is 0.0 or -0.0; fmin takes its result by position,
    # as minimum does not, which makes the call quicker
    return [call(np.fmin, a.view(np.int64), BIT, d.view(np.int64))]


def _leaky_relu(z: Array, a: Array) -> list[Call]:
    return [call(np.multiply, z, LEAK, a), call(np.maximum, z, a, out=a)]


def _leaky_relu_slope(z: Array, _a: Array, d: Array) -> list[Call]:
    return [call(np.sign, z, d), call(np.maximum, d, LEAK, out=d)]


def _elu(z: Array, a: Array) -> list[Call]:
    t = aligned(*z.shape)
    return [
        call(np.minimum, z, ZERO, out=t),
        call(np.expm1, t, t),
        call(np.maximum, z, ZERO, out=a),
        call(np.add, a, t, a),
    ]


def _elu_slope(z: Array, _a: Array, d: Array) -> list[Call]:
    return [call(np.minimum, z, ZERO, out=d), call(np.exp, d, d)]


def _selu(z: Array, a: Array) -> list[Call]:
    t, alpha, scale = aligned(*z.shape), constant(SELU_ALPHA), constant(SELU_LAMBDA)
    return [
        call(np.minimum, z, ZERO, out=t),
        call(np.expm1, t, t),
        call(np.multiply, t, alpha, t),
        call(np.maximum, z, ZERO, out=a),
        call(np.add, a, t, a),
        call(np.multiply, a, scale, a),
    ]


def _selu_slope(z: Array, _a: Array, d: Array) -> list[Call]:
    positive, jump = aligned(*z.shape), constant(1.0 - SELU_ALPHA)
    # alpha e^min(z, 0), and 1 in place of alpha where z > 0; times lambda
    return [
        call(np.heaviside, z, ZERO, positive),
        call(np.multiply, positive, jump, positive),
        call(np.minimum, z, ZERO, out=d),
        call(np.exp, d, d),
        call(np.multiply, d, constant(SELU_ALPHA), d),
        call(np.add, d, positive, d),
        call(np.multiply, d, constant(SELU_LAMBDA), d),
    ]


def _normal_cdf(z: Array, out: Array) -> list[Call]:
    """Φ(z) = (1 + erf(z/√2)) / 2."""
    return [
        call(np.multiply, z, constant(1.0 / sqrt(2.0)), out),
        call(erf, out, out),
        call(np.add, out, ONE, out),
        call(np.multiply, out, HALF, out),
    ]


def _gelu(z: Array, a: Array) -> list[Call]:
    return [*_normal_cdf(z, a), call(np.multiply, a, z, a)]


def _gelu_slope(z: Array, _a: Array, d: Array) -> list[Call]:
    t = aligned(*z.shape)
    # Φ(z) + z φ(z), with φ(z) = e^(-z²/2) / √(2π)
    return [
        *_normal_cdf(z, d),
        call(np.multiply, z, z, t),
        call(np.multiply, t, constant(-0.5), t),
        call(np.exp, t, t),
        call(np.multiply, t, constant(1.0 / sqrt(2.0 * pi)), t),
        call(np.multiply, t, z, t),
        call(np.add, d, t, d),
    ]


def _softplus(z: Array, a: Array) -> list[Call]:
    return [call(np.logaddexp, ZERO, z, a)]


def _softplus_slope(z: Array, _a: Array, d: Array) -> list[Call]:
    return lay_sigmoid(z, d)


def _silu(z: Array, a: Array) -> list[Call]:
    return [*lay_sigmoid(z, a), call(np.multiply, a, z, a)]


def _silu_slope(z: Array, a: Array, d: Array) -> list[Call]:
    t = aligned(*z.shape)
    # s + a (1 - s), with s = sigmoid(z)
    return [
        *lay_sigmoid(z, d),
        call(np.subtract, ONE, d, t),
        call(np.multiply, t, a, t),
        call(np.add, d, t, d),
    ]


def lay_softmax(z: Array, a: Array, shifted: Array, total: Array) -> list[Call]:
    """a = softmax(z) by column. Leaves z - max z in `shifted` (which may be a), Σ e^shifted in `total` (1,
    columns)."""
    return [
        call(np.maximum.reduce, z, 0, None, total, True),
        call(np.subtract, z, total, shifted),
        call(np.exp, shifted, a),
        column_sums(a, total),
        call(np.divide, a, total, a),
    ]


def _softmax(z: Array, a: Array) -> list[Call]:
    return lay_softmax(z, a, a, aligned(1, z.shape[1]))


def _softmax_backward(a: Array, gradient: Array) -> list[Call]:
    t, row = aligned(*a.shape), aligned(1, a.shape[1])
    # ∂a_i/∂z_j = a_i (1_ij - a_j), so ∂L/∂z = a ∘ (g - Σ_j a_j g_j)
    return [
        call(np.multiply, a, gradient, t),
        column_sums(t, row),
        call(np.subtract, gradient, row, gradient),
        call(np.multiply, gradient, a, gradient),
    ]


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("linear"),
        Activation("sigmoid", lay_sigmoid, _sigmoid_slope),
        Activation("tanh", _tanh, _tanh_slope),
        Activation("relu", _relu, _relu_slope, is_mask=True),
        Activation("leaky_relu", _leaky_relu, _leaky_relu_slope),
        Activation("elu", _elu, _elu_slope),
        Activation("selu", _selu, _selu_slope),
        Activation("gelu", _gelu, _gelu_slope),
        Activation("softplus", _softplus, _softplus_slope),
        Activation("silu", _silu, _silu_slope),
        Activation("softmax", _softmax, backward=_softmax_backward),
    )
}


def check_activation(name: str) -> None:
    """Raise ValueError for a name that is not one."""
    if name not in ACTIVATIONS:
        raise ValueError(f"unknown activation {name!r}; known: {', '.join(ACTIVATIONS)}")


def activate(name: str, z: Array) -> Array:
    """a = f(z) for an array of any shape (units along the first axis), for a plot or a check."""
    activation = ACTIVATIONS[name]
    if activation.forward is None:
        return z.copy()
    a = np.empty_like(z)
    Runner().run(activation.forward(z, a))
    return a


def slope_at(name: str, z: float) -> float:
    """f′(z) of an activation taken element by element; 1 for linear."""
    activation = ACTIVATIONS[name]
    if activation.slope is None:
        return 1.0
    at, one = np.array([[z]]), np.ones((1, 1))
    d = np.empty_like(at)
    Runner().run([*activation.slope(at, activate(name, at), d), activation.times_slope(one, d, one)])
    return float(one[0, 0])
