"""All parameters of a layer as rows of a table, so many at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.scene.inspector import state_of
from app.scene.places import Place, layer_sizes
from app.scene.view import View

ROWS = 200  # the most rows of one answer


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter; `place` is its place in a drawing unit by unit.

    `source` is "" for a bias; `state` is "free", "frozen" or "cut".
    """

    place: Place | None
    name: str
    source: str
    target: str
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
    """The parameters of `spec.layers[layer]` from row `start` on, weights by source, then biases.

    None when there is no such row. A layer without parameters has a table without rows.
    """
    if not view.dense:
        return _by_index(view, layer, start)
    sizes = layer_sizes(view.network)
    if not 0 <= layer < len(sizes) - 1:
        return None
    sources, units = sizes[layer], sizes[layer + 1]
    total = (sources + 1) * units
    if not 0 <= start < total:
        return None
    numbers = range(start, min(start + ROWS, total))
    return Table(
        layer=layer,
        layers=len(sizes) - 1,
        rows=tuple(_row(view, layer, *divmod(number, units), sources) for number in numbers),
        first=start + 1,
        last=numbers.stop,
        total=total,
        starts=tuple(range(0, total, ROWS)),
    )


def _by_index(view: View, layer: int, start: int) -> Table | None:
    """The parameters of a layer that is not drawn unit by unit, in the order of the flat vector."""
    network = view.network
    if not 0 <= layer < len(network.layers):
        return None
    span = network.spans[layer]
    total = span.stop - span.start
    if not 0 <= start < max(1, total):
        return None
    last = min(start + ROWS, total)
    slots = [slot for slot in network.slots if slot.layer == layer]
    rows = []
    for at in range(span.start + start, span.start + last):
        slot = next(slot for slot in slots if at < slot.stop)
        index = ",".join(str(int(i)) for i in np.unravel_index(at - slot.start, slot.shape))
        state = "frozen" if at in view.frozen else "free"
        if state == "frozen" and slot.name.startswith("W") and view.params[at] == 0:
            state = "cut"
        rows.append(Row(None, f"{slot.path}[{index}]", "", "", *_numbers(view, at), state))
    starts = tuple(range(0, total, ROWS))
    return Table(layer, len(network.layers), tuple(rows), min(start + 1, total), last, total, starts)


def _numbers(view: View, at: int) -> tuple[float, float | None, float | None]:
    """Value, gradient and change of a parameter, by its place in the flat vector."""
    gradient = None if view.gradients is None else float(view.gradients[at])
    return float(view.params[at]), gradient, None if view.change is None else float(view.change[at])


def _row(view: View, layer: int, source: int, unit: int, sources: int) -> Row:
    names = view.names
    bias = source == sources
    place = Place(layer + 1, unit) if bias else Place(layer, unit, source)
    parameter = place.parameter
    assert parameter is not None
    at = view.network.index(*parameter)
    return Row(
        place,
        names.bias(layer, unit) if bias else names.weight(layer, source, unit),
        "" if bias else names.neuron(layer, source),
        names.neuron(layer + 1, unit),
        *_numbers(view, at),
        state_of(view, place),
    )
