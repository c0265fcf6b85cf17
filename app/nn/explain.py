"""Where one number comes from: the chain rule of one parameter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.nn.arrays import Array, IntArray
from app.nn.network import Network
from app.nn.trace import Trace


@dataclass(frozen=True, eq=False)
class Terms:
    """The terms of one gradient, all (terms,): product = local · delta, and the products add up to
    ∂L/∂parameter.

    local = ∂z/∂parameter, delta = ∂L/∂z. `time` is given where the layer runs over time; `position` (terms,
    2), row and column of the output, where it runs over an image.
    """

    sample: IntArray
    time: IntArray | None
    position: IntArray | None
    local: Array
    delta: Array
    product: Array


def terms(network: Network, trace: Trace, layer: int, name: str, index: tuple[int, ...]) -> Terms:
    """The terms of ∂L/∂name[index] of `layer` for the batch of `trace`, penalty not included.

    Raises ParameterError for a parameter that is not there, ValueError for a trace without deltas.
    """
    network.index(layer, name, index)
    deltas = trace.layers[layer].delta
    if deltas is None:
        raise ValueError("the trace has no deltas: a backward pass comes first")
    description = network.layers[layer]
    inputs = trace.inputs if layer == 0 else network.layers[layer - 1].outputs(trace.layers[layer - 1].a)
    local = description.local(name, index, inputs, trace.layers[layer])
    delta = deltas[..., description.unit(name, index)]
    places = np.indices(local.shape).reshape(local.ndim, -1)
    with np.errstate(all="ignore"):
        product = local * delta
    time = places[1] if local.ndim == 2 else None
    position = places[1:].T if local.ndim == 3 else None
    return Terms(places[0], time, position, local.ravel(), delta.ravel(), product.ravel())


def penalty_gradient(value: float, name: str, l1: float, l2: float) -> float:
    """What the penalties add to the gradient of a parameter: l1·sgn(w) + l2·w for a weight (W…), 0 for a
    bias."""
    return l1 * float(np.sign(value)) + l2 * value if name.startswith("W") else 0.0
