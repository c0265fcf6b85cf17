"""The batch as a table, and what every neuron answers to it, to one sample of it, or to a probe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scene.view import Batch, View

Array = NDArray[np.float64]

INPUTS, OUTPUTS = 2, 2  # the most columns shown, so that the loss is in sight; the rest is folded
NAME = 2  # beside longer names of classes there is no room for inputs
PIXELS = 16  # of more inputs the first few say nothing
ROWS = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One sample: its place in the batch, its row in the data. `targets` and `outputs` are class names where
    the network has a unit for each class; `certainty` is then the output of the class it names."""

    place: int
    row: int
    inputs: tuple[float, ...]
    targets: tuple[float | str, ...]
    outputs: tuple[float | str, ...]
    certainty: float | None
    loss: float


@dataclass(frozen=True, slots=True)
class Table:
    """`more_inputs` and `more_outputs` are columns folded, `more` are rows; `loss` is the mean of all rows."""

    inputs: tuple[str, ...]
    more_inputs: int
    outputs: int
    more_outputs: int
    rows: tuple[Row, ...]
    more: int
    loss: float
    sample: int | None


def table(view: View) -> Table | None:
    """The batch shown; None before the first forward pass."""
    batch = view.batch
    if batch is None:
        return None
    trace, count = batch.trace, len(batch.rows)
    inputs, targets, outputs = (a.reshape(count, -1) for a in (trace.inputs, trace.targets, trace.outputs))
    shown = _shown(batch)
    width, answers = inputs.shape[1], min(OUTPUTS, outputs.shape[1])
    plain = len(view.network.input_shape) == 1  # of an image or a sequence the first few numbers say nothing
    classes = view.output_names if len(view.output_names) == outputs.shape[1] > 1 else ()
    roomy = max(map(len, classes), default=0) <= NAME
    columns = min(INPUTS, width) if plain and roomy and width <= PIXELS else 0
    rows = []
    for s in shown:
        said = _named(classes, targets[s], outputs[s]) if classes else None
        rows.append(
            Row(
                s,
                int(batch.rows[s]),
                tuple(inputs[s, :columns].tolist()),
                (said[0],) if said else tuple(targets[s, :answers].tolist()),
                (said[1],) if said else tuple(outputs[s, :answers].tolist()),
                said[2] if said else None,
                float(trace.loss_per_sample[s]),
            )
        )
    return Table(
        inputs=tuple(view.names.neuron(0, i) for i in range(columns)),
        more_inputs=width - columns if plain else 0,
        outputs=1 if classes else answers,
        more_outputs=0 if classes else outputs.shape[1] - answers,
        rows=tuple(rows),
        more=count - len(rows),
        loss=trace.loss,
        sample=None if view.probe else batch.sample,
    )


def _shown(batch: Batch) -> list[int]:
    """The first rows, and the one that is followed."""
    shown = list(range(min(ROWS, len(batch.rows))))
    return shown if batch.sample is None or batch.sample in shown else [*shown[:-1], batch.sample]


def _named(classes: tuple[str, ...], target: Array, output: Array) -> tuple[str, str, float]:
    answer = int(np.argmax(output))
    return classes[int(np.argmax(target))], classes[answer], float(output[answer])
