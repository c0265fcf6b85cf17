"""Numbers as text: `plain` for machines, `short` for people. `static/js/format.js` writes the same."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite, isnan

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain(x: float | None) -> str:
    """The shortest decimal that reads back as `x`, without an exponent; "" for nan, infinities and None."""
    if x is None or not isfinite(x):
        return ""
    text = repr(float(x))
    return format(Decimal(text), "f") if "e" in text else text.removesuffix(".0")


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


def _fixed(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
