"""Losses and their first gradients against the formulas of the contract."""

from __future__ import annotations

from math import exp, log, log1p

import numpy as np
import pytest

from app.nn import LOSSES, Array, Dense, Network, Plan, plan_for
from app.nn.losses import FEW
from tests.nn.naive import random_network


def one(loss: str, a: float, y: float) -> float:
    """The loss of one output, before any mean."""
    d = a - y
    return {
        "squared_error": lambda: 0.5 * d * d,
        "mse": lambda: d * d,
        "mae": lambda: abs(d),
        "huber": lambda: 0.5 * d * d if abs(d) <= 1 else abs(d) - 0.5,
        "binary_cross_entropy": lambda: -y * log(a) - (1 - y) * log(1 - a),
        "cross_entropy": lambda: -y * log(a),
        "hinge": lambda: max(0.0, 1 - a * y),
    }[loss]()


def run(params: Array, plan: Plan) -> float:
    plan.load(params)
    loss = plan.forward()
    plan.backward()
    return loss


@pytest.mark.parametrize("shape", [(3,), (4, 3)], ids=["features", "sequence"])
@pytest.mark.parametrize("loss", LOSSES)
def test_mean_and_samples(loss: str, shape: tuple[int, ...]) -> None:
    network, params, inputs, targets = random_network(np.random.default_rng(1), shape, loss=loss)
    plan = plan_for(network, 5)
    plan.feed(inputs, targets)
    mean = run(3 * params, plan)
    trace = plan.trace(with_delta=True)
    each = np.vectorize(lambda a, y: one(loss, a, y))(trace.outputs, trace.targets)
    over = {"squared_error": 5, "cross_entropy": each[..., 0].size}.get(loss, each.size)
    assert mean == pytest.approx(each.sum() / over, rel=1e-12)
    assert trace.loss == mean
    assert trace.loss_per_sample.mean() == pytest.approx(mean, rel=1e-13)
    per_sample = each.reshape(5, -1).sum(axis=1) * 5 / over
    np.testing.assert_allclose(trace.loss_per_sample, per_sample, rtol=1e-12)


def test_kinks() -> None:
    """mae at a = y has the gradient 0, huber at |d| = 1 the gradient ±1, hinge at its margin 0."""
    for loss, y, expected in [
        ("mae", 2.0, 0.0),
        ("huber", 1.0, 1.0),
        ("huber", 3.0, -1.0),
        ("hinge", 0.5, 0.0),
    ]:
        network = Network((1,), (Dense(1),), loss)
        plan = plan_for(network, 1)
        plan.feed(network.inputs([[1.0]]), network.targets([[y]]))
        run(np.array([2.0, 0.0]), plan)
        assert plan.grads[1] == expected, loss


def test_entropies_far_out() -> None:
    network = Network((1,), (Dense(1, "sigmoid"),), "binary_cross_entropy")
    plan = plan_for(network, 2)
    plan.feed(network.inputs([[1.0], [-1.0]]), network.targets([[0.0], [1.0]]))
    assert run(np.array([1000.0, 0.0]), plan) == 1000.0
    np.testing.assert_array_equal(plan.grads, [1.0, 0.0])
    assert run(np.array([-40.0, 0.0]), plan) == pytest.approx(log1p(exp(-40)), rel=1e-14)

    network = Network((1,), (Dense(3, "softmax"),), "cross_entropy")
    plan = plan_for(network, 1)
    plan.feed(network.inputs([[1.0]]), network.targets(np.array([2])))
    assert run(np.array([1000.0, 0.0, -1000.0, 0, 0, 0]), plan) == 2000.0
    np.testing.assert_array_equal(plan.grads, [1, 0, -1, 1, 0, -1])


def test_cross_entropy_of_targets_that_do_not_sum_to_one() -> None:
    network = Network((1,), (Dense(2, "softmax"),), "cross_entropy")
    plan = plan_for(network, 1)
    plan.feed(network.inputs([[1.0]]), network.targets([[0.5, 2.0]]))
    mean = run(np.array([0.3, -0.2, 0.0, 0.0]), plan)
    a = plan.outputs()[0]
    assert mean == pytest.approx(-0.5 * log(a[0]) - 2 * log(a[1]), rel=1e-14)
    np.testing.assert_allclose(plan.grads[:2], a * 2.5 - [0.5, 2.0], rtol=1e-13)


def test_labels_are_one_hot() -> None:
    network = Network((2,), (Dense(3, "softmax"),), "cross_entropy")
    np.testing.assert_array_equal(network.targets(np.array([2, 0])).values, [[0, 0, 1], [1, 0, 0]])
    with pytest.raises(ValueError, match="0 to 2"):
        network.targets(np.array([0, 3]))
    with pytest.raises(ValueError, match="0 to 2"):
        network.targets(np.array([0.5, 1]))


@pytest.mark.parametrize("size", [1.0, 50.0, 200.0, 400.0, 2000.0])
def test_cross_entropy_of_small_and_large_logits(size: float) -> None:
    z = np.array([[0.9, -0.4, 1.0], [-1.0, 0.2, 0.19], [0.0, 0.0, 0.5]]) * size
    network = Network((3,), (Dense(3, "softmax"),), "cross_entropy")
    plan = plan_for(network, 3)
    plan.feed(network.inputs(np.eye(3)), network.targets(np.array([2, 0, 1])))
    expected = [np.logaddexp.reduce(row) - row[k] for row, k in zip(z, (2, 0, 1), strict=True)]
    assert run(np.append(z.ravel(), [0, 0, 0]), plan) == pytest.approx(float(np.mean(expected)), rel=1e-13)
    probs = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])
    slopes = (probs - np.eye(3)[[2, 0, 1]]) / 3
    np.testing.assert_allclose(plan.grads[:9].reshape(3, 3), slopes, rtol=1e-11, atol=1e-13)


def test_cross_entropy_of_certainty_is_small_and_not_negative() -> None:
    network = Network((1,), (Dense(2, "softmax"),), "cross_entropy")
    plan = plan_for(network, 1)
    plan.feed(network.inputs([[1.0]]), network.targets(np.array([0])))
    assert run(np.array([33.0, 13.0, 0.0, 0.0]), plan) == pytest.approx(log1p(exp(-20)), rel=1e-6)
    for z in range(30, 280):
        assert run(np.array([float(z), 0.1, 0.0, 0.0]), plan) >= 0.0


@pytest.mark.parametrize("activation", ["linear", "tanh"])
@pytest.mark.parametrize("batch", [FEW // 2, FEW])
def test_squares_of_few_and_of_many_outputs(batch: int, activation: str) -> None:
    rng = np.random.default_rng(4)
    x, y, params = rng.normal(size=(batch, 3)), rng.normal(size=(batch, 2)), rng.normal(size=8)
    network = Network((3,), (Dense(2, activation),), "mse")
    plan = plan_for(network, batch)
    plan.feed(network.inputs(x), network.targets(y))
    loss = run(params, plan)
    a = x @ params[:6].reshape(3, 2) + params[6:]
    a, slope = (np.tanh(a), 1 - np.tanh(a) ** 2) if activation == "tanh" else (a, np.ones_like(a))
    assert loss == pytest.approx(float(((a - y) ** 2).mean()), rel=1e-14)
    expected = x.T @ ((a - y) / batch * slope)
    for _ in range(2):
        np.testing.assert_allclose(plan.grads[:6].reshape(3, 2), expected, rtol=1e-12, atol=1e-15)
        plan.backward()  # a second time: nothing of the first is left in it
