"""Edges cut and put back: one step of the history each, the weight held at zero in between."""

from __future__ import annotations

import numpy as np
import pytest

from app import looking, training, updating
from app.errors import ConflictError, NotFoundError, RequestError
from app.limits import Limits
from app.session import Session
from tests.specs import LIMITS, rows_spec, started
from tests.states import numbers_of

EDGE = (0, "W", (1, 2))


def trained(steps: int = 3) -> Session:
    """A session after some updates."""
    return training.step(started(rows_spec(optimizer={"name": "momentum"})), LIMITS, steps)


def weight(session: Session) -> float:
    """What stands on the edge."""
    return float(session.now.params[session.setup.network.index(*EDGE)])


def test_a_cut_is_one_step_and_holds_through_training() -> None:
    before = trained()
    cut = training.cut(before, *EDGE, LIMITS)
    assert (weight(cut), cut.can_undo) == (0.0, before.can_undo + 1)
    later = training.step(cut, LIMITS, 5)
    assert weight(later) == 0.0
    others = np.arange(len(later.now.params)) != later.setup.network.index(*EDGE)
    assert (later.now.params[others] != cut.now.params[others]).all()
    assert numbers_of(training.undo(cut)) == numbers_of(before)
    assert training.cut(cut, *EDGE, LIMITS) is cut


def test_put_back_is_as_before_the_cut_and_free() -> None:
    before = trained()
    cut = training.step(training.cut(before, *EDGE, LIMITS), LIMITS, 4)
    back = training.put_back(cut, *EDGE, LIMITS)
    assert (weight(back), back.can_undo) == (weight(before), cut.can_undo + 1)
    assert back.now.frozen.size == 0
    assert weight(training.step(back, LIMITS)) != weight(back)


def test_put_back_takes_the_last_cut() -> None:
    once = training.put_back(training.cut(trained(), *EDGE, LIMITS), *EDGE, LIMITS)
    changed = training.set_parameter(once, *EDGE, 0.75, LIMITS)
    assert weight(training.put_back(training.cut(changed, *EDGE, LIMITS), *EDGE, LIMITS)) == 0.75


def test_beyond_the_history_the_initial_value_stands() -> None:
    short = Limits(max_history_moments=2)
    cut = training.step(training.cut(trained(), *EDGE, short), short, 5)
    assert cut.can_undo == 1
    back = training.put_back(cut, *EDGE, short)
    assert weight(back) == float(cut.setup.initial[cut.setup.network.index(*EDGE)])


def test_a_cut_in_flight_runs_the_batch_again() -> None:
    flying = training.backward(trained())
    cut = training.cut(flying, *EDGE, LIMITS)
    assert cut.phase == "backward"
    plan, loss = updating.run(cut.setup, cut.now.next_pass, backward=True)
    assert cut.flight
    assert cut.flight.loss == loss
    gradients = looking.gradients(cut)
    assert gradients is not None
    np.testing.assert_array_equal(gradients, plan.grads)


def test_what_cannot_be_cut_or_put_back() -> None:
    session = trained()
    with pytest.raises(RequestError, match="no weight"):
        training.cut(session, 0, "b", (1,), LIMITS)
    with pytest.raises(NotFoundError):
        training.cut(session, 0, "W", (9, 9), LIMITS)
    with pytest.raises(ConflictError, match="not cut"):
        training.put_back(session, *EDGE, LIMITS)
    with pytest.raises(ConflictError, match="not cut"):
        training.put_back(training.set_frozen(session, *EDGE, True, LIMITS), *EDGE, LIMITS)
