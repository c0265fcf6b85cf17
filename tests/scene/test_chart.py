"""Loss curves: nothing lost that matters, round numbers on the axes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from math import nan

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.scene.chart import DIGIT, LEFT, POINTS, SHADES, TICK_GAP, ChartChoice, chart, decimated
from app.scene.format import width
from app.scene.ticks import log_ticks, ticks
from tests.scene.views import curve_of

LOSS = ChartChoice("loss")
LOG = ChartChoice("loss", loss_log=True)


@given(st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(nan)), min_size=1, max_size=2000))
def test_few_points_keep_both_extremes_and_both_ends(losses: list[float]) -> None:
    values = np.array(losses)
    kept = decimated(values)
    finite = np.flatnonzero(np.isfinite(values))
    assert len(kept) <= POINTS
    assert (np.diff(kept) > 0).all()
    if len(finite):
        assert values[kept].max() == values[finite].max()
        assert values[kept].min() == values[finite].min()
        assert (kept[0], kept[-1]) == (finite[0], finite[-1])
    else:
        assert len(kept) == 0


@given(st.floats(-1e9, 1e9), st.floats(1e-9, 1e9))
def test_ticks_are_round_few_and_in_order(low: float, span: float) -> None:
    high = low + span
    if high - low < 1e-6 * abs(low):
        return  # no room for round numbers between two that agree to six digits
    marks = ticks(low, high)
    assert 3 <= len(marks) <= 7
    assert all(a < b for a, b in itertools.pairwise(marks))
    assert marks[-1] >= high - 1e-6 * span


def test_steps_are_whole_numbers() -> None:
    assert ticks(1, 3, whole=True) == [1, 2, 3]


def test_before_the_first_step_there_is_nothing() -> None:
    assert chart(curve_of([]), LOSS).series == ()


def test_a_curve_is_drawn_inside_its_axes() -> None:
    drawn = chart(curve_of([0.7, 0.4, 0.3, 0.25]), LOSS)
    assert [series.kind for series in drawn.series] == ["batch", "train"]  # test losses were never measured
    points = [tuple(map(float, point.split())) for point in drawn.series[0].d[1:].split("L")]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert [y for _, y in points] == sorted(y for _, y in points)  # a falling loss, downwards on the screen
    assert all(drawn.left <= x <= drawn.right and drawn.top <= y <= drawn.bottom for x, y in points)
    assert drawn.series[0].last == 0.25


@pytest.mark.parametrize("losses", [[0.0], [0.5, nan, 0.2], [np.inf, 1e300, 1.0], [-1.0, -2.0]])
def test_odd_curves_can_be_drawn(losses: list[float]) -> None:
    drawn = chart(curve_of(losses), LOSS)
    assert drawn.series
    assert "nan" not in drawn.series[0].d
    assert "inf" not in drawn.series[0].d


def test_wide_ticks_take_the_room_they_need() -> None:
    assert chart(curve_of([0.7, 0.4]), LOSS).left == LEFT
    drawn = chart(curve_of([1e153, 2.4e153]), LOSS)
    widest = max(width(tick.text) for tick in drawn.y_ticks)
    assert drawn.left == round(TICK_GAP + DIGIT * widest, 1) > LEFT
    assert drawn.x_ticks[0].at == drawn.left


def test_a_series_measured_now_and_then_is_joined() -> None:
    curve = curve_of([1.0, 0.9, 0.8, 0.7])
    drawn = chart(replace(curve, test_loss=np.array([1.0, nan, nan, 0.6])), LOSS)
    assert drawn.series[2].d.count("L") == 1


def points_of(path: str) -> list[tuple[float, float]]:
    """The points of a path."""
    return [(float(x), float(y)) for x, y in (point.split() for point in path[1:].split("L"))]


@given(st.floats(1e-12, 1e9), st.floats(1.001, 1e12))
@example(999999999.9999999, 2.0)
def test_logarithmic_ticks_are_few_and_around_the_values(low: float, ratio: float) -> None:
    marks = log_ticks(low, low * ratio)
    assert 2 <= len(marks) <= 8
    assert all(a < b for a, b in itertools.pairwise(marks))
    assert marks[0] <= low * (1 + 1e-9)
    assert marks[-1] >= low * ratio * (1 - 1e-9)


def test_equal_ratios_are_equal_distances_on_a_logarithmic_axis() -> None:
    drawn = chart(curve_of([1.0, 0.1, 0.01, 0.001]), LOG)
    heights = [y for _, y in points_of(drawn.series[0].d)]
    assert np.ptp(np.diff(heights)) < 0.2  # rounded to tenths


def test_what_is_not_positive_is_a_gap_on_a_logarithmic_axis() -> None:
    drawn = chart(curve_of([1.0, 0.0, 0.1]), LOG)
    assert len(points_of(drawn.series[0].d)) == 2


def test_what_was_undone_is_apart_and_joined_to_the_present() -> None:
    drawn = chart(replace(curve_of([0.7, 0.6, 0.5, 0.4]), until=2), LOSS)
    past, undone = points_of(drawn.series[0].d), points_of(drawn.series[0].undone)
    assert (len(past), len(undone)) == (2, 3)
    assert past[-1] == undone[0]
    assert drawn.series[0].last == 0.6
    everything = chart(replace(curve_of([0.7, 0.6]), until=0), LOSS)
    assert everything.series[0].d == ""
    assert everything.series[0].last is None


def test_every_point_carries_its_values() -> None:
    losses = [1 / 3, nan, 2e-9]
    drawn = chart(replace(curve_of(losses), train_loss=np.array([1.0, 2.0, 3.0])), LOSS)
    assert drawn.steps == "1,2,3"
    first, empty, last = drawn.series[0].values.split(",")
    assert empty == ""
    assert [float(first), float(last)] == pytest.approx([1 / 3, 2e-9], rel=1e-6)


def test_long_curves_carry_few_points() -> None:
    rng = np.random.default_rng(0)
    drawn = chart(curve_of(rng.uniform(size=5000).tolist()), LOSS)
    assert len(drawn.steps.split(",")) <= POINTS
    assert len(points_of(drawn.series[0].d)) <= POINTS


def test_gradients_have_a_curve_for_every_layer() -> None:
    curve = replace(curve_of([1.0, 1.0]), norms=np.array([[1.0, 0.1], [2.0, 0.2]]))
    drawn = chart(curve, ChartChoice("gradient"))
    assert [(one.number, one.last) for one in drawn.series] == [(1, 2.0), (2, 0.2)]


def test_first_and_last_layer_never_look_alike_and_all_are_in_order() -> None:
    for layers in range(1, 33):
        drawn = chart(replace(curve_of([1.0]), norms=np.ones((1, layers))), ChartChoice("gradient")).series
        shades = [int(series.kind.removeprefix("layer layer-")) for series in drawn]
        assert shades == sorted(shades)
        assert shades[0] == 0
        assert layers == 1 or shades[-1] == SHADES
        assert layers > SHADES + 1 or len(set(shades)) == layers


def test_accuracy_is_in_per_cent_up_to_all() -> None:
    curve = replace(curve_of([1.0, 1.0]), train_accuracy=np.array([0.52, 0.98]))
    drawn = chart(curve, ChartChoice("accuracy"))
    assert drawn.y_ticks[-1].text == "100 %"
    assert len(drawn.series) == 1


def test_the_present_is_drawn_however_few_points_are_kept() -> None:
    curve = curve_of([float(k % 7) for k in range(4000)])
    for until in (2001, 2002, 2003):
        drawn = chart(replace(curve, until=until), LOSS)
        assert str(until) in drawn.steps.split(",")
