"""All parameters of a layer as rows of a table, so many at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.scene.inspector import state_of
from app.scene.inspector_words import Words, named
from app.scene.places import Place, Weight, parameter_place
from app.scene.view import View

ROWS = 200  # the most rows of one answer


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter, named as in the drawing. `source` is "" for a bias; `state` is "free", "frozen" or "cut"."""

    place: Place | Weight
    name: str
    source: str | Words
    target: str | Words
    value: float
    gradient: float | None
    change: float | None
    state: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows `first` … `last` (counted from 1) of the `total` parameters of a layer; `starts` opens each part."""

    layer: int
    layers: int
    rows: tuple[Row, ...]
    first: int
    last: int
    total: int
    starts: tuple[int, ...]


def table(view: View, layer: int, start: int) -> Table | None:
    """The parameters of `spec.layers[layer]` from row `start` on, in the order of the flat vector.

    None when there is no such row. A layer without parameters has a table without rows.
    """
    network = view.network
    if not 0 <= layer < len(network.layers):
        return None
    span = network.spans[layer]
    total = span.stop - span.start
    if not 0 <= start < max(1, total):
        return None
    last = min(start + ROWS, total)
    rows = tuple(_row(view, layer, at) for at in range(span.start + start, span.start + last))
    starts = tuple(range(0, total, ROWS))
    return Table(layer, len(network.layers), rows, min(start + 1, total), last, total, starts)


def _row(view: View, layer: int, at: int) -> Row:
    """The parameter of a layer at a place in the flat vector."""
    slot = next(slot for slot in view.network.slots if slot.layer == layer and at < slot.stop)
    index = tuple(int(i) for i in np.unravel_index(at - slot.start, slot.shape))
    place = parameter_place(view.network, layer, slot.name, index)
    assert place is not None
    made = named(view, place)
    return Row(
        place,
        made.name,
        made.source,
        made.target,
        float(view.params[at]),
        None if view.gradients is None else float(view.gradients[at]),
        None if view.change is None else float(view.change[at]),
        state_of(view, place),
    )
