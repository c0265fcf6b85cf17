"""Remedies: one change each, of a kind that the page can name, and none where there is nothing to change."""

from __future__ import annotations

from typing import Any

import pytest

from app.diagnosis import KINDS
from app.errors import NotFoundError
from app.limits import Limits
from app.presets import PRESETS
from app.remedies import AGAINST, REMEDIES, remedies_for, remedy
from app.setup import prepare
from app.spec import Spec, parse_spec
from tests.specs import rows_spec

LIMITS = Limits()
CHANGES = {
    "relu": {"layers"},
    "leaky_relu": {"layers"},
    "initial_weights": {"initializer", "parameters"},
    "other_seed": {"seed"},
    "momentum": {"optimizer"},
    "adam": {"optimizer"},
    "smaller_rate": {"optimizer"},
    "larger_rate": {"optimizer"},
    "clipping": {"clip_norm"},
    "l2": {"regularization"},
    "gates": {"layers", "parameters", "frozen"},
    "fewer_layers": {"layers", "parameters", "frozen"},
}


def spec_of(**changes: Any) -> Spec:
    return parse_spec(rows_spec(**changes))


def test_there_are_remedies_against_everything_that_can_be_found() -> None:
    assert set(AGAINST) == set(KINDS)
    assert {name for names in AGAINST.values() for name in names} == set(REMEDIES) == set(CHANGES)


@pytest.mark.parametrize("name", REMEDIES)
@pytest.mark.parametrize("preset", ["deep-fives", "rnn-forgets", "dead-relu", "cnn-digits", "worked-example"])
def test_a_remedy_changes_one_thing_and_gives_a_network(name: str, preset: str) -> None:
    spec = parse_spec(PRESETS[preset].spec)
    changed = remedy(name).applied(spec)
    if changed is None:
        return
    different = {field for field in Spec.model_fields if getattr(changed, field) != getattr(spec, field)}
    assert different
    assert different <= CHANGES[name]
    prepare(changed, LIMITS)


@pytest.mark.parametrize("name", sorted(set(REMEDIES) - {"other_seed", "smaller_rate", "larger_rate"}))
def test_what_was_changed_is_not_changed_again(name: str) -> None:
    for preset in ("deep-fives", "rnn-forgets", "dead-relu"):
        once = remedy(name).applied(parse_spec(PRESETS[preset].spec))
        if once is not None:
            assert remedy(name).applied(once) is None


def test_rates_go_to_what_is_usual_or_a_tenth() -> None:
    rates = {0.001: (0.0001, 0.1), 3.0: (0.1, 30.0), 0.1: (0.01, 1.0)}
    for rate, (smaller, larger) in rates.items():
        spec = spec_of(optimizer={"name": "sgd", "learning_rate": rate})
        found = [remedy(name).applied(spec) for name in ("smaller_rate", "larger_rate")]
        assert [one.optimizer.learning_rate for one in found if one] == pytest.approx([smaller, larger])


def test_activations_change_in_the_hidden_layers_alone() -> None:
    changed = remedy("relu").applied(parse_spec(PRESETS["deep-fives"].spec))
    assert changed
    assert [layer.activation for layer in changed.layers] == ["relu"] * 6 + ["sigmoid"]  # type: ignore[union-attr]


def test_initial_weights_are_of_another_name_even_where_given_ones_were_wrong() -> None:
    spec = parse_spec(PRESETS["saturated"].spec)
    changed = remedy("initial_weights").applied(spec)
    assert changed
    assert changed.parameters is None
    assert (spec.initializer, changed.initializer) == ("xavier_uniform", "xavier_normal")
    fresh = remedy("initial_weights").applied(parse_spec(PRESETS["symmetric"].spec))
    assert fresh
    assert fresh.initializer == "xavier_uniform"
    rectified = remedy("initial_weights").applied(parse_spec(PRESETS["dead-relu"].spec))
    assert rectified
    assert rectified.initializer == "he_uniform"


def test_forget_gates_stand_open_and_the_rest_is_drawn() -> None:
    changed = remedy("gates").applied(parse_spec(PRESETS["rnn-forgets"].spec))
    assert changed
    assert changed.parameters
    assert changed.layers[0].type == "lstm"
    bias = changed.parameters[0]["b"]
    assert bias == [0.0] * 4 + [4.0] * 4 + [0.0] * 8
    setup = prepare(changed, LIMITS)
    assert setup.network.unflatten(setup.initial)[0]["Wx"].tolist() == changed.parameters[0]["Wx"]


def test_too_many_parameters_are_not_written_down() -> None:
    rnn = {"type": "rnn", "units": 40, "activation": "tanh"}
    spec = parse_spec(
        {
            **PRESETS["rnn-forgets"].spec,
            "layers": [rnn, {"type": "dense", "units": 3, "activation": "softmax"}],
        }
    )
    changed = remedy("gates").applied(spec)
    assert changed
    assert changed.parameters is None


def test_a_remedy_that_is_not_known_is_named() -> None:
    with pytest.raises(NotFoundError, match="no remedy 'prayer'; there are relu, "):
        remedy("prayer")


def test_only_what_changes_something_is_offered() -> None:
    spec = spec_of(optimizer="adam", clip_norm=1.0)
    assert [one.name for one in remedies_for("divergence", spec)] == ["smaller_rate"]
