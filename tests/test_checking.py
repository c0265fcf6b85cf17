"""The check of all gradients: how many of them it looks at, and what it takes."""

from __future__ import annotations

import pytest

from app import checking
from app.limits import Limits
from app.session import Session
from app.training import backward
from tests.specs import LIMITS, named_spec, rows_spec, started


def held(session: Session, limits: Limits) -> int:
    """How many parameters are checked; the gradients agree."""
    found = checking.gradcheck(session, checking.pass_shown(session), limits)
    assert found.max_relative_error < 1e-5
    assert len(found.layers) == len(session.setup.network.slots)
    assert all(one.checked for one in found.layers)
    return found.checked


def work_of(session: Session, limits: Limits) -> float:
    return checking.work(session, checking.pass_shown(session), limits)


def test_every_parameter_of_a_small_network() -> None:
    session = backward(started(rows_spec()))
    assert held(session, LIMITS) == session.setup.network.size
    assert work_of(session, LIMITS) < LIMITS.max_work_per_request


@pytest.mark.parametrize("most", [7, 12, 33])
def test_as_many_as_the_work_allows(most: int) -> None:
    layers = [
        {"type": "dense", "units": 30, "activation": "tanh"},
        {"type": "dense", "units": 1, "activation": "sigmoid"},
    ]
    session = backward(started(named_spec(layers=layers, batch_size=20)))
    each = work_of(session, Limits(max_gradcheck_parameters=5)) - work_of(
        session, Limits(max_gradcheck_parameters=4)
    )
    limits = Limits(max_work_per_request=(most + 0.5) * each)
    checked = held(session, limits)
    assert most - 3 <= checked <= most  # whole shares of every array
    assert work_of(session, limits) <= limits.max_work_per_request
    assert held(session, Limits(max_gradcheck_parameters=most)) == checked


def test_one_of_every_array_is_the_least() -> None:
    session = backward(started(rows_spec()))
    limits = Limits(max_work_per_request=1e6)
    assert held(session, limits) == len(session.setup.network.slots)
    assert work_of(session, limits) > limits.max_work_per_request  # so it is refused


def test_the_batch_that_is_checked_counts_not_the_next_one() -> None:
    session = backward(started(rows_spec(batch_size=3)))
    other = backward(started(rows_spec(batch_size=6)))
    per_row = session.setup.network.multiplications
    more = work_of(other, LIMITS) - work_of(session, LIMITS)
    assert more == 3 * per_row * (3 + 19 * session.setup.network.size)
    assert checking.work_of_check(other) - checking.work_of_check(session) == 3 * per_row * (3 + 21)
