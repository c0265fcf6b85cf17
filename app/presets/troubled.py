"""Presets in which training goes wrong, one for each way: the page says why, and what helps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator, default_rng

from app.i18n import N_
from app.presets.preset import Preset, dense
from app.presets.recurrent import recurrent

STEPS, UNITS, GROWTH = 20, 3, 1.3  # a state that every step multiplies


def drawn(rng: Generator, *shape: int, low: float = 0.0, high: float = 1.0) -> list[Any]:
    """Weights of either sign whose size lies between `low` and `high`."""
    weights: list[Any] = (rng.uniform(low, high, shape) * rng.choice([-1, 1], shape)).round(2).tolist()
    return weights


def two_layers(units: int, high: float, biases: list[float], low: float = 0.0) -> list[dict[str, Any]]:
    """Initial parameters of a hidden layer behind two inputs, and of the one output."""
    rng = default_rng(0)
    hidden = {"W": drawn(rng, 2, units, low=low, high=high), "b": biases}
    return [hidden, {"W": drawn(rng, units, 1), "b": [0.0]}]


def exploding() -> list[dict[str, Any]]:
    """Initial parameters of a recurrent layer that multiplies its state by GROWTH, and of the one output."""
    rng = default_rng(0)
    inputs = drawn(rng, 1, UNITS)
    states = (GROWTH * np.eye(UNITS) + np.array(drawn(rng, UNITS, UNITS, high=0.2))).round(2).tolist()
    recurrent_layer = {"Wx": inputs, "Wh": states, "b": [0.0] * UNITS}
    return [recurrent_layer, {"W": drawn(rng, UNITS, 1), "b": [0.0]}]


def moons(activation: str, units: int, **more: Any) -> dict[str, Any]:
    """Two half circles and one hidden layer."""
    return {
        "data": {"dataset": "moons"},
        "layers": [*dense(activation, units), *dense("sigmoid", 1)],
        "loss": "binary_cross_entropy",
    } | more


TROUBLED = (
    Preset(
        "too-large",
        N_("Too large a rate"),
        N_(
            "A straight line, and steps that go beyond the lowest point: each ends higher than it began. "
            "After 30 steps the loss is above 1000."
        ),
        {
            "data": {"dataset": "line"},
            "layers": dense("linear", 1),
            "loss": "mse",
            "optimizer": {"name": "sgd", "learning_rate": 0.75},
            "batch_size": 20,
        },
    ),
    Preset(
        "too-small",
        N_("Too small a rate"),
        N_(
            "The gradient points the way, and the steps are too short to get anywhere. "
            "After 150 steps the loss is still above 0.7."
        ),
        moons("tanh", 5, optimizer={"name": "sgd", "learning_rate": 0.0001}),
    ),
    Preset(
        "diverges",
        N_("Diverging"),
        N_(
            "Two layers, and a rate that is too large for both: every step makes the next one longer. "
            "After 10 steps no loss is left to be computed."
        ),
        {
            "data": {"dataset": "sine", "samples": 200},
            "layers": [*dense("relu", 6), *dense("linear", 1)],
            "loss": "mse",
            "optimizer": {"name": "sgd", "learning_rate": 0.5},
            "batch_size": 50,
        },
    ),
    Preset(
        "plateau",
        N_("A plateau"),
        N_(
            "XOR from very small weights: around them the loss is flat. "
            "After 300 steps the loss is still above 0.69, that of tossing a coin."
        ),
        {
            "data": {"dataset": "xor-table"},
            "layers": [*dense("tanh", 3), *dense("sigmoid", 1)],
            "loss": "binary_cross_entropy",
            "optimizer": {"name": "sgd", "learning_rate": 0.3},
            "initializer": "normal",
            "batch_size": 4,
        },
    ),
    Preset(
        "symmetric",
        N_("All weights zero"),
        N_(
            "All weights start at 0: the units of a layer are alike and stay alike. "
            "After 200 steps the test accuracy is still below 60%."
        ),
        {
            "data": {"dataset": "circle", "noise": 0.0, "seed": 1},
            "layers": [*dense("tanh", 4, 2), *dense("sigmoid", 1)],
            "loss": "binary_cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.03},
            "initializer": "zeros",
            "batch_size": 20,
            "seed": 1,
        },
    ),
    Preset(
        "saturated",
        N_("Saturation"),
        N_(
            "Large weights push tanh far out, where it is flat and lets no error through. "
            "After 150 steps the loss is still above 0.3."
        ),
        moons(
            "tanh",
            5,
            optimizer={"name": "sgd", "learning_rate": 0.1},
            parameters=two_layers(5, 15.0, [0.0] * 5, low=8.0),
        ),
    ),
    Preset(
        "dead-relu",
        N_("Dead ReLU"),
        N_(
            "Four of six units have a bias of −3 and answer 0 to every sample: nothing moves them. "
            "After 150 steps the test accuracy is still below 95%."
        ),
        moons(
            "relu",
            6,
            optimizer={"name": "adam", "learning_rate": 0.03},
            parameters=two_layers(6, 0.5, [0.0] * 2 + [-3.0] * 4),
        ),
    ),
    Preset(
        "rnn-explodes",
        N_("A gradient explodes"),
        N_(
            "Every step multiplies the state by about 1.3, and so the gradient on its way back through 20. "
            "After 60 steps the loss is above 2; the answer 0 has one of 0.9."
        ),
        {
            "data": {"dataset": "echo", "time_steps": STEPS},
            "layers": [recurrent("rnn", UNITS) | {"activation": "linear"}, *dense("linear", 1)],
            "loss": "mse",
            "optimizer": {"name": "adam", "learning_rate": 0.03},
            "batch_size": 20,
            "parameters": exploding(),
        },
    ),
    Preset(
        "overfits",
        N_("Noise by heart"),
        N_(
            "Thirty noisy points and two layers of twelve: the network learns the noise by heart. "
            "After 200 steps the test loss is above 0.65; it was below 0.45."
        ),
        {
            "data": {"dataset": "moons", "samples": 60, "noise": 0.5},
            "layers": [*dense("tanh", 12, 12), *dense("sigmoid", 1)],
            "loss": "binary_cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.03},
        },
    ),
)
