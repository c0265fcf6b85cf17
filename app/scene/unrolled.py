"""The drawing of a network over time: shared parameters once, on the left; a column for every step; and the length
of the gradient that reaches each step, as bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.scene.columns import Band, Column, Columns, columns, drawn_steps
from app.scene.inspector_words import Words, named
from app.scene.names import symbol
from app.scene.places import Spot, Weight
from app.scene.sheets import HEIGHT, SINGLE, Part, Sheet, sheets
from app.scene.strips import Picked, Strip, largest_of, picked, reaching, strips
from app.scene.strokes import DECADES, THINNEST
from app.scene.view import Array, View

STRONGEST = 0.62  # opacity of a cell at the end of its scale: the number in it is to be read
NUMBERED = (26.0, 11.0)  # a smaller cell has no room for a number
FILLED = 0.86  # of its cell that the largest mark takes


@dataclass(frozen=True, slots=True)
class Mark:
    """One parameter: a square (+) or a disc (−) at its place, another one for its gradient."""

    place: Weight
    edge: str
    title: Words
    x: float
    y: float
    value: float
    width: float
    gradient: float | None
    gradient_width: float
    frozen: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A sheet with its marks, none where there are too many."""

    sheet: Sheet
    type: str
    marks: tuple[Mark, ...]
    side: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a strip: its place within a column, its value (None: not known), how strong it is shown."""

    x: float
    y: float
    wide: float
    tall: float
    value: float | None
    opacity: float


@dataclass(frozen=True, slots=True)
class Unit:
    """What a layer holds for one unit at one step: a cell for each of its symbols. `neuron` is set at the last step."""

    place: Spot
    neuron: str
    name: str
    cells: tuple[Cell, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A column with its units, band by band."""

    column: Column
    units: tuple[tuple[Unit, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """‖∂L/∂h_t‖ of one layer at one step, `tall` in user units; None without a backward pass."""

    layer: int
    step: int
    x: float
    x_all: float
    y: float
    value: float | None
    tall: float


@dataclass(frozen=True, slots=True)
class Unrolled:
    """Everything in user units of a box `width` × `height`."""

    height: float
    places: Columns
    leaves: tuple[Leaf, ...]
    parts: tuple[Part, ...]
    steps: tuple[Step, ...]
    bars: tuple[Bar, ...]
    strips: tuple[Strip, ...]
    symbols: tuple[str, ...]
    answers: tuple[str, ...]
    sample: Picked | None
    cell: float
    numbered: bool
    largest_weight: float
    largest_gradient: float
    complete: bool

    @property
    def short_answers(self) -> bool:
        """Whether the names of the classes fit between two columns."""
        return all(len(name) == 1 for name in self.answers)


def unrolled(view: View) -> Unrolled:
    """The drawing of a session as it stands."""
    network = view.network
    known = symbols(view)
    places, leaves = columns(network, bool(known)), sheets(network)
    gradients = view.drawn_gradients
    found = strips(view)
    steps = drawn_steps(places)
    cell = min((sheet.cell for sheet in leaves.sheets), default=0.0)
    return Unrolled(
        HEIGHT,
        places,
        tuple(_leaf(view, sheet, cell) for sheet in leaves.sheets),
        tuple(part for sheet in leaves.sheets for part in sheet.parts),
        tuple(_step(view, places, column, found, known) for column in steps),
        tuple(_bars(found, places)),
        found,
        known,
        view.output_names,
        picked(view),
        cell,
        all(_numbered(band) for band in places.bands if band.recurrent),
        largest_of(view.params),
        0.0 if gradients is None else largest_of(gradients),
        len(steps) == len(places.columns),
    )


def symbols(view: View) -> tuple[str, ...]:
    """The names of the inputs where each step has one of them."""
    return view.symbols if len(view.symbols) == view.network.input_shape[-1] else ()


def opacity(value: float, scale: float) -> float:
    """How strong a cell is shown."""
    return round(STRONGEST * min(1.0, abs(value) / scale), 3) if np.isfinite(value) else 0.0


def letter(known: tuple[str, ...], values: Array) -> str:
    """The symbol that a row of one-hot inputs stands for."""
    return known[int(np.nanargmax(values))] if known and np.isfinite(values).any() else ""


def _leaf(view: View, sheet: Sheet, cell: float) -> Leaf:
    layer = view.network.layers[sheet.layer]
    span = view.network.spans[sheet.layer]
    side = round(FILLED * cell, 2)
    if view.network.size > SINGLE:
        return Leaf(sheet, layer.type, (), side)
    values, gradients = view.params[span], view.drawn_gradients
    wide, thin = _linear(values, largest_of(view.params), side), np.zeros(len(values))
    slopes = None
    if gradients is not None:
        slopes = gradients[span]
        thin = _logarithmic(slopes, largest_of(gradients), side)
    marks = []
    for k, place in enumerate(_weights(view, sheet.layer)):
        dense = layer.type == "dense" and place.name == "W"
        frozen = span.start + k in view.frozen
        marks.append(
            Mark(
                place,
                ",".join(map(str, (place.layer, *place.index))) if dense else "",
                named(view, place).title,
                *sheet.marks[k],
                float(values[k]),
                float(wide[k]),
                None if slopes is None else float(slopes[k]),
                float(thin[k]),
                frozen,
                frozen and values[k] == 0 and place.name.startswith("W"),
            )
        )
    return Leaf(sheet, layer.type, tuple(marks), side)


def _weights(view: View, layer: int) -> Iterator[Weight]:
    """The parameters of a layer in the order of the flat vector."""
    for slot in view.network.slots:
        if slot.layer == layer:
            yield from (Weight(layer, slot.name, tuple(index)) for index in np.ndindex(slot.shape))


def _linear(values: Array, largest: float, widest: float) -> Array:
    """Sides of marks whose areas are in proportion, whole tenths: as js/sheets.js makes them."""
    share = np.nan_to_num(np.minimum(np.abs(values) / (largest or 1.0), 1.0))
    sides: Array = np.rint(10 * widest * np.sqrt(share)) / 10
    return sides


def _logarithmic(values: Array, largest: float, widest: float) -> Array:
    """Sides by the logarithm, six decades below the largest."""
    size = np.nan_to_num(np.abs(values), posinf=largest)
    with np.errstate(divide="ignore"):
        share = np.clip(1 + np.log10(size / (largest or 1.0)) / DECADES, 0.0, 1.0)
    return np.where(size == 0, 0, np.rint(THINNEST + share * (10 * widest - THINNEST)) / 10)


def _step(
    view: View, places: Columns, column: Column, found: tuple[Strip, ...], known: tuple[str, ...]
) -> Step:
    last = len(places.columns) - 1
    made = []
    for band in places.bands:
        own = [strip for strip in found if strip.layer == band.layer]
        here = band.sequence or column.step == last
        made.append(tuple(_units(view, band, column.step, own, known)) if here else ())
    return Step(column, tuple(made))


def _units(view: View, band: Band, step: int, own: list[Strip], known: tuple[str, ...]) -> Iterator[Unit]:
    last = step == view.network.input_shape[0] - 1
    one_symbol = band.layer == 0 and bool(known)
    for unit in range(band.units):
        cells = []
        for k, x in enumerate(band.x):
            value = _value(own[k], step, unit, view.network.input_shape[0]) if k < len(own) else None
            strength = 0.0 if value is None or one_symbol else opacity(value, own[k].scale)
            y = round(band.y + unit * band.tall, 2)
            cells.append(Cell(x, y, band.wide, band.tall, value, strength))
        text, shown = "", unit
        if one_symbol and own:
            text, shown = letter(known, own[0].values[step]), int(np.nan_to_num(own[0].values[step]).argmax())
        index = (step, shown) if band.sequence else (shown,)
        name = text or symbol("h" if band.recurrent else "a" if band.layer else "x", band.layer or 1, shown)
        if not band.layer and not text:
            name = view.names.neuron(0, shown)
        neuron = f"{band.layer},{unit}" if last and not one_symbol else ""
        yield Unit(Spot(band.layer, index), neuron, name, tuple(cells), text)


def _value(strip: Strip, step: int, unit: int, time: int) -> float | None:
    """A strip of the last step alone has no number for the others."""
    row = step if len(strip.values) == time else step - time + len(strip.values)
    return float(strip.values[row, unit]) if row >= 0 else None


def _bars(found: tuple[Strip, ...], places: Columns) -> Iterator[Bar]:
    reached = reaching(found)
    for layer, base in places.bars:
        values = reached.get(layer)
        highest = 0.0 if values is None else largest_of(values)
        talls = (
            np.zeros(len(places.columns)) if values is None else bar_heights(values, highest, places.bar_room)
        )
        for column in places.columns:
            value = None if values is None else float(values[column.step])
            tall = round(float(talls[column.step]), 2)
            yield Bar(layer, column.step, column.bar, column.bar_all, base, value, tall)


def bar_heights(values: Array, largest: float, room: float) -> Array:
    """On a logarithmic scale, six decades below the largest; 0 for one that is 0 or no number."""
    size = np.nan_to_num(values, nan=0.0, posinf=largest)
    if largest == 0.0:
        return np.zeros(len(size))
    with np.errstate(divide="ignore"):
        share = np.clip(1 + np.log10(size / largest) / DECADES, 0.0, 1.0)
    return np.where(size > 0, np.maximum(share * room, 1.0), 0.0)


def _numbered(band: Band) -> bool:
    return band.wide >= NUMBERED[0] and band.tall >= NUMBERED[1]
