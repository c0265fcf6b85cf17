"""All parameters of a layer as rows of a table, so many at a time."""

from __future__ import annotations

from dataclasses import dataclass

from app.scene.inspector import state_of
from app.scene.view import Place, View, layer_sizes

ROWS = 200  # the most rows of one answer


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter. `source` is "" for a bias; `state` is "free", "frozen" or "cut"."""

    place: Place
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

    None when there is no such row.
    """
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
        float(view.params[at]),
        None if view.gradients is None else float(view.gradients[at]),
        None if view.change is None else float(view.change[at]),
        state_of(view, place),
    )
