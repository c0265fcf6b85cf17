"""The operations on a session: phases, updates, settings, edits; the numbers are the engine's own."""

from __future__ import annotations

import gc
from dataclasses import replace
from weakref import ref

import numpy as np
import pytest

from app import nn, training, updating
from app.errors import ConflictError, LimitError, NotFoundError, RequestError, SpecError
from app.limits import Limits
from app.session import Session
from tests.specs import LIMITS, named_spec, rows_spec, started
from tests.states import numbers_of, state_of

OPTIMIZERS = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw"]
WEIGHT = (0, "W", (1, 2))


def steps(session: Session, count: int = 1) -> Session:
    """So many updates."""
    return training.step(session, LIMITS, count)


def test_phases_follow_each_other() -> None:
    session = started(rows_spec())
    assert (session.phase, session.now.step) == ("idle", 0)
    forward = training.forward(session)
    assert (forward.phase, forward.now.step) == ("forward", 0)
    assert training.forward(forward) is forward
    backward = training.backward(forward)
    assert (backward.phase, backward.now.step) == ("backward", 0)
    done = steps(backward)
    assert (done.phase, done.now.step, done.can_undo) == ("idle", 1, 1)
    assert session.phase == "idle"


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_step_is_forward_backward_update_bit_for_bit(optimizer: str) -> None:
    whole = pieces = started(rows_spec(optimizer=optimizer, regularization={"l1": 0.01, "l2": 0.02}))
    for _ in range(5):
        whole = steps(whole)
        pieces = steps(training.backward(training.forward(pieces)))
        assert state_of(whole) == state_of(pieces)
        assert numbers_of(whole) == numbers_of(pieces)
    assert state_of(steps(started(whole.setup.spec.model_dump()), 5)) == state_of(whole)


def test_an_update_is_the_engines() -> None:
    session = started(rows_spec(optimizer={"name": "adam", "learning_rate": 0.1}, clip_norm=0.5))
    setup, rule = session.setup, nn.optimizer("adam", 0.1)
    plan = nn.plan_for(setup.network, 3)
    update = plan.descent(rule, clip_norm=0.5)
    plan.load(setup.initial)
    update.load(np.zeros(nn.state_size(rule, setup.network.size)))
    plan.feed(setup.train.inputs, setup.train.targets, np.arange(3))
    update.apply(0.1, 1)
    params, state = plan.params.copy(), update.state.copy()
    after = steps(session).now
    assert after.params.tobytes() == params.tobytes()
    assert after.state.tobytes() == state.tobytes()
    assert after.scores.batch_loss == plan.loss


def test_batches_without_shuffle_are_in_order_and_the_last_is_smaller() -> None:
    session, seen = started(rows_spec()), []
    for _ in range(5):
        session = training.forward(session)
        assert session.flown
        seen.append(session.flown.rows(session.setup).tolist())
        session = steps(session)
    assert seen == [[0, 1, 2], [3, 4, 5], [6], [0, 1, 2], [3, 4, 5]]
    assert session.epoch == 1 + 6 / 7


def test_batches_with_shuffle_are_a_permutation_each_epoch() -> None:
    session, epochs = started(rows_spec(shuffle=True, batch_size=4)), []
    for _ in range(3):
        rows: list[int] = []
        for _ in range(2):
            rows += session.now.next_pass.rows(session.setup).tolist()
            session = steps(session)
        epochs.append(rows)
    assert all(sorted(rows) == list(range(7)) for rows in epochs)
    assert epochs[0] != epochs[1] != epochs[2]
    assert session.epoch == 3


def test_a_batch_larger_than_the_data_is_all_of_it() -> None:
    session = steps(started(rows_spec(batch_size=100)))
    assert (session.epoch, session.now.position) == (1, 0)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_same_spec_gives_the_same_numbers_every_time(optimizer: str) -> None:
    spec = named_spec(optimizer=optimizer)
    one, other = steps(started(spec), 12), started(spec)
    for _ in range(12):
        other = steps(other)
    assert state_of(one) == state_of(other)


