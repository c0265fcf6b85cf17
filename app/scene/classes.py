"""What a classifier says: how it takes one example, and which classes it confuses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.i18n import N_
from app.nn import accuracy
from app.scene.view import Example, View

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

SHADES = 8  # of a cell of the table, by its share of its row
PIXELS = 64  # an image of 8×8
MOST = 12  # classes of which a table is shown


@dataclass(frozen=True, slots=True)
class Share:
    """The probability of one class; `target` marks the right one."""

    name: str
    value: float
    target: bool


@dataclass(frozen=True, slots=True)
class Guess:
    """One training sample, counted from 0, its 64 `pixels` (0 paper, 1 ink) or none, and the answer to it."""

    row: int
    pixels: tuple[float, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many samples of each class (rows) were taken for which (columns). `part` is a msgid."""

    names: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    part: str
    samples: int
    accuracy: float

    def shade(self, row: int, column: int) -> int:
        """The share of a cell in its row, in steps."""
        return round(SHADES * self.counts[row][column] / max(1, sum(self.counts[row])))


def guess(view: View) -> Guess | None:
    """The example and the probabilities of its classes; None where the network has no output for each class."""
    example, kind = view.example, view.answers.kind if view.answers else None
    if example is None or kind != "argmax" or not _has_classes(view):
        return None
    names = _names(view)
    target = int(example.target.argmax())
    shares = (Share(name, float(example.outputs[k]), k == target) for k, name in enumerate(names))
    return Guess(example.row, _pixels(view, example), tuple(shares))


def _has_classes(view: View) -> bool:
    """Whether a sample has one output, a probability for each class."""
    network = view.network
    return len(network.output_shape) == 1 and network.layers[-1].laid_activation == "softmax"


def _pixels(view: View, example: Example) -> tuple[float, ...]:
    """The inputs as an image, where they are one."""
    image = view.input_names and view.input_names[0].startswith("pixel") and example.inputs.size == PIXELS
    return tuple(np.round(example.inputs.ravel(), 4).tolist()) if image else ()


def confusion(view: View) -> Confusion | None:
    """The table on the test data, or on the training data where there are none; None for regression and
    for an output at every step of a sequence."""
    answers = view.answers
    if answers is None or answers.kind is None or len(view.network.output_shape) > 1:
        return None
    outputs, targets, part = answers.test_outputs, answers.test_targets, N_("test data")
    if outputs is None:
        outputs, targets, part = answers.train_outputs, answers.train_targets, N_("training data")
    names = _names(view)
    if outputs is None or len(names) > MOST:
        return None
    known = np.isfinite(outputs).all(axis=1)
    counts = np.zeros((len(names), len(names)), np.int64)
    np.add.at(counts, (_classes(answers.kind, targets[known]), _classes(answers.kind, outputs[known])), 1)
    share = accuracy(outputs, targets, answers.kind)
    return Confusion(names, tuple(map(tuple, counts.tolist())), part, len(targets), share)


def _classes(kind: str, values: Array) -> IntArray:
    """Which class each row means; of several outputs that are each right or wrong, every one counts."""
    if kind == "argmax":
        return np.asarray(values.argmax(axis=1))
    return (values > (0.5 if kind == "threshold" else 0.0)).astype(np.int64).ravel()


def _names(view: View) -> tuple[str, ...]:
    """The classes; of a single output, the two sides of its threshold."""
    assert view.answers is not None
    if view.answers.kind == "argmax":
        return view.output_names or tuple(str(k + 1) for k in range(view.network.output_shape[-1]))
    return ("−1", "1") if view.answers.kind == "sign" else ("0", "1")
