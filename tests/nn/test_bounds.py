"""The size of parameters up to which nothing can overflow: certain, and not needlessly small."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import ACTIVATIONS, Conv2d, Dense, Flatten, Gru, Lstm, Network, Rnn, calm_size, evaluate

NETWORKS = {
    **{
        name: Network((3,), (Dense(4, name), Dense(5, name), Dense(1, "linear")), "mse")
        for name in ACTIVATIONS
    },
    "conv": Network((4, 4, 2), (Conv2d(3, (2, 2), activation="relu"), Flatten(), Dense(1)), "mse"),
    "rnn": Network((6, 2), (Rnn(3, activation="relu"), Dense(1, "linear")), "squared_error"),
    "lstm": Network((6, 2), (Lstm(3), Dense(1, "linear")), "mse"),
    "gru": Network((6, 2), (Gru(3), Dense(1, "linear")), "mse"),
}


@pytest.mark.parametrize("largest", [1.0, 1e100])
@pytest.mark.parametrize("name", NETWORKS)
def test_within_it_every_loss_is_finite(name: str, largest: float) -> None:
    network = NETWORKS[name]
    size, rng = calm_size(network, largest), np.random.default_rng(1)
    assert size > (1e3 if largest == 1.0 else 0.0)
    inputs = network.inputs(np.full((3, *network.input_shape), largest))
    targets = network.targets(np.full((3, *network.output_shape), -largest))
    for params in (np.full(network.size, size), rng.choice([-size, size], network.size)):
        assert np.isfinite(evaluate(network, params, inputs, targets).loss)


def test_beyond_it_a_loss_does_overflow() -> None:
    network = NETWORKS["linear"]
    inputs, targets = network.inputs(np.ones((1, 3))), network.targets(np.ones((1, 1)))
    params = np.full(network.size, 1e4 * calm_size(network, 1.0))
    assert np.isinf(evaluate(network, params * 1e4, inputs, targets).loss)


def test_nothing_is_certain_of_data_without_bounds_or_of_a_network_too_long() -> None:
    assert calm_size(NETWORKS["linear"], 1e141) == 0.0
    assert calm_size(Network((500, 1), (Rnn(8, activation="relu"), Dense(1)), "mse"), 1.0) == 0.0
