"""The batch as a table: a row a sample; images and sequences as small pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scene.ink import Stamp, pixels_of, scale, stamp
from app.scene.sequences import Letters, Spark, letters, spark
from app.scene.steps import answers_each, classes_in, symbols_in
from app.scene.view import Batch, View

Array = NDArray[np.float64]
Cell = float | str | Stamp | Spark | Letters

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
class Table:
    """`inputs` are the heads of their columns ("" over a picture). `more_inputs` and `more_outputs` are columns
    folded, `more` are rows; `loss` is the mean of all rows."""

    inputs: tuple[str, ...]
    more_inputs: int
    outputs: int
    more_outputs: int
    rows: tuple[Row, ...]
    more: int
    loss: float
    sample: int | None


@dataclass(frozen=True, slots=True)
class _Side:
    """The cells of a sample's inputs, or of its targets and outputs: how many, how many are folded."""

    columns: int
    folded: int
    cells: Callable[[Array], tuple[Cell, ...]]


def table(view: View) -> Table | None:
    """The batch shown; None before the first forward pass."""
    batch = view.batch
    if batch is None:
        return None
    trace, inputs, answers = batch.trace, _inputs(view), _answers(view)
    named = bool(_classes(view))
    shown = _shown(batch)
    rows = tuple(
        Row(
            s,
            int(batch.rows[s]),
            inputs.cells(trace.inputs[s]),
            answers.cells(trace.targets[s]),
            _told(answers.cells(trace.targets[s]), answers.cells(trace.outputs[s])),
            float(trace.outputs[s].max()) if named else None,
            float(trace.loss_per_sample[s]),
        )
        for s in shown
    )
    plain = len(view.network.input_shape) == 1
    return Table(
        inputs=tuple(
            view.names.neuron(0, i) if plain and inputs.columns > 1 else "" for i in range(inputs.columns)
        ),
        more_inputs=inputs.folded,
        outputs=answers.columns,
        more_outputs=answers.folded,
        rows=rows,
        more=len(batch.rows) - len(rows),
        loss=trace.loss,
        sample=None if view.probe else batch.sample,
    )


def _inputs(view: View) -> _Side:
    """Images and sequences as one small picture, numbers as so many columns."""
    shape = view.network.input_shape
    if len(shape) == 2 and len(view.symbols) == shape[1]:
        return _Side(1, 0, lambda x: (letters(symbols_in(view, x)),))
    if len(shape) == 2 and view.answers:
        low, high = _range(view.answers.train_points)
        return _Side(1, 0, lambda x: (spark(x, low, high),))
    if view.answers and pixels_of(view, np.zeros(shape)) is not None:
        ends = scale(view)
        return _Side(1, 0, lambda x: (_stamped(view, x, ends),))
    width = shape[0]
    roomy = max(map(len, _classes(view)), default=0) <= NAME
    columns = min(INPUTS, width) if roomy and width <= MANY else 0
    return _Side(columns, width - columns, lambda x: tuple(x[:columns].tolist()))


def _stamped(view: View, inputs: Array, ends: tuple[float, float]) -> Stamp:
    pixels = pixels_of(view, inputs)
    assert pixels is not None
    return stamp(pixels, ends)


def _answers(view: View) -> _Side:
    """A class by its name, classes and numbers over time as one small picture, others as so many columns."""
    shape, classes = view.network.output_shape, _classes(view)
    if answers_each(view):
        return _Side(1, 0, lambda y: (letters(classes_in(view, y)),))
    if classes:
        return _Side(1, 0, lambda y: (classes[int(np.argmax(y))],))
    if len(shape) == 2 and view.answers:
        low, high = _range(view.answers.train_targets)
        return _Side(1, 0, lambda y: (spark(y, low, high),))
    columns, width = min(OUTPUTS, shape[0]), shape[0]
    return _Side(columns, width - columns, lambda y: tuple(y[:columns].tolist()))


def _classes(view: View) -> tuple[str, ...]:
    """The classes, where a sample has one of them."""
    shape = view.network.output_shape
    return view.output_names if len(shape) == 1 and len(view.output_names) == shape[0] > 1 else ()


def _told(targets: tuple[Cell, ...], outputs: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The outputs; classes over time with those marked that are wrong."""
    if targets and isinstance(targets[0], Letters) and isinstance(outputs[0], Letters):
        return (outputs[0].against(targets[0]),)
    return outputs


def _range(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 1.0, high + 1.0)


def _shown(batch: Batch) -> list[int]:
    """The first rows, and the one that is followed."""
    shown = list(range(min(ROWS, len(batch.rows))))
    return shown if batch.sample is None or batch.sample in shown else [*shown[:-1], batch.sample]
