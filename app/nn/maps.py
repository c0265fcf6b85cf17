"""What every unit answers over many inputs at once, for pictures: a forward pass in single precision."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from functools import partial
from itertools import accumulate, pairwise
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.nn.activations import ACTIVATIONS
from app.nn.arrays import Array, Call, Runner, aligned
from app.nn.network import Columns, Network
from app.nn.plan import plan_for

Single = NDArray[np.floating[Any]]  # float32
SKETCHES_KEPT = 8  # a thread


class Sketch:
    """A network on rows, laid in float32 for so many inputs: a grey level needs no more digits. For one thread.

    What goes into every layer lies in one array of `rows`, each layer's units with a row of ones behind them:
    those of layer k are `spans[k]`. `layers` are a of every layer (units, N) there, as the last run has left them.
    """

    def __init__(self, network: Network, inputs: Columns) -> None:
        self.inputs, self._runner, self._given = inputs, Runner(), aligned(network.size)
        ends = accumulate((shape[0] + 1 for shape in network.shapes), initial=0)
        self.spans = [slice(start, stop - 1) for start, stop in pairwise(ends)]
        self.rows: Single = np.ones((self.spans[-1].stop + 1, inputs.count), np.float32)
        self.layers = tuple(self.rows[span] for span in self.spans)
        self._calls = list(self._lay(network))

    def _lay(self, network: Network) -> Iterator[Call]:
        params = np.zeros(network.size, np.float32)
        yield partial(np.copyto, params, self._given, casting="same_kind")
        x = np.ascontiguousarray(self.inputs.values.T, dtype=np.float32)
        for layer, part, span, a in zip(network.layers, network.spans, self.spans, self.layers, strict=True):
            if part.start == part.stop:  # on rows, and where nothing is drawn, it hands on what it gets
                yield partial(np.copyto, a, x[:-1])
            else:
                activated, z = _activated(layer.laid_activation, a)
                yield partial(params[part].reshape(-1, len(a)).T.dot, x, z)
                yield from activated
            x = self.rows[span.start : span.stop + 1]

    def run(self, params: Array) -> None:
        """Run the network with `params` (P,) over the inputs."""
        np.copyto(self._given, params)
        self._runner.run(self._calls)


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
        self.sketches: OrderedDict[tuple[Network, int], Sketch] = OrderedDict()


_local = _Local()


def activations_over(network: Network, params: Array, inputs: Columns) -> tuple[Single, ...]:
    """a of every layer (units, N) of the network with `params` (P,), units first, copies; of a network on rows in
    float32."""
    if len(network.input_shape) > 1:
        plan = plan_for(network, inputs.count)
        plan.load(params)
        plan.feed(inputs, None)
        plan.forward()
        return plan.activations()
    sketches, key = _local.sketches, (network, id(inputs))
    sketch = sketches.get(key)
    if sketch is None or sketch.inputs is not inputs:
        sketch = sketches[key] = Sketch(network, inputs)
        if len(sketches) > SKETCHES_KEPT:
            sketches.popitem(last=False)
    sketches.move_to_end(key)
    sketch.run(params)
    copy = sketch.rows.copy()
    return tuple(copy[span] for span in sketch.spans)
