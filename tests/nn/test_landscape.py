"""The loss at other parameters: what it is there, and directions that do not depend on the scale of the weights."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import default_rng

from app.nn import (
    Columns,
    Conv2d,
    Dense,
    Dropout,
    Gru,
    Layer,
    Lstm,
    Network,
    Rnn,
    coordinates,
    evaluate,
    objectives,
    penalty,
    plan_for,
    random_directions,
)

NETWORKS: dict[str, tuple[tuple[int, ...], tuple[Layer, ...]]] = {
    "dense": ((3,), (Dense(4, "tanh"), Dense(2))),
    "conv": ((5, 5, 2), (Conv2d(3, (2, 2)), Dense(2))),
    "rnn": ((4, 2), (Rnn(3), Dense(2))),
    "lstm": ((4, 2), (Lstm(3), Dense(2))),
    "gru": ((4, 2), (Gru(3), Dense(2))),
}


def made(name: str, samples: int = 7) -> tuple[Network, np.ndarray, Columns, Columns]:
    """A network, parameters of it (biases too), and random samples."""
    shape, layers = NETWORKS[name]
    rng, network = default_rng(3), Network(shape, layers, "mse")
    params = network.initial("xavier_uniform", rng) + 0.2 * rng.normal(size=network.size)
    x, y = rng.normal(size=(samples, *shape)), rng.normal(size=(samples, 2))
    return network, params, network.inputs(x), network.targets(y)


@pytest.mark.parametrize("name", NETWORKS)
def test_values_are_those_of_an_evaluation_plus_penalty(name: str) -> None:
    network, params, inputs, targets = made(name)
    directions = default_rng(1).normal(size=(2, network.size))
    steps = np.array([[0.0, 0.0], [0.5, -1.0], [2.0, 0.25]])
    found = objectives(network, params, directions, steps, inputs, targets, np.arange(7), l1=0.01, l2=0.3)
    for value, at in zip(found, steps, strict=True):
        there = params + at[0] * directions[0] + at[1] * directions[1]
        expected = evaluate(network, there, inputs, targets).loss + penalty(network, there, 0.01, 0.3)
        assert value == pytest.approx(expected, rel=1e-12)


def test_only_the_samples_asked_for_count_also_in_several_pieces() -> None:
    network, params, inputs, targets = made("dense", samples=1200)
    rows = np.arange(0, 1200, 2)
    found = objectives(network, params, np.zeros((1, network.size)), np.zeros((1, 1)), inputs, targets, rows)
    part = (Columns(columns.values[rows], len(rows)) for columns in (inputs, targets))
    assert found[0] == pytest.approx(evaluate(network, params, *part).loss, rel=1e-12)


def test_a_training_pass_draws_its_own_noise() -> None:
    network = Network((3,), (Dense(20, "tanh"), Dropout(0.5), Dense(1)), "mse")
    rng = default_rng(0)
    params = network.initial("xavier_uniform", rng)
    inputs, targets = network.inputs(rng.normal(size=(5, 3))), network.targets(rng.normal(size=(5, 1)))
    plan = plan_for(network, 5)
    plan.load(params)
    plan.feed(inputs, targets, np.arange(5), (4, 2))
    expected = plan.forward()
    still, zero = np.zeros((1, network.size)), np.zeros((1, 1))
    given = (network, params, still, zero, inputs, targets, np.arange(5))
    assert objectives(*given, noise=(4, 2))[0] == expected
    assert objectives(*given)[0] != expected


@pytest.mark.parametrize("name", NETWORKS)
def test_every_filter_of_a_direction_is_as_long_as_that_of_the_weights(name: str) -> None:
    network, params, _, _ = made(name)
    for direction in random_directions(network, params, default_rng(5)):
        for drawn, own in zip(network.unflatten(direction), network.unflatten(params), strict=True):
            for key, values in own.items():
                if not key.startswith("W"):
                    assert not drawn[key].any()
                    continue
                axes = tuple(range(values.ndim - 1))
                lengths = np.sqrt((values**2).sum(axis=axes))
                assert np.sqrt((drawn[key] ** 2).sum(axis=axes)) == pytest.approx(lengths, rel=1e-12)


def test_directions_follow_their_seed_and_scale_with_the_weights() -> None:
    network, params, _, _ = made("dense")
    first = random_directions(network, params, default_rng(5))
    assert (first == random_directions(network, params, default_rng(5))).all()
    assert not (first == random_directions(network, params, default_rng(6))).all()
    assert random_directions(network, 3.0 * params, default_rng(5)) == pytest.approx(3.0 * first)


def test_coordinates_lead_back_to_the_point_and_project_what_lies_beside() -> None:
    rng = default_rng(2)
    directions = rng.normal(size=(2, 6))
    places = rng.normal(size=(4, 2))
    assert coordinates(directions, places @ directions) == pytest.approx(places)
    away = np.linalg.svd(directions)[2][2:].sum(axis=0)  # orthogonal to both
    assert coordinates(directions, places @ directions + away) == pytest.approx(places)
