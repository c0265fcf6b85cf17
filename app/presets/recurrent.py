"""Presets of recurrent networks: units that hand on a state from one time step to the next."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.i18n import N_
from app.presets.preset import Layer, Preset, dense

UNITS, LETTERS, STEPS = 4, 3, 20  # of the networks that are to recall a letter
OPEN = 4.0  # bias of a gate that is to stand open at first: its sigmoid is 0.98
SPREAD = 0.5


def recurrent(kind: str, units: int, *, sequences: bool = True) -> Layer:
    """A recurrent layer that gives all of its states, or the last alone."""
    return {"type": kind, "units": units, "return_sequences": sequences}


def opened(gates: int, gate: int, **biases: int) -> list[dict[str, Any]]:
    """Initial parameters of a gated layer of UNITS units and the dense layer behind it: weights within ±SPREAD,
    biases 0 but for those of `gate`, which is open. `biases` are further biases by name, gates each."""
    rng = np.random.default_rng(0)

    def drawn(*shape: int) -> list[Any]:
        weights: list[Any] = rng.uniform(-SPREAD, SPREAD, shape).round(2).tolist()
        return weights

    bias = [OPEN if k == gate else 0.0 for k in range(gates) for _ in range(UNITS)]
    more = {name: [0.0] * (count * UNITS) for name, count in biases.items()}
    gated = {"Wx": drawn(LETTERS, gates * UNITS), "Wh": drawn(UNITS, gates * UNITS), "b": bias, **more}
    return [gated, {"W": drawn(UNITS, LETTERS), "b": [0.0] * LETTERS}]


def recalling(layer: Layer, parameters: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The same task, seed and training for every kind of layer."""
    return {
        "data": {"dataset": "recall", "samples": 1000, "time_steps": STEPS},
        "layers": [layer, *dense("softmax", LETTERS)],
        "loss": "cross_entropy",
        "optimizer": {"name": "adam", "learning_rate": 0.01},
        "batch_size": 20,
        "clip_norm": 1.0,
        "parameters": parameters,
    }


RECURRENT = (
    Preset(
        "rnn-echo",
        N_("Echo"),
        N_(
            "The network has to say what it was given two steps before: its state carries it. "
            "After 200 steps the test loss is below 0.01."
        ),
        {
            "data": {"dataset": "echo", "time_steps": 8},
            "layers": [recurrent("rnn", 4), *dense("linear", 1)],
            "loss": "mse",
            "optimizer": {"name": "adam", "learning_rate": 0.03},
            "batch_size": 20,
        },
    ),
    Preset(
        "rnn-sine",
        N_("Next value of a sine"),
        N_(
            "From the values so far to the next one; only the first step has to guess, and 0 for all has a "
            "loss of 0.5. After 300 steps the test loss is below 0.05."
        ),
        {
            "data": {"dataset": "sine-next", "time_steps": 12},
            "layers": [recurrent("rnn", 5), *dense("linear", 1)],
            "loss": "mse",
            "optimizer": {"name": "adam", "learning_rate": 0.03},
            "batch_size": 20,
        },
    ),
    Preset(
        "rnn-parity",
        N_("Parity"),
        N_(
            "Is the number of ones so far odd? The state has to turn over with every one. "
            "After 600 steps the test accuracy is above 95%."
        ),
        {
            "data": {"dataset": "parity", "time_steps": 10},
            "layers": [recurrent("rnn", 6), *dense("sigmoid", 1)],
            "loss": "binary_cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.03},
            "batch_size": 20,
            "seed": 1,
        },
    ),
    Preset(
        "rnn-forgets",
        N_("A plain network forgets"),
        N_(
            "Which letter did all 20 begin with? The gradient vanishes on its way back to it. "
            "After 400 steps the test accuracy is still below 45%; chance is 33%."
        ),
        recalling(recurrent("rnn", UNITS, sequences=False)),
    ),
    Preset(
        "lstm-remembers",
        N_("An LSTM remembers"),
        N_(
            "The same 20 letters and the same seed: the forget gates start open, and the cell carries the "
            "first letter through. After 400 steps the test accuracy is above 95%."
        ),
        recalling(recurrent("lstm", UNITS, sequences=False), opened(4, 1)),
    ),
    Preset(
        "gru-remembers",
        N_("A GRU remembers"),
        N_(
            "The same 20 letters and the same seed: the update gates start near 1 and keep the old state. "
            "After 400 steps the test accuracy is above 95%."
        ),
        recalling(recurrent("gru", UNITS, sequences=False), opened(3, 1, bh=3)),
    ),
    Preset(
        "char-rnn",
        N_("Character by character"),
        N_(
            "“she sells sea shells”: after an s comes h, e or a space, and the state has to tell which. "
            "After 200 steps the test accuracy is above 85%."
        ),
        {
            "data": {"dataset": "text", "time_steps": 8},
            "layers": [recurrent("rnn", 8), *dense("softmax", 6)],
            "loss": "cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.03},
            "batch_size": 20,
        },
    ),
)
