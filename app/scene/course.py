"""A sequence of numbers over time: the inputs, the targets, and what the network answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.i18n import N_
from app.nn import right_answers
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


@dataclass(frozen=True, slots=True)
class _Box:
    steps: int
    low: float
    high: float

    def across(self, step: Array | IntArray | int) -> Array:
        return np.asarray(LEFT + (RIGHT - LEFT) * (np.asarray(step) - 1) / max(1, self.steps - 1))

    def up(self, value: Array | float) -> Array:
        with np.errstate(all="ignore"):
            share = np.clip((value - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.asarray(BOTTOM - (BOTTOM - TOP) * share)


def course(view: View, example: Example) -> Course | None:
    """The chart; None for inputs that are no sequence, and where symbols and classes are all there is."""
    shape = view.network.input_shape
    if len(shape) != 2 or view.answers is None:
        return None
    named = list(_columns(view, example))
    if not named:
        return None
    box = _Box(shape[0], *_range(view, bool(view.symbols)))
    lines = tuple(
        Line(title, number, kind, _path(box, values), _texts(values)) for title, number, kind, values in named
    )
    x_marks = dict.fromkeys(max(1, round(t)) for t in ticks(1, max(2, shape[0]), whole=True))
    return Course(
        shape[0],
        lines,
        _crosses(view, box, example),
        tuple(Tick(round(float(box.across(t)), 1), str(t)) for t in x_marks if t <= shape[0]),
        tuple(
            Tick(round(float(box.up(v)), 1), short(v))
            for v in ticks(box.low, box.high)
            if box.low <= v <= box.high
        ),
    )


def _columns(view: View, example: Example) -> Iterator[tuple[str, int, str, Array]]:
    """Every curve with a value at each step, nan where it has none."""
    time = view.network.input_shape[0]
    if not view.symbols:
        several = min(MOST, example.inputs.shape[1])
        title = N_("input") if several == 1 else N_("input {number}")
        for k in range(several):
            yield title, k + 1, f"input n{k}", example.inputs[:, k]
    assert view.answers is not None
    if view.answers.kind == "argmax":
        return
    outputs = _over_time(example.outputs, time)
    targets = np.full_like(outputs, np.nan) if example.target is None else _over_time(example.target, time)
    several = min(MOST, outputs.shape[1])
    for k in range(several):
        yield N_("target") if several == 1 else N_("target {number}"), k + 1, f"target n{k}", targets[:, k]
    for k in range(several):
        yield N_("output") if several == 1 else N_("output {number}"), k + 1, f"output n{k}", outputs[:, k]


def _over_time(values: Array, time: int) -> Array:
    """(time, outputs); an answer to the whole sequence stands at its last step."""
    if values.ndim == 2:
        return values
    whole = np.full((time, len(values)), np.nan)
    whole[-1] = values
    return whole


def _range(view: View, has_symbols: bool) -> tuple[float, float]:
    """Of targets and inputs, and a margin: it does not move while training."""
    answers = view.answers
    assert answers is not None
    parts = [] if answers.kind == "argmax" else [answers.given.train_targets]
    if not has_symbols:
        parts.append(answers.given.train_points[..., :MOST])
    low, high = min(float(p.min()) for p in parts), max(float(p.max()) for p in parts)
    margin = MARGIN * (high - low) or 1.0
    return low - margin, high + margin


def _path(box: _Box, values: Array) -> str:
    """Values joined; one that stands alone is a dot. What lies outside stands at the rim."""
    x, y, known = box.across(np.arange(1, box.steps + 1)), box.up(values), np.isfinite(values)
    parts = []
    for k in np.flatnonzero(known).tolist():
        joined = k > 0 and known[k - 1]
        lone = not joined and not (k + 1 < box.steps and known[k + 1])
        parts.append(f"{'L' if joined else 'M'}{x[k]:.1f} {y[k]:.1f}{'h0' if lone else ''}")
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
    x, y = box.across(wrong + 1), box.up(outputs[wrong, 0])
    size = 2 * CROSS
    return "".join(
        f"M{a - CROSS:.1f} {b - CROSS:.1f}l{size} {size}m0 -{size}l-{size} {size}"
        for a, b in zip(x.tolist(), np.nan_to_num(y, nan=BOTTOM).tolist(), strict=True)
    )
