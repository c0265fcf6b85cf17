"""The parameters of a network over time, each drawn once: a sheet of small marks a layer, its gradients beside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from app.nn import Network, Recurrent
from app.scene.strips import GATES

WIDTH, HEIGHT = 290.0, 366.0  # the most that sheets take, user units
SINGLE = 1200  # with more parameters one is no element of its own
NAME, TITLE, LETTER = 26.0, 15.0, 11.0  # room left of the marks; above a sheet; above its gates
ROW_GAP, GATE_GAP, BESIDE, BETWEEN = 4.0, 5.0, 14.0, 10.0  # between parts, gates, marks and gradients, sheets
LINE, TOTAL = 15.0, 130.0  # height and width of a line that stands for a whole array
LARGEST, SMALLEST = 15.0, 2.0  # side of a mark's cell


@dataclass(frozen=True, slots=True)
class Part:
    """One parameter array of one gate: its name, the gate's letter, its frame, and where the gradients' frame is."""

    layer: int
    name: str
    gate: str
    x: float
    y: float
    width: float
    height: float
    away: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The parameters of `spec.layers[layer]`: centres of its marks (count, 2) in the order of the flat vector, the
    side of a cell, and how far away the marks of the gradients stand."""

    layer: int
    x: float
    y: float
    cell: float
    marks: tuple[tuple[float, float], ...]
    parts: tuple[Part, ...]
    away: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sheets:
    """All of them; `width` is what they take."""

    sheets: tuple[Sheet, ...]
    width: float


@dataclass(frozen=True, slots=True)
class _Shape:
    """Rows of every array of a layer, and its gates of so many columns each."""

    layer: int
    names: tuple[str, ...]
    rows: tuple[int, ...]
    gates: str
    columns: int

    def size(self, cell: float) -> tuple[float, float]:
        """Width and height of the marks alone."""
        gates = max(1, len(self.gates))
        wide = gates * self.columns * cell + (gates - 1) * GATE_GAP
        return wide, sum(self.rows) * cell + (len(self.rows) - 1) * ROW_GAP

    @property
    def above(self) -> float:
        """Room for the title and the letters of the gates."""
        return TITLE + (LETTER if self.gates else 0.0)


@lru_cache(maxsize=256)
def sheets(network: Network) -> Sheets:
    """The largest marks for which all sheets fit below each other; of too many parameters a line for every array."""
    shapes = [shape for k in range(len(network.layers)) if (shape := _shape(network, k))]
    if network.size > SINGLE:
        return _totals(shapes)
    cells = np.arange(LARGEST, SMALLEST, -0.25).tolist()
    cell = next((c for c in cells if _height(shapes, c) <= HEIGHT), SMALLEST)
    made, y = [], 0.0
    for shape in shapes:
        made.append(_sheet(shape, cell, y))
        y += _tall(shape, cell) + BETWEEN
    width = max((_wide(shape, cell) for shape in shapes), default=0.0)
    return Sheets(tuple(made), width)


def _totals(shapes: list[_Shape]) -> Sheets:
    made, y = [], 0.0
    for shape in shapes:
        tops = [y + TITLE + k * LINE for k in range(len(shape.names))]
        parts = (
            Part(shape.layer, name, "", NAME, top, TOTAL, LINE, (0.0, 0.0))
            for name, top in zip(shape.names, tops, strict=True)
        )
        made.append(Sheet(shape.layer, NAME, y, LINE, (), tuple(parts), (0.0, 0.0)))
        y += TITLE + LINE * len(shape.names) + BETWEEN
    return Sheets(tuple(made), NAME + TOTAL)


def _shape(network: Network, layer: int) -> _Shape | None:
    slots = [slot for slot in network.slots if slot.layer == layer]
    if not slots:
        return None
    gates = GATES[network.layers[layer].type] if isinstance(network.layers[layer], Recurrent) else ""
    rows = tuple(slot.shape[0] if len(slot.shape) == 2 else 1 for slot in slots)
    columns = slots[0].shape[-1] // max(1, len(gates))
    return _Shape(layer, tuple(slot.name for slot in slots), rows, gates, columns)


def _is_beside(shape: _Shape, cell: float) -> bool:
    return NAME + 2 * shape.size(cell)[0] + BESIDE <= WIDTH


def _wide(shape: _Shape, cell: float) -> float:
    wide = shape.size(cell)[0]
    return NAME + (2 * wide + BESIDE if _is_beside(shape, cell) else wide)


def _tall(shape: _Shape, cell: float) -> float:
    tall = shape.size(cell)[1]
    return shape.above + (tall if _is_beside(shape, cell) else 2 * tall + BESIDE)


def _height(shapes: list[_Shape], cell: float) -> float:
    if any(_wide(shape, cell) > WIDTH for shape in shapes):
        return np.inf
    return sum(_tall(shape, cell) for shape in shapes) + BETWEEN * (len(shapes) - 1)


def _sheet(shape: _Shape, cell: float, top: float) -> Sheet:
    wide, tall = shape.size(cell)
    away = (wide + BESIDE, 0.0) if _is_beside(shape, cell) else (0.0, tall + BESIDE)
    marks = [
        (round(NAME + (column + 0.5) * cell + column // shape.columns * GATE_GAP, 2), round(y, 2))
        for y in _rows(shape, cell, top + shape.above)
        for column in range(max(1, len(shape.gates)) * shape.columns)
    ]
    parts = tuple(_parts(shape, cell, top + shape.above, away))
    return Sheet(shape.layer, NAME, top, cell, tuple(marks), parts, away)


def _rows(shape: _Shape, cell: float, top: float) -> Iterator[float]:
    """The middle of every row."""
    for count in shape.rows:
        yield from (top + (row + 0.5) * cell for row in range(count))
        top += count * cell + ROW_GAP


def _parts(shape: _Shape, cell: float, top: float, away: tuple[float, float]) -> Iterator[Part]:
    wide = shape.columns * cell
    for name, count in zip(shape.names, shape.rows, strict=True):
        for k, gate in enumerate(shape.gates or " "):
            x = NAME + k * (wide + GATE_GAP)
            yield Part(shape.layer, name, gate.strip(), round(x, 2), round(top, 2), wide, count * cell, away)
        top += count * cell + ROW_GAP
