"""Networks of one shape in lockstep: the mean loss of one batch at many parameters at once.

A dense network's products run over all of them together, each at its index of the first axis. Two at once are
slower than one after the other, four as fast; sixteen take a third of the time, a hundred a tenth, as long as batch
and network are so small that the calls are what takes the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from app.nn.activations import ACTIVATIONS
from app.nn.arrays import Array, Call, IntArray, Runner, aligned, call
from app.nn.buffers import matrix, row_shape, take
from app.nn.dense import Dense
from app.nn.losses import LOSSES
from app.nn.network import Columns, Network
from app.nn.plan import plan_for
from app.nn.shapes import features, steps

NUMBERS = 2**17  # that lie in the cache
FEWEST, MOST = 16, 128  # networks together


class Lockstep:
    """`params` (together, P) are for the caller to fill; `losses` runs them all.

    Of other than dense layers, or of a network or batch too large, one runs at a time: its plan. With `noise` that
    is the training pass that draws it.
    """

    def __init__(
        self,
        network: Network,
        inputs: Columns,
        targets: Columns,
        indices: IntArray,
        noise: Sequence[int] | None = None,
    ) -> None:
        self._runner = Runner()
        self.together = _together(network, len(indices))
        if self.together == 1:
            self._plan = plan_for(network, len(indices))
            self._plan.feed(inputs, targets, indices, noise)
            self.params = self._plan.params[None]
            return
        self.params = aligned(self.together, network.size)
        self._loss = LOSSES[network.loss]
        over = steps(network.output_shape)
        self._factor = self._loss.factor(len(indices), over, features(network.output_shape))
        x = aligned(*row_shape(network.input_shape, len(indices), 1))
        y = aligned(*row_shape(network.output_shape, len(indices), 0))
        take(inputs, indices, x)
        take(targets, indices, y)
        self._y = y.reshape(-1, y.shape[-1])
        self._calls = self._lay(network, matrix(x))

    def _lay(self, network: Network, x: Array) -> list[Call]:
        calls: list[Call] = []
        for layer, span in zip(network.layers, network.spans, strict=True):
            M = self.params[:, span].reshape(self.together, x.shape[-2], -1)
            whole = aligned(self.together, M.shape[-1] + 1, x.shape[-1])
            whole[:, -1] = 1.0
            lay, self._a = ACTIVATIONS[layer.laid_activation].forward, whole[:, :-1]
            self._z = self._a if lay is None else aligned(*self._a.shape)
            calls.append(call(np.matmul, M.transpose(0, 2, 1), x, self._z))
            x = whole
            if lay is None or (self._loss.after and span.stop == network.size):
                continue  # a is z, or the loss is computed from z
            if layer.laid_activation == "softmax":  # runs over the units, which are no more the first axis
                calls += [each for one in zip(self._z, self._a, strict=True) for each in lay(*one)]
            else:
                calls += lay(self._z, self._a)
        return calls

    def losses(self) -> Array:
        """The mean loss at each of `params`, without penalty; not finite where it is not."""
        if self.together == 1:
            return np.array([self._plan.forward()])
        self._runner.run(self._calls)
        z, a = (values.transpose(0, 2, 1) for values in (self._z, self._a))
        with np.errstate(all="ignore"):
            means: Array = self._loss.terms(z, a, self._y).sum(axis=(1, 2)) * self._factor
        return means


def _together(network: Network, batch: int) -> int:
    """How many networks run together: as many as lie in the cache."""
    if any(type(layer) is not Dense for layer in network.layers) or len(network.input_shape) > 2:
        return 1
    each = network.size + batch * sum(2 * prod(shape) for shape in network.shapes)
    count = min(NUMBERS // each, MOST)
    return count if count >= FEWEST else 1
