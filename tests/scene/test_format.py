"""Numbers as text: read back exactly, or read by people."""

from __future__ import annotations

from math import fsum, inf, isfinite, nan, prod

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.scene.format import MOST_DIGITS, enough, fitted, plain, read, short, unit, width


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_plain_reads_back_exactly_and_has_no_exponent(x: float) -> None:
    assert float(plain(x)) == x
    assert not set(plain(x).lower()) & set("en+")


@pytest.mark.parametrize("x", [nan, inf, -inf, None])
def test_plain_of_no_finite_number_is_empty(x: float | None) -> None:
    assert plain(x) == ""


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0"),
        (0.149780716, "0.1498"),
        (-0.5, "−0.5"),
        (1.0625, "1.063"),
        (-1.0625, "−1.063"),
        (999949.0, "999900"),
        (0.0001, "0.0001"),
        (0.000032, "3.2×10⁻⁵"),
        (-1234567.0, "−1.23×10⁶"),
        (1e-300, "1×10⁻³⁰⁰"),
        (nan, "NaN"),
        (-inf, "−∞"),
        (None, "–"),
    ],
)
def test_short(x: float | None, text: str) -> None:
    assert short(x) == text


def test_short_takes_the_number_of_digits() -> None:
    assert short(0.1497807161, 9) == "0.149780716"
    assert short(0.000012345678, 6) == "1.2346×10⁻⁵"


@given(st.floats(min_value=1e-4, max_value=9e5))
def test_short_is_right_to_half_a_unit_of_the_fourth_digit(x: float) -> None:
    assert isfinite(x)
    assert abs(float(short(x)) - x) <= 0.5001e-3 * x


@pytest.mark.parametrize(
    ("x", "room", "text"),
    [
        (-0.001234, 9.0, "−0.001234"),
        (-0.0001234, 9.0, "−0.000123"),
        (-1.33e153, 12.0, "−1.33×10¹⁵³"),
        (-1.33e153, 9.0, "−1.3×10¹⁵³"),
        (-1.33e153, 7.5, "−1×10¹⁵³"),
        (-1.33e153, 1.0, "−1×10¹⁵³"),
        (None, 9.0, "–"),
    ],
)
def test_fewer_digits_where_there_is_no_room(x: float | None, room: float, text: str) -> None:
    assert fitted(x, room) == text


@given(st.floats(min_value=-1e308, max_value=1e308), st.integers(2, 5))
def test_a_fitted_number_is_the_longest_that_fits(x: float, digits: int) -> None:
    text = fitted(x, 9.0, digits)
    assert text in {short(x, count) for count in range(2, digits + 1)}
    assert width(text) <= 9.0 or text == short(x, 2)
    assert fitted(x, 99.0, digits) == short(x, digits)


NUMBERS = st.floats(min_value=1e-6, max_value=1e6) | st.floats(min_value=-1e6, max_value=-1e-6)


@given(st.lists(NUMBERS, min_size=1, max_size=3))
def test_what_is_shown_multiplies_out_to_what_is_shown(factors: list[float]) -> None:
    product = prod(factors)
    digits = enough(lambda r: prod(map(r, factors)), product)
    shown = prod(read(short(x, digits)) for x in factors)
    assert abs(shown - read(short(product))) <= unit(product, 4) * 1.000001
    assert digits <= 7  # three more are always enough


@given(st.lists(NUMBERS, min_size=1, max_size=12))
def test_what_is_shown_adds_up_to_what_is_shown(terms: list[float]) -> None:
    total = fsum(terms)
    digits = enough(lambda r: fsum(map(r, terms)), total)
    shown = fsum(read(short(x, digits)) for x in terms)
    assert digits == MOST_DIGITS or abs(shown - read(short(total))) <= unit(total, 4) * 1.000001


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(2, 17))
def test_a_short_number_reads_back_within_half_a_unit(x: float, digits: int) -> None:
    assume(abs(x) < 1e300 and (x == 0 or abs(x) > 1e-300))
    # with 16 digits and more what is read back lies on the grid of the floats themselves
    assert abs(read(short(x, digits)) - x) <= 0.5000001 * unit(x, digits) + abs(np.spacing(x))
