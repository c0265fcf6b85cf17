"""The spec at the boundary: every fault named by its path, defaults filled in, nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import PlaygroundError, RequestError, SpecError
from app.nn import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES
from app.presets import PRESETS
from app.setup import prepare
from app.spec import Spec, parse_knobs, parse_spec
from tests.specs import LIMITS, named_spec, rows_spec


def faults(spec: object) -> dict[str, str]:
    """What is wrong with `spec`: path -> message."""
    with pytest.raises(SpecError) as caught:
        prepare(parse_spec(spec), LIMITS)
    return {fault.path: fault.message() for fault in caught.value.faults}


def dense(**fields: Any) -> list[dict[str, Any]]:
    """One dense layer."""
    return [{"type": "dense", "units": 1} | fields]


@pytest.mark.parametrize(
    ("changes", "path", "said"),
    [
        ({"name": "n" * 81}, "name", ["81", "80"]),
        ({"name": 5}, "name", ["5"]),
        ({"data": 7}, "data", ["7"]),
        ({"data": {"dataset": "moon"}}, "data.dataset", ["moon", "circle"]),
        ({"data": {"dataset": "circle", "samples": 0}}, "data.samples", ["0", "1"]),
        (
            {"data": {"dataset": "circle", "time_steps": 5}},
            "data.time_steps",
            ["5", "circle", "no sequences"],
        ),
        (
            {"data": {"dataset": "shapes", "time_steps": 5}},
            "data.time_steps",
            ["5", "shapes", "no sequences"],
        ),
        ({"data": {"dataset": "recall", "time_steps": 1}}, "data.time_steps", ["1", "2"]),
        ({"data": {"dataset": "recall", "time_steps": 201}}, "data.time_steps", ["201", "200"]),
        ({"data": {"dataset": "recall", "time_steps": "x"}}, "data.time_steps", ['"x"', "whole number"]),
        ({"data": {"dataset": "recall", "features": ["A"]}}, "data.features", ["A", "recall", "no features"]),
        (
            {"data": {"dataset": "circle", "samples": 10_001}},
            "data.samples",
            ["10001", "max_samples = 10000"],
        ),
        ({"data": {"dataset": "circle", "noise": -0.5}}, "data.noise", ["-0.5", "0"]),
        ({"data": {"dataset": "circle", "noise": 1.5}}, "data.noise", ["1.5", "1"]),
        ({"data": {"dataset": "circle", "test_fraction": 0.95}}, "data.test_fraction", ["0.95", "0.9"]),
        ({"data": {"dataset": "circle", "seed": 2**63}}, "data.seed", [str(2**63), str(2**63 - 1)]),
        ({"data": {"dataset": "circle", "features": []}}, "data.features", ["0", "1"]),
        ({"data": {"dataset": "circle", "features": ["x1", "x3"]}}, "data.features", ["x3", "x1^2"]),
        ({"data": {"dataset": "circle", "features": ["x1", "x1"]}}, "data.features", ["x1", "twice"]),
        ({"data": {"dataset": "circle", "sample": 3}}, "data.sample", ["not known"]),
        ({"data": {"dataset": "iris"}}, "layers[0].units", ["1", "3"]),
        ({"layers": []}, "layers", ["0", "1"]),
        ({"layers": dense() * 33}, "layers", ["33", "max_layers = 32"]),
        ({"layers": [{"type": "conv3d", "units": 1}]}, "layers[0].type", ["conv3d", "'dense', 'conv2d'"]),
        ({"layers": dense(units=0)}, "layers[0].units", ["0", "1"]),
        ({"layers": dense(units=1025)}, "layers[0].units", ["1025", "max_units = 1024"]),
        ({"layers": dense(units=1.5)}, "layers[0].units", ["1.5", "whole"]),
        ({"layers": dense(units=10**40)}, "layers[0].units", ["max_units = 1024"]),
        ({"layers": dense(activation="step")}, "layers[0].activation", ["step", "relu"]),
        ({"layers": dense(unit=2)}, "layers[0].unit", ["not known"]),
        ({"layers": dense(units=1024) * 3 + dense()}, "layers", ["max_parameters = 200000"]),
        ({"loss": "least"}, "loss", ["least", "mse"]),
        ({"loss": "cross_entropy"}, "layers[0].activation", ["linear", "softmax", "cross_entropy"]),
        ({"optimizer": "newton"}, "optimizer.name", ["newton", "adam"]),
        ({"optimizer": {"learning_rate": -1}}, "optimizer.learning_rate", ["-1", "0"]),
        ({"optimizer": {"name": "adam", "beta1": 1}}, "optimizer.beta1", ["1"]),
        ({"optimizer": {"name": "sgd", "beta1": 0.5}}, "optimizer.beta1", ["not known"]),
        ({"optimizer": {"name": "sgd", "learning_rate": -1}}, "optimizer.learning_rate", ["-1", "0"]),
        (
            {"optimizer": {"name": "sgd", "learning_rate": "NaN"}},
            "optimizer.learning_rate",
            ["NaN", "finite"],
        ),
        ({"regularization": {"l2": -1}}, "regularization.l2", ["-1", "0"]),
        ({"regularization": {"l3": 1}}, "regularization.l3", ["not known"]),
        ({"initializer": "ones"}, "initializer", ["ones", "xavier_uniform"]),
        ({"schedule": {"name": "step", "every": 0}}, "schedule.every", ["0", "1"]),
        ({"clip_norm": 0}, "clip_norm", ["0"]),
        ({"batch_size": 0}, "batch_size", ["0", "1"]),
        ({"batch_size": 2049}, "batch_size", ["2049", "max_batch_size = 2048"]),
        ({"batch_size": "ten"}, "batch_size", ["ten", "whole"]),
        ({"shuffle": "perhaps"}, "shuffle", ["perhaps"]),
        ({"seed": -1}, "seed", ["-1", "0"]),
        ({"stop": {"max_steps": 0}}, "stop.max_steps", ["0", "1"]),
        ({"stop": {"loss_tolerance": -1}}, "stop.loss_tolerance", ["-1", "0"]),
        ({"notation": "greek"}, "notation", ["greek", "nodes"]),
        ({"frozen": ["c[0]"]}, "frozen[0]", ["c[0]"]),
        ({"frozen": ["b[0]", "W[0][2,0]"]}, "frozen[1]", ["W[0][2,0]"]),
        ({"parameters": [{"W": [[1.0]], "b": [0.0]}]}, "parameters[0].W", ["(2, 1)"]),
        ({"parameters": [{"W": [["a"], [1]], "b": [0.0]}]}, "parameters[0].W", ["number"]),
        ({"colour": "red"}, "colour", ["not known"]),
    ],
)
def test_a_fault_is_named_by_its_path_with_value_and_limit(
    changes: dict[str, Any], path: str, said: list[str]
) -> None:
    found = faults({"data": {"dataset": "circle"}, "layers": dense(), "loss": "mse"} | changes)
    assert set(found) == {path}
    for part in said:
        assert part in found[path]


def test_all_faults_are_named_at_once() -> None:
    found = faults({"data": {"dataset": "circle", "noise": 2}, "layers": dense(units=0), "batch_size": 0})
    assert set(found) == {"data.noise", "layers[0].units", "loss", "batch_size"}
    assert found["loss"] == "is missing"


@pytest.mark.parametrize("value", [None, 3, "circle", [], True, {}])
def test_what_is_no_spec_is_refused(value: object) -> None:
    assert faults(value)


def test_defaults_are_those_of_the_contract() -> None:
    spec = parse_spec({"data": {"dataset": "circle"}, "layers": dense(), "loss": "mse"})
    dumped = spec.model_dump()
    assert dumped["initializer"] == "xavier_uniform"
    assert (dumped["batch_size"], dumped["shuffle"], dumped["seed"]) == (10, True, 0)
    assert (dumped["clip_norm"], dumped["schedule"]) == (None, {"name": "constant"})
    assert dumped["regularization"] == {"l1": 0, "l2": 0}
    assert dumped["stop"] == {"max_steps": None, "gradient_tolerance": None, "loss_tolerance": None}
    assert set(dumped["data"]) == {"dataset", "samples", "noise", "test_fraction", "seed", "features"}


def test_sequences_have_time_steps_and_no_features() -> None:
    spec = parse_spec({"data": {"dataset": "recall", "time_steps": None}, "layers": dense(), "loss": "mse"})
    data = spec.model_dump()["data"]
    assert set(data) == {"dataset", "samples", "noise", "test_fraction", "seed", "time_steps"}
    assert data["time_steps"] == 20
    assert parse_spec(spec.model_dump()) == spec


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("momentum", {"momentum": 0.9}),
        ("nesterov", {"momentum": 0.9}),
        ("adagrad", {"epsilon": 1e-10}),
        ("rmsprop", {"rho": 0.99, "epsilon": 1e-8}),
        ("adadelta", {"rho": 0.9, "epsilon": 1e-6}),
        ("adam", {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
        ("adamw", {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01}),
    ],
)
def test_optimisers_have_the_contracts_defaults(name: str, fields: dict[str, float]) -> None:
    dumped = parse_spec(rows_spec(optimizer=name)).model_dump()["optimizer"]
    assert {key: dumped[key] for key in dumped if key not in ("name", "learning_rate")} == fields
    assert dumped["learning_rate"] > 0


def chosen(registry: Any) -> st.SearchStrategy[str]:
    """Any name of a registry."""
    return st.sampled_from(sorted(registry))


specs = st.fixed_dictionaries(
    {"optimizer": chosen(OPTIMIZERS), "schedule": chosen(SCHEDULES), "initializer": chosen(INITIALIZERS)},
    optional={
        "name": st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
        "batch_size": st.integers(1, 2048),
        "seed": st.integers(0, 2**63 - 1),
        "shuffle": st.booleans(),
        "clip_norm": st.none() | st.floats(1e-300, 1e300),
        "stop": st.fixed_dictionaries({"loss_tolerance": st.floats(0, 1e300)}),
        "loss": chosen(set(LOSSES)),
        "layers": st.lists(
            st.builds(lambda a: {"type": "dense", "units": 2, "activation": a}, chosen(ACTIVATIONS)),
            min_size=1,
        ),
    },
).map(lambda changes: rows_spec(**changes))


@given(specs)
def test_a_spec_survives_being_written_down(spec: dict[str, Any]) -> None:
    parsed = parse_spec(spec)
    assert parse_spec(parsed.model_dump()) == parsed
    assert parse_spec(orjson.loads(parsed.model_dump_json())) == parsed
    assert Spec.model_validate_json(parsed.model_dump_json()) == parsed


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_presets_survive_being_written_down(preset: Any) -> None:
    parsed = parse_spec(preset.spec)
    assert parse_spec(orjson.loads(parsed.model_dump_json())) == parsed


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = sorted(Spec.model_fields)


def refusal_of(attempt: Callable[[], object]) -> PlaygroundError | None:
    """What an attempt is refused with, None if it is not; any other exception is a fault."""
    try:
        attempt()
    except PlaygroundError as error:
        return error
    return None


@given(st.one_of(json_values, st.dictionaries(st.sampled_from(FIELDS), json_values)))
def test_arbitrary_json_is_at_worst_refused(value: object) -> None:
    for tried in (value, named_spec() | value if isinstance(value, dict) else value):
        error = refusal_of(lambda tried=tried: prepare(parse_spec(tried), LIMITS))  # type: ignore[misc]
        if error:
            assert isinstance(error, SpecError)
            assert error.faults


@given(st.sampled_from(["inputs", "targets", "test_inputs", "test_targets"]), json_values)
def test_arbitrary_rows_are_at_worst_refused(field: str, value: object) -> None:
    spec = rows_spec()
    data = spec["data"] | {"test_inputs": spec["data"]["inputs"], "test_targets": spec["data"]["targets"]}
    error = refusal_of(lambda: prepare(parse_spec(spec | {"data": data | {field: value}}), LIMITS))
    if error:
        assert isinstance(error, SpecError)
        assert {fault.loc[0] for fault in error.faults} == {"data"}


@given(json_values)
def test_arbitrary_changes_of_the_settings_are_at_worst_refused(value: object) -> None:
    current = parse_spec(rows_spec()).knobs
    for changes in (value, {"optimizer": value}, {"stop": value}, {"schedule": value}):
        error = refusal_of(lambda changes=changes: parse_knobs(current, changes))  # type: ignore[misc]
        assert error is None or isinstance(error, RequestError)


def test_a_change_of_the_settings_keeps_what_it_does_not_name() -> None:
    current = parse_spec(rows_spec(optimizer={"name": "adam", "beta1": 0.5}, clip_norm=2)).knobs
    rate = parse_knobs(current, {"optimizer": {"learning_rate": 0.7}})
    assert rate.optimizer.model_dump() == current.optimizer.model_dump() | {"learning_rate": 0.7}
    assert rate.clip_norm == 2
    other = parse_knobs(current, {"optimizer": "momentum"}).optimizer
    assert (other.name, other.options()) == ("momentum", {"momentum": 0.9})
    assert parse_knobs(current, {"regularization": {"l2": 0.1}}).regularization.model_dump() == {
        "l1": 0,
        "l2": 0.1,
    }


@pytest.mark.parametrize("changes", [None, {}, [], "adam", {"seed": 3}, {"layers": []}, {"loss": "mse"}])
def test_only_settings_can_change(changes: object) -> None:
    with pytest.raises(RequestError):
        parse_knobs(parse_spec(rows_spec()).knobs, changes)


def test_options_without_a_name_are_those_of_the_default() -> None:
    spec = {"data": {"dataset": "circle"}, "layers": dense(), "loss": "mse"}
    found = parse_spec({**spec, "optimizer": {"learning_rate": 0.25}, "schedule": {}})
    assert found.optimizer.model_dump() == {"name": "sgd", "learning_rate": 0.25}
    assert found.schedule.model_dump() == {"name": "constant"}
