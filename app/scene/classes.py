"""What a classifier says: the probability of each class, and which classes it confuses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.i18n import N_
from app.nn import accuracy
from app.scene.view import View

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

SHADES = 8  # of a cell of the table, by its share of its row
MOST = 12  # classes of which a table is shown


@dataclass(frozen=True, slots=True)
class Share:
    """The probability of one class; `target` marks the right one."""

    name: str
    value: float
    target: bool


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many samples of each class (rows) were taken for which (columns); of sequences answered step by step,
    how many steps. `part` is a msgid."""

    names: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    part: str
    samples: int
    accuracy: float

    def shade(self, row: int, column: int) -> int:
        """The share of a cell in its row, in steps."""
        return round(SHADES * self.counts[row][column] / max(1, sum(self.counts[row])))


def shares(view: View, outputs: Array, target: Array | None) -> tuple[Share, ...]:
    """The probabilities of the classes (outputs), of which `target` marks the right one, if there is one;
    nothing where the network has no probability for each class."""
    if view.answers is None or view.answers.kind != "argmax" or not _has_probabilities(view):
        return ()
    right = None if target is None else int(target.argmax())
    return tuple(Share(name, float(outputs[k]), k == right) for k, name in enumerate(class_names(view)))


def _has_probabilities(view: View) -> bool:
    return len(view.network.output_shape) < 3 and view.network.layers[-1].laid_activation == "softmax"


def confusion(view: View) -> Confusion | None:
    """The table on the test data, or on the training data where there are none; of a sequence answered step by
    step, every step counts. None for regression."""
    answers = view.answers
    if answers is None or answers.kind is None:
        return None
    outputs, targets, part = answers.test_outputs, answers.test_targets, N_("test data")
    if outputs is None:
        outputs, targets, part = answers.train_outputs, answers.train_targets, N_("training data")
    names = class_names(view)
    if outputs is None or len(names) > MOST:
        return None
    units = view.network.output_shape[-1]
    outputs, targets = outputs.reshape(-1, units), targets.reshape(-1, units)
    known = np.isfinite(outputs).all(axis=1)
    size = len(names)
    pairs = size * _classes(answers.kind, targets[known]) + _classes(answers.kind, outputs[known])
    counts = np.bincount(pairs, minlength=size * size).reshape(size, size)
    share = accuracy(outputs, targets, answers.kind)
    return Confusion(names, tuple(map(tuple, counts.tolist())), part, len(targets), share)


def _classes(kind: str, values: Array) -> IntArray:
    """Which class each row means; of several outputs that are each right or wrong, every one counts."""
    if kind == "argmax":
        return np.asarray(values.argmax(axis=1))
    return (values > (0.5 if kind == "threshold" else 0.0)).astype(np.int64).ravel()


def class_names(view: View) -> tuple[str, ...]:
    """The classes; of a single output, the two sides of its threshold."""
    assert view.answers is not None
    if view.answers.kind == "argmax":
        return view.output_names or tuple(str(k + 1) for k in range(view.network.output_shape[-1]))
    return ("−1", "1") if view.answers.kind == "sign" else ("0", "1")
