"""Activations against one number at a time."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import ACTIVATIONS, Array, Dense, Network, activate, plan_for, slope_at
from tests.nn import naive

ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]


def test_the_contract_names_them() -> None:
    names = "linear sigmoid tanh relu leaky_relu elu selu gelu softplus silu softmax"
    assert list(ACTIVATIONS) == names.split()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_values(name: str) -> None:
    z = np.linspace(-6, 6, 243).reshape(3, -1)
    expected = np.vectorize(lambda value: naive.f(name, value))(z)
    np.testing.assert_allclose(activate(name, z), expected, rtol=1e-13, atol=1e-15)


def slopes(name: str, z: Array) -> Array:
    """f′ as the engine lays it: delta of a network whose one weight is 1, under a loss with gradient 1."""
    network = Network((1,), (Dense(1, name), Dense(1)), "squared_error")
    plan = plan_for(network, z.size)
    plan.load(network.flatten([{"W": [[1.0]], "b": [0.0]}, {"W": [[1.0]], "b": [0.0]}]))
    a = activate(name, z)
    plan.feed(network.inputs(z.reshape(-1, 1)), network.targets((a - z.size).reshape(-1, 1)))
    plan.forward()
    plan.backward()
    delta = plan.trace(with_delta=True).layers[0].delta
    assert delta is not None
    return delta[:, 0]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_slopes(name: str) -> None:
    z = np.linspace(-6.013, 6, 200)
    expected = [naive.slope(name, value) for value in z]
    np.testing.assert_allclose(slopes(name, z), expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "at_zero"),
    [("relu", 0.0), ("leaky_relu", 0.01), ("elu", 1.0), ("selu", 1.0507009873554805 * 1.6732632423543772)],
)
def test_slope_at_the_kink(name: str, at_zero: float) -> None:
    assert slopes(name, np.zeros(1))[0] == pytest.approx(at_zero, rel=1e-14)
    assert slope_at(name, -0.0) == pytest.approx(at_zero, rel=1e-14)


def test_no_gradient_passes_a_rectified_unit_whose_z_is_a_negative_zero() -> None:
    network = Network((1,), (Dense(2, "relu"), Dense(1)), "squared_error")
    plan = plan_for(network, 5)
    plan.load(network.flatten([{"W": [[-1e-200] * 2], "b": [-0.0] * 2}, {"W": [[1.0]] * 2, "b": [0.0]}]))
    plan.feed(network.inputs(np.full((5, 1), 1e-200)), network.targets(np.ones((5, 1))))
    plan.forward()
    plan.backward()
    hidden = plan.trace(with_delta=True).layers[0]
    assert hidden.delta is not None
    assert not hidden.z.any()
    assert not hidden.delta.any()


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("sigmoid", 0.0, 1.0),
        ("tanh", -1.0, 1.0),
        ("relu", 0.0, 1000.0),
        ("leaky_relu", -10.0, 1000.0),
        ("elu", -1.0, 1000.0),
        ("selu", -1.0507009873554805 * 1.6732632423543772, 1050.7009873554805),
        ("gelu", 0.0, 1000.0),
        ("softplus", 0.0, 1000.0),
        ("silu", 0.0, 1000.0),
    ],
)
def test_far_out(name: str, low: float, high: float) -> None:
    z = np.array([[-1000.0, 1000.0]])
    np.testing.assert_allclose(activate(name, z)[0], [low, high], rtol=1e-14)
    assert np.isfinite(slopes(name, z[0])).all()


def test_softmax() -> None:
    z = np.array([[1.0, 1000.0, -1000.0], [2.0, 999.0, -1000.0], [3.0, -1000.0, -1000.0]])
    a = activate("softmax", z)
    np.testing.assert_allclose(a.sum(axis=0), 1.0, rtol=1e-15)
    np.testing.assert_allclose(a[:, 0], np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum(), rtol=1e-14)
    np.testing.assert_allclose(a[:, 1], [1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1)), 0], rtol=1e-14)
    np.testing.assert_allclose(a[:, 2], 1 / 3, rtol=1e-15)
