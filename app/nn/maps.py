"""What every unit answers over many inputs at once, for pictures: a forward pass in single precision."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from threading import local
from typing import Any

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
    """A network of dense layers on rows, laid in float32 for so many inputs: a grey level needs no more digits.

    What goes into every layer lies in one array, each layer's units with a row of ones behind them.
    """

    def __init__(self, network: Network, inputs: Columns) -> None:
        self.network, self._inputs, self._runner = network, inputs, Runner()
        self._params = np.zeros(network.size, np.float32)
        units = [shape[0] for shape in network.shapes]
        rows = sum(units) + len(units)
        self._all: Single = np.ones((rows, inputs.count), np.float32)
        x = np.ascontiguousarray(inputs.values.T, dtype=np.float32)
        self._spans: list[slice] = []
        self._calls: list[Call] = []
        start = 0
        for layer, span, count in zip(network.layers, network.spans, units, strict=True):
            self._spans.append(slice(start, start + count))
            a = self._all[self._spans[-1]]
            activated, z = _activated(layer.laid_activation, a)
            self._calls += [partial(self._params[span].reshape(-1, count).T.dot, x, z), *activated]
            x = self._all[start : start + count + 1]
            start += count + 1

    def fits(self, network: Network, inputs: Columns) -> bool:
        """Whether it was laid for these."""
        return self._inputs is inputs and self.network == network

    def run(self, params: Array) -> tuple[Single, ...]:
        """a of every layer (units, N), copies."""
        with np.errstate(over="ignore"):
            np.copyto(self._params, params, casting="same_kind")
        self._runner.run(self._calls)
        copy = self._all.copy()
        return tuple(copy[span] for span in self._spans)


def _activated(name: str, a: Single) -> tuple[list[Call], Single]:
    """a = f(z), and where z is to be put. By the calls that a plan lays: in float32 where they are on z, a and
    constants alone, and in place where only the first one reads z."""
    lay: Any = ACTIVATIONS[name].forward
    if lay is None:
        return [], a
    z = np.empty_like(a)
    calls = lay(z, a)
    arrays = [[x for x in (*each.args, *each.keywords.values()) if np.ndim(x)] for each in calls]
    if not all(isinstance(each.func, np.ufunc) for each in calls) or any(
        x is not z and x is not a for each in arrays for x in each
    ):
        wide, out = aligned(*a.shape), aligned(*a.shape)
        return [
            partial(np.copyto, wide, z),
            *lay(wide, out),
            partial(np.copyto, a, out, casting="same_kind"),
        ], z
    if not any(x is z for each in arrays[1:] for x in each):
        z = a
    return [partial(each.func, *map(_single, each.args), **each.keywords) for each in lay(z, a)], z


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
