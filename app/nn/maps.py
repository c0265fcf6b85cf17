"""What every unit answers over many inputs at once, for pictures: a forward pass in single precision."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from threading import local
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from app.nn.activations import ACTIVATIONS
from app.nn.arrays import Array, Call, Runner, aligned
from app.nn.dense import Dense
from app.nn.network import Columns, Network
from app.nn.plan import plan_for

Single = NDArray[np.floating[Any]]  # float32
SKETCHES_KEPT = 8  # a thread


class _Sketch:
    """A network of dense layers on rows, laid in float32 for so many inputs: a grey level needs no more digits."""

    def __init__(self, network: Network, inputs: Columns) -> None:
        self.network, self._inputs, self._runner = network, inputs, Runner()
        self._params = np.zeros(network.size, np.float32)
        self._outputs: list[Single] = []
        self._calls: list[Call] = []
        x = np.ascontiguousarray(inputs.values.T, dtype=np.float32)
        for layer, span in zip(network.layers, network.spans, strict=True):
            units = (span.stop - span.start) // len(x)
            whole = np.ones((units + 1, inputs.count), np.float32)
            z, a = np.empty((units, inputs.count), np.float32), whole[:-1]
            self._calls.append(partial(self._params[span].reshape(-1, units).T.dot, x, z))
            self._calls += _activated(layer.laid_activation, z, a)
            self._outputs.append(a)
            x = whole

    def fits(self, network: Network, inputs: Columns) -> bool:
        """Whether it was laid for these."""
        return self._inputs is inputs and self.network == network

    def run(self, params: Array) -> tuple[Single, ...]:
        """a of every layer (units, N), copies."""
        with np.errstate(over="ignore"):
            np.copyto(self._params, params, casting="same_kind")
        self._runner.run(self._calls)
        return tuple(a.copy() for a in self._outputs)


def _activated(name: str, z: Single, a: Single) -> list[Call]:
    """a = f(z), by the calls that a plan lays: in float32 where they are on z, a and constants alone."""
    lay = ACTIVATIONS[name].forward
    if lay is None:
        return [partial(np.copyto, a, z)]
    calls = [each for each in lay(cast(Array, z), cast(Array, a)) if isinstance(each, partial)]
    arrays = [x for each in calls for x in (*each.args, *each.keywords.values()) if np.ndim(x)]
    if all(isinstance(each.func, np.ufunc) for each in calls) and all(x is z or x is a for x in arrays):
        return [partial(each.func, *map(_single, each.args), **each.keywords) for each in calls]
    wide, out = aligned(*z.shape), aligned(*z.shape)
    return [partial(np.copyto, wide, z), *lay(wide, out), partial(np.copyto, a, out, casting="same_kind")]


def _single(operand: Array) -> Single:
    return operand if np.ndim(operand) else np.array(operand, np.float32)


class _Local(local):
    """This thread's sketches, the most recently used last."""

    def __init__(self) -> None:
        self.sketches: OrderedDict[tuple[Network, int], _Sketch] = OrderedDict()


_local = _Local()


def activations_over(network: Network, params: Array, inputs: Columns) -> tuple[Single, ...]:
    """a of every layer (units, N) of the network with `params` (P,), units first; of dense layers in
    float32."""
    if not all(isinstance(layer, Dense) for layer in network.layers) or len(network.input_shape) > 1:
        plan = plan_for(network, inputs.count)
        plan.load(params)
        plan.feed(inputs, None)
        plan.forward()
        return plan.activations()
    sketches, key = _local.sketches, (network, id(inputs))
    if key not in sketches or not sketches[key].fits(network, inputs):
        sketches[key] = _Sketch(network, inputs)
        if len(sketches) > SKETCHES_KEPT:
            sketches.popitem(last=False)
    sketches.move_to_end(key)
    return sketches[key].run(params)
