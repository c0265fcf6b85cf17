"""The optimiser's rule of one parameter of a session: from the lines shown follows the number that training has."""

from __future__ import annotations

from typing import Any

import pytest

from app import looking, nn, training
from app.session import Session
from tests.specs import LIMITS, rows_spec, started

PLACE = (0, "W", (1, 2))
SCHEDULES: dict[str, dict[str, float]] = {
    "step": {"every": 2, "factor": 0.5},
    "cosine": {"steps": 4, "floor": 0.1},
    "warmup": {"steps": 3},
}


def lines_of(session: Session) -> dict[str, nn.RuleLine]:
    """The rule of the parameter at PLACE, by the names of its lines."""
    found = looking.explain(session, *PLACE)
    assert found.update is not None
    return {line.name: line for line in nn.rule(found.update, nn.parameter_symbol(*PLACE))}


def value_of(session: Session) -> float:
    """The parameter at PLACE."""
    return float(session.now.params[session.setup.network.index(*PLACE)])


def trained(steps: int, **changes: Any) -> Session:
    """A session after so many updates, with penalties."""
    spec = rows_spec(regularization={"l1": 0.01, "l2": 0.1}, **changes)
    return training.step(started(spec), LIMITS, steps)


@pytest.mark.parametrize("schedule", nn.SCHEDULES)
@pytest.mark.parametrize("clip_norm", [None, 0.05, 50.0])
@pytest.mark.parametrize("optimizer", nn.OPTIMIZERS)
def test_the_lines_end_in_the_new_value(optimizer: str, clip_norm: float | None, schedule: str) -> None:
    plan = {"name": schedule, **SCHEDULES.get(schedule, {})}
    session = trained(2, optimizer=optimizer, clip_norm=clip_norm, schedule=plan)
    for _ in range(2):
        session = training.backward(session)
        coming = lines_of(session)
        gradient = looking.explain(session, *PLACE).gradient
        assert coming["gradient"].value == pytest.approx(gradient, rel=1e-13)
        session = training.update(session, LIMITS)
        found = looking.explain(session, *PLACE)
        assert coming["new"].value == pytest.approx(value_of(session), rel=1e-12)
        assert {name: line.value for name, line in lines_of(session).items()} == {
            name: line.value for name, line in coming.items()
        }
        for name, value in found.state.items():
            assert coming[name].value == pytest.approx(value, rel=1e-12)


def test_what_is_frozen_stays_and_is_not_clipped_with_the_others() -> None:
    session = trained(1, clip_norm=0.01)
    free = lines_of(training.backward(session))
    session = training.set_frozen(session, 0, "b", (0,), True, LIMITS)
    session = training.backward(session)
    assert lines_of(session)["clipped"].value != free["clipped"].value
    expected = lines_of(session)["new"].value
    assert value_of(training.update(session, LIMITS)) == pytest.approx(expected, rel=1e-13)
    session = training.set_frozen(session, *PLACE, True, LIMITS)
    ((name, line),) = lines_of(session).items()
    assert (name, line.value) == ("new", value_of(session))
    assert value_of(training.update(session, LIMITS)) == line.value


def test_other_settings_count_from_the_next_batch_on() -> None:
    session = training.backward(trained(2, optimizer="momentum"))
    coming = lines_of(session)
    changed = training.change_knobs(session, {"optimizer": "adam", "clip_norm": 0.1}, LIMITS)
    assert lines_of(changed)["new"].value == coming["new"].value
    changed = training.update(changed, LIMITS)
    assert lines_of(changed)["new"].value == pytest.approx(value_of(changed), rel=1e-13)
    changed = training.backward(changed)
    first = lines_of(changed)
    assert first["m"].value == pytest.approx(0.1 * first["clipped"].value, rel=1e-13)  # a fresh state
    assert value_of(training.update(changed, LIMITS)) == pytest.approx(first["new"].value, rel=1e-13)


def test_a_number_changed_by_hand_is_no_update() -> None:
    session = trained(3, optimizer="adam")
    found, lines = looking.explain(session, *PLACE), lines_of(session)
    edited = training.set_parameter(session, *PLACE, 5.0, LIMITS)
    again = looking.explain(edited, *PLACE)
    assert (again.old, again.new, again.value) == (found.old, found.new, 5.0)
    assert lines_of(edited)["new"].value == lines["new"].value
    assert lines_of(training.undo(edited))["new"].value == lines["new"].value
