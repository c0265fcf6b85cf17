"""Specs that the tests train: small, and each with something of its own."""

from __future__ import annotations

from typing import Any

from app.layers import DenseSpec
from app.limits import Limits
from app.presets import PRESETS
from app.session import Session
from app.setup import prepare
from app.spec import Spec, parse_spec
from app.training import start

LIMITS = Limits()
ROWS = [[0.1, -0.2], [0.4, 0.3], [-0.5, 0.6], [0.7, -0.8], [0.9, 0.2], [-0.1, -0.3], [0.05, 0.5]]
ANSWERS = [[0.2], [-0.1], [0.4], [0.3], [-0.6], [0.5], [0.1]]

# Presets whose every neuron and edge is drawn.
BY_UNIT = [
    name for name, one in PRESETS.items() if {layer["type"] for layer in one.spec["layers"]} == {"dense"}
]


def rows_spec(**changes: Any) -> dict[str, Any]:
    """Seven rows given in the spec, batches of three in order, two layers; `changes` lie on top."""
    return {
        "data": {"inputs": ROWS, "targets": ANSWERS},
        "layers": [
            {"type": "dense", "units": 3, "activation": "tanh"},
            {"type": "dense", "units": 1, "activation": "linear"},
        ],
        "loss": "mse",
        "batch_size": 3,
        "shuffle": False,
        "seed": 5,
    } | changes


def named_spec(**changes: Any) -> dict[str, Any]:
    """A named data set with test data, shuffled, Adam."""
    return {
        "data": {"dataset": "circle", "samples": 40, "seed": 2},
        "layers": [
            {"type": "dense", "units": 4, "activation": "relu"},
            {"type": "dense", "units": 1, "activation": "sigmoid"},
        ],
        "loss": "binary_cross_entropy",
        "optimizer": {"name": "adam", "learning_rate": 0.05},
        "batch_size": 6,
    } | changes


def started(spec: dict[str, Any]) -> Session:
    """A session on `spec` at step 0."""
    return start(prepare(parse_spec(spec), LIMITS), "session", "owner", None)


def dense_of(spec: Spec) -> tuple[DenseSpec, ...]:
    """The layers of a spec of dense layers alone."""
    layers = tuple(layer for layer in spec.layers if isinstance(layer, DenseSpec))
    assert len(layers) == len(spec.layers)
    return layers
