"""Two examples from textbooks and tutorials, to every printed digit."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import Array, Dense, IntArray, Network, Plan, optimizer, plan_for

SGD = optimizer("sgd", 0.5)


def example_a() -> tuple[Network, Plan]:
    """2-2-2 sigmoid, squared error, one sample."""
    network = Network((2,), (Dense(2, "sigmoid"), Dense(2, "sigmoid")), "squared_error")
    plan = plan_for(network, 1)
    plan.load(
        network.flatten(
            [
                {"W": [[0.15, 0.25], [0.20, 0.30]], "b": [0.35, 0.35]},
                {"W": [[0.40, 0.50], [0.45, 0.55]], "b": [0.60, 0.60]},
            ]
        )
    )
    plan.feed(network.inputs([[0.05, 0.10]]), network.targets([[0.01, 0.99]]))
    return network, plan


def biases(network: Network) -> IntArray:
    return np.flatnonzero(~network.weights())


def weights_in_order(network: Network, flat: Array) -> list[float]:
    """w1…w8 as the article numbers them: by the unit they run into."""
    return [float(w) for layer in network.unflatten(flat) for w in layer["W"].T.ravel()]


def test_a_forward_and_backward() -> None:
    network, plan = example_a()
    assert plan.forward() == pytest.approx(0.298371109, abs=5e-10)
    plan.backward()
    trace = plan.trace(with_delta=True)
    hidden, output = trace.layers
    assert hidden.delta is not None
    assert output.delta is not None
    np.testing.assert_allclose(hidden.z[0], [0.3775, 0.3925], atol=5e-10)
    np.testing.assert_allclose(hidden.a[0], [0.593269992, 0.596884378], atol=5e-10)
    np.testing.assert_allclose(output.z[0], [1.105905967, 1.224921404], atol=5e-10)
    np.testing.assert_allclose(output.a[0], [0.751365070, 0.772928465], atol=5e-10)
    np.testing.assert_allclose(output.delta[0], [0.138498562, -0.038098237], atol=5e-10)
    np.testing.assert_allclose(hidden.delta[0], [0.008771355, 0.009954255], atol=5e-10)
    gradients = [0.000438568, 0.000877135, 0.000497713, 0.000995425]
    gradients += [0.082167041, 0.082667628, -0.022602540, -0.022740242]
    np.testing.assert_allclose(weights_in_order(network, plan.grads), gradients, atol=5e-10)


def test_a_one_update_with_frozen_biases() -> None:
    network, plan = example_a()
    before = plan.params.copy()
    plan.descent(SGD).apply(0.5, 1, frozen=biases(network))
    new = [0.149780716, 0.199561432, 0.249751144, 0.299502287]
    new += [0.358916480, 0.408666186, 0.511301270, 0.561370121]
    np.testing.assert_allclose(weights_in_order(network, plan.params), new, atol=5e-10)
    assert (plan.params[biases(network)] == before[biases(network)]).all()
    assert plan.forward() == pytest.approx(0.291027774, abs=5e-10)


def test_a_ten_thousand_updates_with_frozen_biases() -> None:
    network, plan = example_a()
    descent, frozen = plan.descent(SGD), biases(network)
    for t in range(10_000):
        descent.apply(0.5, t + 1, frozen=frozen)
    assert plan.forward() == pytest.approx(3.510187783e-5, abs=5e-15)
    np.testing.assert_allclose(plan.outputs()[0], [0.01591362, 0.98406427], atol=5e-9)


def test_a_one_update_with_biases_trained() -> None:
    network, plan = example_a()
    plan.descent(SGD).apply(0.5, 1)
    hidden, output = network.unflatten(plan.params)
    np.testing.assert_allclose(hidden["b"], [0.345614323, 0.345022873], atol=5e-10)
    np.testing.assert_allclose(output["b"], [0.530750719, 0.619049118], atol=5e-10)
    assert plan.forward() == pytest.approx(0.280471447, abs=5e-10)


def test_b() -> None:
    network = Network((3,), (Dense(2, "sigmoid"), Dense(1, "sigmoid")), "squared_error")
    plan = plan_for(network, 1)
    hidden = {"W": [[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]], "b": [-0.4, 0.2]}
    plan.load(network.flatten([hidden, {"W": [[-0.3], [-0.2]], "b": [0.1]}]))
    plan.feed(network.inputs([[1, 0, 1]]), network.targets([[1]]))
    plan.forward()
    trace = plan.trace(with_delta=False)
    np.testing.assert_allclose(trace.layers[0].a[0], [0.332, 0.525], atol=5e-4)
    np.testing.assert_allclose(trace.outputs[0], [0.473888899], atol=5e-10)
    plan.descent(optimizer("sgd", 0.9)).apply(0.9, 1)
    first, second = network.unflatten(plan.params)
    np.testing.assert_allclose(second["W"][:, 0], [-0.261, -0.138], atol=5e-4)
    np.testing.assert_allclose(first["W"], [[0.192, -0.306], [0.4, 0.1], [-0.508, 0.194]], atol=5e-4)
    np.testing.assert_allclose(second["b"], [0.218], atol=5e-4)
    np.testing.assert_allclose(first["b"], [-0.408, 0.194], atol=5e-4)
