"""What the last pass of a plan left behind, as it is read: outputs, traces, means."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property, partial
from math import prod

import numpy as np

from app.nn.arrays import Array, Call, Runner
from app.nn.buffers import Block, Rows, matrix
from app.nn.ends import Ends
from app.nn.layer import ForwardSite
from app.nn.losses import Loss
from app.nn.network import Network
from app.nn.shapes import copying, own_columns
from app.nn.trace import LayerTrace, Means, Trace, Units
from app.nn.upstream import Upstream


class Readings(ABC):
    """Reads the buffers of a plan; what it gives are copies, where it does not say otherwise."""

    network: Network
    batch: int
    _runner: Runner
    _blocks: list[Block]
    _sites: list[ForwardSite]
    _a: Array
    _inputs: Array
    _loss: Loss
    _ends: Ends
    _factor: float

    @property
    @abstractmethod
    def loss(self) -> float:
        """The mean loss of the last forward pass."""

    @property
    @abstractmethod
    def _deltas(self) -> list[Array]: ...

    @property
    @abstractmethod
    def _upstream(self) -> Upstream: ...

    @abstractmethod
    def _a_of(self, number: int) -> Array: ...

    @abstractmethod
    def _z_of(self, number: int) -> Array: ...

    def outputs(self) -> Array:
        """(batch, *output_shape), a copy."""
        return self._copies[-1]()

    def activations(self) -> tuple[Array, ...]:
        """a of every layer, (units, columns) with a column for each sample (and step), copies."""
        return tuple(block.features_of(self._a).copy() for block in self._blocks)

    def trace(self, with_delta: bool, again: Callable[[], Readings] | None = None) -> Trace:
        """Copies of what the last forward pass (and, `with_delta`, its backward pass) left behind.

        With `again`, which gives a plan with the same pass in it, the layers' wait until they are asked for.
        """
        inputs, targets, z, a = (copied() for copied in self._copies)
        with np.errstate(all="ignore"):
            per_sample = self._loss.terms(z, a, targets).reshape(self.batch, -1).dot(self._shares)
        if again is None:
            layers = self._traced(with_delta, None)
            return Trace(inputs, targets, a, per_sample, self.loss, partial(_of, layers))
        return Trace(
            inputs, targets, a, per_sample, self.loss, lambda sample: again()._traced(with_delta, sample)
        )

    @cached_property
    def _copies(self) -> list[Callable[[], Array]]:
        """What gives inputs, targets, z and a at the end, sample first, as they stand when it is called."""
        ends, shape = self._ends, self.network.output_shape
        inputs = copying(matrix(self._inputs)[:-1], self.network.input_shape, self.batch)
        return [inputs, *(copying(block, shape, self.batch) for block in (ends.y, ends.z, ends.a))]

    @cached_property
    def _shares(self) -> Array:
        """What each term of a sample's loss is multiplied by to add up to it: the batch's loss is their mean."""
        return np.full(prod(self.network.output_shape), self._factor * self.batch)

    def layer_trace(self, number: int, with_delta: bool, sample: int | None = None) -> LayerTrace:
        """The same of one layer, without ∂L/∂a; of one sample alone as a batch of one."""
        layer, site, a = self.network.layers[number], self._sites[number], self._a_of(number)
        delta = self._deltas[number] if with_delta else None
        if sample is not None:
            mine = own_columns(sample, self.batch)
            site, a, delta = site.of(sample), a[:, mine], None if delta is None else delta[:, mine]
        return layer.trace(site, a, delta)

    def did(self, number: int) -> Units:
        """What the units of a layer did in the last forward and backward pass: views that the next one overwrites."""
        return self._units[number]

    @cached_property
    def _units(self) -> list[Units]:
        layers = enumerate(zip(self.network.layers, self._sites, self._deltas, strict=True))
        return [layer.did(site, self._a_of(k), delta) for k, (layer, site, delta) in layers]

    def _traced(self, with_delta: bool, sample: int | None) -> tuple[LayerTrace, ...]:
        layers = [self.layer_trace(number, with_delta, sample) for number in range(len(self._sites))]
        if with_delta:
            batch, columns = self.batch, slice(None)
            if sample is not None:
                batch, columns = 1, own_columns(sample, batch)
            self._runner.run(self._upstream.calls)
            layers = self._upstream.added(layers, self.network.shapes, batch, columns)
        return tuple(layers)

    def means(self, with_delta: bool, sample: int | None = None) -> Means:
        """What every unit did in the last forward pass (and, `with_delta`, its backward pass) on the mean of the
        batch, or for one sample. Of a network without images and steps."""
        if sample is not None:
            delta = self._delta_rows.of(sample) if with_delta else None
            a, z = (one.of(sample) for one in self._rows)
            return Means(a, z, delta)
        (self._all_means if with_delta else self._forward_means)()
        a, z = (one.means.copy() for one in self._rows)
        return Means(a, z, self._delta_rows.means.copy() if with_delta else None)

    @cached_property
    def _forward_means(self) -> Call:
        return self._runner.bound([each for one in self._rows for each in one.calls])

    @cached_property
    def _all_means(self) -> Call:
        return self._runner.bound([each for one in (*self._rows, self._delta_rows) for each in one.calls])

    @cached_property
    def _rows(self) -> list[Rows]:
        numbers = range(len(self._blocks))
        inputs = matrix(self._inputs)[:-1]
        return [Rows([inputs, *map(self._a_of, numbers)]), Rows(list(map(self._z_of, numbers)))]

    @cached_property
    def _delta_rows(self) -> Rows:
        return Rows(self._deltas, of_sizes=True)


def _of(layers: tuple[LayerTrace, ...], sample: int | None) -> tuple[LayerTrace, ...]:
    """What the layers did with all samples, or with one as a batch of one."""
    return layers if sample is None else tuple(one.sample(slice(sample, sample + 1)) for one in layers)
