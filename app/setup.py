"""From a spec to what training needs: the network, its data in the engine's layout, the initial parameters.

`prepare` holds the spec to the limits and checks that its parts fit together before any work is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from app.datasets import DATASETS, Data, DatasetKind, build, coding_for
from app.errors import DataError, refusal
from app.i18n import N_
from app.inline import are_more, count_values, holds_numbers, inline_data, input_shape, lists_in
from app.layers import DenseSpec
from app.limits import Limits, Size
from app.nn import Laid, Network, Recurrent, lay_parts
from app.rows import Rows, laid_out
from app.shared import Shared
from app.spec import DatasetSpec, InlineSpec, Knobs, Spec
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
    """The setup of `spec`. Raises SpecError naming every fault, DataError for data that cannot be made."""
    check_limits(spec, limits)
    check_knobs(spec, limits)
    check_parameters(spec)
    written = Written(spec)
    return _setups.get((written.digest, limits), lambda: _prepare(spec, written, limits))


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
    data = spec.data
    inputs = data.input_shape if isinstance(data, DatasetSpec) else input_shape(data)
    check_shapes(spec, inputs, limits)
    check_fit(spec)
    parts = (inputs, tuple(layer.engine() for layer in spec.layers), spec.loss)
    network = _networks.get(parts, lambda: Network(*parts))
    limits.hold([(("layers",), network.size, "max_parameters")])
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


def check_limits(spec: Spec, limits: Limits) -> None:
    """Hold the sizes in a spec to the limits. Raises SpecError with a fault for each."""
    sizes: list[Size] = [
        (("layers",), len(spec.layers), "max_layers"),
        *(
            (("layers", i, field), size, "max_units")
            for i, layer in enumerate(spec.layers)
            for field, size in layer.sizes().items()
        ),
    ]
    if isinstance(spec.data, DatasetSpec):
        sizes.append((("data", "samples"), spec.data.samples, "max_samples"))
        sizes.append((("data",), spec.data.samples * prod(spec.data.input_shape), "max_data_values"))
    else:
        samples = len(spec.data.inputs) + len(spec.data.test_inputs or ())
        limits.hold([*sizes, (("data", "inputs"), samples, "max_samples")])
        sizes = [(("data",), count_values(spec.data), "max_data_values")]
    limits.hold(sizes)


def check_shapes(spec: Spec, shape: tuple[int, ...], limits: Limits) -> None:
    """Every layer can stand behind the one before it. Raises SpecError with the first that cannot."""
    for place, layer in enumerate(spec.layers):
        if misfit := layer.misfit(shape):
            field, text, values = misfit
            raise refusal(("layers", place, field), text, **values)
        made = layer.engine()
        if isinstance(made, Recurrent):
            limits.hold([(("layers", place, "type"), shape[0], "max_time_steps")])
        shape = made.output_shape(shape)
    if len(shape) == 3:
        last = len(spec.layers) - 1
        raise refusal(("layers", last, "type"), IMAGES_LAST, type=spec.layers[last].type, shape=shape)


IMAGES_LAST = N_("is {type}; its outputs are images {shape}: a flatten or dense layer stands last")


def check_room(network: Network, batch_size: int, rows: int, limits: Limits) -> None:
    """One pass fits into memory. Raises SpecError."""
    limits.hold([(("batch_size",), min(batch_size, rows) * network.room, "max_pass_values")])


def check_knobs(knobs: Knobs, limits: Limits) -> None:
    """Hold the settings that can change while training to the limits. Raises SpecError."""
    limits.hold([(("batch_size",), knobs.batch_size, "max_batch_size")])


def check_parameters(spec: Spec) -> None:
    """Given parameters hold numbers alone; their shapes are checked with the network. Raises SpecError."""
    for layer, given in enumerate(spec.parameters or ()):
        for name, value in given.items():
            if not holds_numbers(value):
                raise refusal(("parameters", layer, name), N_("holds something that is not a number"))


PAIRED = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}


def check_fit(spec: Spec) -> None:
    """The last layer and the loss belong together. Raises SpecError."""
    last, place = spec.layers[-1], len(spec.layers) - 1
    needed = PAIRED.get(spec.loss)
    if needed is None:
        return
    if not isinstance(last, DenseSpec):
        text = N_("is {type}; the loss {loss} stands after a dense layer with the activation {needed}")
        raise refusal(("layers", place, "type"), text, type=last.type, loss=spec.loss, needed=needed)
    if last.activation != needed:
        raise refusal(
            ("layers", place, "activation"),
            N_("is {activation}; the loss {loss} stands after a {needed} output"),
            activation=last.activation,
            loss=spec.loss,
            needed=needed,
        )


ANSWERS_EACH = N_("is {type}; the data set {dataset} wants an answer at every step, and gets one at the end")
ANSWERS_LAST = N_("is {type}; the data set {dataset} wants one answer at the end, and gets one at every step")


def check_steps(spec: Spec, network: Network, kind: DatasetKind) -> None:
    """The network answers where the data set has targets: at every step of a sequence, or at its end alone.
    Raises SpecError naming the layer that decides it."""
    at_every_step = len(network.output_shape) == 2
    if at_every_step == kind.per_step:
        return
    ends = [place for place, shape in enumerate(network.shapes) if len(shape) == 1]
    recurrent = [k for k, layer in enumerate(network.layers) if isinstance(layer, Recurrent)]
    place = ends[0] if kind.per_step else (recurrent or [len(spec.layers) - 1])[-1]
    text = ANSWERS_EACH if kind.per_step else ANSWERS_LAST
    raise refusal(("layers", place, "type"), text, type=spec.layers[place].type, dataset=kind.name)


def data_of(spec: Spec, network: Network) -> Data:
    """The data a spec names or holds."""
    if isinstance(spec.data, InlineSpec):
        return inline_data(spec.data, network)
    named, activation = spec.data, getattr(spec.layers[-1], "activation", "linear")
    kind = DATASETS[named.dataset]
    check_steps(spec, network, kind)
    try:
        coding = coding_for(kind, network.output_shape[-1], spec.loss, activation)
    except DataError as error:
        raise refusal(("layers", len(spec.layers) - 1, "units"), error.text, **error.values) from None
    try:
        return build(
            named.dataset,
            named.samples,
            named.noise,
            named.test_fraction,
            named.seed,
            named.features,
            coding,
            named.time_steps,
        )
    except DataError as error:  # all else about the data is checked by now
        raise refusal(("data", "features"), error.text, **error.values) from None
