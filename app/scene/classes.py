"""What a classifier says: the probability of each class, and which classes it confuses."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.i18n import N_
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


class Confusion(NamedTuple):
    """How many samples of each class (rows) were taken for which (columns); of sequences answered step by step,
    how many steps. `part` is a msgid."""

    names: tuple[str, ...]
    counts: IntArray
    part: str
    samples: int
    accuracy: float

    def shade(self, row: int, column: int) -> int:
        """The share of a cell in its row, in steps."""
        return round(SHADES * int(self.counts[row, column]) / max(1, int(self.counts[row].sum())))


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
    given, answered, part, share = answers.given, answers.test, N_("test data"), view.test_accuracy
    if answered is None:
        answered, part, share = answers.train, N_("training data"), view.train_accuracy
    size = given.class_count
    if answered is None or share is None or size > MOST:
        return None
    outputs, rows = answered.outputs, given.train_rows if answered is answers.train else given.test_rows
    samples = outputs.size // given.units
    if not isfinite(np.vdot(outputs, outputs)):  # what is no number is no class
        outputs = outputs.reshape(samples, -1)
        known = np.isfinite(outputs).all(axis=1)
        outputs, rows = outputs[known], rows.reshape(samples, -1)[known].ravel()
    counts = np.bincount(rows + given.classes(outputs), minlength=size * size).reshape(size, size)
    return Confusion(class_names(view), counts, part, samples, share)


def class_names(view: View) -> tuple[str, ...]:
    """The classes; of a single output, the two sides of its threshold."""
    assert view.answers is not None
    if view.answers.kind == "argmax":
        return view.output_names or tuple(str(k + 1) for k in range(view.network.output_shape[-1]))
    return ("−1", "1") if view.answers.kind == "sign" else ("0", "1")