def test_reset_is_a_fresh_start_with_the_present_settings() -> None:
    fresh = started(named_spec(batch_size=9))
    session = steps(started(named_spec()), 7)
    session = training.set_parameter(session, *WEIGHT[:2], (0, 0), 3.0, LIMITS)
    session = training.set_frozen(session, 0, "b", (1,), True, LIMITS)
    session = training.backward(training.change_knobs(session, {"batch_size": 9}, LIMITS))
    again = training.reset(session)
    assert state_of(again) == state_of(fresh)
    assert state_of(steps(again, 6)) == state_of(steps(fresh, 6))


def test_settings_take_effect_on_the_next_batch() -> None:
    flying = training.forward(started(rows_spec()))
    changed = training.change_knobs(flying, {"batch_size": 2, "optimizer": {"learning_rate": 0.9}}, LIMITS)
    assert changed.phase == "forward"
    assert state_of(changed)["spec"]["batch_size"] == 2
    landed = steps(changed)
    assert landed.now.position == 3
    assert landed.now.params.tobytes() == steps(flying).now.params.tobytes()
    assert landed.now.next_pass.rows(landed.setup).tolist() == [3, 4]
    assert landed.now.next_pass.regime.learning_rate(2) == 0.9
    assert state_of(training.undo(changed))["spec"]["batch_size"] == 3


def test_the_same_settings_are_no_change() -> None:
    session = started(rows_spec())
    assert training.change_knobs(session, {"batch_size": 3}, LIMITS) is session


def test_another_optimiser_starts_afresh_and_another_rate_does_not() -> None:
    session = steps(started(rows_spec(optimizer={"name": "adam", "learning_rate": 0.01})), 3)
    slower = steps(training.change_knobs(session, {"optimizer": {"learning_rate": 0.001}}, LIMITS))
    assert slower.now.updates == 4
    other = steps(training.change_knobs(session, {"optimizer": "adamw"}, LIMITS))
    assert (other.now.method, other.now.updates, other.now.step) == ("adamw", 1, 4)
    moments = other.now.state.reshape(2, -1)
    assert other.now.last
    gradients = updating.run(other.setup, other.now.last, backward=True)[0].grads.copy()
    np.testing.assert_allclose(moments[0], 0.1 * gradients, rtol=1e-12, atol=0)


def test_settings_over_a_limit_are_refused() -> None:
    session = started(rows_spec())
    with pytest.raises(SpecError, match="limit"):
        training.change_knobs(session, {"batch_size": 5000}, LIMITS)
    with pytest.raises(RequestError):
        training.change_knobs(session, {"batch_size": 0}, LIMITS)


def test_an_edit_is_a_step_of_the_history() -> None:
    session = steps(started(rows_spec()), 2)
    edited = training.set_parameter(session, *WEIGHT, 0.25, LIMITS)
    assert state_of(edited)["parameters"][0]["W"][1][2] == 0.25
    assert (edited.now.step, edited.can_undo) == (2, 3)
    assert edited.now.scores.train_loss != session.now.scores.train_loss
    assert state_of(training.undo(edited)) == state_of(session)
    assert state_of(training.redo(training.undo(edited))) == state_of(edited)


def test_an_edit_runs_the_batch_in_flight_again() -> None:
    session = training.backward(started(rows_spec()))
    edited = training.set_parameter(session, *WEIGHT, 2.0, LIMITS)
    assert edited.phase == "backward"
    straight = training.backward(training.set_parameter(started(rows_spec()), *WEIGHT, 2.0, LIMITS))
    assert state_of(edited) == state_of(straight)
    assert state_of(steps(edited)) == state_of(steps(straight))


