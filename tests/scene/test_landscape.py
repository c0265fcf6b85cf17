"""The map of the loss and the line along an update, as they are drawn."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.nn import Grid, Slice
from app.scene.axes import OFFERED, axes
from app.scene.descent import (
    CAREFUL,
    JUST,
    LEFT,
    NO_GAIN,
    PAST,
    RIGHT,
    SHORT,
    TOO_FAR,
    descent,
)
from app.scene.landscape import BOTTOM, SIZE, TOP, box_of, drawn, levels_of, marks
from app.scene.landscape import LEFT as MAP_LEFT
from app.scene.places import Place
from tests.scene.views import view_of

SIDE = np.linspace(-2.0, 2.0, 41)
BOWL = Grid(SIDE, SIDE, SIDE[None, :] ** 2 + 4.0 * SIDE[:, None] ** 2)
BOX = box_of(np.zeros(2), 2.0)
NUMBER = r"-?\d+\.\d"


def points_of(path: str) -> np.ndarray:
    """Every point of a path."""
    return np.array([[float(x), float(y)] for x, y in re.findall(rf"({NUMBER}) ({NUMBER})", path)])


def test_contours_run_where_the_objective_has_their_value() -> None:
    found = drawn(BOWL, BOX)
    assert len(found.levels) >= 5
    for level in found.levels:
        points = points_of(level.line)
        x = (points[:, 0] - MAP_LEFT) / SIZE * 4 - 2
        y = (BOTTOM - points[:, 1]) / SIZE * 4 - 2
        assert x**2 + 4 * y**2 == pytest.approx(float(level.text), rel=0.06, abs=0.02)
    assert found.lowest == 0


def test_labels_stand_inside_and_apart() -> None:
    places = [level.label for level in drawn(BOWL, BOX).levels if level.label]
    assert len(places) >= 3
    for k, (x, y) in enumerate(places):
        assert MAP_LEFT < x < MAP_LEFT + SIZE
        assert TOP < y < BOTTOM
        assert all(np.hypot(x - a, y - b) > 20 for a, b in places[:k])


@pytest.mark.parametrize(
    ("values", "few"),
    [
        (np.array([0.5, 0.7]), 5),
        (np.array([0.0, 3.0]), 8),
        (np.array([1e-9, 3.0]), 8),
        (np.array([0.001, 3.0]), 8),
        (np.array([1e-3, 1e30]), 2),
        (np.array([0.6931, 0.6932]), 5),
    ],
)
def test_levels_are_between_the_extremes_ascending_and_neither_few_nor_many(
    values: np.ndarray, few: int
) -> None:
    levels = levels_of(values)
    assert few <= len(levels) <= 15
    assert levels == sorted(set(levels))
    assert values.min() < levels[0]
    assert levels[-1] < values.max()


def test_a_flat_plane_has_no_levels_and_one_without_numbers_no_map() -> None:
    assert levels_of(np.full(9, 0.7)) == []
    nothing = drawn(Grid(SIDE, SIDE, np.full((41, 41), np.nan)), BOX)
    assert nothing.levels == ()
    values = BOWL.values.copy()
    values[0, 0] = np.inf
    assert drawn(Grid(SIDE, SIDE, values), BOX).levels == drawn(BOWL, BOX).levels


def test_marks_stand_at_their_coordinates() -> None:
    path = np.array([[-2.0, -2.0], [0.0, 1.0], [np.nan, 0.0], [1.0, 1.0]])
    found = marks(BOX, path, path[:0], path[-1], path[1], np.array([0.0, -3.0]), np.array([1.0, 0.0]))
    across, up = SIZE / 4, SIZE / 4
    assert points_of(found["path"]).tolist() == [
        pytest.approx([MAP_LEFT, BOTTOM]),
        pytest.approx([MAP_LEFT + 2 * across, BOTTOM - 3 * up], abs=0.06),
        pytest.approx([MAP_LEFT + 3 * across, BOTTOM - 3 * up], abs=0.06),
    ]
    assert found["undone"] == ""
    x1, y1, x2, y2 = found["descent"]
    assert x1 == x2
    assert y2 < y1  # downhill, which is up on the page here
    x1, y1, x2, y2 = found["update"]
    assert (x2 - x1, y2 - y1) == pytest.approx((across, 0.0), abs=0.02)
    still = marks(BOX, path, path, path[-1], None, None, None)
    assert (still["descent"], still["update"]) == (None, None)
    assert still["undone"]


def test_a_long_way_is_thinned_and_keeps_both_ends() -> None:
    path = np.column_stack((np.linspace(-1, 1, 5001), np.linspace(-1, 1, 5001)))
    points = points_of(marks(BOX, path, path[:0], path[-1], None, None, None)["path"])
    assert len(points) <= 402
    assert points[0] == pytest.approx(
        points_of(marks(BOX, path[:1], path[:0], path[0], None, None, None)["path"])[0]
    )
    assert points[-1] == pytest.approx([MAP_LEFT + 0.75 * SIZE, BOTTOM - 0.75 * SIZE], abs=0.06)


T = np.arange(-5, 31) / 10


@pytest.mark.parametrize(
    ("lowest", "verdict"),
    [(0.4, TOO_FAR), (0.7, PAST), (1.0, JUST), (2.0, SHORT), (3.0, CAREFUL), (0.0, NO_GAIN), (-0.3, NO_GAIN)],
)
def test_the_verdict_says_where_the_update_ends(lowest: float, verdict: str) -> None:
    line = Slice(T, 1.0 + (T - lowest) ** 2, -2.0 * lowest)
    found = descent(line, lowest, 0.5)
    assert found is not None
    assert found.verdict == verdict
    assert float(found.rate.replace("−", "-")) == pytest.approx(0.5 * lowest)


def test_the_tangent_touches_the_curve_before_the_update() -> None:
    line = Slice(T, 1.0 + (T - 0.8) ** 2, -1.6)
    found = descent(line, 0.8, 0.1)
    assert found is not None
    (x1, y1), (x2, y2) = points_of(found.tangent)
    share = (found.before.x - x1) / (x2 - x1)
    assert y1 + share * (y2 - y1) == pytest.approx(found.before.y, abs=0.2)
    curve = points_of(found.curve)
    assert (curve[0, 0], curve[-1, 0]) == pytest.approx((LEFT, RIGHT))
    assert found.lowest is not None
    assert found.lowest.y == curve[:, 1].max()


def test_a_line_that_runs_off_is_drawn_as_far_as_it_is_a_number() -> None:
    values = np.where(T > 0.5, np.inf, 1.0 + T)
    found = descent(Slice(T, values, 1.0), -0.5, 0.1)
    assert found is not None
    assert found.after is None
    assert len(points_of(found.curve)) == 11
    assert descent(Slice(T, np.full(36, np.nan), np.nan), None, 0.1) is None


def test_axes_are_all_parameters_by_their_names_the_chosen_one_apart() -> None:
    view = view_of([2, 3, 1], select=Place(0, 1, 0))
    found = axes(view)
    assert found.count == len(found.offered) == 13
    assert found.offered[0].key == "param:0,W,0,0"
    assert found.offered[0].name == view.names.weight(0, 0, 0)
    assert found.chosen is not None
    assert found.chosen.name == view.names.weight(0, 0, 1)
    assert axes(view_of([2, 3, 1])).chosen is None


def test_of_many_parameters_those_with_the_largest_gradients_are_offered() -> None:
    view = view_of([20, 30, 1])
    found = axes(view)
    assert view.gradients is not None
    assert (len(found.offered), found.count) == (OFFERED, 661)
    weights = np.abs(view.gradients[:600])
    offered = {one.key for one in found.offered}
    source, unit = divmod(int(weights.argmax()), 30)
    assert f"param:0,W,{source},{unit}" in offered
    source, unit = divmod(int(weights.argmin()), 30)
    assert f"param:0,W,{source},{unit}" not in offered
