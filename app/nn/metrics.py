"""How often a network is right."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from app.nn.arrays import Array, Shape

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


def accuracy(outputs: Array, targets: ArrayLike, kind: Kind) -> float:
    """`share_right` of targets as they are given."""
    return share_right(outputs, truth(targets, kind, outputs.shape[1:]), kind)


def share_right(outputs: Array, answers: Truth, kind: Kind) -> float:
    """The fraction of right answers, 0 to 1; NaN of none.

    outputs: (N, …, outputs), cut as the targets of `truth` were; the largest output names the class for argmax.
    An output that is not a number is a wrong answer.
    """
    if kind == "argmax":
        right = (outputs.argmax(axis=-1) == answers) & np.isfinite(outputs).all(axis=-1)
    else:
        right = ((outputs > _CUTS[kind]) == answers) & (outputs == outputs)  # noqa: PLR0124 - not of NaN
    return int(np.count_nonzero(right)) / right.size if right.size else float("nan")
