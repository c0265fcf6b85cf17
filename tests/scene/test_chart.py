"""Loss curves: nothing lost that matters, round numbers on the axes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scene.chart import POINTS, chart, decimated, ticks
from tests.scene.views import curve_of


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
    assert chart(curve_of([])).series == ()


def test_a_curve_is_drawn_inside_its_axes() -> None:
    drawn = chart(curve_of([0.7, 0.4, 0.3, 0.25]))
    assert [series.kind for series in drawn.series] == ["batch", "train"]  # test losses were never measured
    points = [tuple(map(float, point.split())) for point in drawn.series[0].d[1:].split("L")]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert [y for _, y in points] == sorted(y for _, y in points)  # a falling loss, downwards on the screen
    assert all(drawn.left <= x <= drawn.right and drawn.top <= y <= drawn.bottom for x, y in points)
    assert drawn.series[0].last == 0.25


@pytest.mark.parametrize("losses", [[0.0], [0.5, nan, 0.2], [np.inf, 1e300, 1.0], [-1.0, -2.0]])
def test_odd_curves_can_be_drawn(losses: list[float]) -> None:
    drawn = chart(curve_of(losses))
    assert drawn.series
    assert "nan" not in drawn.series[0].d
    assert "inf" not in drawn.series[0].d


def test_a_series_measured_now_and_then_is_joined() -> None:
    curve = curve_of([1.0, 0.9, 0.8, 0.7])
    drawn = chart(replace(curve, test_loss=np.array([1.0, nan, nan, 0.6])))
    assert drawn.series[2].d.count("L") == 1
