"""The loss along one update as a curve: where it stood, where the update leads, where it would have been lowest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.i18n import N_
from app.nn import Slice
from app.scene.chart import Tick
from app.scene.format import short
from app.scene.ticks import ticks

Array = NDArray[np.float64]

WIDTH, HEIGHT = 290.0, 128.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 284.0, 8.0, 110.0
HIGHEST = (
    3.0  # of the way from the lowest value to the higher of those before and after: what is higher is cut off
)
TANGENT = 1.3  # how far the tangent is drawn, in updates


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the curve."""

    x: float
    y: float


TOO_FAR = N_(
    "It goes too far: the loss of its own batch rises. Lowest at t ≈ {t}: a learning rate of {rate}."
)
PAST = N_("It goes past the lowest point, which is at t ≈ {t}: a learning rate of {rate}.")
SHORT = N_("The lowest point is farther on, at t ≈ {t}: a learning rate of {rate}.")
CAREFUL = N_("The loss still falls at t = {t}: a careful step.")
JUST = N_("It ends about at the lowest point.")
NO_GAIN = N_("Along it the loss of the batch does not fall.")


@dataclass(frozen=True, slots=True)
class Descent:
    """The curve and its tangent as paths, the points of t = 0, t = 1 and the lowest value (None: not on it).

    `verdict` is a msgid with places for `t` and `rate`, the learning rate that would end there.
    """

    curve: str
    tangent: str
    before: Dot
    after: Dot | None
    lowest: Dot | None
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    verdict: str
    t: str
    rate: str


def descent(line: Slice, lowest: float | None, learning_rate: float) -> Descent | None:
    """The drawing of the objective along an update; None where it is no number before or everywhere."""
    value = dict(zip(line.t.tolist(), line.values.tolist(), strict=True))
    if lowest is None or not np.isfinite(value[0.0]):
        return None
    least = value[lowest]
    reached = max(value[0.0], value[1.0] if np.isfinite(value[1.0]) else value[0.0])
    finite = line.values[np.isfinite(line.values)]
    high = (
        min(float(finite.max()), least + HIGHEST * (reached - least))
        if reached > least
        else float(finite.max())
    )
    high = high if high > least else least + max(abs(least), 1e-12)
    marks = ticks(least, high)
    low, high = min(least, marks[0]), max(high, marks[0])

    def x(t: float) -> float:
        first, last = float(line.t[0]), float(line.t[-1])
        return round(LEFT + (t - first) / (last - first) * (RIGHT - LEFT), 1)

    def y(loss: float) -> float:
        return round(float(np.clip(BOTTOM - (loss - low) / (high - low) * (BOTTOM - TOP), -999, 999)), 1)

    drawn = [f"{x(t)} {y(loss)}" for t, loss in value.items() if np.isfinite(loss)]
    ends = [f"{x(t)} {y(value[0.0] + t * line.slope)}" for t in (float(line.t[0]), TANGENT)]
    dots = {t: Dot(x(t), y(value[t])) for t in (0.0, 1.0, lowest) if np.isfinite(value[t])}
    return Descent(
        "M" + "L".join(drawn),
        "M" + "L".join(ends) if np.isfinite(line.slope) else "",
        dots[0.0],
        dots.get(1.0),
        dots[lowest],
        tuple(Tick(x(float(t)), short(float(t))) for t in range(int(line.t[-1]) + 1)),
        tuple(Tick(y(mark), short(mark)) for mark in marks if mark <= high),
        _verdict(line, value, lowest),
        short(lowest, 2),
        short(lowest * learning_rate, 2),
    )


def _verdict(line: Slice, value: dict[float, float], lowest: float) -> str:
    """What the update does, in words."""
    if lowest <= 0.0:
        return NO_GAIN
    if lowest < 1.0:
        return PAST if value[1.0] <= value[0.0] else TOO_FAR
    if lowest == line.t[-1]:
        return CAREFUL
    return JUST if lowest == 1.0 else SHORT
