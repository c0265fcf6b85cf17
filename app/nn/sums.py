"""What one pre-activation is the sum of: every weight times what it meets, and the bias."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.nn.arrays import Array
from app.nn.network import Network
from app.nn.trace import LayerTrace, Trace


@dataclass(frozen=True)
class Summand:
    """product = weight · given.

    Of a layer with parameters `weight` is the parameter name[index] and `given` = ∂z/∂parameter, what it meets
    (1 for a bias). Of a layer without, `given` is the number `index` of its inputs, `weight` = ∂z/∂x its share
    of it, and `name` is "x".
    """

    name: str
    index: tuple[int, ...]
    weight: float
    given: float

    @property
    def product(self) -> float:
        """What it adds to z."""
        return self.weight * self.given


def summands(
    network: Network, params: Array, trace: Trace, sample: int, layer: int, index: tuple[int, ...]
) -> list[Summand]:
    """The terms that add up to z[index] of `layer` for one sample of the batch of `trace`.

    `params` (P,) are those of the pass; gates count as what they are. Raises IndexError for a number that is not
    there.
    """
    if not 0 <= layer < len(network.layers):
        raise IndexError(layer)
    own = _alone(trace.layers[layer], sample)
    if len(index) != own.z.ndim - 1:
        raise IndexError(index)
    own.z[(0, *index)]  # raises for what is outside
    before = trace.inputs if layer == 0 else network.layers[layer - 1].outputs(trace.layers[layer - 1].a)
    x, parameters = before[sample : sample + 1], network.unflatten(params)[layer]
    if not parameters:
        return _shares(network, layer, own, x[0], index)
    description, found = network.layers[layer], []
    for name, values in parameters.items():
        for into in np.ndindex(values.shape[:-1]):
            at = (*into, index[-1])  # the unit is the last index of every parameter
            local = description.local(name, at, x, own)
            found.append(Summand(name, at, float(values[at]), float(local[(0, *index[:-1])])))
    return found


def _alone(own: LayerTrace, sample: int) -> LayerTrace:
    """The trace of a batch of that sample alone."""
    one = slice(sample, sample + 1)
    return LayerTrace(
        own.type, own.z[one], own.a[one], None, mask=None if own.mask is None else own.mask[one]
    )


def _shares(network: Network, layer: int, own: LayerTrace, x: Array, index: tuple[int, ...]) -> list[Summand]:
    """Of pooling, flattening and leaving out: the inputs that reach z[index]."""
    description, alone = network.layers[layer], own.sample(0)
    found = []
    for at in np.ndindex(x.shape):
        for step in description.reached(at, x, alone, {}):
            if step.index == index:
                share = float(np.prod([part.value for part in step.parts]))
                found.append(Summand("x", at, share, float(x[at])))
    return found
