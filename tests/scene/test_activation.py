"""The curve of an activation around the point where a unit stands."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.nn import ACTIVATIONS, activate
from app.scene.activation import HEIGHT, WIDTH, plotted


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "softmax"])
@pytest.mark.parametrize("z", [-3.0, 0.0, 0.5, 1e9, -1e200])
def test_the_point_stands_in_the_box(name: str, z: float) -> None:
    a = float(activate(name, np.array([[z]]))[0, 0])
    made = plotted(None, name, z, a, None)
    assert made is not None
    x, y = made.point
    assert 0 <= x <= WIDTH
    assert 0 <= y <= HEIGHT
    assert not re.search("nan|inf", made.curve + made.tangent)


@pytest.mark.parametrize("z", [1.7e308, float("inf"), float("nan")])
def test_what_is_too_large_is_not_drawn(z: float) -> None:
    assert plotted(None, "relu", z, z, None) is None
