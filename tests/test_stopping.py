"""Where training ends by itself: stop rules, and divergence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app import training, updating
from app.errors import ConflictError
from app.session import Session
from tests.specs import LIMITS, named_spec, rows_spec, started
from tests.states import numbers_of, state_of


def trained(spec: dict[str, Any], steps: int) -> Session:
    """A session after so many steps, or fewer."""
    return training.step(started(spec), LIMITS, steps)


def test_the_number_of_steps() -> None:
    session = trained(rows_spec(stop={"max_steps": 4}), 10)
    assert (session.now.step, session.stopped) == (4, "max_steps")
    assert training.step(session, LIMITS) is session
    assert training.step(training.undo(session, 2), LIMITS, 9).now.step == 4
    longer = training.change_knobs(session, {"stop": {"max_steps": 6}}, LIMITS)
    assert training.step(longer, LIMITS, 9).now.step == 6


def test_the_length_of_the_gradient() -> None:
    spec = rows_spec(batch_size=7, optimizer={"name": "sgd", "learning_rate": 0.2})
    free = trained(spec, 60)
    lengths = [float(np.hypot.reduce(moment.norms)) for moment in free.history if moment.norms]
    tolerance = lengths[30]
    expected = 1 + next(k for k, length in enumerate(lengths) if length <= tolerance)
    session = trained(spec | {"stop": {"gradient_tolerance": tolerance}}, 60)
    assert (session.now.step, session.stopped) == (expected, "gradient_tolerance")
    assert session.now.params.tobytes() == free.history[expected].params.tobytes()


def test_the_batch_loss() -> None:
    spec = rows_spec(batch_size=7, optimizer={"name": "sgd", "learning_rate": 0.2})
    losses = [moment.scores.batch_loss for moment in trained(spec, 40).history][1:]
    tolerance = losses[20]
    assert tolerance is not None
    expected = 1 + next(k for k, loss in enumerate(losses) if loss is not None and loss <= tolerance)
    session = trained(spec | {"stop": {"loss_tolerance": tolerance}}, 60)
    assert (session.now.step, session.stopped) == (expected, "loss_tolerance")


def test_without_a_rule_training_goes_on() -> None:
    assert trained(rows_spec(), 50).stopped is None


def diverging(**changes: Any) -> dict[str, Any]:
    """A linear network with a learning rate far too large."""
    layers = [{"type": "dense", "units": 1}]
    rate = {"name": "sgd", "learning_rate": 1e5}
    return rows_spec(layers=layers, optimizer=rate, batch_size=7) | changes


@pytest.mark.parametrize("phase", ["idle", "forward", "backward"])
def test_no_update_leads_on_from_a_diverged_network(phase: str) -> None:
    session = trained(diverging(), 500)
    if phase != "idle":
        session = getattr(training, phase)(session)
    with pytest.raises(ConflictError, match="diverged"):
        training.update(session, LIMITS)
    assert (session.phase, training.step(session, LIMITS)) == (phase, session)
    back = training.undo(session)
    assert (back.phase, back.now.diverged) == ("idle", False)
    assert training.update(back, LIMITS).now.params.tobytes() == session.now.params.tobytes()
    assert training.reset(session).phase == "idle"


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_divergence_ends_training_one_undo_away_from_finite_numbers(optimizer: str) -> None:
    spec = diverging(optimizer={"name": optimizer, "learning_rate": 1e5})
    session = trained(spec, 500)
    state = state_of(session, counts=True)
    assert (state["diverged"], state["stopped"]) == (True, "diverged")
    assert 1 < session.now.step < 500
    assert training.step(session, LIMITS) is session
    back = training.undo(session)
    finite = state_of(back)
    assert (finite["diverged"], finite["stopped"]) == (False, None)
    numbers = [finite["loss"]["batch"], finite["loss"]["train"], *finite["parameters"][0]["b"]]
    assert all(number is not None for number in numbers)
    one_by_one = started(spec)
    for _ in range(session.now.step):
        one_by_one = training.step(one_by_one, LIMITS)
    assert numbers_of(one_by_one) == numbers_of(session)


def test_what_is_not_finite_is_null() -> None:
    session = training.set_parameter(started(rows_spec()), 1, "W", (0, 0), 1.7e308, LIMITS)
    session = training.set_parameter(session, 1, "W", (1, 0), 1.7e308, LIMITS)
    state = state_of(session)
    assert state["diverged"]
    assert state["loss"]["train"] is None
    assert not state_of(training.undo(session, 2))["diverged"]


def test_a_smaller_rate_after_undo_trains() -> None:
    back = training.undo(trained(diverging(), 500), 500)
    assert back.now.step == 0
    calm = training.change_knobs(back, {"optimizer": {"learning_rate": 0.1}}, LIMITS)
    done = training.step(calm, LIMITS, 50)
    assert done.stopped is None
    assert done.now.scores.train_loss is not None
    assert back.now.scores.train_loss is not None
    assert done.now.scores.train_loss < back.now.scores.train_loss


def test_a_large_network_notices_divergence_too() -> None:
    spec = named_spec(data={"dataset": "digits"}, loss="mse", batch_size=32)
    spec["layers"] = [{"type": "dense", "units": 10, "activation": "linear"}]
    spec["optimizer"] = {"name": "sgd", "learning_rate": 1e4}
    session = trained(spec, 400)
    assert session.setup.evaluation_stride > 1
    assert state_of(session)["stopped"] == "diverged"
    assert not state_of(training.undo(session))["diverged"]


def test_divergence_is_noticed_where_hardly_a_moment_is_kept() -> None:
    spec = named_spec(data={"dataset": "digits"}, loss="mse", batch_size=32)
    spec["layers"] = [{"type": "dense", "units": 10, "activation": "linear"}]
    spec["optimizer"] = {"name": "sgd", "learning_rate": 1e4}
    few = LIMITS.model_copy(update={"max_history_moments": 2})
    session = training.step(started(spec), few, 400)
    assert (session.stopped, len(session.history)) == ("diverged", 2)
    training.undo(session)


@pytest.mark.parametrize("block", [64, 1])
@pytest.mark.parametrize("steps", [20, 69])
@pytest.mark.parametrize("seed", [1, 2, 3])  # after 2, 68 and 35 steps
def test_many_steps_end_where_single_ones_do(
    monkeypatch: pytest.MonkeyPatch, seed: int, steps: int, block: int
) -> None:
    monkeypatch.setattr(updating, "BLOCK_MOMENTS", block)
    spec = {
        "data": {"inputs": [[[1, 2]] * 40], "targets": [[1]]},
        "layers": [{"type": "rnn", "units": 3, "activation": "relu"}, {"type": "dense", "units": 1}],
        "loss": "mse",
        "optimizer": {"name": "sgd", "learning_rate": 100},
        "seed": seed,
    }
    one_by_one = started(spec)
    while not one_by_one.stopped and one_by_one.now.step < 120:
        one_by_one = training.step(one_by_one, LIMITS)
    session = started(spec)
    assert session.setup.evaluation_stride > 2
    while not session.stopped and session.now.step < 120:
        session = training.step(session, LIMITS, steps)
    assert one_by_one.stopped == session.stopped == "diverged"
    assert state_of(session, counts=True) == state_of(one_by_one, counts=True)
    assert list(session.curve)[-1] == list(one_by_one.curve)[-1]
    assert not training.undo(session).now.diverged


def test_what_is_asked_for_by_name_is_done_whatever_rule_holds() -> None:
    session = training.step(started(rows_spec(stop={"max_steps": 2})), LIMITS, 5)
    assert (session.now.step, session.stopped) == (2, "max_steps")
    assert training.step(session, LIMITS, 5) is session
    by_update = training.update(session, LIMITS)
    in_flight = training.step(training.forward(session), LIMITS, 5)
    for after in (by_update, in_flight):
        assert (after.now.step, after.phase, after.stopped) == (3, "idle", "max_steps")
