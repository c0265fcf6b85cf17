"""The way from the loss to any number of a network, one factor at a time: what ∂L/∂z, ∂L/∂a and ∂L/∂c are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from app.nn.arrays import Array
from app.nn.layer import Of, Part, Step
from app.nn.losses import LOSSES
from app.nn.network import Network
from app.nn.recurrent import Recurrent
from app.nn.shapes import steps
from app.nn.trace import Trace


@dataclass(frozen=True)
class Slope:
    """∂L/∂(one number of one sample): of layer `layer` its z, its a (of a recurrent layer h_t) or an lstm's c;
    `index` as in a trace, the sample left out."""

    of: Of
    layer: int
    index: tuple[int, ...]


@dataclass(frozen=True)
class Link:
    """One term: the product of `parts` times `value`, which is the slope `to`; None for the loss itself (1)."""

    parts: tuple[Part, ...]
    to: Slope | None
    value: float

    @property
    def product(self) -> float:
        """What the term adds."""
        return prod(part.value for part in self.parts) * self.value


def links(network: Network, params: Array, trace: Trace, sample: int, slope: Slope) -> list[Link]:
    """The terms that add up to `slope` of a sample of the batch of `trace`, which holds deltas.

    ∂L/∂z leads through the activation to ∂L/∂a, ∂L/∂a through the weights to the ∂L/∂z it reaches, in a
    recurrent layer also to those of the step after, and ∂L/∂a of the outputs to the loss. `params` (P,) are
    those of the pass. Raises IndexError for a number that is not there.
    """
    return [
        Link(step.parts, to, 1.0 if to is None else value_of(network, params, trace, sample, to))
        for step, to in _steps(network, params, trace, sample, slope)
    ]


def value_of(network: Network, params: Array, trace: Trace, sample: int, slope: Slope) -> float:
    """∂L/∂ of that number: read off the trace where it is there, else the sum of its terms."""
    own = trace.layers[slope.layer]
    if slope.of == "z" and own.delta is not None:
        return float(own.delta[(sample, *slope.index)])
    if slope.of == "a" and own.dh is not None:
        return float(own.dh[(sample, *slope.index)])
    with np.errstate(all="ignore"):
        return float(np.sum([link.product for link in links(network, params, trace, sample, slope)]))


def _steps(
    network: Network, params: Array, trace: Trace, sample: int, slope: Slope
) -> list[tuple[Step, Slope | None]]:
    number = slope.layer
    if not 0 <= number < len(network.layers):
        raise IndexError(f"layer {number} is out of range; it must be 0 to {len(network.layers) - 1}")
    layer = network.layers[number]
    parameters, own = network.unflatten(params), trace.layers[number].sample(sample)
    last = number == len(network.layers) - 1
    if slope.of == "z" and last and LOSSES[network.loss].after is not None:
        return [(_from_loss(network, trace, sample, slope), None)]
    found: list[tuple[Step, Slope | None]] = [
        (step, Slope(step.of, number, step.index))
        for step in layer.inside(slope.of, slope.index, own, parameters[number])
    ]
    handed = _handed_on(network, slope) if slope.of == "a" else None
    if handed is None:
        return found
    if last:
        return [(_from_loss(network, trace, sample, Slope("a", number, handed)), None), *found]
    after = number + 1
    x = layer.outputs(trace.layers[number].a)[sample]
    reached = network.layers[after].reached(handed, x, trace.layers[after].sample(sample), parameters[after])
    return [*((step, Slope("z", after, step.index)) for step in reached), *found]


def _handed_on(network: Network, slope: Slope) -> tuple[int, ...] | None:
    """Where a number stands among the layer's outputs; None for a state that stays within."""
    layer = network.layers[slope.layer]
    if not isinstance(layer, Recurrent) or layer.return_sequences:
        return slope.index
    t, unit = slope.index
    return (unit,) if t == network.input_shape_of(slope.layer)[0] - 1 else None


# ∂/∂a of one output's term of the loss (∂/∂z for a loss that is computed with its activation), in symbols
LOSS_SLOPES: dict[str, tuple[str, Callable[[Array, Array], Array]]] = {
    "squared_error": ("a−y", lambda a, y: a - y),
    "mse": ("2(a−y)", lambda a, y: 2 * (a - y)),
    "mae": ("sgn(a−y)", lambda a, y: np.sign(a - y)),
    "huber": ("[a−y]₋₁¹", lambda a, y: np.clip(a - y, -1, 1)),
    "binary_cross_entropy": ("a−y", lambda a, y: a - y),
    "cross_entropy": ("a−y", lambda a, y: a * y.sum(axis=-1, keepdims=True) - y),
    "hinge": ("−y", lambda a, y: np.where(1 - a * y > 0, -y, 0.0)),
}


def _from_loss(network: Network, trace: Trace, sample: int, slope: Slope) -> Step:
    """The slope of the loss itself: that of the output's own term, over how many of them the mean is taken."""
    symbol, of = LOSS_SLOPES[network.loss]
    shape = network.output_shape
    share = LOSSES[network.loss].factor(len(trace.inputs), steps(shape), shape[-1])
    with np.errstate(all="ignore"):
        own = of(trace.outputs[sample], trace.targets[sample])
    return Step(
        "a", slope.index, (Part(symbol, float(own[slope.index])), Part(f"1/{round(1 / share)}", share))
    )
