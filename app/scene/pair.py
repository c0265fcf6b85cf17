"""Two networks side by side: their numbers in one table, the loss curves in one chart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.i18n import N_
from app.scene.differences import Difference, differences, settings
from app.scene.pictures import packed, pictures
from app.scene.view import View

Array = NDArray[np.float64]
DECADES = 6  # of the bars of gradients: what is a millionth of the largest has none
BAR = 60.0  # user units of the longest


@dataclass(frozen=True, slots=True)
class Row:
    """One number of both networks: its name (a msgid with a place for `number`), its kind (CSS, and how it is
    written), a value on either side, None where there is none. `bars` are their lengths, of gradients."""

    title: str
    number: int
    kind: str
    values: tuple[float | None, float | None]
    bars: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """`differences` are those of the settings, `rows` those of the numbers; `level`: both are at the same step.
    `settings` are those of the left one, by field, which another one may have otherwise."""

    left: View
    right: View
    differences: tuple[Difference, ...]
    settings: dict[str, str]
    rows: tuple[Row, ...]

    @property
    def views(self) -> tuple[View, View]:
        """Left and right."""
        return self.left, self.right

    @property
    def owner(self) -> bool:
        """Whether whoever looks may press the buttons."""
        return self.left.owner and self.right.owner

    @property
    def level(self) -> bool:
        """Both are at the same step."""
        return self.left.step == self.right.step

    @property
    def able(self) -> bool:
        """Whether a button still moves one of them."""
        return self.owner and any(view.stopped is None or view.phase != "idle" for view in self.views)

    @property
    def alike(self) -> bool:
        """Both are drawn in the same way."""
        return self.left.drawn == self.right.drawn


def pair(left: View, right: View) -> Pair:
    """Two sessions as they stand."""
    rows = tuple(_rows(left, right))
    return Pair(left, right, differences(left.spec, right.spec), settings(left.spec), rows)


def _rows(left: View, right: View) -> Iterator[Row]:
    both = left, right
    yield Row(N_("Steps"), 0, "step", (left.step, right.step))
    yield Row(N_("Batch loss"), 0, "batch-loss", (left.batch_loss, right.batch_loss))
    yield Row(N_("Training loss"), 0, "train-loss", (left.train_loss, right.train_loss))
    if any(view.test_loss is not None for view in both):
        yield Row(N_("Test loss"), 0, "test-loss", (left.test_loss, right.test_loss))
    if any(view.train_accuracy is not None for view in both):
        yield Row(N_("Training accuracy"), 0, "accuracy", (left.train_accuracy, right.train_accuracy))
    if any(view.test_accuracy is not None for view in both):
        yield Row(N_("Test accuracy"), 0, "accuracy", (left.test_accuracy, right.test_accuracy))
    yield from _gradients(norms(left), norms(right))


def _gradients(left: list[float | None], right: list[float | None]) -> Iterator[Row]:
    """‖∂L/∂θ‖ of all, then of every layer that has parameters."""
    most = max((x for x in [*left, *right] if x is not None and np.isfinite(x)), default=0.0)
    for place in range(max(len(left), len(right))):
        values = tuple(side[place] if place < len(side) else None for side in (left, right))
        if place and values == (None, None) and any(left + right):
            continue
        title = N_("‖Gradient‖ of layer {number}") if place else N_("‖Gradient‖")
        yield Row(
            title, place, "gradient", (values[0], values[1]), (_bar(values[0], most), _bar(values[1], most))
        )


def _bar(value: float | None, most: float) -> float:
    if not value or not np.isfinite(value):
        return 0.0
    return round(BAR * max(0.02, 1 + log10(value / most) / DECADES), 1)


def norms(view: View) -> list[float | None]:
    """The length of the gradient, then that of each layer; None before any backward pass, and of a layer
    without parameters."""
    spans = view.network.spans
    if view.gradients is None:
        return [None] * (1 + len(spans))
    with np.errstate(all="ignore"):
        lengths = [float(np.linalg.norm(view.gradients[span])) for span in spans]
        whole = float(np.linalg.norm(view.gradients))
    return [
        whole,
        *(x if span.stop > span.start else None for x, span in zip(lengths, spans, strict=True)),
    ]


def neuron_pictures(view: View) -> dict[str, Any] | None:
    """For JSON: the small pictures in the neurons, None where there are none."""
    drawn = pictures(view)
    return {"small": drawn.small, "neurons": packed(drawn.neurons)} if drawn else None
