"""The landscape of a session: its plane, the way of training on it, the line along its update, its limits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app import frames, landscape, looking, nn
from app.errors import ConflictError, LimitError, RequestError
from app.frames import Directions, Parameters
from app.limits import Limits
from app.session import Session
from app.training import backward, change_knobs, set_parameter, step, undo
from tests.specs import LIMITS, named_spec, rows_spec, started

LINE: dict[str, Any] = {
    "data": {"inputs": [[-1.0], [0.5], [2.0]], "targets": [[0.2], [0.4], [1.7]]},
    "layers": [{"type": "dense", "units": 1, "activation": "linear"}],
    "loss": "mse",
    "batch_size": 3,
    "optimizer": {"name": "sgd", "learning_rate": 0.1},
    "regularization": {"l1": 0.0, "l2": 0.1},
}
BOTH = Parameters(0, 1)


def objective(session: Session, params: np.ndarray) -> float:
    """Loss and penalty of all training data."""
    setup, penalties = session.setup, session.now.regime.penalties
    loss = nn.evaluate(setup.network, params, setup.train.inputs, setup.train.targets).loss
    return loss + nn.penalty(setup.network, params, *penalties)


def test_the_grid_holds_the_objective_at_its_coordinates() -> None:
    session = step(started(rows_spec(regularization={"l1": 0.02, "l2": 0.1})), LIMITS, 3)
    axes = Parameters(4, 10)
    frame = frames.frame(session, axes)
    found = landscape.ground(session, frame, LIMITS)
    assert (found.samples, found.count) == (7, 7)
    assert len(found.grid.x) == 41
    for row, column in ((0, 0), (7, 30), (20, 20), (40, 3)):
        params = session.now.params.copy()
        params[4], params[10] = found.grid.x[column], found.grid.y[row]
        assert found.grid.values[row, column] == pytest.approx(objective(session, params), rel=1e-12)


def test_the_grid_of_random_directions_lies_around_the_present_parameters() -> None:
    session = step(started(rows_spec()), LIMITS, 2)
    frame = frames.frame(session, Directions(3))
    found = landscape.ground(session, frame, LIMITS)
    assert found.grid.values[20, 20] == pytest.approx(objective(session, session.now.params), rel=1e-12)
    there = (
        session.now.params + found.grid.x[5] * frame.directions[0] + found.grid.y[33] * frame.directions[1]
    )
    assert found.grid.values[33, 5] == pytest.approx(objective(session, there), rel=1e-12)
    assert frame.places(there[None])[0] == pytest.approx([found.grid.x[5], found.grid.y[33]])


def test_the_way_is_that_of_the_history_and_the_arrows_those_of_the_batch() -> None:
    session = backward(undo(step(started(LINE), LIMITS, 5), 2))
    frame = frames.frame(session, BOTH)
    trail = landscape.trail(session, frame)
    params = [moment.params for moment in session.history]
    assert trail.path.tolist() == pytest.approx(np.array(params[:4]))
    assert trail.undone == pytest.approx(np.array(params[3:]))
    assert trail.steps.tolist() == [0, 1, 2, 3]
    gradients = looking.gradients(session)
    assert gradients is not None
    assert trail.start == pytest.approx(params[3])
    assert trail.gradient == pytest.approx(gradients)
    assert trail.update == pytest.approx(-0.1 * gradients)


def test_the_arrow_is_the_slope_of_the_grid_where_the_batch_is_all_data() -> None:
    session = backward(step(started(LINE), LIMITS, 1))
    trail = landscape.trail(session, frames.frame(session, BOTH))
    h, here = 1e-5, session.now.params
    slope = [
        (objective(session, here + h * way) - objective(session, here - h * way)) / (2 * h)
        for way in np.eye(2)
    ]
    assert trail.gradient == pytest.approx(slope, rel=1e-7)


def test_after_an_update_the_arrows_start_where_it_did() -> None:
    session = step(started(LINE), LIMITS, 2)
    trail = landscape.trail(session, frames.frame(session, BOTH))
    assert trail.start is not None
    assert trail.update is not None
    assert trail.start == pytest.approx(trail.path[-2])
    assert trail.start + trail.update == pytest.approx(trail.point)


def test_before_any_backward_pass_there_are_no_arrows_and_no_line() -> None:
    session = started(LINE)
    trail = landscape.trail(session, frames.frame(session, BOTH))
    assert (trail.start, trail.gradient, trail.update) == (None, None, None)
    assert landscape.along(session, LIMITS) is None


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_the_line_runs_from_the_loss_before_to_the_loss_after(name: str) -> None:
    spec = named_spec(optimizer={"name": name, "learning_rate": 0.05}, regularization={"l1": 0.01, "l2": 0.1})
    session = backward(step(started(spec), LIMITS, 3))
    found, change = landscape.along(session, LIMITS), looking.change(session)
    assert found is not None
    assert change is not None
    assert session.flight
    assert found.at(0.0) == pytest.approx(session.flight.loss + looking.penalty(session), rel=1e-12)
    one, setup = session.flown, session.setup
    assert one is not None
    h = 1e-6
    sides = nn.objectives(
        *(setup.network, change.old, (change.new - change.old)[None], np.array([[h], [-h]])),
        *(setup.train.inputs, setup.train.targets, one.rows(setup)),
        l1=0.01,
        l2=0.1,
    )
    assert found.line.slope == pytest.approx((sides[0] - sides[1]) / (2 * h), rel=1e-5)
    assert not found.applied
    after = landscape.along(step(session, LIMITS), LIMITS)
    assert after is not None
    assert after.applied
    assert after.line.values.tolist() == found.line.values.tolist()


def test_a_rate_too_large_ends_behind_the_lowest_point() -> None:
    careful = landscape.along(backward(started(LINE)), LIMITS)
    assert careful is not None
    assert careful.at(1.0) < careful.at(0.0)
    large = LINE | {"optimizer": {"name": "sgd", "learning_rate": 1.2}}
    found = landscape.along(backward(started(large)), LIMITS)
    assert found is not None
    assert found.lowest is not None
    assert 0 < found.lowest < 1
    assert found.at(1.0) > found.at(0.0)
    assert found.learning_rate == 1.2


def test_a_frame_stands_while_the_point_is_on_it_and_nothing_it_shows_has_changed() -> None:
    session = started(LINE)
    frame = frames.frame(session, BOTH)
    later = step(session, LIMITS, 2)
    same = frames.standing(later, BOTH, frame.name)
    assert same == frame
    assert same is not None
    assert landscape.ground(later, same, LIMITS).grid is landscape.ground(session, frame, LIMITS).grid
    assert frames.standing(later, Parameters(1, 0), frame.name) is None
    gone = set_parameter(later, 0, "W", (0, 0), 50.0, LIMITS)
    assert frames.standing(gone, BOTH, frame.name) is None
    other = change_knobs(later, {"regularization": {"l1": 0.0, "l2": 0.5}}, LIMITS)
    assert frames.standing(other, BOTH, frame.name) is None
    for name in ("", "x", "0:nan:x", "0:inf:x", "7:2.0:x", "-1:2.0:x", "0:2.0:" + frame.name[-3:]):
        assert frames.standing(later, BOTH, name) is None


def test_the_way_lies_on_the_frame_and_a_zoom_changes_its_width() -> None:
    session = set_parameter(step(started(LINE), LIMITS, 2), 0, "W", (0, 0), 13.0, LIMITS)
    frame = frames.frame(session, BOTH)
    assert frame.half == 20.0
    assert all(frame.holds(place) for place in landscape.trail(session, frame).path)
    assert frames.zoomed(frame.name, 0.5) == 10.0
    assert frames.zoomed("nothing", 0.5) is None
    grid = landscape.ground(session, frames.frame(session, BOTH, 10.0), LIMITS).grid
    assert (grid.x[0], grid.x[-1]) == pytest.approx((3.0, 23.0))


@pytest.mark.parametrize("value", [1.7e308, -1e200, 1e-320])
def test_a_frame_is_no_wider_than_it_can_be(value: float) -> None:
    session = set_parameter(started(rows_spec()), 0, "W", (0, 0), value, LIMITS)
    frame = frames.frame(session, Parameters(0, 1))
    assert 0 < frame.half <= frames.FARTHEST
    assert frames.standing(session, Parameters(0, 1), frame.name) == frame


def test_axes_that_are_not_given_are_the_first_weight_and_its_bias() -> None:
    session = started(rows_spec())
    index = session.setup.network.index
    assert frames.parameter_axes(session, None, None) == Parameters(0, index(0, "b", (0,)))
    last = index(0, "W", (1, 2))
    assert frames.parameter_axes(session, last, None) == Parameters(last, index(0, "b", (2,)))
    bias = index(1, "b", (0,))
    assert frames.parameter_axes(session, bias, None) == Parameters(bias, bias - 1)
    with pytest.raises(RequestError):
        frames.parameter_axes(session, 1, 1)


def test_work_is_limited_by_a_coarser_plane_then_by_fewer_samples_then_refused() -> None:
    setup = started(named_spec(data={"dataset": "circle", "samples": 1000, "seed": 2})).setup
    assert landscape.affordable(setup, LIMITS) == (41, 500)
    assert landscape.affordable(setup, Limits(max_landscape_work=3.5e7))[0] == 31
    side, samples = landscape.affordable(setup, Limits(max_landscape_work=3.5e6))
    assert side == 13
    assert 0 < samples < 100
    with pytest.raises(LimitError, match="max_landscape_work"):
        landscape.affordable(setup, Limits(max_landscape_work=1e6))


def test_a_subset_of_the_samples_is_always_the_same() -> None:
    limits = Limits(max_landscape_work=3.5e6)
    session = step(started(named_spec(data={"dataset": "circle", "samples": 400, "seed": 2})), LIMITS, 1)
    frame = frames.frame(session, Parameters(0, 1))
    found = landscape.ground(session, frame, limits)
    assert found.samples < found.count == 200
    again = landscape.ground(session, frames.frame(session, Parameters(0, 1)), limits)
    assert (found.grid.values == again.grid.values).all()


def test_there_is_no_landscape_without_two_directions_or_finite_parameters() -> None:
    with pytest.raises(ConflictError, match="two parameters"):
        frames.frame(started(LINE), Directions(0))
    zeros = started(rows_spec(initializer="zeros"))
    with pytest.raises(ConflictError, match="zero"):
        frames.frame(zeros, Directions(0))
    wild = started(LINE | {"optimizer": {"name": "sgd", "learning_rate": 1000.0}})
    with pytest.raises(ConflictError, match="diverged"):
        frames.frame(step(wild, LIMITS, 200), BOTH)
