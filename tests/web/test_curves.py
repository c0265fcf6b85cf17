"""The curves end at what the counters say, however much they are thinned."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app import training
from app.scene.chart import ChartChoice, chart
from app.session import Session
from app.web.curves import curve_of, fresh_of
from tests.specs import LIMITS, named_spec, rows_spec, started

TIGHT = LIMITS.model_copy(update={"max_curve_points": 16})


def present(session: Session) -> list[float | None]:
    """What the counters say of the losses."""
    return list(session.now.scores[:3])


def drawn(session: Session) -> list[float | None]:
    """What stands below the chart of the losses."""
    return [one.last for one in chart(curve_of(session), ChartChoice("loss")).series]


@pytest.mark.parametrize("steps", [[37], [20, 1], [3, 1, 30, 1]])
def test_a_thinned_curve_ends_at_the_present(steps: list[int]) -> None:
    session = started(named_spec())
    for count in steps:
        session = training.step(session, TIGHT, count)
    assert drawn(session) == present(session)
    fresh = fresh_of(session, f"{session.version}:2:loss")
    assert fresh is not None
    assert fresh.last == present(session)
    assert chart(curve_of(session), ChartChoice("loss")).last == session.now.step
    assert all(a < b for a, b in pairwise(curve_of(session).step))


def test_a_curve_ends_at_what_an_edited_network_does() -> None:
    before = training.step(started(named_spec()), LIMITS, 3)
    after = training.set_parameter(before, 0, "W", (0, 1), 2.0, LIMITS)
    assert drawn(after) == present(after) != present(before)
    fresh = fresh_of(after, f"{after.version}:3:loss")
    assert fresh is not None
    assert fresh.last == present(after)
    assert (
        curve_of(training.step(after, LIMITS)).train_loss[2] == present(before)[1]
    )  # which that update led to


def test_what_was_undone_goes_on_from_the_present() -> None:
    session = training.undo(training.step(started(rows_spec()), TIGHT, 40), 9)
    curve = curve_of(session)
    assert session.now.step == 31
    assert {30, 31, 32} & {*curve.step.tolist()} == {31, 32}  # every fourth, and the present one
    path = chart(curve, ChartChoice("loss")).series[0]
    assert path.d.split("L")[-1] == path.undone[1:].split("L")[0]


def test_at_the_first_step_nothing_has_led_there() -> None:
    session = training.undo(training.step(started(named_spec()), LIMITS, 2), 2)
    assert drawn(session) == [None] * 3
    fresh = fresh_of(session, f"{session.version}:2:accuracy")
    assert fresh is not None
    assert fresh.last == [None] * 2
