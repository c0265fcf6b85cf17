"""Loss curves as paths in a box: few points that keep every peak, and axes with round numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from app.i18n import N_
from app.scene.format import short
from app.scene.view import Curve

Array = NDArray[np.float64]

WIDTH, HEIGHT = 300.0, 230.0
LEFT, RIGHT, TOP, BOTTOM = 48.0, 10.0, 10.0, 24.0
POINTS = 240  # the most points a series is drawn with


@dataclass(frozen=True, slots=True)
class Series:
    """One curve: its name (a msgid), its CSS class, its path, its last finite value."""

    title: str
    kind: str
    d: str
    last: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis, in user units, and its text."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`series` is empty before the first step."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    series: tuple[Series, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


SERIES = (
    ("batch_loss", "batch", N_("batch")),
    ("train_loss", "train", N_("training data")),
    ("test_loss", "test", N_("test data")),
)


def chart(curve: Curve) -> Chart:
    """The losses over the steps; values that are no finite number are gaps."""
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    values = [(getattr(curve, name), kind, title) for name, kind, title in SERIES]
    shown = [(v, kind, title) for v, kind, title in values if np.isfinite(v).any()]
    if not shown:
        return Chart(WIDTH, HEIGHT, LEFT, right, TOP, bottom, (), (), ())
    largest = max(float(v[np.isfinite(v)].max()) for v, _, _ in shown)
    smallest = min(0.0, *(float(v[np.isfinite(v)].min()) for v, _, _ in shown))
    x_marks = ticks(float(curve.step[0]), float(max(curve.step[-1], curve.step[0] + 1)), whole=True)
    y_marks = ticks(smallest, largest if largest > smallest else smallest + 1.0)
    x_low, x_high = float(curve.step[0]), float(max(curve.step[-1], curve.step[0] + 1))
    y_low, y_high = min(smallest, y_marks[0]), max(largest, y_marks[-1])

    def across(x: Array | float) -> Array:
        return np.asarray(LEFT + (x - x_low) / (x_high - x_low) * (right - LEFT))

    def up(y: Array | float) -> Array:
        height = y_high - y_low
        return np.asarray(bottom - (y / height - y_low / height) * (bottom - TOP))

    series = []
    for v, kind, title in shown:
        kept = decimated(v)
        last = float(v[np.isfinite(v)][-1])
        series.append(Series(title, kind, _path(across(curve.step[kept]), up(v[kept])), last))
    return Chart(
        *(WIDTH, HEIGHT, LEFT, right, TOP, bottom),
        tuple(series),
        tuple(Tick(round(float(across(x)), 1), short(x)) for x in x_marks if x <= x_high),
        tuple(Tick(round(float(up(y)), 1), short(y)) for y in y_marks),
    )


def decimated(values: Array, points: int = POINTS) -> NDArray[np.int64]:
    """Indices of at most `points` values, in order: the extremes of each stretch, and both ends."""
    finite = np.flatnonzero(np.isfinite(values))
    if len(finite) <= points:
        return finite
    stretches = np.array_split(finite, (points - 2) // 2)
    kept = [finite[0], finite[-1]]
    for stretch in stretches:
        kept += [stretch[np.argmin(values[stretch])], stretch[np.argmax(values[stretch])]]
    return np.unique(kept)


def ticks(low: float, high: float, whole: bool = False) -> list[float]:
    """Three to six round numbers from `low` or just above it to `high` or just above it."""
    raw = (high - low) / 4
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * (1 - 1e-9))
    if whole:
        step = max(1.0, ceil(step))
    first, last = ceil(low / step - 1e-9), ceil(high / step - 1e-9)
    return [round(i * step, 12 - floor(log10(step))) for i in range(first, last + 1)]


def _path(x: Array, y: Array) -> str:
    points = [f"{a:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    if len(points) == 1:
        return f"M{points[0]}h0.01"
    return "M" + "L".join(points)
