"""Initialisers: their spread, their bounds, their seed."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from app.nn import INITIALIZERS, Dense, Network
from app.nn.initializers import fans

DEVIATIONS = {
    "zeros": 0.0,
    "normal": 0.1,
    "uniform": 0.5 / sqrt(3),
    "xavier_uniform": sqrt(2 / 500),
    "xavier_normal": sqrt(2 / 500),
    "he_uniform": sqrt(2 / 300),
    "he_normal": sqrt(2 / 300),
    "lecun_uniform": sqrt(1 / 300),
    "lecun_normal": sqrt(1 / 300),
    "orthogonal": sqrt(1 / 300),
}


@pytest.mark.parametrize("name", INITIALIZERS)
def test_spread(name: str) -> None:
    w = INITIALIZERS[name].draw((300, 200), np.random.default_rng(0))
    assert w.shape == (300, 200)
    assert w.std() == pytest.approx(DEVIATIONS[name], rel=0.02)
    assert abs(w.mean()) <= 0.02 * DEVIATIONS[name]
    if name.endswith("uniform"):
        assert np.abs(w).max() == pytest.approx(DEVIATIONS[name] * sqrt(3), rel=0.01)


def test_orthogonal() -> None:
    tall = INITIALIZERS["orthogonal"].draw((7, 4), np.random.default_rng(0))
    np.testing.assert_allclose(tall.T @ tall, np.eye(4), atol=1e-14)
    wide = INITIALIZERS["orthogonal"].draw((4, 7), np.random.default_rng(0))
    np.testing.assert_allclose(wide @ wide.T, np.eye(4), atol=1e-14)


def test_fans() -> None:
    assert fans((5, 3)) == (5, 3)
    assert fans((3, 3, 2, 8)) == (18, 72)


def test_biases_start_at_zero_and_the_seed_decides() -> None:
    network = Network((2,), (Dense(3, "tanh"), Dense(1)), "mse")
    first, again, other = (network.initial("he_normal", np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other)[network.weights()].all()
    assert not first[~network.weights()].any()
