"""Initialisers of weights; biases start at 0.

fan_in and fan_out count the connections into and out of a unit: for a weight of shape (…, in, out) the
product of all axes but the last, and of all but the last but one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod, sqrt

import numpy as np
from numpy.random import Generator

from app.nn.arrays import Array, Shape

Draw = Callable[[Shape, Generator], Array]


@dataclass(frozen=True)
class Initializer:
    """draw(shape, rng): weights of that shape."""

    name: str
    draw: Draw


def fans(shape: Shape) -> tuple[int, int]:
    """(fan_in, fan_out) of a weight of `shape`."""
    return prod(shape[:-1]), prod(shape[:-2]) * shape[-1]


def _uniform(limit: Callable[[int, int], float]) -> Draw:
    def draw(shape: Shape, rng: Generator) -> Array:
        bound = limit(*fans(shape))
        return rng.uniform(-bound, bound, shape)

    return draw


def _normal(deviation: Callable[[int, int], float]) -> Draw:
    def draw(shape: Shape, rng: Generator) -> Array:
        return rng.normal(0.0, deviation(*fans(shape)), shape)

    return draw


def _orthogonal(shape: Shape, rng: Generator) -> Array:
    """Saxe, McClelland and Ganguli (2014): the Q of a Gaussian matrix, signs of R's diagonal put right."""
    rows, columns = prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))
    return (q if rows >= columns else q.T).reshape(shape)


INITIALIZERS: dict[str, Initializer] = {
    initializer.name: initializer
    for initializer in (
        Initializer("zeros", lambda shape, _rng: np.zeros(shape)),
        Initializer("normal", _normal(lambda _in, _out: 0.1)),
        Initializer("uniform", _uniform(lambda _in, _out: 0.5)),
        # Glorot and Bengio (2010)
        Initializer("xavier_uniform", _uniform(lambda fan_in, fan_out: sqrt(6.0 / (fan_in + fan_out)))),
        Initializer("xavier_normal", _normal(lambda fan_in, fan_out: sqrt(2.0 / (fan_in + fan_out)))),
        # He et al. (2015)
        Initializer("he_uniform", _uniform(lambda fan_in, _out: sqrt(6.0 / fan_in))),
        Initializer("he_normal", _normal(lambda fan_in, _out: sqrt(2.0 / fan_in))),
        # LeCun et al. (1998)
        Initializer("lecun_uniform", _uniform(lambda fan_in, _out: sqrt(3.0 / fan_in))),
        Initializer("lecun_normal", _normal(lambda fan_in, _out: sqrt(1.0 / fan_in))),
        Initializer("orthogonal", _orthogonal),
    )
}
