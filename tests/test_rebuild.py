"""Another network out of a form: what was changed changed, what follows from it made to fit, nothing else."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.datasets import DATASETS
from app.errors import RequestError, SpecError
from app.layers import LAYER_MODELS, DenseSpec
from app.nn import ACTIVATIONS, INITIALIZERS, LOSSES
from app.presets import PRESETS
from app.rebuild import losses_for, rebuild
from app.setup import prepare
from app.share import spec_link, value_in
from app.spec import DatasetSpec, Spec, parse_spec
from tests.specs import LIMITS, dense_of, named_spec, rows_spec

NAMED, ROWS = parse_spec(named_spec()), parse_spec(rows_spec())


def rebuilt(spec: Spec, **form: str | list[str]) -> Spec:
    """The network that the form makes of `spec`, ready to be trained."""
    made = rebuild(spec, {name: [given] if isinstance(given, str) else given for name, given in form.items()})
    return prepare(parse_spec(made.spec), LIMITS).spec


def layers_of(spec: Spec) -> list[tuple[int, str]]:
    """Units and activations."""
    return [(layer.units, layer.activation) for layer in dense_of(spec)]


def end_of(spec: Spec) -> tuple[int, str, str]:
    """Output units, their activation, the loss."""
    last = dense_of(spec)[-1]
    return last.units, last.activation, spec.loss


@pytest.mark.parametrize("preset", PRESETS)
def test_an_empty_form_changes_nothing_but_the_name(preset: str) -> None:
    spec = parse_spec(PRESETS[preset].spec)
    assert rebuilt(spec) == spec.model_copy(update={"name": ""})


def test_another_order_and_other_names_change_nothing_else() -> None:
    made = rebuilt(ROWS, shuffle="true", notation="nodes")
    assert (ROWS.shuffle, ROWS.notation) == (False, "matrix")
    assert made == ROWS.model_copy(update={"name": "", "shuffle": True, "notation": "nodes"})


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_preset_can_be_put_on_every_data_set(dataset: str) -> None:
    for preset in PRESETS.values():
        old = parse_spec(preset.spec)
        made = rebuild(old, {"dataset": [dataset]})
        network = prepare(parse_spec(made.spec), LIMITS)
        if "network" in made.repaired:
            assert network.data.form != prepare(old, LIMITS).data.form
            assert (network.spec.parameters, network.spec.frozen) == (None, ())
        elif "steps" not in made.repaired:
            assert network.spec.layers[:-1] == old.layers[:-1]
        assert network.spec.knobs == old.knobs
        assert (network.spec.seed, network.spec.initializer) == (old.seed, old.initializer)
        assert network.network.output_shape[-1] in DATASETS[dataset].outputs


@pytest.mark.parametrize(
    ("preset", "dataset", "sequences", "end"),
    [
        ("rnn-parity", "recall", False, (3, "softmax", "cross_entropy")),
        ("gru-remembers", "echo", True, (1, "linear", "mse")),
        ("char-rnn", "parity", True, (1, "sigmoid", "binary_cross_entropy")),
    ],
)
def test_the_last_recurrent_layer_answers_where_the_data_want_it(
    preset: str, dataset: str, sequences: bool, end: tuple[int, str, str]
) -> None:
    spec = parse_spec(PRESETS[preset].spec)
    assert rebuild(spec, {"dataset": [dataset]}).repaired
    made = rebuilt(spec, dataset=dataset)
    assert made.layers[0].model_dump()["return_sequences"] == sequences
    last = made.layers[-1]
    assert isinstance(last, DenseSpec)
    assert (last.units, last.activation, made.loss) == end


def test_given_parameters_stay_however_long_the_sequences_are() -> None:
    spec = parse_spec(PRESETS["lstm-remembers"].spec)
    longer = rebuilt(spec, time_steps="30")
    assert isinstance(longer.data, DatasetSpec)
    assert longer.data.time_steps == 30
    assert longer.parameters == spec.parameters is not None
    assert rebuilt(spec, dataset="text").parameters is None
    flat = [{"type": "flatten"}, {"type": "dense", "units": 3, "activation": "softmax"}]
    parameters = [{}, {"W": [[0.1] * 3] * 60, "b": [0.0] * 3}]
    flattened = parse_spec(PRESETS["lstm-remembers"].spec | {"layers": flat, "parameters": parameters})
    assert rebuilt(flattened).parameters is not None
    assert rebuilt(flattened, time_steps="30").parameters is None


@pytest.mark.parametrize(
    ("preset", "dataset", "types"),
    [
        ("circle", "shapes", ["conv2d", "maxpool2d", "dense"]),
        ("cnn-digits", "echo", ["rnn", "dense"]),
        ("rnn-forgets", "circle", ["dense", "dense"]),
        ("worked-example", "recall", ["rnn", "dense"]),
    ],
)
def test_another_form_of_data_starts_a_small_network(preset: str, dataset: str, types: list[str]) -> None:
    spec = parse_spec(PRESETS[preset].spec)
    made = rebuild(spec, {"dataset": [dataset], "change": ["remove:0"], "units-0": ["x"]})
    assert made.repaired == ("network",)
    started = prepare(parse_spec(made.spec), LIMITS).spec
    assert [layer.type for layer in started.layers] == types
    assert started.knobs == spec.knobs


def test_layers_too_large_for_other_images_are_started_anew() -> None:
    layers = [
        {"type": "conv2d", "filters": 2, "kernel": 11},
        {"type": "dense", "units": 3, "activation": "softmax"},
    ]
    data = {"inputs": [[[[0.0]] * 12] * 12] * 3, "targets": [0, 1, 2]}
    spec = parse_spec({"data": data, "layers": layers, "loss": "cross_entropy"})
    made = rebuild(spec, {"dataset": ["digit-images"]})
    assert made.repaired == ("network",)
    assert prepare(parse_spec(made.spec), LIMITS).network.output_shape == (10,)


@pytest.mark.parametrize(
    ("preset", "missing"),
    [
        ("circle", set()),
        ("iris", set()),
        ("regression-sine", {"binary_cross_entropy", "cross_entropy", "hinge"}),
        ("rnn-echo", {"binary_cross_entropy", "cross_entropy", "hinge"}),
    ],
)
def test_losses_that_fit(preset: str, missing: set[str]) -> None:
    assert set(LOSSES) - set(losses_for(parse_spec(PRESETS[preset].spec))) == missing


def test_no_loss_of_an_activation_behind_a_layer_without_one() -> None:
    spec = parse_spec(rows_spec(layers=[{"type": "dense", "units": 1}, {"type": "dropout"}]))
    assert set(LOSSES) - set(losses_for(spec)) == {"binary_cross_entropy", "cross_entropy"}


def test_time_steps_are_typed_for_sequences_alone() -> None:
    spec = parse_spec(PRESETS["rnn-echo"].spec)
    made = rebuilt(spec, dataset="parity", time_steps="12").data
    assert isinstance(made, DatasetSpec)
    assert made.time_steps == 12
    own = rebuilt(spec, dataset="parity", time_steps="8").data  # as shown: not typed
    assert isinstance(own, DatasetSpec)
    assert own.time_steps == 10
    dense_alone = parse_spec(named_spec(data={"dataset": "parity"}))
    row = rebuilt(dense_alone, dataset="circle", time_steps="12").data
    assert isinstance(row, DatasetSpec)
    assert row.time_steps is None
    with pytest.raises(SpecError) as caught:
        rebuilt(spec, time_steps="")
    assert [fault.path for fault in caught.value.faults] == ["data.time_steps"]


def test_an_unknown_data_set_is_refused() -> None:
    with pytest.raises(SpecError) as caught:
        rebuilt(NAMED, dataset="nowhere")
    assert [fault.path for fault in caught.value.faults] == ["data.dataset"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("more:0", [(5, "relu"), (1, "sigmoid")]),
        ("fewer:0", [(3, "relu"), (1, "sigmoid")]),
        ("remove:0", [(1, "sigmoid")]),
        ("add:0", [(4, "relu"), (4, "relu"), (1, "sigmoid")]),
        ("add:1", [(4, "relu"), (4, "relu"), (1, "sigmoid")]),
    ],
)
def test_buttons_change_layers(change: str, expected: list[tuple[int, str]]) -> None:
    assert layers_of(rebuilt(NAMED, change=change)) == expected
    typed = rebuilt(NAMED, **{"units-0": "7", "activation-0": "tanh", "change": change})
    grown = {"more:0": {8}, "fewer:0": {6}, "remove:0": set()}.get(change, {7})
    assert {units for units, activation in layers_of(typed)[:-1] if units != 4} == grown
    assert all(activation == "tanh" for _, activation in layers_of(typed)[:-1])


def test_the_first_hidden_layer_of_a_single_neuron() -> None:
    single = parse_spec(PRESETS["and-gate"].spec)
    assert layers_of(rebuilt(single, change="add:0")) == [(4, "tanh"), (1, "sigmoid")]


@pytest.mark.parametrize(
    "change",
    [
        "remove:1",
        "more:1",
        "fewer:1",
        "add:2",
        "more:9",
        "more:-1",
        "more:",
        "grow:0",
        "",
        "add:²",
        "add:0:x",
        "more:0:dense",
    ],
)
def test_a_change_there_is_not_is_refused(change: str) -> None:
    with pytest.raises(RequestError):
        rebuilt(NAMED, change=change)


@pytest.mark.parametrize("units", ["0", "", "x", "-1", "2.5", "1e99", "９", "99999"])
def test_impossible_numbers_of_units_are_named(units: str) -> None:
    with pytest.raises(SpecError) as caught:
        rebuilt(NAMED, **{"units-0": units})
    assert [fault.path for fault in caught.value.faults] == ["layers[0].units"]


@pytest.mark.parametrize(
    ("preset", "form", "expected"),
    [
        ("circle", {"loss": "cross_entropy"}, (2, "softmax", "cross_entropy")),
        ("iris", {"loss": "binary_cross_entropy"}, (3, "sigmoid", "binary_cross_entropy")),
        ("iris", {"output": "sigmoid"}, (3, "sigmoid", "binary_cross_entropy")),
        ("circle", {"output": "softmax"}, (2, "softmax", "cross_entropy")),
        ("circle", {"loss": "mse"}, (1, "sigmoid", "mse")),
        ("circle", {"loss": "mse", "output": "softmax"}, (2, "softmax", "mse")),
        ("circle", {"loss": "hinge", "output": "tanh"}, (1, "tanh", "hinge")),
    ],
)
def test_loss_and_output_activation_follow_each_other(
    preset: str, form: dict[str, str], expected: tuple[int, str, str]
) -> None:
    spec = parse_spec(PRESETS[preset].spec)
    form = dict(form)
    layers = dense_of(spec)
    output = form.pop("output", layers[-1].activation)
    whole = {f"activation-{len(layers) - 1}": output} | form
    made = rebuild(spec, {name: [given] for name, given in whole.items()})
    assert end_of(prepare(parse_spec(made.spec), LIMITS).spec) == expected
    follows = expected != (layers[-1].units, output, form.get("loss", spec.loss))
    assert made.repaired == (("end",) if follows else ())


@pytest.mark.parametrize(
    ("spec", "form", "path"),
    [
        (NAMED, {"activation-1": "tanh"}, "layers[1].activation"),
        (NAMED, {"activation-1": "tanh", "loss": "cross_entropy"}, "layers[1].activation"),
        (parse_spec(PRESETS["regression-sine"].spec), {"loss": "cross_entropy"}, "loss"),
        (parse_spec(PRESETS["regression-sine"].spec), {"loss": "hinge"}, "loss"),
        (NAMED, {"noise": "abc"}, "data.noise"),
        (NAMED, {"features": [""]}, "data.features"),
        (NAMED, {"seed": "-1"}, "seed"),
        (NAMED, {"data_seed": "x"}, "data.seed"),
        (NAMED, {"initializer": "magic"}, "initializer"),
    ],
)
def test_what_does_not_fit_is_named(spec: Spec, form: dict[str, Any], path: str) -> None:
    with pytest.raises(SpecError) as caught:
        rebuilt(spec, **form)
    assert [fault.path for fault in caught.value.faults] == [path]


def test_another_data_set_has_its_own_defaults_but_for_what_was_typed() -> None:
    shown = {"samples": "40", "noise": "0.1", "test_fraction": "0.5", "data_seed": "2"}
    made = rebuilt(NAMED, dataset="spiral", **(shown | {"noise": "0.25"})).data
    assert isinstance(made, DatasetSpec)
    assert (made.dataset, made.noise, made.samples, made.seed) == ("spiral", 0.25, 500, 2)
    same = rebuilt(NAMED, dataset="circle", **(shown | {"samples": "60"})).data
    assert isinstance(same, DatasetSpec)
    assert (same.samples, same.noise) == (60, 0.1)


def test_features_stay_where_the_other_data_have_them_too() -> None:
    chosen = rebuilt(NAMED, features=["", "x1", "sin(x2)"])
    assert isinstance(chosen.data, DatasetSpec)
    assert chosen.data.features == ("x1", "sin(x2)")
    planar, line = rebuilt(chosen, dataset="spiral").data, rebuilt(chosen, dataset="sine").data
    assert isinstance(planar, DatasetSpec)
    assert planar.features == ("x1", "sin(x2)")
    assert isinstance(line, DatasetSpec)
    assert line.features == ("x1",)


def test_rows_of_its_own_stay() -> None:
    made = rebuilt(ROWS, dataset="", loss="huber", change="more:0", noise="0.5")
    assert made.data == ROWS.data
    assert (made.loss, dense_of(made)[0].units) == ("huber", 4)


def test_given_parameters_stay_until_they_fit_no_more_or_others_are_asked_for() -> None:
    spec = parse_spec(PRESETS["worked-example"].spec)
    kept = rebuilt(spec, loss="mse", initializer="", seed="3")
    assert (kept.parameters, kept.frozen, kept.seed) == (spec.parameters, spec.frozen, 3)
    drawn = rebuilt(spec, initializer="he_normal")
    assert (drawn.parameters, drawn.frozen) == (None, spec.frozen)
    grown = rebuilt(spec, change="more:0")
    assert (grown.parameters, grown.frozen) == (None, ())


NUMBERS = st.sampled_from(["0", "0.1", "0.7", "1e-3", "3", "40", "abc", ""])
CHANGES = [f"{verb}:{place}" for verb in ("add", "more", "fewer", "remove") for place in range(3)]
CHANGES += [f"add:{place}:{kind}" for place in range(3) for kind in LAYER_MODELS]
FORMS = st.fixed_dictionaries(
    {},
    optional={
        "dataset": st.sampled_from(list(DATASETS)),
        "loss": st.sampled_from(list(LOSSES)),
        "initializer": st.sampled_from(list(INITIALIZERS)),
        "noise": NUMBERS,
        "samples": NUMBERS,
        "test_fraction": NUMBERS,
        "data_seed": NUMBERS,
        "seed": NUMBERS,
        "change": st.sampled_from(CHANGES),
        **{f"activation-{place}": st.sampled_from(list(ACTIVATIONS)) for place in range(3)},
        **{f"type-{place}": st.sampled_from(list(LAYER_MODELS)) for place in range(3)},
        **{f"units-{place}": NUMBERS for place in range(3)},
        **{f"kernel-{place}": st.sampled_from(["1", "2×3", "9", "x", "3×"]) for place in range(2)},
        **{f"return_sequences-{place}": st.sampled_from(["true", "false", "?"]) for place in range(2)},
        "time_steps": NUMBERS,
    },
)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(list(PRESETS)), FORMS)
def test_whatever_a_form_makes_its_link_opens(preset: str, form: dict[str, Any]) -> None:
    texts = {name: [given] for name, given in form.items()}
    try:
        spec = prepare(parse_spec(rebuild(parse_spec(PRESETS[preset].spec), texts).spec), LIMITS).spec
    except (RequestError, SpecError):
        return
    assert parse_spec(value_in(parse_qs(urlsplit(spec_link(spec)).query)["spec"][0]), LIMITS) == spec
