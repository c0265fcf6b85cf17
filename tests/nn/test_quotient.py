"""One gradient by the definition of the derivative."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import Dense, Network, plan_for, quotient
from app.nn.algebra import symbol
from tests.nn.naive import random_network
from tests.nn.test_chain import NETWORKS, run_of


@pytest.mark.parametrize("name", NETWORKS)
def test_every_kind_of_parameter(name: str) -> None:
    one = run_of(name)
    plan, network = one.plan, one.network
    params, gradients, loss = plan.params.copy(), plan.grads.copy(), one.trace.loss
    for slot in network.slots:
        at = slot.start + int(np.abs(gradients[slot.start : slot.stop]).argmax())
        found = quotient(network, params, one.inputs, one.targets, None, at, noise=(0,))
        assert found.relative_error(float(gradients[at])) < 1e-6, slot
        assert min(found.above, found.below) < loss < max(found.above, found.below) or gradients[at] == 0
        assert found.expression(symbol("w")).value == pytest.approx(found.value, rel=1e-9)


def test_the_penalty_is_part_of_it() -> None:
    network, params, inputs, targets = random_network(np.random.default_rng(1))
    plan = plan_for(network, inputs.count)
    plan.load(params)
    plan.feed(inputs, targets)
    plan.forward()
    plan.backward(0.3, 0.2)
    for at in range(network.size):
        found = quotient(network, params, inputs, targets, None, at, l1=0.3, l2=0.2)
        assert found.relative_error(float(plan.grads[at])) < 1e-6


def test_a_wrong_gradient_stands_out() -> None:
    network, params, inputs, targets = random_network(np.random.default_rng(1))
    found = quotient(network, params, inputs, targets, None, 0)
    assert found.relative_error(found.value * 1.001) == pytest.approx(1e-3, rel=0.01)


def test_epsilon_grows_with_the_number() -> None:
    network = Network((1,), (Dense(1),), "squared_error")
    inputs, targets = network.inputs([[1.0]]), network.targets([[0.0]])
    for w, epsilon in ((0.0, 1e-5), (-9.9, 1e-5), (250.0, 1e-3)):
        found = quotient(network, np.array([w, 0.0]), inputs, targets, None, 0)
        assert found.epsilon == pytest.approx(epsilon)
        assert found.value == pytest.approx(w, abs=1e-8)


def test_at_a_kink_the_limit_tells() -> None:
    network = Network((1,), (Dense(1, "relu"),), "squared_error")
    inputs, targets = network.inputs([[1.0]]), network.targets([[-1.0]])
    found = quotient(network, np.array([4e-6, 0.0]), inputs, targets, None, 0)  # z is 4e-6, within ε of 0
    slope = 1.0 + 4e-6
    assert found.relative_error(slope) > 0.1
    assert found.limit.relative_error(slope) < 1e-5


def test_it_is_written_as_in_a_textbook() -> None:
    network = Network((1,), (Dense(1),), "squared_error")
    found = quotient(network, np.zeros(2), network.inputs([[1.0]]), network.targets([[0.0]]), None, 0)
    latex = found.expression(symbol("w")).written(None).latex
    assert latex == (
        r"\frac{L\left(w + \varepsilon\right) - L\left(w - \varepsilon\right)}{2 \, \varepsilon}"
    )
