"""Two networks in lockstep: one beginning, the same batches, and only the setting that differs makes a difference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app import looking, training
from app.errors import ConflictError
from app.overrides import with_overrides
from app.pairing import ACTIONS, Both, only_tuned, tuned, twin
from app.presets import PRESETS
from app.session import Session
from app.setup import prepare
from app.spec import Spec, parse_spec
from app.training import start
from tests.specs import LIMITS, named_spec


def pair_of(left: dict[str, Any], **overrides: str) -> Both:
    """Two sessions as a pair begins."""
    first = parse_spec(left)
    second = twin(prepare(first, LIMITS), with_overrides(left, overrides.items()), LIMITS)
    return started(first, "left"), started(second, "right")


def started(spec: Spec, name: str) -> Session:
    return start(prepare(spec, LIMITS), name, "owner", None)


def act(both: Both, *actions: str, steps: int = 1) -> Both:
    for action in actions:
        both = ACTIONS[action](LIMITS, steps)(*both)
    return both


def slots(session: Session) -> dict[tuple[int, str], np.ndarray]:
    """The initial parameters by layer and name."""
    setup = session.setup
    parts = setup.network.unflatten(setup.initial)
    return {(k, name): values for k, layer in enumerate(parts) for name, values in layer.items()}


@pytest.mark.parametrize("preset", ["xor", "circle", "cnn-shapes", "rnn-echo"])
def test_equal_specs_stay_bit_equal(preset: str) -> None:
    both = pair_of(PRESETS[preset].spec)
    for action in ("step", "forward", "backward", "update", "step", "undo", "redo", "step"):
        left, right = both = act(both, action)
        assert left.now.params.tobytes() == right.now.params.tobytes()
        assert (left.phase, left.now.step) == (right.phase, right.now.step)


def test_another_rate_sees_the_same_batches_and_differs_by_nothing_else() -> None:
    both = act(pair_of(named_spec(), learning_rate="0.2"), "forward", "backward")
    first = [looking.gradients(session) for session in both]
    assert first[0] is not None
    assert first[1] is not None
    assert np.array_equal(first[0], first[1])
    alone = training.step(started(parse_spec(named_spec()), "alone"), LIMITS, 25)
    for _ in range(25):
        rows = [looking.shown_pass(session).rows.tolist() for session in both]
        assert rows[0] == rows[1]
        both = act(both, "update", "forward")
    assert both[0].now.params.tobytes() == alone.now.params.tobytes()
    assert not np.array_equal(both[0].now.params, both[1].now.params)


@pytest.mark.parametrize("hidden", ["4,4", "4,3", "7", "3,4"])
def test_layers_of_the_same_shape_begin_alike(hidden: str) -> None:
    left, right = pair_of(named_spec(), hidden=hidden)
    ours, theirs = slots(left), slots(right)
    last = len(theirs) // 2 - 1
    assert (ours[0, "W"].shape == theirs[0, "W"].shape) == hidden.startswith("4")
    assert (ours[1, "W"].shape == theirs[last, "W"].shape) == hidden.endswith("4")
    if hidden.startswith("4"):
        assert np.array_equal(ours[0, "W"], theirs[0, "W"])
    if hidden.endswith("4"):
        assert np.array_equal(ours[1, "W"], theirs[last, "W"])
    untouched = prepare(with_overrides(named_spec(), [("hidden", hidden)]), LIMITS)
    assert (right.setup.spec.parameters is None) == np.array_equal(untouched.initial, right.setup.initial)


def test_a_plain_and_a_gated_layer_share_what_is_behind_them() -> None:
    left, right = pair_of(PRESETS["rnn-forgets"].spec, recurrent="lstm")
    assert right.setup.spec.layers[0].type == "lstm"
    assert np.array_equal(slots(left)[1, "W"], slots(right)[1, "W"])
    assert left.setup.data.train_inputs.tobytes() == right.setup.data.train_inputs.tobytes()


@pytest.mark.parametrize("field", [{"initializer": "zeros"}, {"seed": "7"}])
def test_other_initial_weights_are_not_made_equal(field: dict[str, str]) -> None:
    left, right = pair_of(named_spec(), **field)
    assert not np.array_equal(left.setup.initial, right.setup.initial)


def test_given_initial_weights_go_along_and_an_initializer_replaces_them() -> None:
    spec = PRESETS["xor"].spec
    setup = prepare(parse_spec(spec), LIMITS)
    layers = setup.network.unflatten(setup.initial * 2)
    parameters = [{name: values.tolist() for name, values in layer.items()} for layer in layers]
    left, right = pair_of({**spec, "parameters": parameters}, learning_rate="0.3")
    assert np.array_equal(left.setup.initial, right.setup.initial)
    left, right = pair_of({**spec, "parameters": parameters}, initializer="zeros")
    assert not right.setup.initial[right.setup.network.weights()].any()


def test_one_side_diverges_and_the_other_goes_on() -> None:
    spec = named_spec(
        loss="mse",
        optimizer={"name": "sgd", "learning_rate": 0.05},
        layers=[{"type": "dense", "units": 1, "activation": "linear"}],
    )
    both = act(pair_of(spec, learning_rate="1e5"), "step", steps=200)
    left, right = both
    assert right.now.diverged
    assert (left.now.step, left.now.diverged) == (200, False)
    fell = right.now.step
    assert fell < 200
    for action in ("forward", "backward", "update"):
        both = act(both, action)
        assert both[1] is right
    assert both[0].now.step == 201
    flying = (both[0], training.forward(right))
    for action in ("backward", "update", "step"):
        assert act(flying, action)[1] is flying[1]
    while both[0].now.step > fell:
        both = act(both, "undo")
        assert both[1] is right
    both = act(both, "undo")
    assert [session.now.step for session in both] == [fell - 1, fell - 1]
    assert not both[1].now.diverged
    for step in range(fell, fell + 3):
        both = act(both, "redo")
        assert [session.now.step for session in both] == [step, fell]


def test_undo_takes_back_a_setting_of_one_side_alone() -> None:
    both = act(pair_of(named_spec()), "step", "step")
    specs = (both[0].spec, with_overrides(both[1].spec.model_dump(), [("learning_rate", "0.5")]))
    assert only_tuned(both[1].spec, specs[1])
    changed = tuned(specs, LIMITS)(*both)
    assert changed[0] is both[0]
    assert changed[1].spec.optimizer.learning_rate == 0.5
    undone = act(changed, "undo")
    assert [session.now.step for session in undone] == [2, 2]
    assert undone[1].spec.optimizer.learning_rate == both[1].spec.optimizer.learning_rate
    again = act(undone, "undo", "redo", "redo")
    assert [session.now.step for session in again] == [2, 2]
    assert again[1].spec.optimizer.learning_rate == 0.5


def test_nothing_to_undo_or_redo_moves_neither() -> None:
    both = pair_of(named_spec())
    for action in ("undo", "redo"):
        with pytest.raises(ConflictError):
            act(both, action)
    ahead = training.step(both[0], LIMITS, 3)
    back = act((ahead, both[1]), "undo", "undo", "undo")
    assert [session.now.step for session in back] == [0, 0]


def test_reset_brings_both_back() -> None:
    both = pair_of(named_spec(), optimizer="sgd")
    again = act(act(both, "step", steps=7), "reset")
    for fresh, reset in zip(both, again, strict=True):
        assert reset.now.step == 0
        assert reset.now.params.tobytes() == fresh.now.params.tobytes()
