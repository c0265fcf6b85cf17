"""The error function against the C library's."""

from __future__ import annotations

from math import erf as exact

import numpy as np

from app.nn.erf import erf


def test_against_the_c_library() -> None:
    edges = [0.0, 0.46875, np.nextafter(0.46875, 1), 4.0, 5.9, 6.0, 1e-300, 1e-8, 30.0, np.inf]
    x = np.concatenate((np.linspace(-7, 7, 20_001), np.geomspace(1e-20, 1, 500), edges, np.negative(edges)))
    y = np.empty_like(x)
    erf(x, y)
    np.testing.assert_allclose(y, [exact(value) for value in x], rtol=2e-15, atol=0)


def test_nan_stays_and_out_may_be_the_input() -> None:
    x = np.array([np.nan, 0.5])
    erf(x, x)
    assert np.isnan(x[0])
    assert abs(x[1] - exact(0.5)) < 1e-16
