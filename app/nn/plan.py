"""A plan: one network laid out for one batch size; a pass is a list of bound NumPy calls over its buffers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from math import prod, sqrt
from weakref import ref

import numpy as np
from numpy.random import default_rng

from app.nn.activations import ACTIVATIONS, Activation
from app.nn.arrays import Array, Call, IntArray, Runner, aligned, call, constant
from app.nn.buffers import Block, matrix, row_shape, take
from app.nn.dense import Dense, lay_gradients
from app.nn.ends import Ends
from app.nn.layer import BackwardSite, ForwardSite
from app.nn.losses import LOSSES
from app.nn.network import Columns, Network
from app.nn.optimizers import Optimizer, Update
from app.nn.parts import Parts
from app.nn.readings import Readings
from app.nn.shapes import features, steps, units_first
from app.nn.upstream import Upstream, lay_upstream

PLANS_KEPT = 32  # a thread
PLAN_BYTES = 64 * 2**20  # a thread
CALL_BYTES = 500  # a bound call and its views, about
DESCENTS_KEPT = PARTS_KEPT = 4  # a plan


class Plan(Readings):
    """Never shared between threads. `params` and `grads` (P,) are its own; what a pass leaves behind stays
    until the next. Who runs a pass may say so in `held`, and needs not run it again while that stands."""

    def __init__(self, network: Network, batch: int) -> None:
        self.network, self.batch = network, batch
        self.params = aligned(network.size)
        self.held: object = None
        # the inputs and targets that were taken as they are, if any; not kept alive
        self._whole: tuple[ref[Columns], ref[Columns]] | None = None
        self.went_back = False
        self._runner = Runner()
        self._lay_buffers()
        self._through = list(self._lay_forward())
        self._forward = [*self._through, *self._loss.forward(self._ends)]
        self._parts: OrderedDict[tuple[int, ...], Parts] = OrderedDict()
        self._drawing = [
            (layer, site) for layer, site in zip(network.layers, self._sites, strict=True) if layer.draws
        ]
        self._descents: OrderedDict[tuple[object, ...], Update] = OrderedDict()

    def _lay_buffers(self) -> None:
        network, batch = self.network, self.batch
        self._blocks: list[Block] = []
        start = 0
        for shape in network.shapes:
            self._blocks.append(Block(start, features(shape), batch * steps(shape)))
            start = self._blocks[-1].stop
        self._z, self._a = aligned(start), aligned(start)
        for block in self._blocks:
            block.of(self._a)[-1] = 1.0
        self._inputs = aligned(*row_shape(network.input_shape, batch, 1))
        self._targets = aligned(*row_shape(network.output_shape, batch, 0))
        self._activations = [ACTIVATIONS[layer.laid_activation] for layer in network.layers]
        self._loss = LOSSES[network.loss]
        last = self._blocks[-1]
        self._factor = self._loss.factor(batch, steps(network.output_shape), last.rows)
        z, is_linear = self._z_of(len(self._blocks) - 1), self._activations[-1].forward is None
        self._ends = Ends.behind(z, last.features_of(self._a), is_linear, self._factor)
        self._total = self._ends.total
        self._scale = self._loss.mean(self._factor)
        # feature-major: what runs over targets and outputs together runs twice as fast
        self._prepare = [call(np.copyto, self._ends.y, matrix(self._targets))]
        if self._loss.prepare is not None:
            self._prepare += self._loss.prepare(self._ends)

    def _z_of(self, number: int) -> Array:
        """z of a layer; a itself where the activation is linear."""
        is_linear = self._activations[number].forward is None
        return self._blocks[number].features_of(self._a if is_linear else self._z)

    def _a_of(self, number: int) -> Array:
        return self._blocks[number].features_of(self._a)

    def _by_unit(self, number: int, block: Array) -> Array:
        return units_first(block, self.network.shapes[number])

    def _lay_forward(self) -> Iterator[Call]:
        self._sites: list[ForwardSite] = []
        x = matrix(self._inputs)
        for number, (layer, block) in enumerate(zip(self.network.layers, self._blocks, strict=True)):
            shape, params = self.network.input_shape_of(number), self.params[self.network.spans[number]]
            site = ForwardSite(shape, self.batch, x, self._z_of(number), params)
            self._sites.append(site)
            yield from layer.forward(site)
            lay = self._activations[number].forward
            if lay is not None and not self._is_fused(number):
                yield from lay(self._by_unit(number, site.z), self._by_unit(number, self._a_of(number)))
            x = block.of(self._a)

    # The backward pass is laid when it is first needed: an evaluation never needs it.

    @cached_property
    def grads(self) -> Array:
        """∂L/∂params (P,) of the last backward pass, penalties included."""
        return aligned(self.network.size)

    @property
    def nbytes(self) -> int:
        """About how much memory the plan takes, its backward pass, one update and its parts laid."""
        parts = 2 * len(self._parts) * prod(self.network.output_shape)
        numbers = self.batch * (self.network.room + parts) + 5 * self.params.size
        return numbers * self.params.itemsize + 2 * len(self._forward) * CALL_BYTES

    @cached_property
    def _deltas(self) -> list[Array]:
        shared = aligned(self._a.size)
        hidden = [block.features_of(shared) for block in self._blocks[:-1]]
        return [*hidden, self._ends.gradient]

    @cached_property
    def _slopes(self) -> Array:
        return aligned(self._a.size)

    @cached_property
    def _backward(self) -> list[Call]:
        return [*self._lay_slopes(), *self._lay_backward()]

    def _needs_slope(self, number: int) -> bool:
        return self._activations[number].slope is not None and not self._is_fused(number)

    def _is_fused(self, number: int) -> bool:
        """Whether the loss lays this layer's activation, and ∂L/∂z instead of ∂L/∂a."""
        return number == len(self._blocks) - 1 and self._loss.after is not None

    def _lay_slopes(self) -> Iterator[Call]:
        """f′(z) of neighbouring layers with the same activation in one go: their blocks lie side by side."""

        def kind(number: int) -> Activation | None:
            return self._activations[number] if self._needs_slope(number) else None

        for activation, run in groupby(range(len(self._blocks)), kind):
            numbers = list(run)
            if activation is not None and activation.slope is not None:
                part = slice(self._blocks[numbers[0]].start, self._blocks[numbers[-1]].stop)
                yield from activation.slope(self._z[part], self._a[part], self._slopes[part])

    def _lay_backward(self) -> Iterator[Call]:
        yield from self._loss.backward(self._ends)
        dense: list[tuple[ForwardSite, BackwardSite]] = []
        for number in reversed(range(len(self._blocks))):
            block, delta = self._blocks[number], self._deltas[number]
            if self._needs_slope(number):
                slope = block.features_of(self._slopes)
                yield self._activations[number].times_slope(delta, slope, delta)
            elif (lay := self._activations[number].backward) is not None and not self._is_fused(number):
                yield from lay(self._by_unit(number, self._a_of(number)), self._by_unit(number, delta))
            layer, forward = self.network.layers[number], self._sites[number]
            site = BackwardSite(
                delta, self.grads[self.network.spans[number]], self._deltas[number - 1] if number else None
            )
            if isinstance(layer, Dense):
                dense.append((forward, site))
                yield from layer.reach(forward, site)
            else:
                yield from layer.backward(forward, site)
        yield from lay_gradients(dense[::-1])

    @cached_property
    def _upstream(self) -> Upstream:
        return lay_upstream(self.network, self._sites, self._deltas)

    @cached_property
    def _squared_norms(self) -> tuple[Array, list[Call]]:
        squares = aligned(len(self.network.layers))
        parts = [self.grads[span] for span in self.network.spans]
        return squares, [call(part.dot, part, squares[k : k + 1].reshape(())) for k, part in enumerate(parts)]

    @cached_property
    def _penalty(self) -> tuple[Array, Array]:
        return self.network.weights().astype(np.float64), aligned(self.network.size)

    def load(self, params: Array) -> None:
        """Copy parameters (P,) in."""
        self.held = None
        np.copyto(self.params, params)

    def hold(self, whose: object, params: Array) -> None:
        """After an update: the plan holds the pass that led to it, with the parameters (P,) of that pass again."""
        self.held, self.went_back = whose, True
        np.copyto(self.params, params)

    def feed(
        self,
        inputs: Columns,
        targets: Columns | None,
        indices: IntArray | None = None,
        noise: Sequence[int] | None = None,
    ) -> None:
        """Take the samples at `indices` (None: all, in order) as the batch.

        Without targets the loss means nothing. Indices are not checked. `noise` seeds what a training pass
        draws (dropout): the same numbers, the same draw; without it the pass is no training pass.
        """
        if self._drawing:
            rng = None if noise is None else default_rng(noise)
            for layer, site in self._drawing:
                layer.draw(site, rng)
        if indices is not None or targets is None:
            self._whole = None
        elif self._whole and self._whole[0]() is inputs and self._whole[1]() is targets:
            return
        else:
            self._whole = ref(inputs), ref(targets)
        take(inputs, indices, self._inputs)
        if targets is not None:
            take(targets, indices, self._targets)
            self._runner.run(self._prepare)

    def draw_as(self, whole: Plan, sample: int) -> None:
        """Take over, into a batch of one, what `whole` has drawn for one of its samples."""
        for (layer, site), (_, drawn) in zip(self._drawing, whole._drawing, strict=True):
            layer.draw_as(site, drawn, sample)

    def forward(self) -> float:
        """Run the batch forward; gives its `loss`."""
        self.held, self.went_back = None, False
        self._runner.run(self._forward)
        return self.loss

    def assess(self, counts: tuple[int, ...]) -> list[float]:
        """Run the batch forward; gives the mean loss of its first samples, of the next, …: `counts` of them, all
        together the batch. It leaves no `loss` behind."""
        parts = self._parts.get(counts)
        if parts is None:
            parts = self._parts[counts] = Parts(self._loss, self._ends, self.batch, counts, self._through)
            if len(self._parts) > PARTS_KEPT:
                self._parts.popitem(last=False)
        self._parts.move_to_end(counts)
        self._runner.run(parts.calls)
        return parts.losses()

    def backward(self, l1: float = 0.0, l2: float = 0.0) -> None:
        """Fill `grads` with ∂L/∂params of the last forward pass, the penalties' gradients added."""
        self._runner.run([*self._backward, *self._lay_penalties(l1, l2)])
        self.went_back = True

    def _lay_penalties(self, l1: float, l2: float) -> Iterator[Call]:
        for factor, slope in ((l1, np.sign), (l2, np.positive)):
            if factor:
                weights, t = self._penalty
                yield call(slope, self.params, t)
                yield call(np.multiply, t, constant(factor), t)
                yield call(np.multiply, t, weights, t)
                yield call(np.add, self.grads, t, self.grads)

    @property
    def loss(self) -> float:
        """The mean loss of the last forward pass, without penalty; NaN or infinite where the network has
        diverged."""
        return self._total.item() * self._scale

    def layer_norms(self) -> tuple[float, ...]:
        """‖gradient‖₂ of every layer; 0.0 for one without parameters."""
        squares, calls = self._squared_norms
        self._runner.run(calls)
        return tuple(map(sqrt, squares.tolist()))

    def descent(
        self, optimizer: Optimizer, l1: float = 0.0, l2: float = 0.0, clip_norm: float | None = None
    ) -> Update:
        """A whole training step in one list, laid once: forward, backward, the update of `optimizer`."""
        key = (optimizer.name, optimizer.options, l1, l2, clip_norm)
        if key not in self._descents:
            calls = [*self._forward, *self._backward, *self._lay_penalties(l1, l2)]
            self._descents[key] = Update(optimizer, self.params, self.grads, clip_norm, calls)
            if len(self._descents) > DESCENTS_KEPT:
                self._descents.popitem(last=False)
        self._descents.move_to_end(key)
        return self._descents[key]


class _Local(threading.local):
    """This thread's plans, the most recently used last."""

    def __init__(self) -> None:
        self.plans: OrderedDict[tuple[Network, int], Plan] = OrderedDict()


_local = _Local()


def plan_for(network: Network, batch: int) -> Plan:
    """This thread's plan for `network` and `batch`, laid when first asked for.

    Of more than PLANS_KEPT plans, or more than PLAN_BYTES of them, the least recently used go.
    """
    plans, key = _local.plans, (network, batch)
    plan = plans.get(key)
    if plan is not None:
        plans.move_to_end(key)
        return plan
    plans[key] = plan = Plan(network, batch)
    total = sum(kept.nbytes for kept in plans.values())
    while len(plans) > 1 and (len(plans) > PLANS_KEPT or total > PLAN_BYTES):
        total -= plans.popitem(last=False)[1].nbytes
    return plan
