"""∂L/∂a of every layer against central differences: the rest of the network, fed with changed outputs."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import (
    Array,
    AvgPool2d,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    Layer,
    Lstm,
    MaxPool2d,
    Network,
    plan_for,
)
from tests.nn.passes import Run, run

STEP = 1e-6
NETWORKS: dict[str, tuple[Layer, ...]] = {
    "conv": (
        Conv2d(3, (3, 3), 1, "same", "tanh"),
        MaxPool2d(2),
        Conv2d(2, (2, 2), 1, "valid", "relu"),
        Flatten(),
    ),
    "strided": (Conv2d(2, (3, 2), 2, "valid", "gelu"), AvgPool2d(2), Dense(3, "sigmoid")),
    "rows": (Flatten(), Dense(4, "relu"), Dropout(0.4), Dense(3, "tanh")),
    "softmax": (Conv2d(3, (2, 2), 1, "valid", "softmax"), Dense(2)),
}


def known(values: Array | None) -> Array:
    """What is there after a backward pass."""
    assert values is not None
    return values


def by_differences(made: Run, number: int) -> Array:
    """∂L/∂a of a layer: every number of it changed a little, the layers behind it run again."""
    network, trace = made.network, made.trace
    a = trace.layers[number].a
    rest = Network(a.shape[1:], network.layers[number + 1 :], network.loss)
    plan = plan_for(rest, len(a))
    plan.load(made.plan.params[network.spans[number].stop :])

    def loss(outputs: Array) -> float:
        plan.feed(rest.inputs(outputs), rest.targets(made.y), None, None)
        return plan.forward()

    slopes = np.zeros(a.shape)
    for place in np.ndindex(a.shape):
        up, down = a.copy(), a.copy()
        up[place] += STEP
        down[place] -= STEP
        slopes[place] = (loss(up) - loss(down)) / (2 * STEP)
    return slopes


@pytest.mark.parametrize("name", NETWORKS)
def test_what_comes_back_to_the_outputs_is_the_slope_of_the_loss(name: str) -> None:
    made = run(np.random.default_rng(3), (6, 5, 2), *NETWORKS[name])
    for number, layer in enumerate(made.trace.layers[:-1]):
        assert known(layer.da) == pytest.approx(by_differences(made, number), rel=1e-5, abs=1e-9)
    assert made.trace.layers[-1].da is None


def test_the_slope_of_the_activation_makes_delta_of_it() -> None:
    made = run(np.random.default_rng(4), (6, 5, 2), *NETWORKS["conv"])
    layer = made.trace.layers[0]
    assert known(layer.delta) == pytest.approx(known(layer.da) * (1 - layer.a**2), rel=1e-12)
    pooled = made.trace.layers[1]
    assert np.array_equal(known(pooled.da), known(pooled.delta))


def test_a_trace_leaves_the_gradients_as_they_are() -> None:
    made = run(np.random.default_rng(5), (6, 5, 2), *NETWORKS["conv"])
    before = made.plan.grads.copy()
    one, other = made.trace, made.trace
    assert np.array_equal(made.plan.grads, before)
    for a, b in zip(one.layers, other.layers, strict=True):
        assert np.array_equal(known(a.delta), known(b.delta))


def test_it_is_not_asked_for_in_front_of_a_recurrent_layer_and_without_a_backward_pass() -> None:
    made = run(np.random.default_rng(6), (4, 2), Dropout(0.2), Lstm(3), Dense(2, "tanh"), Dense(1))
    assert [layer.da is None for layer in made.trace.layers] == [True, True, False, True]
    assert all(layer.da is None for layer in made.plan.trace(with_delta=False).layers)
