"""Numbers as text: `plain` for machines, `short` for people. `static/js/format.js` writes the same."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from math import isfinite, isnan

# Widths in digits: of a number on an edge, of one with its name before it or of a bias, in a neuron, in a cell.
ROOM = {"edge": 9.0, "named": 8.0, "neuron": 6.5, "cell": 6.75}
MOST_DIGITS = 17  # with so many a number is itself
_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUPERSCRIPT = str.maketrans("-0123456789", _RAISED)
_LOWERED = str.maketrans(_RAISED, "-0123456789")
_WIDTHS = {".": 0.5, "−": 1.25, "×": 1.25} | dict.fromkeys(_RAISED, 0.65)


def plain(x: float | None) -> str:
    """The shortest decimal that reads back as `x`, without an exponent; "" for nan, infinities and None."""
    if x is None or not isfinite(x):
        return ""
    text = repr(float(x))
    return format(Decimal(text), "f") if "e" in text else text.removesuffix(".0")


@lru_cache(maxsize=4096)
def short(x: float | None, digits: int = 4) -> str:
    """`x` to so many significant digits, very small and very large ones as 3.2×10⁻⁵; "–" for None.

    A tie rounds away from zero, as JavaScript's `toPrecision` does: page and module show the same digits.
    """
    if x is None:
        return "–"
    if not isfinite(x):
        return "NaN" if isnan(x) else ("∞" if x > 0 else "−∞")
    if x == 0:
        return "0"
    number = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal_from_float(x)
    if -5 < number.adjusted() < 6:
        return _fixed(number).replace("-", "−")
    number = Context(prec=digits - 1, rounding=ROUND_HALF_UP).create_decimal_from_float(x)
    exponent = number.adjusted()
    mantissa = _fixed(number.scaleb(-exponent)).replace("-", "−")
    return f"{mantissa}×10{str(exponent).translate(_SUPERSCRIPT)}"


def fitted(x: float | None, room: float, digits: int = 4) -> str:
    """`short` with at most `digits` digits, and fewer (not below two) until it is no wider than `room` digits."""
    texts = (short(x, count) for count in range(digits, 2, -1))
    return next((text for text in texts if width(text) <= room), short(x, 2))


def percent(x: float | None) -> str:
    """A share as percent with one decimal; "–" for None and what is no number."""
    if x is None or not isfinite(x):
        return "–"
    return format(Decimal(100 * x).quantize(Decimal("0.1"), ROUND_HALF_UP), "f")


def width(text: str) -> float:
    """How many digits a text is wide."""
    return sum(_WIDTHS.get(sign, 1.0) for sign in text)


def read(text: str) -> float:
    """The number that `short` wrote as `text`."""
    mantissa, _, exponent = text.replace("−", "-").partition("×10")
    return float(mantissa.replace("∞", "inf") + (f"e{exponent.translate(_LOWERED)}" if exponent else ""))


def unit(x: float, digits: int) -> float:
    """One unit of the last digit that `short` writes of `x` with so many."""
    if x == 0 or not isfinite(x):
        return 0.0
    number = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal_from_float(x)
    power = number.adjusted()
    return float(10.0 ** (power - digits + (1 if -5 < power < 6 else 2)))


def enough(
    made: Callable[[Callable[[float], float]], float], value: float, digits: int = 4, most: int = MOST_DIGITS
) -> int:
    """With how many digits, `digits` at least, numbers are to be shown so that what is made of them as they are
    shown is `value` as it is shown with `digits`, to one unit of its last digit.

    `made(rounded)` makes it of the numbers after `rounded`; `most` where no count is enough.
    """
    if not isfinite(value):
        return digits
    shown, within = read(short(value, digits)), unit(value, digits)

    def agrees(count: int) -> bool:
        return abs(made(lambda x: read(short(x, count))) - shown) <= within * (1 + 1e-9)

    return next((count for count in range(digits, most) if agrees(count)), most)


def _fixed(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
