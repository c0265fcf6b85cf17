"""Whether the parts of a spec fit together, and within the limits; every fault is named by its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from app.datasets import DATASETS, Data, DatasetKind, build, coding_for
from app.errors import DataError, Fault, Gathered, SpecError, refusal
from app.i18n import N_
from app.inline import check_numbers, count_values, holds_numbers, inline_data, input_shape
from app.layers import DenseSpec
from app.limits import Limits, Size
from app.nn import Network, Recurrent
from app.spec import DatasetSpec, InlineSpec, Knobs, Spec, parse_spec
from app.starting import frozen_indices, initial

ANY_LOSS = "mse"  # stands after every output


def every_fault(spec: Spec, limits: Limits) -> Gathered:
    """All that is wrong with a spec, as far as one thing can be told apart from another."""
    found = Gathered()
    layers_held = found.holds(check_layers, spec, limits)
    data_held = found.holds(check_data, spec, limits)
    found.of(check_knobs, spec, limits)
    found.of(check_parameters, spec)
    fits = found.holds(check_fit, spec)
    inputs = found.of(inputs_of, spec) if data_held else None
    if inputs and layers_held and found.holds(check_shapes, spec, inputs, limits):
        loss = spec.loss if fits else ANY_LOSS
        network = Network(inputs, tuple(layer.engine() for layer in spec.layers), loss)
        if found.holds(check_size, network, limits):
            found.of(initial, spec, network)
            found.of(frozen_indices, network, spec.frozen)
        data = found.of(data_of, spec, network)
        if data:
            found.of(check_room, network, spec.batch_size, data.training, limits)
    elif data_held and isinstance(spec.data, InlineSpec):
        found.of(check_numbers, spec.data)
    return found


STAND_INS: dict[str, Any] = {
    "data": {"dataset": "xor"},
    "layers": [{"type": "flatten"}],
    "loss": ANY_LOSS,
}


def check_rest(given: Mapping[str, Any], wrong: Sequence[Fault], limits: Limits) -> None:
    """What is wrong with a spec besides the faults that keep it from being read. Raises SpecError."""
    places = {fault.loc[0] for fault in wrong if fault.loc}
    rest = {name: part for name, part in given.items() if name not in places}
    if "layers" in places and isinstance(given.get("layers"), list):
        of_layers = {fault.loc[1] for fault in wrong if fault.loc[:1] == ("layers",) and fault.loc[1:]}
        stand_in = STAND_INS["layers"][0]
        rest["layers"] = [stand_in if k in of_layers else layer for k, layer in enumerate(given["layers"])]
    try:
        spec = parse_spec(STAND_INS | rest, limits)
    except SpecError:
        return
    if places.isdisjoint(STAND_INS):
        every_fault(spec, limits).raised()
    found = Gathered()  # what does not fit to a stand-in is no fault
    found.of(check_limits, spec, limits)
    found.of(check_knobs, spec, limits)
    found.of(check_parameters, spec)
    found.raised()


def check_limits(spec: Spec, limits: Limits) -> None:
    """Hold the sizes in a spec to the limits. Raises SpecError with a fault for each."""
    found = Gathered()
    found.of(check_layers, spec, limits)
    found.of(check_data, spec, limits)
    found.raised()


def check_layers(spec: Spec, limits: Limits) -> None:
    """Not too many layers, none too large. Raises SpecError."""
    sizes: list[Size] = [
        (("layers",), len(spec.layers), "max_layers"),
        *(
            (("layers", i, field), size, "max_units")
            for i, layer in enumerate(spec.layers)
            for field, size in layer.sizes().items()
        ),
    ]
    limits.hold(sizes)


def check_data(spec: Spec, limits: Limits) -> None:
    """Not too many samples, nor too many numbers. Raises SpecError."""
    data = spec.data
    if isinstance(data, DatasetSpec):
        values = data.samples * prod(data.input_shape)
        sizes: list[Size] = [(("data", "samples"), data.samples, "max_samples")]
        limits.hold([*sizes, (("data",), values, "max_data_values")])
    else:
        samples = len(data.inputs) + len(data.test_inputs or ())
        limits.hold([(("data", "inputs"), samples, "max_samples")])
        limits.hold([(("data",), count_values(data), "max_data_values")])


def inputs_of(spec: Spec) -> tuple[int, ...]:
    """The shape of one input. Raises SpecError where that of given rows is none."""
    data = spec.data
    return data.input_shape if isinstance(data, DatasetSpec) else input_shape(data)


def check_size(network: Network, limits: Limits) -> None:
    """Not too many parameters. Raises SpecError."""
    limits.hold([(("layers",), network.size, "max_parameters")])


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
    found = Gathered()
    for layer, given in enumerate(spec.parameters or ()):
        for name, value in given.items():
            if not holds_numbers(value):
                found.add(refusal(("parameters", layer, name), N_("holds something that is not a number")))
    found.raised()


CLASS_LOSSES = ("binary_cross_entropy", "cross_entropy", "hinge")
PAIRED = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}


def check_fit(spec: Spec) -> None:
    """The loss belongs to the data and to the last layer. Raises SpecError."""
    found = Gathered()
    found.of(check_loss, spec)
    found.of(check_output, spec)
    found.raised()


def check_loss(spec: Spec) -> None:
    """A loss for classes is given classes; those of given rows are looked at with them. Raises SpecError."""
    kind = DATASETS[spec.data.dataset] if isinstance(spec.data, DatasetSpec) else None
    if kind and kind.task == "regression" and spec.loss in CLASS_LOSSES:
        text = N_("is {loss}, which is for classes; the targets of {dataset} are numbers")
        raise refusal(("loss",), text, loss=spec.loss, dataset=kind.name)


def check_output(spec: Spec) -> None:
    """The activation of the last layer is the one that the loss stands after. Raises SpecError."""
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
        return inline_data(spec.data, network, spec.loss)
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
