"""What the last pass of a plan left behind, as it is read: outputs, traces, means."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property

import numpy as np

from app.nn.arrays import Array, Runner
from app.nn.buffers import Block, Rows, matrix
from app.nn.ends import Ends
from app.nn.layer import ForwardSite
from app.nn.losses import Loss
from app.nn.network import Network
from app.nn.shapes import sample_first
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
        return sample_first(self._ends.a, self.network.output_shape, self.batch)

    def activations(self) -> tuple[Array, ...]:
        """a of every layer, (units, columns) with a column for each sample (and step), copies."""
        return tuple(block.features_of(self._a).copy() for block in self._blocks)

    def trace(self, with_delta: bool, again: Callable[[], Readings] | None = None) -> Trace:
        """Copies of what the last forward pass (and, `with_delta`, its backward pass) left behind.

        With `again`, which gives a plan with the same pass in it, the layers' wait until they are asked for.
        """
        network, batch = self.network, self.batch
        z, a, targets = (
            sample_first(block, network.output_shape, batch)
            for block in (self._ends.z, self._ends.a, self._ends.y)
        )
        with np.errstate(all="ignore"):
            terms = self._loss.terms(z, a, targets).reshape(batch, -1)
            per_sample = np.add.reduce(terms, axis=1) * (self._factor * batch)
        inputs = sample_first(matrix(self._inputs)[:-1], network.input_shape, batch)
        if again is None:
            layers = self._traced(with_delta)
            return Trace(inputs, targets, a, per_sample, self.loss, lambda: layers)
        return Trace(inputs, targets, a, per_sample, self.loss, lambda: again()._traced(with_delta))

    def layer_trace(self, number: int, with_delta: bool) -> LayerTrace:
        """The same of one layer, without ∂L/∂a."""
        delta = self._deltas[number] if with_delta else None
        return self.network.layers[number].trace(self._sites[number], self._a_of(number), delta)

    def did(self, number: int) -> Units:
        """What the units of a layer did in the last forward and backward pass: views that the next one overwrites."""
        return self._units[number]

    @cached_property
    def _units(self) -> list[Units]:
        layers = enumerate(zip(self.network.layers, self._sites, self._deltas, strict=True))
        return [layer.did(site, self._a_of(k), delta) for k, (layer, site, delta) in layers]

    def _traced(self, with_delta: bool) -> tuple[LayerTrace, ...]:
        layers = [self.layer_trace(number, with_delta) for number in range(len(self._sites))]
        if with_delta:
            self._runner.run(self._upstream.calls)
            layers = self._upstream.added(layers, self.network.shapes, self.batch)
        return tuple(layers)

    def means(self, with_delta: bool, sample: int | None = None) -> Means:
        """What every unit did in the last forward pass (and, `with_delta`, its backward pass) on the mean of the
        batch, or for one sample. Of a network without images and steps."""
        rows = [*self._rows, self._delta_rows] if with_delta else self._rows
        if sample is None:
            self._runner.run([each for one in rows for each in one.calls])
        a, z, *delta = (one.means.copy() if sample is None else one.of(sample) for one in rows)
        return Means(a, z, delta[0] if delta else None)

    @cached_property
    def _rows(self) -> list[Rows]:
        numbers = range(len(self._blocks))
        inputs = matrix(self._inputs)[:-1]
        return [Rows([inputs, *map(self._a_of, numbers)]), Rows(list(map(self._z_of, numbers)))]

    @cached_property
    def _delta_rows(self) -> Rows:
        return Rows(self._deltas, of_sizes=True)