def test_a_frozen_parameter_stays() -> None:
    session = training.set_frozen(started(rows_spec(optimizer="adam")), *WEIGHT, True, LIMITS)
    place = session.setup.network.index(*WEIGHT)
    assert training.set_frozen(session, *WEIGHT, True, LIMITS) is session
    trained = steps(session, 4)
    assert trained.now.params[place] == session.now.params[place]
    assert (np.delete(trained.now.params, place) != np.delete(session.now.params, place)).all()
    thawed = training.set_frozen(trained, *WEIGHT, False, LIMITS)
    assert steps(thawed).now.params[place] != session.now.params[place]
    assert state_of(training.undo(session))["frozen"] == []
    assert state_of(session)["frozen"] == ["W[0][1,2]"]


@pytest.mark.parametrize(
    "place", [(2, "W", (0, 0)), (0, "V", (0, 0)), (0, "W", (0,)), (0, "W", (0, 3)), (0, "W", (-1, 0))]
)
def test_a_parameter_that_is_none_is_not_found(place: tuple[int, str, tuple[int, ...]]) -> None:
    with pytest.raises(NotFoundError):
        training.set_parameter(started(rows_spec()), *place, 1.0, LIMITS)
    with pytest.raises(NotFoundError):
        training.set_frozen(started(rows_spec()), *place, True, LIMITS)


def test_only_finite_numbers_can_be_set() -> None:
    for value in (float("nan"), float("inf")):
        with pytest.raises(RequestError, match=str(value)):
            training.set_parameter(started(rows_spec()), *WEIGHT, value, LIMITS)


def test_nothing_to_undo_and_nothing_to_redo() -> None:
    session = steps(started(rows_spec()))
    with pytest.raises(ConflictError):
        training.redo(session)
    with pytest.raises(ConflictError):
        training.undo(training.undo(session))


def test_steps_in_a_request_are_limited() -> None:
    assert training.held_steps(5, Limits(max_steps_per_request=5)) == 5
    with pytest.raises(LimitError, match=r"6 steps.*max_steps_per_request is 5"):
        training.held_steps(6, Limits(max_steps_per_request=5))


@pytest.mark.parametrize("longest", [16, 17])
def test_curves_are_thinned_evenly(longest: int) -> None:
    limits = LIMITS.model_copy(update={"max_curve_points": longest})
    session = started(rows_spec())
    for k in range(1, 101):
        session = training.step(session, limits)
        points = [point.step for point in session.curve]
        stride = session.curve.stride
        assert points == list(range(stride, k + 1, stride))
        assert len(points) <= longest
    back = training.undo(session, 30)
    assert [p.step for p in back.curve.until(back.now.step)] == list(range(stride, 71, stride))
    other = training.step(back, limits)
    assert [p.step for p in other.curve] == list(range(stride, 72, stride))


def test_losses_are_those_of_all_rows() -> None:
    session = steps(started(named_spec()), 3)
    data, scores = session.setup.data, session.now.scores
    inputs, targets = session.setup.train.inputs, session.setup.train.targets
    evaluation = nn.evaluate(session.setup.network, session.now.params, inputs, targets)
    assert scores.train_loss == evaluation.loss
    right = (evaluation.outputs >= 0.5) == (data.train_targets >= 0.5)
    assert scores.train_accuracy == right.mean()


def test_a_moment_passed_over_is_evaluated_when_it_is_shown() -> None:
    large = named_spec(data={"dataset": "digits"}, loss="cross_entropy", batch_size=32)
    large["layers"] = [{"type": "dense", "units": 10, "activation": "softmax"}]
    session = started(large)
    assert session.setup.evaluation_stride > 2
    back = training.undo(steps(session, 3))
    assert state_of(back)["loss"] == state_of(steps(steps(session)))["loss"]


def test_a_plan_that_holds_a_pass_keeps_no_data_alive() -> None:
    session = started(rows_spec())
    alone = replace(session.setup)  # nobody else's
    plan, _ = updating.run(alone, session.now.next_pass, backward=False)
    found = ref(alone)
    assert isinstance(plan.held, updating.Held)
    assert plan.held.setup() is alone
    del alone
    gc.collect()
    assert found() is None
