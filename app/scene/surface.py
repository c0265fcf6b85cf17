"""The box of the result: its axes, the curves over a line, the cells of a plane for a page without a module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.i18n import N_
from app.intervals import interval
from app.scene.chart import Tick
from app.scene.format import short
from app.scene.painting import HIGHEST
from app.scene.pictures import Pictures
from app.scene.ticks import ticks
from app.scene.view import Maps, View

Array = NDArray[np.float64]

WIDTH, HEIGHT = 300.0, 290.0
LEFT, TOP, SIZE = 30.0, 8.0, 262.0  # the square inside; `#surface` in result.css lies over it
NAMES, WORDS = 18.0, 36.0  # room at the end of an axis for its name: that of an input, a word
SHADES = 9  # of the cells, and of points that are coloured by their value
NAMED = 12  # classes beside the plane; of more the first
HUES = 6  # of classes and outputs, as in result.css; more of them take turns
MARGIN = 0.12  # of the range of the targets, above and below a curve
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axes:
    """The square's ranges and marks; names are msgids, or names of inputs."""

    kind: str  # "plane", "line" or "scatter"
    x: Interval
    y: Interval
    x_name: str
    y_name: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]

    def across(self, x: Array | float) -> Array:
        """x in user units."""
        return np.asarray(LEFT + SIZE * (np.asarray(x) - self.x[0]) / (self.x[1] - self.x[0]))

    def up(self, y: Array | float) -> Array:
        """y in user units, upwards."""
        with np.errstate(all="ignore"):
            return np.asarray(TOP + SIZE * (1 - (np.asarray(y) - self.y[0]) / (self.y[1] - self.y[0])))


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of one colour: of class or side `hue`, from pale (0) to full (SHADES − 1)."""

    hue: int
    shade: int
    d: str


def axes(view: View) -> Axes | None:
    """The axes of the result; None for classes over more inputs than can be drawn."""
    maps, answers = view.maps, view.answers
    if answers is None:
        return None
    if maps is None:
        if answers.kind:
            return None
        targets = _with_margin(answers.given.range)
        return _axes("scatter", targets, targets, N_("target"), N_("output"))
    domain = maps.grid.domain
    if len(domain) == 2:
        return _axes("plane", *domain, "x₁", "x₂")
    return _axes("line", domain[0], _with_margin(answers.given.range), "x₁", N_("output"))


@lru_cache(maxsize=256)
def _axes(kind: str, x: Interval, y: Interval, x_name: str, y_name: str) -> Axes:
    made = Axes(kind, x, y, x_name, y_name, (), ())
    x_marks = [Tick(round(float(made.across(v)), 1), short(v)) for v in ticks(*x)]
    y_marks = [Tick(round(float(made.up(v)), 1), short(v)) for v in ticks(*y)]
    room = WORDS if kind == "scatter" else NAMES
    x_ticks = tuple(tick for tick in x_marks if tick.at <= LEFT + SIZE - room)
    return Axes(
        kind, x, y, x_name, y_name, x_ticks, tuple(tick for tick in y_marks if tick.at >= TOP + NAMES)
    )


def _with_margin(targets: Interval) -> Interval:
    """The range of the targets does not move while training."""
    return interval(*targets, MARGIN)


def heights(axes: Axes, maps: Maps | None) -> list[list[float]]:
    """The outputs over a line, from left to right; held just outside the square, nan where they are no numbers."""
    if maps is None or axes.kind != "line":
        return []
    up = axes.up(maps.layers[-1].astype(np.float64))
    found: list[list[float]] = np.round(np.clip(up, TOP - SIZE, TOP + 2 * SIZE), 1).tolist()
    return found


def seen(heights: list[float]) -> bool:
    """Whether any of one output over a line is inside the square. `static/js/plane.js` looks for the same."""
    return any(TOP <= up <= TOP + SIZE for up in heights)


def curve(heights: list[float]) -> str:
    """One output over a line as a path, with gaps. `static/js/plane.js` draws the same."""
    pen, parts = "M", []
    for a, b in zip(np.linspace(LEFT, LEFT + SIZE, len(heights)).tolist(), heights, strict=True):
        parts.append(f"{pen}{a:.1f} {b:.1f}" if np.isfinite(b) else "")
        pen = "L" if np.isfinite(b) else "M"
    return "".join(parts)


def cells(pictures: Pictures) -> Iterator[Cells]:
    """The surface in few paths, neighbours in a row in one piece. Hue 0 lies below the middle of the scale, 1 above; or
    it is that of the class."""
    level = pictures.surface.astype(np.float64) / HIGHEST
    shade = np.rint((np.abs(2 * level - 1) if pictures.winners is None else level) * (SHADES - 1))
    hue = (level > 0.5) if pictures.winners is None else pictures.winners % HUES
    colour = np.where(pictures.surface <= HIGHEST, hue * SHADES + shade, -1).astype(np.int64)
    side, size = pictures.side, SIZE / pictures.side
    starts = np.flatnonzero((np.diff(colour, prepend=-2) != 0) | (np.arange(side**2) % side == 0))
    lengths = np.diff(starts, append=side**2)
    for one in np.unique(colour[colour >= 0]).tolist():
        chosen = colour[starts] == one
        pieces = zip(starts[chosen].tolist(), lengths[chosen].tolist(), strict=True)
        corners = ((LEFT + at % side * size, TOP + at // side * size, long * size) for at, long in pieces)
        d = "".join(f"M{x:.1f} {y:.1f}h{wide:.2f}v{size:.2f}h-{wide:.2f}z" for x, y, wide in corners)
        yield Cells(one // SHADES, one % SHADES, d)
