"""What every unit answers over many inputs: the same as a pass over them says."""

from __future__ import annotations

import numpy as np

from app.nn import Dense, Network, activations_over, plan_for, predict

NETWORK = Network((2,), (Dense(5, "tanh"), Dense(4, "relu"), Dense(3, "softmax")), "cross_entropy")


def test_every_layer_is_that_of_a_trace() -> None:
    rng = np.random.default_rng(3)
    params, samples = NETWORK.initial("xavier_uniform", rng) + 0.1, rng.normal(size=(7, 2))
    inputs = NETWORK.inputs(samples)
    found = activations_over(NETWORK, params, inputs)
    plan = plan_for(NETWORK, 7)
    plan.load(params)
    plan.feed(inputs, None)
    plan.forward()
    for a, layer in zip(found, plan.trace(with_delta=False).layers, strict=True):
        assert np.array_equal(a.T, layer.a)
    assert np.array_equal(found[-1].T, predict(NETWORK, params, inputs))


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
