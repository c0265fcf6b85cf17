"""The batch as a table: a row a sample; images and sequences as small pictures."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scene.format import short
from app.scene.samples import Cell, Column, Columns, Numbers, exact
from app.scene.sequences import Letters
from app.scene.view import Batch, View

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

ROWS = 32
EVEN = 4  # columns beside the sample and its loss that have room for any number when all are equally wide


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
    folded. `even`: all columns are numbers, and so few that they can be equally wide.
    """

    inputs: tuple[str, ...]
    more_inputs: int
    outputs: int
    more_outputs: int
    even: bool


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The rows as columns: `places` in the batch and `numbers` in the data of the samples shown; `more` are
    folded, `loss` is the mean of all."""

    places: list[int]
    numbers: list[int]
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
                self.numbers[k],
                cells(self.inputs, k),
                cells(self.targets, k),
                cells(self.outputs, k),
                None if self.certainties is None else float(self.certainties[k]),
                float(self.losses[k]),
            )
            for k, place in enumerate(self.places)
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
            "loss": self.loss if isfinite(self.loss) else short(self.loss),
            "sample": self.sample,
        }


def heads(view: View) -> Heads:
    """The heads of the columns."""
    inputs, answers = view.samples.inputs, view.samples.targets
    plain = isinstance(inputs, Numbers) and inputs.columns > 1
    names = (view.names.neuron(0, i) if plain else "" for i in range(inputs.columns))
    even = isinstance(inputs, Numbers) and isinstance(answers, Numbers) and not inputs.folded + answers.folded
    few = inputs.columns + 2 * answers.columns <= EVEN
    return Heads(tuple(names), inputs.folded, answers.columns, answers.folded, even and few)


def table(view: View) -> Table | None:
    """The batch shown; None before the first forward pass."""
    batch, samples = view.batch, view.samples
    if batch is None:
        return None
    trace, places = batch.trace, _shown(batch)
    outputs, rows = trace.outputs[places], batch.rows[places].tolist()
    targets = samples.targets.of_rows(rows, trace.targets[places])
    return Table(
        np.arange(len(batch.rows))[places].tolist(),
        rows,
        samples.inputs.of_rows(rows, trace.inputs[places]),
        targets,
        _told(targets, samples.targets.of(outputs)),
        outputs.max(axis=1) if samples.classes else None,
        trace.loss_per_sample[places],
        len(batch.rows) - len(rows),
        trace.loss,
        None if view.probe else batch.sample,
    )


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


def _shown(batch: Batch) -> slice | IntArray:
    """The first rows, and the one that is followed."""
    shown = slice(min(ROWS, len(batch.rows)))
    if batch.sample is None or batch.sample < ROWS:
        return shown
    return np.append(np.arange(ROWS - 1), batch.sample)
