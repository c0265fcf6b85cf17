"""The loss over a plane as a map: contours, axes, and the way of training on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, log10
from typing import Any, cast

import numpy as np
from contourpy import FillType, LineType, contour_generator
from numpy.typing import NDArray

from app.intervals import CLOSE, FARTHEST, TINY
from app.nn import Grid
from app.scene.chart import Tick
from app.scene.format import short
from app.scene.ticks import log_ticks, ticks

Array = NDArray[np.float64]
Offsets = NDArray[np.uint32]

WIDTH, HEIGHT = 290.0, 274.0
LEFT, TOP, SIZE = 50.0, 6.0, 234.0
BOTTOM = TOP + SIZE
LEVELS = 9  # levels of a plane whose values lie close together
NEAR = 30.0  # highest over lowest value, up to which they do
DEPTH = 1e-4  # of the highest value: finer, a valley has no more levels
CLEAR = 26.0  # user units between two labels, and between a label and the rim
POINTS = 400  # the most points of a path
ARROW = 0.16 * SIZE  # length of the arrow of the slope, which has a direction only
FAR = 9999.0  # user units; what is farther out stands here


@dataclass(frozen=True, slots=True)
class Level:
    """A contour: its value as text, where it is lower (a line), where it is higher (an area), and its label's place."""

    text: str
    line: str
    area: str
    label: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Map:
    """The levels from low to high, and marks on both axes."""

    levels: tuple[Level, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lowest: float


@dataclass(frozen=True, slots=True)
class Box:
    """Where a piece of the plane stands on the page: its middle, its half width."""

    x: float
    y: float
    half: float

    def across(self, x: Array) -> Array:
        """Where values of x stand; far outside, at an end."""
        return np.asarray(np.clip(LEFT + (x - self.x + self.half) / (2 * self.half) * SIZE, -FAR, FAR))

    def up(self, y: Array) -> Array:
        """Where values of y stand."""
        return np.asarray(np.clip(BOTTOM - (y - self.y + self.half) / (2 * self.half) * SIZE, -FAR, FAR))


def box_of(middle: Array, half: float) -> Box:
    """The box of a piece of the plane."""
    return Box(float(middle[0]), float(middle[1]), half)


def drawn(grid: Grid, box: Box) -> Map:
    """The map of a grid. Where the objective is no number, or too large, the map is as high as anywhere else."""
    finite = np.abs(grid.values) <= FARTHEST
    if not finite.any():
        return Map((), (), (), float("nan"))
    values = np.where(finite, grid.values, grid.values[finite].max())
    generator = contour_generator(
        box.across(grid.x),
        box.up(grid.y),
        values,
        fill_type=FillType.OuterOffset,
        line_type=LineType.Separate,
    )
    levels: list[Level] = []
    taken: list[tuple[float, float]] = []
    for level in levels_of(values):
        lines = cast(list[Array], generator.lines(level))  # Separate: an array a line
        place = _label(lines, taken)
        taken += [place] if place else []
        areas, offsets = cast(tuple[list[Array], list[Offsets]], generator.filled(level, np.inf))
        levels.append(
            Level(
                short(level, 3),
                "".join(map(_open_path, lines)),
                "".join(_closed_paths(areas, offsets)),
                place,
            )
        )
    return Map(
        tuple(levels),
        tuple(_ticks(grid.x, box.across)),
        tuple(_ticks(grid.y, box.up)),
        float(values.min()),
    )


def levels_of(values: Array) -> list[float]:
    """Levels that show a valley: round numbers in equal ratios where values differ much; else closer towards the
    lowest, so that a parabola's rings are evenly spaced."""
    low, high = float(values.min()), float(values.max())
    spread = high - low
    if spread <= max(CLOSE * abs(high), TINY):
        return []
    if high > NEAR * max(low, 0.0):
        low = max(low, DEPTH * high)
        first, last = floor(log10(low)), floor(log10(high))
        if last - first > 5:
            return [level for level in log_ticks(low, high) if low < level < high]
        round_ones = (factor * 10.0**power for power in range(first, last + 1) for factor in (1, 2, 5))
        return [level for level in round_ones if low < level < high]
    digits = 2 - floor(log10(spread))
    found = (round(low + spread * (k / LEVELS) ** 2, digits) for k in range(1, LEVELS))
    return [level for level in dict.fromkeys(found) if low < level < high]


def _ticks(values: Array, place: Any) -> Iterator[Tick]:
    low, high = float(values[0]), float(values[-1])
    for value in ticks(low, high):
        if value <= high:
            yield Tick(round(float(place(np.array(value))), 1), short(value))


def _label(lines: list[Array], taken: list[tuple[float, float]]) -> tuple[float, float] | None:
    """The place on the lines that is farthest from other labels, off the rim; None where there is no room."""
    points = np.concatenate([np.empty((0, 2)), *lines])
    rim = np.minimum(
        np.minimum(points[:, 0] - LEFT, LEFT + SIZE - points[:, 0]) - CLEAR / 2,
        np.minimum(points[:, 1] - TOP, BOTTOM - points[:, 1]),
    )
    middle = (LEFT + SIZE / 2, TOP + SIZE / 2)  # there stands the present point
    away = [np.hypot(points[:, 0] - x, points[:, 1] - y) for x, y in (*taken, middle)]
    room = np.minimum.reduce([*away, 4 * np.maximum(rim, 0.0)])
    if not room.size or room.max() < CLEAR:
        return None
    x, y = points[room.argmax()]
    return round(float(x), 1), round(float(y), 1)


def _closed_paths(areas: list[Array], offsets: list[Offsets]) -> Iterator[str]:
    for points, ends in zip(areas, offsets, strict=True):
        for start, stop in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            yield _open_path(points[start : stop - 1]) + "z"


def _open_path(points: Array) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist()) if len(points) else ""


def marks(
    box: Box,
    path: Array,
    undone: Array,
    point: Array,
    start: Array | None,
    gradient: Array | None,
    update: Array | None,
) -> dict[str, Any]:
    """The way of training, the present point and the arrows in user units: lines as x1, y1, x2, y2, or None."""

    def placed(points: Array) -> Array:
        known = points[np.isfinite(points).all(axis=1)]
        kept = known[:: -(-len(known) // POINTS)] if len(known) > POINTS else known
        if len(kept) and len(known) > POINTS:
            kept = np.concatenate((kept, known[-1:]))
        return np.column_stack((box.across(kept[:, 0]), box.up(kept[:, 1])))

    here = placed(point[None])[0] if np.isfinite(point).all() else None
    found: dict[str, Any] = {
        "path": _open_path(placed(path)),
        "undone": _open_path(placed(undone)) if len(undone) else "",
        "point": None if here is None else np.round(here, 1).tolist(),
        "descent": None,
        "update": None,
    }
    if (
        start is None
        or gradient is None
        or update is None
        or not np.isfinite([start, gradient, update]).all()
    ):
        return found
    x, y = placed(start[None])[0].tolist()
    length = float(np.hypot(*gradient))
    if length > 0:
        dx, dy = (-gradient / length * ARROW).tolist()
        found["descent"] = [round(number, 1) for number in (x, y, x + dx, y - dy)]
    to = placed((start + update)[None])[0].tolist()
    found["update"] = [round(number, 2) for number in (x, y, *to)]
    return found
