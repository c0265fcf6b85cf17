"""The inspector: where the number of one edge or one neuron comes from, row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.scene.names import Names
from app.scene.places import Place, layer_sizes
from app.scene.view import Activity, Explanation, View

ROWS = 10  # the most rows shown; the rest is folded into one
INCOMING = 8  # the most weights listed for a neuron


@dataclass(frozen=True, slots=True)
class Row:
    """One sample of the batch. Of an edge: local · δ = product. Of a neuron: z, a, δ."""

    sample: int
    z: float | None = None
    a: float | None = None
    local: float | None = None
    delta: float | None = None
    product: float | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A weight that leads into the selected neuron."""

    place: Place
    name: str
    source: str
    weight: float
    gradient: float | None


@dataclass(frozen=True, slots=True)
class Inspector:
    """What is shown of one place. `rest` rows are folded; `rest_sum` is what they add to `total`.

    `state` is "free", "frozen" or "cut" (a weight frozen at zero).
    `name` and `value` are the parameter's: "" and None for an input. `neuron` is the neuron itself, or the
    end of the edge. `share` is what the sample followed adds to the gradient; None while there is none.
    """

    place: Place
    name: str
    neuron: str
    source: str
    local_name: str
    output_name: str
    delta_name: str
    mathml: str
    value: float | None
    gradient: float | None
    state: str
    share: float | None
    rows: tuple[Row, ...]
    rest: int
    rest_sum: float | None
    total: float | None
    explanation: Explanation | None
    incoming: tuple[Incoming, ...]
    incoming_rest: int


def inspector(view: View) -> Inspector | None:
    """The inspector of the selected place; None when nothing is selected."""
    if view.selection is None or not isinstance(view.selection.place, Place):
        return None
    place, names = view.selection.place, view.names
    explanation, activity = view.selection.explanation, view.selection.activity
    texts = _texts(place, names)
    rows = _edge_rows(explanation) if place.source is not None else _neuron_rows(activity)
    shown, folded = _folded(rows, view.followed)
    incoming = _incoming(view, place, names) if place.source is None and place.layer > 0 else []
    return Inspector(
        place=place,
        **texts,
        mathml=_mathml(explanation, texts, view.spec.notation),
        value=_parameter(view, place, view.params),
        gradient=None if view.gradients is None else _parameter(view, place, view.gradients),
        state=state_of(view, place),
        share=_share(view, place),
        rows=tuple(shown),
        rest=len(folded),
        rest_sum=_sum(folded),
        total=_sum(rows),
        explanation=explanation,
        incoming=tuple(incoming[:INCOMING]),
        incoming_rest=max(0, len(incoming) - INCOMING),
    )


def state_of(view: View, place: Place) -> str:
    """Whether the parameter of a place is "free", "frozen", or "cut": a weight frozen at zero."""
    if place.parameter is None or view.network.index(*place.parameter) not in view.frozen:
        return "free"
    return "cut" if place.source is not None and _parameter(view, place, view.params) == 0 else "frozen"


def _folded(rows: list[Row], followed: int | None) -> tuple[list[Row], list[Row]]:
    """The rows to show, the one of the sample followed among them, and the rest."""
    if len(rows) <= ROWS:
        return rows, []
    shown, folded = rows[: ROWS - 1], rows[ROWS - 1 :]
    for place, row in enumerate(folded):
        if row.sample == followed:
            shown[-1], folded[place] = row, shown[-1]
            break
    return shown, folded


def _share(view: View, place: Place) -> float | None:
    share = view.batch.share if view.batch and view.followed is not None else None
    return None if share is None else _parameter(view, place, share)


def _texts(place: Place, names: Names) -> dict[str, str]:
    unit_layer = place.layer if place.source is None else place.layer + 1
    return {
        "name": _name(place, names),
        "neuron": names.neuron(unit_layer, place.unit),
        "source": "" if place.source is None else names.neuron(place.layer, place.source),
        "local_name": "" if place.source is None else names.output(place.layer, place.source),
        "output_name": names.output(unit_layer, place.unit),
        "delta_name": names.delta(unit_layer, place.unit) if unit_layer else "",
    }


def _name(place: Place, names: Names) -> str:
    """What the parameter of a place is called; "" for an input, which has none."""
    if place.source is not None:
        return names.weight(place.layer, place.source, place.unit)
    return names.bias(place.layer - 1, place.unit) if place.layer else ""


def _mathml(explanation: Explanation | None, texts: dict[str, str], notation: str) -> str:
    """The formula in the network's notation; the engine writes it in matrix notation."""
    if explanation is None or notation == "matrix":
        return explanation.mathml if explanation else ""

    def of_sample(text: str) -> str:
        return f"<mi>{text}</mi><mo>(</mo><mi>s</mi><mo>)</mo>" if text else ""

    slope = f"<mfrac><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi><mi>{texts['name']}</mi></mrow></mfrac>"
    total = (
        "<munder><mo>∑</mo><mi>s</mi></munder>"
        + of_sample(texts["local_name"])
        + of_sample(texts["delta_name"])
    )
    return f'<math display="block">{slope}<mo>=</mo>{total}</math>'


def _parameter(view: View, place: Place, flat: np.ndarray) -> float | None:
    parameter = place.parameter
    return None if parameter is None else float(flat[view.network.index(*parameter)])


def _edge_rows(explanation: Explanation | None) -> list[Row]:
    if explanation is None:
        return []
    terms = explanation.terms
    rows = explanation.rows[terms.sample].tolist()
    columns = (rows, terms.local.tolist(), terms.delta.tolist(), terms.product.tolist())
    return [Row(s, local=a, delta=d, product=p) for s, a, d, p in zip(*columns, strict=True)]


def _neuron_rows(activity: Activity | None) -> list[Row]:
    if activity is None:
        return []
    empty = [None] * len(activity.rows)
    z = empty if activity.z is None else activity.z.tolist()
    delta = empty if activity.delta is None else activity.delta.tolist()
    columns = zip(activity.rows.tolist(), z, activity.a.tolist(), delta, strict=True)
    return [Row(s, z=z, a=a, delta=d, product=d) for s, z, a, d in columns]


def _sum(rows: list[Row]) -> float | None:
    """Σ of the products, when there are any."""
    products = [row.product for row in rows if row.product is not None]
    return float(np.sum(products)) if products else None


def _incoming(view: View, place: Place, names: Names) -> list[Incoming]:
    """The weights into a neuron, the largest first."""
    sources = layer_sizes(view.network)[place.layer - 1]
    found = []
    for source in range(sources):
        edge = Place(place.layer - 1, place.unit, source)
        weight = _parameter(view, edge, view.params)
        gradient = None if view.gradients is None else _parameter(view, edge, view.gradients)
        name, end = names.weight(edge.layer, source, place.unit), names.neuron(edge.layer, source)
        found.append(Incoming(edge, name, end, weight if weight is not None else np.nan, gradient))
    return sorted(found, key=lambda each: -abs(np.nan_to_num(each.weight)))
