"""The curves of two networks in one chart: the left one solid, the right one dashed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.i18n import N_
from app.scene.chart import Chart, ChartChoice, Named, charted
from app.scene.view import Curve

Array = NDArray[np.float64]


def pair_chart(left: Curve, right: Curve, choice: ChartChoice) -> Chart:
    """Losses, accuracies or ‖gradient‖ of both over the steps that either has made."""
    steps = np.union1d(left.step, right.step)
    both = [_over(steps, curve) for curve in (left, right)]
    named = [
        one
        for side, curve in zip(("left", "right"), both, strict=True)
        for one in _named(curve, side, choice)
    ]
    return charted(named, steps, choice)


def _over(steps: Array, curve: Curve) -> Curve:
    """The curve over more steps; nan at those that are not its own."""
    own = np.searchsorted(steps, curve.step)

    def spread(values: Array) -> Array:
        wide = np.full((len(steps), *values.shape[1:]), np.nan)
        wide[own] = values
        return wide

    columns: dict[str, Any] = {
        each.name: spread(getattr(curve, each.name))
        for each in fields(curve)
        if each.name not in ("step", "until")
    }
    return replace(curve, step=steps, **columns)


TITLES = {
    ("left", "train"): N_("left, training data"),
    ("left", "test"): N_("left, test data"),
    ("left", "gradient"): N_("left"),
    ("right", "train"): N_("right, training data"),
    ("right", "test"): N_("right, test data"),
    ("right", "gradient"): N_("right"),
}


def _named(curve: Curve, side: str, choice: ChartChoice) -> Iterator[Named]:
    lines: dict[str, Array]
    if choice.kind == "gradient":
        with np.errstate(all="ignore"):
            lines = {"gradient": np.linalg.norm(curve.norms, axis=1)}
    elif choice.kind == "accuracy":
        lines = {"train": curve.train_accuracy, "test": curve.test_accuracy}
    else:
        lines = {"train": curve.train_loss, "test": curve.test_loss}
    for line, values in lines.items():
        yield Named(TITLES[side, line], 0, f"{side} {line}", values, curve.until)
