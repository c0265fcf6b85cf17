"""Every backward pass against its forward pass, and the checker against itself."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import ACTIVATIONS, LOSSES, Dense, Network, gradcheck, plan_for
from app.nn.gradcheck import derivative
from tests.nn.naive import random_network

SHAPES = [(3,), (4, 3), (2, 2, 1)]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_with_every_loss(activation: str, loss: str) -> None:
    rng = np.random.default_rng(7)
    for shape in SHAPES:  # features, a sequence, an image
        network, params, inputs, targets = random_network(rng, shape, activation, loss, activation)
        check = gradcheck(network, params, inputs, targets, None, limit=1000, rng=rng, l1=0.05, l2=0.1)
        assert check.max_relative_error < 1e-5, (shape, check)
        assert check.checked == network.size


def test_tiny_gradients_of_six_sigmoid_layers() -> None:
    rng = np.random.default_rng(3)
    network = Network((2,), (*[Dense(5, "sigmoid")] * 6, Dense(1, "sigmoid")), "mse")
    params = network.initial("xavier_uniform", rng)
    inputs, targets = network.inputs(rng.normal(size=(10, 2))), network.targets(rng.normal(size=(10, 1)))
    plan = plan_for(network, 10)
    plan.load(params)
    plan.feed(inputs, targets)
    plan.forward()
    plan.backward()
    assert np.abs(plan.grads[network.spans[0]]).max() < 1e-5
    assert np.abs(plan.grads[network.spans[0]]).min() > 0
    check = gradcheck(network, params, inputs, targets, None, limit=1000, rng=rng)
    assert check.max_relative_error < 1e-4


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_a_gradient_wrong_by_a_thousandth_is_rejected(activation: str) -> None:
    rng = np.random.default_rng(11)
    network, params, inputs, targets = random_network(rng, hidden=activation)
    plan = plan_for(network, 5)
    plan.load(params)
    plan.feed(inputs, targets)
    plan.forward()
    plan.backward()
    grads = plan.grads.copy()
    right = gradcheck(network, params, inputs, targets, None, limit=1000, rng=rng, gradients=grads)
    assert right.max_relative_error < 1e-5
    for slot in network.slots:
        wrong = grads.copy()
        largest = slot.start + int(np.abs(wrong[slot.start : slot.stop]).argmax())
        wrong[largest] *= 1.001
        check = gradcheck(network, params, inputs, targets, None, limit=1000, rng=rng, gradients=wrong)
        assert check.max_relative_error > 5e-4
        blamed = max(check.layers, key=lambda found: found.max_relative_error)
        assert (blamed.layer, blamed.name) == (slot.layer, slot.name)


def test_a_network_standing_on_a_kink_is_not_blamed() -> None:
    """ReLU units with bias 0 at the input (0, 0): z is exactly 0."""
    rng = np.random.default_rng(5)
    network = Network((2,), (Dense(6, "relu"), Dense(1, "sigmoid")), "binary_cross_entropy")
    inputs = network.inputs([[0, 0], [0, 1], [1, 0], [1, 1]])
    targets = network.targets([[0], [1], [1], [0]])
    params = network.initial("he_uniform", rng)
    assert gradcheck(network, params, inputs, targets, None, limit=99, rng=rng).max_relative_error < 1e-5


def test_a_sample_of_a_large_network_has_some_of_every_array() -> None:
    rng = np.random.default_rng(2)
    network = Network((30,), (Dense(20, "tanh"), Dense(1)), "mse")
    inputs, targets = network.inputs(rng.normal(size=(4, 30))), network.targets(rng.normal(size=(4, 1)))
    params = network.initial("xavier_uniform", rng)
    checks = [
        gradcheck(network, params, inputs, targets, None, limit=60, rng=np.random.default_rng(9))
        for _ in "ab"
    ]
    assert checks[0] == checks[1]
    assert 55 <= checks[0].checked <= 60
    assert all(found.checked >= 1 for found in checks[0].layers)
    assert len(checks[0].layers) == len(network.slots)
    few = gradcheck(network, params, inputs, targets, None, limit=1, rng=rng)
    assert [found.checked for found in few.layers] == [1] * len(network.slots)


def test_a_diverged_network_is_not_passed() -> None:
    rng = np.random.default_rng(2)
    network, params, inputs, targets = random_network(rng)
    params[0] = np.nan
    assert gradcheck(network, params, inputs, targets, None, limit=99, rng=rng).max_relative_error == np.inf


def test_derivative() -> None:
    assert derivative(np.sin, 1.0).value == pytest.approx(np.cos(1.0), rel=1e-10)
    assert derivative(lambda x: 1e-8 * x**3 + 1.0, 2.0).value == pytest.approx(1.2e-7, rel=1e-4)
    near = derivative(lambda x: max(x, 0.0), 1e-4)  # the kink lies inside the first steps
    assert near.value == pytest.approx(1.0, rel=1e-6)
    assert derivative(lambda x: x * 1e-30, 3e36).value == pytest.approx(1e-30, rel=1e-9)
    assert np.isnan(derivative(lambda x: x, np.inf).value)
    kink = derivative(abs, 0.0)
    assert kink.value == 0.0
    assert kink.jump == pytest.approx(2.0)
    assert kink.relative_error(-1.0) == pytest.approx(0.0, abs=1e-9)
    assert kink.relative_error(1.5) > 0.3
