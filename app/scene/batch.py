"""The batch as a table: a row a sample; images and sequences as small pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scene.format import short
from app.scene.ink import images_of, is_image, scale, stamps
from app.scene.samples import Cell, Column, exact
from app.scene.sequences import Letters, letters, sparks
from app.scene.steps import answers_each, classes_in, symbols_in
from app.scene.view import Batch, View

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Columns = tuple[Column, ...]

INPUTS, OUTPUTS = 2, 2  # the most columns shown, so that the loss is in sight; the rest is folded
NAME = 2  # beside longer names of classes there is no room for inputs
MANY = 16  # of more inputs the first few say nothing
ROWS = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One sample: its place in the batch, its row in the data. `targets` and `outputs` are class names where
    the network has a unit for each class; `certainty` is then the output of the class it names."""

    place: int
    row: int
    inputs: tuple[Cell, ...]
    targets: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    certainty: float | None
    loss: float


@dataclass(frozen=True, slots=True)
class Heads:
    """What stands above the rows, the same for every batch of a network.

    `inputs` are the heads of their columns ("" over a picture). `more_inputs` and `more_outputs` are columns
    folded.
    """

    inputs: tuple[str, ...]
    more_inputs: int
    outputs: int
    more_outputs: int


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The rows as columns: `places` in the batch and `numbers` in the data of the samples shown; `more` are
    folded, `loss` is the mean of all."""

    places: IntArray
    numbers: IntArray
    inputs: Columns
    targets: Columns
    outputs: Columns
    certainties: Array | None
    losses: Array
    more: int
    loss: float
    sample: int | None

    @property
    def rows(self) -> tuple[Row, ...]:
        """Row by row."""

        def cells(side: Columns, k: int) -> tuple[Cell, ...]:
            return tuple(each.cell(k) for each in side)

        return tuple(
            Row(
                place,
                int(self.numbers[k]),
                cells(self.inputs, k),
                cells(self.targets, k),
                cells(self.outputs, k),
                None if self.certainties is None else float(self.certainties[k]),
                float(self.losses[k]),
            )
            for k, place in enumerate(self.places.tolist())
        )

    def packed(self) -> dict[str, Any]:
        """For the module in the browser: `static/js/batch.js`."""
        return {
            "places": self.places,
            "numbers": self.numbers,
            "inputs": [each.packed() for each in self.inputs],
            "targets": [each.packed() for each in self.targets],
            "outputs": [each.packed() for each in self.outputs],
            "certainties": None if self.certainties is None else exact(self.certainties),
            "losses": exact(self.losses),
            "more": self.more,
            "loss": self.loss if np.isfinite(self.loss) else short(self.loss),
            "sample": self.sample,
        }


@dataclass(frozen=True, slots=True)
class _Side:
    """The columns of the samples' inputs, or of their targets and outputs: how many, how many are folded."""

    columns: int
    folded: int
    cells: Callable[[Array], Columns]


def heads(view: View) -> Heads:
    """The heads of the columns."""
    inputs, answers = _inputs(view), _answers(view)
    plain = len(view.network.input_shape) == 1
    names = (view.names.neuron(0, i) if plain and inputs.columns > 1 else "" for i in range(inputs.columns))
    return Heads(tuple(names), inputs.folded, answers.columns, answers.folded)


def table(view: View) -> Table | None:
    """The batch shown; None before the first forward pass."""
    batch = view.batch
    if batch is None:
        return None
    trace, answers, places = batch.trace, _answers(view), _shown(batch)
    targets, outputs = trace.targets[places], trace.outputs[places]
    told = answers.cells(targets)
    numbers = batch.rows[places]
    return Table(
        np.arange(len(batch.rows))[places],
        numbers,
        _inputs(view).cells(trace.inputs[places]),
        told,
        _told(told, answers.cells(outputs)),
        outputs.max(axis=1) if _classes(view) else None,
        trace.loss_per_sample[places],
        len(batch.rows) - len(numbers),
        trace.loss,
        None if view.probe else batch.sample,
    )


def _inputs(view: View) -> _Side:
    """Images and sequences as one small picture, numbers as so many columns."""
    shape = view.network.input_shape
    if len(shape) == 2 and len(view.symbols) == shape[1]:
        return _Side(1, 0, lambda x: (Column([letters(symbols_in(view, each)) for each in x]),))
    if len(shape) == 2 and view.answers:
        low, high = _range(view.answers.given.train_points)
        return _Side(1, 0, lambda x: (Column(sparks(x, low, high)),))
    if view.answers and is_image(view):
        return _Side(1, 0, lambda x: (Column(stamps(images_of(view, x), scale(view))),))
    width = shape[0]
    roomy = max(map(len, _classes(view)), default=0) <= NAME
    columns = min(INPUTS, width) if roomy and width <= MANY else 0
    return _Side(columns, width - columns, lambda x: _numbers(x, columns))


def _numbers(values: Array, columns: int) -> Columns:
    return tuple(Column(values[:, k].copy()) for k in range(columns))


def _answers(view: View) -> _Side:
    """A class by its name, classes and numbers over time as one small picture, others as so many columns."""
    shape, classes = view.network.output_shape, _classes(view)
    if answers_each(view):
        return _Side(1, 0, lambda y: (Column([letters(classes_in(view, each)) for each in y]),))
    if classes:
        return _Side(1, 0, lambda y: (Column([classes[k] for k in y.argmax(axis=1).tolist()]),))
    if len(shape) == 2 and view.answers:
        low, high = _range(view.answers.given.train_targets)
        return _Side(1, 0, lambda y: (Column(sparks(y, low, high)),))
    columns, width = min(OUTPUTS, shape[0]), shape[0]
    return _Side(columns, width - columns, lambda y: _numbers(y, columns))


def _classes(view: View) -> tuple[str, ...]:
    """The classes, where a sample has one of them."""
    shape = view.network.output_shape
    return view.output_names if len(shape) == 1 and len(view.output_names) == shape[0] > 1 else ()


def _told(targets: Columns, outputs: Columns) -> Columns:
    """The outputs; classes over time with those marked that are wrong."""
    if (
        not targets
        or isinstance(targets[0].cells, np.ndarray)
        or not isinstance(targets[0].cells[0], Letters)
    ):
        return outputs
    pairs = zip(outputs[0].cells, targets[0].cells, strict=True)
    return (Column([y.against(t) for y, t in pairs if isinstance(y, Letters) and isinstance(t, Letters)]),)


def _range(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 1.0, high + 1.0)


def _shown(batch: Batch) -> slice | IntArray:
    """The first rows, and the one that is followed."""
    shown = slice(min(ROWS, len(batch.rows)))
    if batch.sample is None or batch.sample < ROWS:
        return shown
    return np.append(np.arange(ROWS - 1), batch.sample)
