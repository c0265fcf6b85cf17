"""From a spec to what training needs."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng

from app.datasets import DATASETS
from app.errors import MOST_FAULTS, SpecError
from app.limits import Limits
from app.nn import INITIALIZERS
from app.setup import SEQUENTIAL_WORK, Setup, _prepare, prepare
from app.spec import DatasetSpec, parse_spec
from app.written import Written
from tests.specs import LIMITS, named_spec, rows_spec


def made(**changes: object) -> Setup:
    """The setup of the named spec with changes."""
    return prepare(parse_spec(named_spec(**changes)), LIMITS)


CONV = {"type": "conv2d", "filters": 2, "kernel": 2}


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        (
            {"batch_size": 3000, "layers": [{"type": "dense", "units": 5000}]},
            ["layers[0].units", "batch_size"],
        ),
        (
            {"loss": "binary_cross_entropy", "data": {"inputs": [[1], [2]], "targets": [[1, 0], [1, 1]]}},
            ["layers[1].activation", "data.targets"],
        ),
        ({"data": {"inputs": [[1], [2, 3]], "targets": ["a"]}}, ["data.inputs", "data.targets"]),
        (
            {"data": {"inputs": [[1]], "targets": [[1]], "test_inputs": [[1, 2]], "test_targets": [[1, 2]]}},
            ["data.test_inputs", "data.test_targets"],
        ),
        (
            {"parameters": [{"W": [[1]], "b": [1, 2, 3]}, {"W": "x", "b": [1, 2], "c": []}]},
            ["parameters[1].W", "parameters[0].W", "parameters[1]", "parameters[1].b"],
        ),
        (
            {"frozen": ["W[9]", "W[0]", "b[0][7]"], "batch_size": 5000},
            ["batch_size", "frozen[0]", "frozen[2]"],
        ),
        (
            {
                "data": {"dataset": "plane"},
                "loss": "hinge",
                "layers": [{"type": "dense", "units": 3, "activation": "sigmoid"}],
            },
            ["loss", "layers[0].units"],
        ),
        (
            {
                "data": {"dataset": "sine"},
                "loss": "binary_cross_entropy",
                "layers": [{"type": "dense", "units": 1, "activation": "sigmoid"}],
            },
            ["loss"],
        ),
        (
            {"data": {"dataset": "echo"}, "loss": "cross_entropy", "layers": [{"type": "rnn", "units": 1}]},
            ["loss", "layers[0].type"],
        ),
        ({"layers": [CONV, CONV], "data": {"inputs": [[1]], "targets": [[1], [2]]}}, ["layers[0].type"]),
    ],
)
def test_every_fault_is_named(changes: dict[str, Any], places: list[str]) -> None:
    with pytest.raises(SpecError) as refused:
        prepare(parse_spec(rows_spec(**changes)), LIMITS)
    assert [fault.path for fault in refused.value.faults] == places


def test_predicting_costs_what_its_steps_cost_besides() -> None:
    sequences = [[[0.1]] * 50, [[0.2]] * 50]
    spec = {
        "data": {"inputs": sequences, "targets": [[0.0], [1.0]]},
        "layers": [{"type": "rnn", "units": 3}, {"type": "dense", "units": 1}],
        "loss": "mse",
    }
    setup = prepare(parse_spec(spec), LIMITS)
    each = setup.network.multiplications
    assert setup.prediction_work(1) == each + 50 * SEQUENTIAL_WORK
    assert setup.prediction_work(512) == 512 * each + 50 * SEQUENTIAL_WORK
    assert setup.prediction_work(513) == 513 * each + 100 * SEQUENTIAL_WORK


def test_the_same_spec_gives_the_same_numbers() -> None:
    one, other = made(), made(name="the same under another name")
    assert one is not other
    assert one.initial.tobytes() == other.initial.tobytes()
    assert one.data.train_inputs.tobytes() == other.data.train_inputs.tobytes()
    assert [one.order(k).tolist() for k in range(3)] == [other.order(k).tolist() for k in range(3)]


def test_another_seed_gives_other_weights_and_order_but_the_same_data() -> None:
    one, other = made(), made(seed=1)
    assert one.initial.tolist() != other.initial.tolist()
    assert one.order(0).tolist() != other.order(0).tolist()
    assert one.data.train_inputs.tobytes() == other.data.train_inputs.tobytes()


def test_every_epoch_has_its_own_permutation_of_all_rows() -> None:
    setup = made()
    orders = [tuple(setup.order(epoch)) for epoch in range(5)]
    assert len(set(orders)) == 5
    assert all(sorted(order) == list(range(setup.train.count)) for order in orders)


def test_without_shuffle_rows_stay_in_order() -> None:
    setup = made(shuffle=False)
    assert setup.order(0).tolist() == setup.order(9).tolist() == list(range(setup.train.count))


def test_given_parameters_are_where_training_starts() -> None:
    given = [{"W": [[1, 2, 3], [4, 5, 6]], "b": [7, 8, 9]}, {"W": [[10], [11], [12]], "b": [13.5]}]
    setup = prepare(parse_spec(rows_spec(parameters=given)), LIMITS)
    assert [
        {name: array.tolist() for name, array in layer.items()}
        for layer in setup.network.unflatten(setup.initial)
    ] == given


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_biases_start_at_zero(initializer: str) -> None:
    setup = made(initializer=initializer)
    assert [layer["b"].any() for layer in setup.network.unflatten(setup.initial)] == [False, False]
    again = setup.network.initial(initializer, default_rng([0, 0]))
    assert again.tobytes() == setup.initial.tobytes()


def test_of_many_faults_of_one_kind_the_first_are_named() -> None:
    wrong = rows_spec(
        frozen=[f"W[{k}]" for k in range(9, 2000)], parameters=[{f"x{k}": "a" for k in range(99)}] * 2
    )
    with pytest.raises(SpecError) as refused:
        prepare(parse_spec(wrong), LIMITS)
    assert len(refused.value.faults) <= MOST_FAULTS + 2


def test_frozen_parameters_are_one_or_a_whole_array() -> None:
    setup = prepare(parse_spec(rows_spec(frozen=["b[0]", "W[1][2,0]", "W[1][2,0]"])), LIMITS)
    bias, weight = setup.network.index(0, "b", (0,)), setup.network.index(1, "W", (2, 0))
    assert setup.frozen.tolist() == [bias, bias + 1, bias + 2, weight]


@pytest.mark.parametrize(
    "name", ["b", "b[2]", "b[0][3]", "W[1][0]", "W[1][-1,0]", "w[0]", "W[0][0,0]x", "", "W[0][٣,0]"]
)
def test_a_frozen_parameter_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(SpecError) as caught:
        prepare(parse_spec(rows_spec(frozen=[name])), LIMITS)
    assert caught.value.faults[0].path == "frozen[0]"


@pytest.mark.parametrize(
    ("limits", "path"),
    [
        (Limits(max_layers=1), "layers"),
        (Limits(max_units=3), "layers[0].units"),
        (Limits(max_samples=39), "data.samples"),
        (Limits(max_batch_size=5), "batch_size"),
        (Limits(max_parameters=16), "layers"),
    ],
)
def test_a_limit_is_named_with_its_value(limits: Limits, path: str) -> None:
    with pytest.raises(SpecError) as caught:
        prepare(parse_spec(named_spec()), limits)
    (fault,) = caught.value.faults
    values = dict(fault.values)
    assert fault.path == path
    assert f"{values['limit']} = {getattr(limits, str(values['limit']))}" in fault.message()
    assert prepare(parse_spec(named_spec()), Limits(max_parameters=17)).network.size == 17


def test_every_data_set_can_be_trained_on() -> None:
    for kind in DATASETS.values():
        regression = kind.task == "regression"
        activation = "linear" if regression else "sigmoid" if kind.outputs[0] == 1 else "softmax"
        loss = {"linear": "mse", "sigmoid": "binary_cross_entropy", "softmax": "cross_entropy"}[activation]
        layers: list[dict[str, object]] = [
            {"type": "dense", "units": kind.outputs[0], "activation": activation}
        ]
        if kind.form == "sequence" and not kind.per_step:
            layers.insert(0, {"type": "rnn", "units": 2})
        setup = prepare(parse_spec({"data": {"dataset": kind.name}, "layers": layers, "loss": loss}), LIMITS)
        assert isinstance(setup.spec.data, DatasetSpec)
        assert setup.spec.data.samples == kind.default_samples
        tested = setup.test.count if setup.test else 0
        assert setup.train.count + tested == kind.default_samples
        assert np.isfinite(setup.data.train_inputs).all()
        assert setup.network.input_shape == setup.data.input_shape


RNN, SEQUENCES, FLATTEN = (
    {"type": "rnn", "units": 2},
    {"type": "rnn", "units": 2, "return_sequences": True},
    {"type": "flatten"},
)
LINEAR, SOFTMAX = {"type": "dense", "units": 1}, {"type": "dense", "units": 3, "activation": "softmax"}


@pytest.mark.parametrize(
    ("dataset", "layers", "loss", "path", "said"),
    [
        ("echo", [SEQUENCES, RNN, LINEAR], "mse", "layers[1].type", ["rnn", "echo", "at every step"]),
        ("echo", [SEQUENCES, FLATTEN, LINEAR], "mse", "layers[1].type", ["flatten", "echo"]),
        ("recall", [RNN | {"return_sequences": True}, SOFTMAX], "cross_entropy", "layers[0].type", ["rnn"]),
        ("recall", [SOFTMAX], "cross_entropy", "layers[0].type", ["dense", "recall", "at the end"]),
        ("circle", [RNN, LINEAR], "mse", "layers[0].type", ["rnn", "(2,)"]),
        ("shapes", [SEQUENCES, SOFTMAX], "cross_entropy", "layers[0].type", ["rnn", "(8, 8, 1)"]),
    ],
)
def test_answers_stand_where_the_data_set_has_targets(
    dataset: str, layers: list[dict[str, object]], loss: str, path: str, said: list[str]
) -> None:
    with pytest.raises(SpecError) as caught:
        prepare(parse_spec({"data": {"dataset": dataset}, "layers": layers, "loss": loss}), LIMITS)
    (fault,) = caught.value.faults
    assert fault.path == path
    assert all(part in fault.message() for part in said)


def test_a_flattened_sequence_has_one_answer() -> None:
    spec = {"data": {"dataset": "recall"}, "layers": [SEQUENCES, FLATTEN, SOFTMAX], "loss": "cross_entropy"}
    assert prepare(parse_spec(spec), LIMITS).network.output_shape == (3,)


def test_long_sequences_times_many_samples_are_held_to_a_limit() -> None:
    data = {"dataset": "recall", "samples": 10_000, "time_steps": 200}
    spec = parse_spec({"data": data, "layers": [RNN, SOFTMAX], "loss": "cross_entropy"})
    with pytest.raises(SpecError) as caught:
        prepare(spec, LIMITS)
    (fault,) = caught.value.faults
    assert fault.path == "data"
    assert "6000000" in fault.message()
    assert "max_data_values = 1000000" in fault.message()


def test_sessions_share_what_their_specs_have_in_common() -> None:
    one = prepare(parse_spec(named_spec()), LIMITS)
    assert prepare(parse_spec(named_spec()), LIMITS) is one
    other = prepare(parse_spec(named_spec(seed=9)), LIMITS)
    assert other is not one
    assert not np.array_equal(other.initial, one.initial)
    assert (other.network, other.data, other.train, other.test) == (
        one.network,
        one.data,
        one.train,
        one.test,
    )
    assert other.network is one.network
    wider = prepare(parse_spec(named_spec(loss="mse")), LIMITS)
    assert wider.train is not one.train
    assert wider.data is one.data


def test_a_network_goes_with_the_last_setup_that_uses_it() -> None:
    spec = parse_spec(rows_spec(loss="huber"))
    network = weakref.ref(_prepare(spec, Written(spec), LIMITS).network)
    gc.collect()
    assert network() is None


@pytest.mark.parametrize("raw", [named_spec(), rows_spec()])
def test_data_lie_once_in_memory(raw: dict[str, object]) -> None:
    setup = prepare(parse_spec(raw), LIMITS)
    assert np.shares_memory(setup.data.train_inputs, setup.train.inputs.values)
    assert np.shares_memory(setup.data.train_targets, setup.train.targets.values)
    assert np.shares_memory(setup.both.inputs.values, setup.train.inputs.values)
    assert np.array_equal(setup.data.train_inputs, setup.train.inputs.values[:, :-1])
    with pytest.raises(ValueError, match="read-only"):
        setup.data.inputs[0, 0] = 2.0
