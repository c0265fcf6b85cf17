"""What every unit answers over many inputs: the same as a pass over them says."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import ACTIVATIONS, Dense, Dropout, Network, activations_over, plan_for, predict

NETWORK = Network((2,), (Dense(5, "tanh"), Dense(4, "relu"), Dense(3, "softmax")), "cross_entropy")


GREY = 1 / 254  # the shades of a picture


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - {"softmax"}))
def test_every_layer_is_that_of_a_trace_to_a_shade_of_grey(activation: str) -> None:
    layers = (Dense(5, activation), Dense(4, activation), Dense(3, "softmax"))
    network, rng = Network((2,), layers, "cross_entropy"), np.random.default_rng(3)
    params, samples = network.initial("xavier_uniform", rng) + 0.1, rng.normal(size=(7, 2))
    inputs = network.inputs(samples)
    found = activations_over(network, params, inputs)
    plan = plan_for(network, 7)
    plan.load(params)
    plan.feed(inputs, None)
    plan.forward()
    for a, layer in zip(found, plan.trace(with_delta=False).layers, strict=True):
        assert np.abs(a.T - layer.a).max() < GREY * 1e-3 * np.abs(layer.a).max()


def test_layers_without_parameters_hand_on_what_they_get() -> None:
    layers, rng = (Dense(5, "tanh"), Dropout(0.5), Dense(1, "linear")), np.random.default_rng(3)
    network = Network((2,), layers, "mse")
    params = network.initial("xavier_uniform", rng)
    inputs = network.inputs(rng.normal(size=(7, 2)))
    first, second, outputs = activations_over(network, params, inputs)
    assert np.array_equal(first, second)
    assert pytest.approx(predict(network, params, inputs), rel=1e-5, abs=1e-6) == outputs.T


def test_what_is_no_number_stays_none() -> None:
    params = np.full(NETWORK.size, np.inf)
    found = activations_over(NETWORK, params, NETWORK.inputs(np.ones((3, 2))))
    assert np.isnan(found[-1]).all()


def test_they_are_copies() -> None:
    rng = np.random.default_rng(4)
    inputs = NETWORK.inputs(rng.normal(size=(6, 2)))
    one, other = (NETWORK.initial("xavier_uniform", rng) for _ in range(2))
    first = activations_over(NETWORK, one, inputs)
    before = [a.copy() for a in first]
    second = activations_over(NETWORK, other, inputs)
    for a, kept, b in zip(first, before, second, strict=True):
        assert np.array_equal(a, kept)
        assert not np.array_equal(a, b)
