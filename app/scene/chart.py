"""Curves of the training as paths in a box: few points that keep every peak, axes with round numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from app.i18n import N_
from app.intervals import FARTHEST, TINY
from app.scene.format import short, width
from app.scene.ticks import log_ticks, ticks
from app.scene.view import Curve, Curves

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

WIDTH, HEIGHT = 300.0, 150.0
LEFT, RIGHT, TOP, BOTTOM = 48.0, 10.0, 8.0, 20.0
DIGIT, TICK_GAP = 7.0, 8.0  # user units: width of a digit of a tick, from the tick to the curves
SHADES = 8  # of layers, from the first to the last: 0 … SHADES, as in charts.css
POINTS = 240  # the most points of a series that are kept


@dataclass(frozen=True, slots=True)
class ChartChoice:
    """Which curves are shown, and which of them over a logarithmic axis."""

    kind: Curves = "loss"
    loss_log: bool = False
    gradient_log: bool = True

    @property
    def logarithmic(self) -> bool:
        """Whether the axis of what is shown is logarithmic."""
        return {"loss": self.loss_log, "accuracy": False, "gradient": self.gradient_log}[self.kind]


@dataclass(frozen=True, slots=True)
class Series:
    """One curve: its name (a msgid with a place for `number`), its CSS class, its path up to now and the path
    of what was undone, the value of every point (texts, in the order of the chart's steps), the present value."""

    title: str
    number: int
    kind: str
    d: str
    undone: str
    values: str
    last: float | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis, in user units, and its text."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`series` is empty before the first step; `steps` are those of all points, from `first` to `last`. `named` are
    all curves of the kind, those too of which nothing can be drawn yet; `until` is the present step.
    """

    kind: Curves
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    series: tuple[Series, ...] = ()
    steps: str = ""
    first: float = 0.0
    last: float = 1.0
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    logarithmic: bool = False
    until: int = 0
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """One curve as numbers: see Series; points behind the step `until` are undone."""

    title: str
    number: int
    kind: str
    values: Array
    until: int


def chart(curve: Curve, choice: ChartChoice) -> Chart:
    """The chosen curves over the steps."""
    every = tuple(_named(curve, choice.kind))
    made = charted(list(every), curve.step, choice)
    return replace(made, logarithmic=choice.logarithmic, until=curve.until, named=every)


def charted(given: list[Named], steps: Array, choice: ChartChoice) -> Chart:
    """Curves with a value at each of `steps`; values that cannot stand on the axis are gaps."""
    frame = Chart(choice.kind, WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM)
    named = [one for one in given if _drawable(one.values, choice.logarithmic).any()]
    if not named:
        return frame
    axis = _axis(named, choice)
    first, last = float(steps[0]), float(max(steps[-1], steps[0] + 1))
    present = np.searchsorted(steps, [one.until for one in named], side="right") - 1
    some = [decimated(one.values, POINTS // len(named)) for one in named]
    kept = np.unique(np.concatenate([*some, present[present >= 0]]))
    y_ticks = tuple(Tick(round(float(axis.up(np.array([y]))[0]), 1), axis.text(y)) for y in axis.marks)
    left = round(max(LEFT, *(TICK_GAP + DIGIT * width(tick.text) for tick in y_ticks)), 1)
    across = left + (steps - first) / (last - first) * (frame.right - left)
    marks = [x for x in ticks(first, last, whole=True) if x <= last]
    return Chart(
        *(choice.kind, WIDTH, HEIGHT, left, frame.right, TOP, frame.bottom),
        tuple(_series(one, axis, steps, across, kept) for one in named),
        ",".join(f"{step:.0f}" for step in steps[kept].tolist()),
        first,
        last,
        tuple(
            Tick(round(left + (x - first) / (last - first) * (frame.right - left), 1), short(x))
            for x in marks
        ),
        y_ticks=y_ticks,
    )


def _shade(layer: int, layers: int) -> int:
    """The first layer has the first shade, the last one the last: the two are never alike."""
    return round(SHADES * layer / max(layers - 1, 1))


def _named(curve: Curve, kind: Curves) -> Iterator[Named]:
    if kind == "loss":
        yield Named(N_("batch"), 0, "batch", curve.batch_loss, curve.until)
        yield Named(N_("training data"), 0, "train", curve.train_loss, curve.until)
        yield Named(N_("test data"), 0, "test", curve.test_loss, curve.until)
    elif kind == "accuracy":
        yield Named(N_("training data"), 0, "train", curve.train_accuracy, curve.until)
        yield Named(N_("test data"), 0, "test", curve.test_accuracy, curve.until)
    else:
        layers = curve.norms.shape[1]
        for layer, values in enumerate(curve.norms.T):
            yield Named(
                N_("layer {number}"), layer + 1, f"layer layer-{_shade(layer, layers)}", values, curve.until
            )


@dataclass(frozen=True, slots=True)
class _Axis:
    """The vertical axis: what stands at its ends (as logarithms where it is logarithmic), its marks."""

    low: float
    high: float
    logarithmic: bool
    percent: bool
    marks: list[float]

    def up(self, y: Array) -> Array:
        """Where values stand; nan for one that cannot."""
        scaled = np.log10(np.where(_drawable(y, True), y, np.nan)) if self.logarithmic else y
        height = self.high - self.low
        bottom = HEIGHT - BOTTOM
        return np.asarray(bottom - (scaled / height - self.low / height) * (bottom - TOP))

    def text(self, y: float) -> str:
        """A mark in words."""
        return f"{short(100 * y)} %" if self.percent else short(y)


def _axis(named: list[Named], choice: ChartChoice) -> _Axis:
    values = np.concatenate([one.values[_drawable(one.values, choice.logarithmic)] for one in named])
    least, most = float(values.min()), float(values.max())
    if choice.logarithmic:
        marks = log_ticks(least, most)
        low, high = log10(min(least, marks[0])), log10(max(most, marks[-1]))
        return _Axis(low, high, True, False, marks)
    smallest = floor(10 * least) / 10 if choice.kind == "accuracy" else min(0.0, least)
    largest = 1.0 if choice.kind == "accuracy" else most
    marks = ticks(smallest, largest if largest > smallest else smallest + 1.0)
    return _Axis(min(smallest, marks[0]), max(largest, marks[-1]), False, choice.kind == "accuracy", marks)


def _drawable(values: Array, logarithmic: bool) -> NDArray[np.bool_]:
    return (values >= TINY) & (values <= FARTHEST) if logarithmic else np.isfinite(values)


def _series(one: Named, axis: _Axis, steps: Array, across: Array, kept: IntArray) -> Series:
    here = int(np.searchsorted(steps, one.until, side="right"))  # how many of the points are not undone
    up = axis.up(one.values)
    drawn = kept[np.isfinite(up[kept])]
    past, future = drawn[drawn < here], drawn[drawn >= here]
    before = one.values[:here]
    finite = before[np.isfinite(before)]
    return Series(
        one.title,
        one.number,
        one.kind,
        _path(across[past], up[past]),
        _path(across[[*past[-1:], *future]], up[[*past[-1:], *future]]) if len(future) else "",
        ",".join(f"{y:.7g}" if np.isfinite(y) else "" for y in one.values[kept].tolist()),
        float(finite[-1]) if len(finite) else None,
    )


def decimated(values: Array, points: int = POINTS) -> IntArray:
    """Indices of at most `points` values, in order: the extremes of each stretch, and both ends."""
    finite = np.flatnonzero(np.isfinite(values))
    if len(finite) <= points:
        return finite
    stretches = np.array_split(finite, (points - 2) // 2)
    kept = [finite[0], finite[-1]]
    for stretch in stretches:
        kept += [stretch[np.argmin(values[stretch])], stretch[np.argmax(values[stretch])]]
    return np.unique(kept)


def _path(x: Array, y: Array) -> str:
    points = [f"{a:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    if len(points) == 1:
        return f"M{points[0]}h0.01"
    return "M" + "L".join(points) if points else ""
