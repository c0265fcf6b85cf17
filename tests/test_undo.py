"""Undo and redo: whatever was done, every point of the history comes back bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import training
from app.errors import ConflictError
from app.session import Session
from tests.specs import LIMITS, named_spec, rows_spec, started
from tests.states import numbers_of, state_of

SETTINGS = (
    {"optimizer": "adam"},
    {"optimizer": "momentum"},
    {"optimizer": {"learning_rate": 0.3}},
    {"batch_size": 2},
    {"regularization": {"l1": 0.1, "l2": 0.2}},
    {"clip_norm": 0.01},
    {"schedule": {"name": "exponential", "gamma": 0.5}},
)
operations = st.lists(
    st.one_of(
        st.just(("step", None)),
        st.just(("step", None)),
        st.just(("forward", None)),
        st.just(("backward", None)),
        st.tuples(st.just("undo"), st.integers(1, 6)),
        st.tuples(st.just("redo"), st.integers(1, 6)),
        st.tuples(st.just("settings"), st.sampled_from(SETTINGS)),
        st.tuples(st.just("edit"), st.floats(-2, 2)),
        st.tuples(st.just("freeze"), st.booleans()),
        st.just(("reset", None)),
    ),
    max_size=25,
)


def applied(session: Session, name: str, value: Any) -> Session:
    """The session after one operation; nothing happens where it is not possible."""
    if name in ("undo", "redo"):
        try:
            return getattr(training, name)(session, value)  # type: ignore[no-any-return]
        except ConflictError:
            return session
    others: dict[str, Callable[[], Session]] = {
        "step": lambda: training.step(session, LIMITS),
        "forward": lambda: training.forward(session),
        "backward": lambda: training.backward(session),
        "reset": lambda: training.reset(session),
        "settings": lambda: training.change_knobs(session, value, LIMITS),
        "edit": lambda: training.set_parameter(session, 0, "W", (1, 1), value, LIMITS),
        "freeze": lambda: training.set_frozen(session, 0, "W", (0, 1), value, LIMITS),
    }
    return others[name]()


def point(session: Session) -> tuple[Any, ...]:
    """The point of the history a session stands at, whatever is in flight."""
    landed = replace(session, flight=None)
    return state_of(landed), numbers_of(landed)


@settings(max_examples=60)
@given(operations)
def test_the_history_is_a_line_one_can_walk(steps: list[tuple[str, Any]]) -> None:
    session = started(named_spec())
    line, here = [point(session)], 0
    for name, value in steps:
        before = session
        session = applied(session, name, value)
        if name == "reset":
            line, here = [point(session)], 0
        elif name == "undo":
            here = max(0, here - value)
        elif name == "redo":
            here = min(len(line) - 1, here + value)
        elif session.now is not before.now:
            line, here = [*line[: here + 1], point(session)], here + 1
        assert point(session) == line[here]
        assert (session.can_undo, session.can_redo) == (here, len(line) - 1 - here)
    for index in range(here, 0, -1):
        session = training.undo(session)
        assert point(session) == line[index - 1]
    assert point(training.redo(session, len(line)) if session.can_redo else session) == line[-1]


@settings(max_examples=30)
@given(operations, st.integers(1, 8))
def test_going_on_after_undo_and_redo_is_going_on(steps: list[tuple[str, Any]], back: int) -> None:
    session = started(rows_spec(shuffle=True, optimizer="adam"))
    for name, value in steps:
        session = applied(session, name, value)
    session = replace(session, flight=None)
    if session.can_undo:
        back = min(back, session.can_undo)
        assert state_of(training.redo(training.undo(session, back), back)) == state_of(session)
        there = training.redo(training.undo(session, back), back)
        assert state_of(training.step(there, LIMITS, 3)) == state_of(training.step(session, LIMITS, 3))


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adagrad", "rmsprop", "adadelta", "adam", "adamw"])
def test_the_same_steps_again_after_undo_give_the_same_numbers(optimizer: str) -> None:
    session = training.step(started(named_spec(optimizer=optimizer)), LIMITS, 11)
    again = training.step(training.undo(session, 9), LIMITS, 9)
    assert numbers_of(again) == numbers_of(session)
    assert state_of(again) == state_of(session)


def test_undo_takes_the_batch_in_flight_with_it() -> None:
    session = training.step(started(rows_spec()), LIMITS, 2)
    flying = training.backward(session)
    assert state_of(training.undo(flying)) == state_of(training.undo(session))
    assert state_of(training.redo(training.undo(flying))) == state_of(session)


def eights() -> Session:
    """2-8-8-8-1 with Adam, as large as the history promises to remember 1,000 updates of."""
    layers = [{"type": "dense", "units": units, "activation": "tanh"} for units in (8, 8, 8, 1)]
    return started(rows_spec(layers=layers, optimizer="adam"))


def test_a_thousand_updates_of_a_small_network_can_be_undone() -> None:
    session = eights()
    first = state_of(training.step(session, LIMITS, 300))
    far = training.step(session, LIMITS, 1300)
    assert far.can_undo >= 1000
    assert state_of(training.undo(far, 1000)) == first


def test_the_history_is_bounded_in_bytes_and_in_moments() -> None:
    session = eights()
    size = training.step(session, LIMITS).now.nbytes
    few = LIMITS.model_copy(update={"max_history_bytes": 10 * size})
    bounded = training.step(session, few, 40)
    assert bounded.can_undo == 9
    assert bounded.history_bytes == sum(moment.nbytes for moment in bounded.history) <= 10 * size
    moments = LIMITS.model_copy(update={"max_history_moments": 7})
    assert training.step(session, moments, 40).can_undo == 6
    assert numbers_of(training.step(session, moments, 40)) == numbers_of(bounded)


def test_one_undo_is_always_possible() -> None:
    tight = LIMITS.model_copy(update={"max_history_bytes": 1000})
    session = training.step(eights(), tight, 3)
    assert session.can_undo == 1
    assert state_of(training.undo(session)) == state_of(training.step(eights(), LIMITS, 2))


def test_what_is_counted_in_bytes_is_right_after_undo_and_new_steps() -> None:
    session = training.step(eights(), LIMITS, 20)
    session = training.step(training.undo(session, 15), LIMITS, 3)
    assert session.history_bytes == sum(moment.nbytes for moment in session.history)
    assert (session.can_undo, session.can_redo) == (8, 0)


def test_what_is_forgotten_is_gone_from_memory() -> None:
    session = training.undo(training.step(started(rows_spec()), LIMITS, 7), 6)
    for moment in session.history:
        assert moment.params.base is None  # no part of something larger that stays with it
        assert moment.state.base is None
