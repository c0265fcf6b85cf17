"""A spec in a link and out of it, and single settings on top of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SpecError
from app.overrides import with_overrides
from app.presets import PRESETS
from app.setup import prepare
from app.share import may_fit, page_url, spec_link, value_in
from app.spec import parse_spec
from tests.specs import LIMITS, named_spec, rows_spec


def overridden(spec: dict[str, Any], *query: tuple[str, str]) -> dict[str, Any]:
    """The resolved spec with a link's settings."""
    return with_overrides(spec, query).model_dump()


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_a_link_holds_the_whole_spec(preset: Any) -> None:
    spec = parse_spec(preset.spec)
    parts = urlsplit(spec_link(spec))
    assert parts.path == "/n"
    assert parse_spec(value_in(parse_qs(parts.query)["spec"][0]), LIMITS) == spec


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), st.floats(1e-9, 1e6))
def test_any_name_and_number_survives_a_link(name: str, rate: float) -> None:
    spec = parse_spec(rows_spec(name=name, optimizer={"name": "sgd", "learning_rate": rate}))
    query = urlsplit(spec_link(spec)).query
    assert parse_spec(value_in(parse_qs(query)["spec"][0]), LIMITS) == spec


@pytest.mark.parametrize("text", ["{", "[1]", "null", '{"data": 1}', "💥"])
def test_a_broken_link_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        parse_spec(value_in(text), LIMITS)


@given(st.lists(st.lists(st.integers(0, 12), min_size=1), min_size=1), st.integers(0, 300))
def test_only_links_that_are_too_long_are_not_written(rows: list[list[int]], longest: int) -> None:
    spec = parse_spec(rows_spec(data={"inputs": rows, "targets": [0]}, parameters=[{"b": rows}]))
    if len(spec_link(spec)) <= longest:
        assert may_fit(longest, spec)
    assert not may_fit(2 * len(rows) - 1, spec)
    assert not may_fit(longest, parse_spec(rows_spec(data={"inputs": [0] * 200, "targets": [0]})))


def test_the_link_to_a_snapshot() -> None:
    assert page_url("http://host:9001/", "abc") == "http://host:9001/s/abc"


def test_single_settings() -> None:
    spec = overridden(
        named_spec(),
        ("learning_rate", "0.3"),
        ("batch_size", "4"),
        ("activation", "elu"),
        ("noise", "0.2"),
        ("l2", "0.01"),
        ("max_steps", "7"),
        ("clip_norm", "2"),
        ("data_seed", "9"),
        ("seed", "3"),
        ("shuffle", "false"),
        ("lang", "zh"),
        ("utm_source", "mail"),
    )
    assert spec["optimizer"] == {
        "name": "adam",
        "learning_rate": 0.3,
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-8,
    }
    assert [layer["activation"] for layer in spec["layers"]] == ["elu", "sigmoid"]
    assert (spec["data"]["noise"], spec["data"]["seed"], spec["data"]["samples"]) == (0.2, 9, 40)
    assert spec["regularization"] == {"l1": 0, "l2": 0.01}
    assert spec["stop"]["max_steps"] == 7
    assert (spec["batch_size"], spec["clip_norm"], spec["seed"], spec["shuffle"]) == (4, 2, 3, False)


def test_another_optimiser_schedule_and_other_layers() -> None:
    query = [("optimizer", "momentum"), ("schedule", "step"), ("every", "5"), ("hidden", "3,2")]
    spec = overridden(named_spec(), *query, ("features", "x1,x1^2,sin(x2)"))
    assert spec["optimizer"] == {"name": "momentum", "learning_rate": 0.05, "momentum": 0.9}
    assert spec["schedule"] == {"name": "step", "every": 5, "factor": 0.5}
    assert [layer["units"] for layer in spec["layers"]] == [3, 2, 1]
    assert [layer["activation"] for layer in spec["layers"]] == ["relu", "relu", "sigmoid"]
    assert spec["data"]["features"] == ("x1", "x1^2", "sin(x2)")


def test_hidden_layers_of_a_network_that_had_none_and_none_of_one_that_had() -> None:
    alone = named_spec(layers=[{"type": "dense", "units": 1, "activation": "sigmoid"}])
    assert [layer["units"] for layer in overridden(alone, ("hidden", "6"))["layers"]] == [6, 1]
    assert len(overridden(named_spec(), ("hidden", ""))["layers"]) == 1


def test_unknown_settings_are_all_named() -> None:
    with pytest.raises(SpecError) as caught:
        with_overrides(named_spec(), [("learning_rat", "1"), ("batch_size", "3"), ("foo", "")])
    assert [fault.path for fault in caught.value.faults] == ["learning_rat", "foo"]
    assert "learning_rate" in caught.value.faults[0].message()


def test_unknown_settings_and_wrong_values_are_named_together() -> None:
    with pytest.raises(SpecError) as caught:
        with_overrides(named_spec(), [("foo", "1"), ("learning_rate", "abc"), ("seed", "x"), ("bar", "2")])
    paths = [fault.path for fault in caught.value.faults]
    assert sorted(paths) == ["bar", "foo", "optimizer.learning_rate", "seed"]


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("learning_rate", "fast", "optimizer.learning_rate"),
        ("learning_rate", "nan", "optimizer.learning_rate"),
        ("hidden", "4,x", "layers[1].units"),
        ("optimizer", "newton", "optimizer.name"),
        ("beta7", "1", "beta7"),
        ("dataset", "nowhere", "data.dataset"),
        ("noise", "9", "data.noise"),
        ("every", "5", "schedule.every"),
    ],
)
def test_a_wrong_setting_is_named_by_its_path(name: str, value: str, path: str) -> None:
    with pytest.raises(SpecError) as caught:
        overridden(named_spec(), (name, value))
    assert [fault.path for fault in caught.value.faults] == [path]


def test_a_link_of_far_too_many_layers_is_refused_shortly() -> None:
    made = overridden(named_spec(), ("hidden", "9999," * 5_000))
    with pytest.raises(SpecError) as caught:
        prepare(parse_spec(made), LIMITS)
    assert caught.value.faults[0].placed() == "layers 5001 is more than the limit max_layers = 32"
    assert caught.value.faults[-1].placed() == "… and 4951 more"
