"""How often a network is right."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from app.nn.arrays import Array, BoolArray

Kind = Literal["threshold", "sign", "argmax"]


def right_answers(outputs: Array, targets: ArrayLike, kind: Kind) -> BoolArray:
    """Which answers are right: (N, …, outputs), or (N, …) of classes.

    outputs: (N, …, outputs). threshold: outputs and targets in [0, 1] are cut at 0.5; sign: targets ±1, cut
    at 0; argmax: the largest output names the class, targets one-hot like the outputs or integer labels (N,
    …). An output that is not a number is a wrong answer.
    """
    y = np.asarray(targets)
    if kind == "argmax":
        labels = y.argmax(axis=-1) if y.ndim == outputs.ndim else y
        return np.asarray((outputs.argmax(axis=-1) == labels) & np.isfinite(outputs).all(axis=-1))
    cut = 0.5 if kind == "threshold" else 0.0
    return np.asarray(((outputs > cut) == (y > cut)) & ~np.isnan(outputs))


def accuracy(right: BoolArray) -> float:
    """The fraction of right answers, 0 to 1; NaN of none."""
    return np.count_nonzero(right) / right.size if right.size else float("nan")
