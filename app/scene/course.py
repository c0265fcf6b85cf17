"""A sequence of numbers over time: the inputs, the targets, and what the network answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.datasets import Data
from app.i18n import N_
from app.intervals import interval
from app.nn import Network, right_answers
from app.scene.chart import Tick
from app.scene.format import plain, short
from app.scene.ticks import ticks
from app.scene.view import Example, View

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

WIDTH, HEIGHT = 300.0, 130.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 292.0, 8.0, 110.0
MOST = 2  # inputs and outputs that are drawn; the rest is folded
MARGIN = 0.08  # of the range, above and below
CROSS = 3.0  # half the width of the cross over a wrong answer: user units


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: its name (a msgid with a place for `number`), its CSS class, its path, its value at every step
    (texts; "" where it has none)."""

    title: str
    number: int
    kind: str
    d: str
    values: str

    def at(self, place: int) -> float | None:
        """The value at a step, counted from 0."""
        text = self.values.split(",")[place]
        return float(text) if text else None


@dataclass(frozen=True, slots=True)
class Course:
    """The chart of one sample; `crosses` stand over wrong answers. It has `steps` steps, counted from 1."""

    steps: int
    lines: tuple[Line, ...]
    crosses: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Box:
    """The place of the chart: where every step stands, across and as text, and the marks of its axes."""

    steps: int
    low: float
    high: float
    x: Array
    x_texts: tuple[str, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]

    def up(self, value: Array | float) -> Array:
        return _up(self.low, self.high, value)


@lru_cache(maxsize=256)
def _box(steps: int, low: float, high: float) -> _Box:
    x = _across(steps, np.arange(1, steps + 1))
    x_marks = dict.fromkeys(max(1, round(t)) for t in ticks(1, max(2, steps), whole=True))
    return _Box(
        steps,
        low,
        high,
        x,
        tuple(f"{place:.1f}" for place in x.tolist()),
        tuple(Tick(round(float(_across(steps, t)), 1), str(t)) for t in x_marks if t <= steps),
        tuple(
            Tick(round(float(_up(low, high, v)), 1), short(v)) for v in ticks(low, high) if low <= v <= high
        ),
    )


def _across(steps: int, step: IntArray | int) -> Array:
    return np.asarray(LEFT + (RIGHT - LEFT) * (np.asarray(step) - 1) / max(1, steps - 1))


def _up(low: float, high: float, value: Array | float) -> Array:
    """What lies outside stands at the rim."""
    with np.errstate(all="ignore"):
        share = np.minimum(np.maximum((value - low) / (high - low), 0.0), 1.0)
    return np.asarray(BOTTOM - (BOTTOM - TOP) * share)


def course(view: View, example: Example) -> Course | None:
    """The chart; None for inputs that are no sequence, and where symbols and classes are all there is."""
    reach, steps = view.samples.reach, view.network.input_shape[0]
    if reach is None or view.answers is None:
        return None
    box = _box(steps, *reach)

    def drawn(columns: Iterable[tuple[str, int, str, Array]]) -> tuple[Line, ...]:
        return tuple(
            Line(title, number, kind, _path(box, values), _texts(values))
            for title, number, kind, values in columns
        )

    given = view.samples.lines.of(example.row, lambda: drawn(_given(view, example, steps)))
    lines = (*given, *drawn(_answered(view, example, steps)))
    return Course(steps, lines, _crosses(view, box, example), box.x_ticks, box.y_ticks) if lines else None


def _given(view: View, example: Example, time: int) -> Iterator[tuple[str, int, str, Array]]:
    """The curves of the sample, each with a value at every step, nan where it has none."""
    if not view.symbols:
        several = min(MOST, example.inputs.shape[1])
        title = N_("input") if several == 1 else N_("input {number}")
        for k in range(several):
            yield title, k + 1, f"input n{k}", example.inputs[:, k]
    if view.answers is None or view.answers.kind == "argmax":
        return
    outputs = _over_time(example.outputs, time)
    targets = np.full_like(outputs, np.nan) if example.target is None else _over_time(example.target, time)
    several = min(MOST, outputs.shape[1])
    for k in range(several):
        yield N_("target") if several == 1 else N_("target {number}"), k + 1, f"target n{k}", targets[:, k]


def _answered(view: View, example: Example, time: int) -> Iterator[tuple[str, int, str, Array]]:
    """Those of the answer to it."""
    if view.answers is None or view.answers.given.kind == "argmax":
        return
    outputs = _over_time(example.outputs, time)
    several = min(MOST, outputs.shape[1])
    for k in range(several):
        yield N_("output") if several == 1 else N_("output {number}"), k + 1, f"output n{k}", outputs[:, k]


def _over_time(values: Array, time: int) -> Array:
    """(time, outputs); an answer to the whole sequence stands at its last step."""
    if values.ndim == 2:
        return values
    whole = np.full((time, len(values)), np.nan)
    whole[-1] = values
    return whole


def reach_of(network: Network, data: Data) -> tuple[float, float] | None:
    """The range of the targets and inputs that are drawn, and a margin: it does not move while training. None where
    inputs are no sequence, and where symbols and classes are all there is."""
    parts = [] if data.accuracy == "argmax" else [data.train_targets]
    if not data.symbols:
        parts.append(data.train_points[..., :MOST])
    if len(network.input_shape) != 2 or not parts:
        return None
    low, high = min(float(p.min()) for p in parts), max(float(p.max()) for p in parts)
    return interval(low, high, MARGIN)


def _path(box: _Box, values: Array) -> str:
    """Values joined; one that stands alone is a dot. What lies outside stands at the rim."""
    known = np.isfinite(values).tolist()
    points = [f"{x} {y:.1f}" for x, y in zip(box.x_texts, box.up(values).tolist(), strict=True)]
    if len(points) > 1 and all(known):
        return "M" + "L".join(points)
    parts = []
    for k, is_known in enumerate(known):
        if is_known:
            joined = k > 0 and known[k - 1]
            lone = not joined and not (k + 1 < box.steps and known[k + 1])
            parts.append(f"{'L' if joined else 'M'}{points[k]}{'h0' if lone else ''}")
    return "".join(parts)


def _texts(values: Array) -> str:
    return ",".join(map(plain, values.tolist()))


def _crosses(view: View, box: _Box, example: Example) -> str:
    """Crosses over the answers that are on the wrong side of their threshold."""
    kind = view.answers.kind if view.answers else None
    if kind not in ("threshold", "sign") or example.target is None:
        return ""
    outputs, targets = (_over_time(values, box.steps) for values in (example.outputs, example.target))
    known = np.isfinite(targets).all(axis=1)
    wrong = np.flatnonzero(known & ~right_answers(outputs, targets, kind).all(axis=1))
    x, y = box.x[wrong], box.up(outputs[wrong, 0])
    size = 2 * CROSS
    return "".join(
        f"M{a - CROSS:.1f} {b - CROSS:.1f}l{size} {size}m0 -{size}l-{size} {size}"
        for a, b in zip(x.tolist(), np.nan_to_num(y, nan=BOTTOM).tolist(), strict=True)
    )
