"""Intervals around numbers of every size: finite, and wider than a point."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intervals import FARTHEST, interval

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def test_a_margin_on_either_side() -> None:
    assert interval(-1.0, 3.0, 0.1) == pytest.approx((-1.4, 3.4))
    assert interval(0.0, 2.0, 0.0) == (0.0, 2.0)


@pytest.mark.parametrize(
    ("number", "expected"), [(0.0, (-1.0, 1.0)), (2.0, (1.0, 3.0)), (-50.0, (-55.0, -45.0))]
)
def test_around_a_single_number(number: float, expected: tuple[float, float]) -> None:
    assert interval(number, number, 0.1) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("low", "high"), [(1.7e18, 1.7e18 + 256), (1.0, 1.0000000000000002), (0.0, 1e-320), (5e-324, 5e-324)]
)
def test_numbers_too_close_to_be_told_apart_are_one(low: float, high: float) -> None:
    left, right = interval(low, high, 0.1)
    assert right - left == pytest.approx(2 * max(1.0, 0.1 * high))
    assert left < low <= high < right


@given(NUMBERS, NUMBERS, st.sampled_from([0.0, 0.1]))
def test_every_interval_is_finite_and_has_a_width(a: float, b: float, margin: float) -> None:
    left, right = interval(min(a, b), max(a, b), margin)
    assert left < left + (right - left) / 100 < right
    assert isfinite(1000 * (right - left))
    for number in (a, b):
        assert left <= number <= right or abs(number) > FARTHEST
