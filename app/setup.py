"""From a spec to what training needs: the network, its data in the engine's layout, the initial parameters.

`prepare` holds the spec to the limits and checks that its parts fit together (fitting.py) before any work is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from app.datasets import Data
from app.errors import Gathered, SpecError
from app.fitting import (
    check_fit,
    check_knobs,
    check_limits,
    check_parameters,
    check_rest,
    check_room,
    check_shapes,
    check_size,
    data_of,
    every_fault,
    inputs_of,
)
from app.inline import are_more, lists_in
from app.limits import Limits
from app.nn import Laid, Network, lay_parts, passes
from app.rows import Rows, laid_out
from app.shared import Shared
from app.spec import DatasetSpec, Spec, parse_spec
from app.starting import frozen_indices, initial
from app.written import Written

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

ORDER_STREAM, NOISE_STREAM = 1, 2  # independent streams of one seed, as starting.py has another
KEPT_BYTES = 64_000_000  # of setups that no session uses
SETUP_BYTES = 40_000  # of one, besides its data
MANY = 10_000  # numbers, of which a setup is not made in a moment
# In multiplications: what every step can spend on an evaluation; what an update costs whatever its size, and what a
# step of a recurrent layer does besides; what a forward pass costs besides.
EVALUATION_WORK, UPDATE_WORK, SEQUENTIAL_WORK, FORWARD_WORK = 200_000, 30_000, 10_000, 20_000


@dataclass(frozen=True, eq=False)
class Setup:
    """Everything that follows from a spec and never changes while training; shared by all its sessions."""

    spec: Spec
    written: Written
    network: Network
    data: Data
    train: Rows
    test: Rows | None
    both: Rows
    """What trains and what tests behind it."""
    initial: Array
    frozen: IntArray

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How many samples train, and how many test where there are any."""
        return (self.train.count, self.test.count) if self.test else (self.train.count,)

    @cached_property
    def parts(self) -> Laid:
        """All data as they are evaluated."""
        return lay_parts(self.network, self.both.inputs, self.both.targets, self.counts)

    @cached_property
    def evaluation_stride(self) -> int:
        """Large networks on much data are evaluated every so many steps, and whenever a request ends."""
        network = self.network
        work = network.multiplications * sum(self.counts) + network.sequential * SEQUENTIAL_WORK
        return 1 + work // EVALUATION_WORK

    @cached_property
    def update_work(self) -> float:
        """What one update costs besides its pass over a batch, in multiplications: its overhead and what it bears
        of the evaluations."""
        evaluation = self.network.multiplications * sum(self.counts)
        return UPDATE_WORK * (1 + self.network.sequential) + evaluation / self.evaluation_stride

    def forward_work(self, samples: int) -> float:
        """Multiplications of a forward pass over so many, its overhead among them."""
        network = self.network
        return FORWARD_WORK + network.sequential * SEQUENTIAL_WORK + samples * network.multiplications

    def pass_work(self, samples: int) -> float:
        """Multiplications of a forward and a backward pass over so many."""
        return 3.0 * self.network.multiplications * samples

    def prediction_work(self, samples: int) -> float:
        """Multiplications of a forward pass over so many, in as many pieces as they are run in."""
        network = self.network
        apart = passes(network, samples) * network.sequential * SEQUENTIAL_WORK
        return float(network.multiplications * samples + apart)

    def order(self, epoch: int) -> IntArray:
        """The training rows in the order of that epoch."""
        if not self.spec.shuffle:
            return _in_order(self.train.count)
        return _shuffled(self.spec.seed, epoch, self.train.count)

    def noise(self, epoch: int, position: int) -> tuple[int, ...]:
        """What the batch at that place in the data draws its random numbers from."""
        return (self.spec.seed, NOISE_STREAM, epoch, position)


@lru_cache(maxsize=64)
def _in_order(count: int) -> IntArray:
    return np.arange(count)


@lru_cache(maxsize=1024)
def _shuffled(seed: int, epoch: int, count: int) -> IntArray:
    return default_rng([seed, ORDER_STREAM, epoch]).permutation(count)


def prepare(spec: Spec, limits: Limits) -> Setup:
    """The setup of `spec`. Raises SpecError naming every fault."""
    try:
        check_limits(spec, limits)
        check_knobs(spec, limits)
        check_parameters(spec)
        written = Written(spec)
        return _setups.get((written.digest, limits), lambda: _prepare(spec, written, limits))
    except SpecError:
        every_fault(spec, limits).raised()
        raise


def read(value: object, limits: Limits) -> Spec:
    """The spec in `value` (what JSON gives), which is prepared next. Raises SpecError with every fault: where it is
    none, those of its parts as well that can be read."""
    try:
        return parse_spec(value, limits)
    except SpecError as error:
        found = Gathered()
        found.add(error)
        if isinstance(value, Mapping):
            found.of(check_rest, value, error.faults, limits)
        found.raised()
        raise


def is_large(spec: Spec) -> bool:
    """Whether it takes more than a moment to make the setup of `spec`, or to write it: for its data, or for what is
    given in it."""
    data = spec.data
    if isinstance(data, DatasetSpec) and data.samples * prod(data.input_shape) > MANY:
        return True
    return are_more(lists_in(spec), MANY)


def _size(setup: Setup) -> int:
    parts = (one for rows in (setup.train, setup.test) if rows for one in (rows.inputs, rows.targets))
    own = SETUP_BYTES + setup.written.nbytes + setup.initial.nbytes
    return own + 3 * sum(one.values.nbytes for one in parts)


_setups: Shared[tuple[bytes, Limits], Setup] = Shared(KEPT_BYTES, _size)
_networks: Shared[tuple[object, ...], Network] = Shared(0, lambda _: 1)  # those in use


def _prepare(spec: Spec, written: Written, limits: Limits) -> Setup:
    inputs = inputs_of(spec)
    check_shapes(spec, inputs, limits)
    check_fit(spec)
    parts = (inputs, tuple(layer.engine() for layer in spec.layers), spec.loss)
    network = _networks.get(parts, lambda: Network(*parts))
    check_size(network, limits)
    made = data_of(spec, network)
    check_room(network, spec.batch_size, len(made.train_inputs), limits)
    train, test, both = laid_out(network, made)
    return Setup(
        spec=spec,
        written=written,
        network=network,
        data=made,
        train=train,
        test=test,
        both=both,
        initial=initial(spec, network),
        frozen=frozen_indices(network, spec.frozen),
    )
