"""Round numbers for axes of every size."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intervals import FARTHEST, TINY
from app.scene.ticks import log_ticks, ticks

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
POSITIVE = st.floats(TINY, FARTHEST)


def test_round_numbers() -> None:
    assert ticks(0.0, 1.0) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert ticks(-0.3, 7.0) == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert ticks(1, 2, whole=True) == [1, 2]
    assert log_ticks(0.02, 0.7) == [0.02, 0.05, 0.1, 0.2, 0.5, 1.0]


@given(NUMBERS, NUMBERS)
def test_there_are_a_few_finite_ones_whatever_the_ends(a: float, b: float) -> None:
    marks = ticks(min(a, b), max(a, b))
    assert 1 <= len(marks) <= 7
    assert all(map(isfinite, marks))


@given(POSITIVE, POSITIVE)
def test_the_same_on_a_logarithmic_axis(a: float, b: float) -> None:
    marks = log_ticks(min(a, b), max(a, b))
    assert 1 <= len(marks) <= 8
    assert all(isfinite(mark) and mark > 0 for mark in marks)


@pytest.mark.parametrize(("low", "high"), [(3.0, 3.0), (0.0, 5e-324), (1e-320, 2e-320)])
def test_ends_that_are_one_number_have_one_mark(low: float, high: float) -> None:
    assert ticks(low, high) == [low]
