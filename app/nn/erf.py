"""The error function, which NumPy does not have.

W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of Computation 23 (1969),
631-637, with the coefficients of his CALERF (SPECFUN, netlib). Relative error below about 1e-15.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.nn.arrays import Array

# |x| <= 0.46875: erf(x) = x P(x²) / Q(x²)
_P_SMALL = (
    1.85777706184603153e-1,
    3.16112374387056560e00,
    1.13864154151050156e02,
    3.77485237685302021e02,
    3.20937758913846947e03,
)
_Q_SMALL = (
    1.0,
    2.36012909523441209e01,
    2.44024637934444173e02,
    1.28261652607737228e03,
    2.84423683343917062e03,
)
# 0.46875 <= |x| <= 4: erfc(x) = exp(-x²) P(x) / Q(x)
_P_MIDDLE = (
    2.15311535474403846e-8,
    5.64188496988670089e-1,
    8.88314979438837594e00,
    6.61191906371416295e01,
    2.98635138197400131e02,
    8.81952221241769090e02,
    1.71204761263407058e03,
    2.05107837782607147e03,
    1.23033935479799725e03,
)
_Q_MIDDLE = (
    1.0,
    1.57449261107098347e01,
    1.17693950891312499e02,
    5.37181101862009858e02,
    1.62138957456669019e03,
    3.29079923573345963e03,
    4.36261909014324716e03,
    3.43936767414372164e03,
    1.23033935480374942e03,
)
# From 4 on erf(x) = 1 - erfc(x) with erfc(4) = 1.5e-8; the middle fraction is still good to 1e-8 of that up
# to 6, where erf is 1 to the last bit.
_SMALL, _ONE_FROM = 0.46875, 6.0


def _polynomial(coefficients: Sequence[float], x: Array) -> Array:
    """Horner's rule, highest power first."""
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= x
        total += coefficient
    return total


def erf(x: Array, out: Array) -> None:
    """The error function of every element of `x` into `out` (of x's shape, may be x itself); NaN stays
    NaN."""
    size = np.abs(x)
    squares = np.minimum(size, _SMALL) ** 2
    small = x * _polynomial(_P_SMALL, squares) / _polynomial(_Q_SMALL, squares)
    y = np.clip(size, _SMALL, _ONE_FROM)
    large = 1.0 - np.exp(-y * y) * _polynomial(_P_MIDDLE, y) / _polynomial(_Q_MIDDLE, y)
    np.copyto(out, np.where(size <= _SMALL, small, np.copysign(large, x)))
