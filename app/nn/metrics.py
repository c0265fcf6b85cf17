"""How often a network is right."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from app.nn.arrays import Array, BoolArray, Shape

Kind = Literal["threshold", "sign", "argmax"]


Truth = np.ndarray
"""What the right answers are: booleans like the outputs, or for argmax the class of each, as integers."""


def truth(targets: ArrayLike, kind: Kind, output_shape: Shape) -> Truth:
    """The right answers in `targets` (N, …), for outputs (N, *output_shape).

    threshold: targets in [0, 1] are cut at 0.5; sign: targets ±1, cut at 0; argmax: one-hot like the outputs, or
    integer labels (N, …).
    """
    y = np.asarray(targets)
    if kind == "argmax":
        return y.argmax(axis=-1) if y.ndim == 1 + len(output_shape) else y
    return y > _CUTS[kind]


_CUTS = {"threshold": 0.5, "sign": 0.0}


def right_answers(outputs: Array, targets: ArrayLike, kind: Kind) -> BoolArray:
    """`are_right` of targets as they are given."""
    return are_right(outputs, truth(targets, kind, outputs.shape[1:]), kind)


def are_right(outputs: Array, answers: Truth, kind: Kind) -> BoolArray:
    """Which outputs (N, …, outputs), cut as the targets of `truth` were, are right: an array of that shape; for
    argmax, where the largest output names the class, (N, …). What is not a number is wrong."""
    if kind == "argmax":
        return np.asarray((outputs.argmax(axis=-1) == answers) & np.isfinite(outputs).all(axis=-1))
    return np.asarray(((outputs > _CUTS[kind]) == answers) & (outputs == outputs))  # noqa: PLR0124 - not of NaN


def accuracy(right: BoolArray) -> float:
    """The fraction of right answers, 0 to 1; NaN of none."""
    return np.count_nonzero(right) / right.size if right.size else float("nan")
