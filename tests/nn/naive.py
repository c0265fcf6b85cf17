"""The same mathematics written out plainly, sample by sample and otherwise, to hold the engine against."""

from __future__ import annotations

from math import erf, exp, log1p

import numpy as np
from numpy.random import Generator

from app.nn import ACTIVATIONS, LOSSES, Array, Columns, Dense, Network


def f(name: str, z: float) -> float:
    """One activation of one number."""
    sigmoid = 1 / (1 + exp(-z)) if z > -700 else 0.0
    softplus = max(z, 0.0) + log1p(exp(-abs(z)))
    negative = exp(min(z, 0.0)) - 1
    selu = 1.0507009873554804934 * (max(z, 0.0) + 1.6732632423543772848 * negative)
    values = {"linear": z, "sigmoid": sigmoid, "tanh": float(np.tanh(z)), "relu": max(z, 0.0)}
    values |= {"leaky_relu": z if z > 0 else 0.01 * z, "elu": max(z, 0.0) + negative, "selu": selu}
    values |= {"gelu": z * (1 + erf(z / 2**0.5)) / 2, "softplus": softplus, "silu": z * sigmoid}
    return values[name]


def slope(name: str, z: float) -> float:
    """f′(z) by a central difference."""
    return (f(name, z + 1e-5) - f(name, z - 1e-5)) / 2e-5


def last_activation(loss: str, activation: str) -> str:
    """The activation that `loss` demands, or `activation`."""
    return LOSSES[loss].after or activation


def random_network(
    rng: Generator,
    shape: tuple[int, ...] = (3,),
    hidden: str = "tanh",
    loss: str = "mse",
    last: str = "linear",
) -> tuple[Network, Array, Columns, Columns]:
    """A network 4-3-2 behind `shape` with parameters and five samples."""
    layers = (Dense(4, hidden), Dense(3, hidden), Dense(2, last_activation(loss, last)))
    network = Network(shape, layers, loss)
    params = network.initial("xavier_uniform", rng) + 0.2 * rng.normal(size=network.size)
    targets = np.sign(rng.normal(size=(5, *network.output_shape)))
    if loss == "binary_cross_entropy":
        targets = (targets + 1) / 2
    return network, params, network.inputs(rng.normal(size=(5, *shape))), network.targets(targets)


SMOOTH = [name for name in ACTIVATIONS if name not in ("relu", "leaky_relu", "softmax")]
