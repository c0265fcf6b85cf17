"""The inspector: where the number of a parameter, or of one output of a layer, comes from, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.nn import Dense
from app.scene.derivation import Derivation, derivation
from app.scene.inspector_rows import Groups, Row, Rows, activity_rows, groups_of, term_rows
from app.scene.inspector_words import Words, named, output_of, symbol_of, title_of
from app.scene.places import AnyPlace, Place, Spot, Weight, parameter_place
from app.scene.update import Update, update_of
from app.scene.view import Array, Explanation, View

DIGITS, FEW = 5, 4  # of the numbers of a term; where steps or positions need room too
INCOMING = 8  # the most weights listed for a neuron

Kind = Literal["parameter", "neuron", "pixel", "cell"]
KINDS: dict[int, Kind] = {1: "neuron", 2: "cell", 3: "pixel"}  # of a spot, by how many indices it has


@dataclass(frozen=True, slots=True)
class Incoming:
    """A weight that leads into the selected neuron; its bias has no source."""

    place: Place | Weight
    name: str
    source: str | Words
    weight: float
    gradient: float | None


@dataclass(frozen=True, slots=True)
class Inspector:
    """What is shown of one place. `rest` rows are folded; `rest_sum` is what they add to `total`.

    `kind`: a parameter, or an output: of a unit (with its bias where the place is the neuron's), a pixel of an
    image, a state or unit at one step. `state` is "free", "frozen" or "cut" (a weight frozen at zero). `name`
    and `value` are the parameter's: "" and None for an output. `share` is what the sample followed adds to the
    gradient; None while there is none. `groups` are the same terms added up, where a sample has many. `update` is
    what the optimiser makes of the gradient.
    """

    place: AnyPlace
    kind: Kind
    title: Words
    name: str
    local_name: str
    output_name: str
    delta_name: str
    made: Derivation
    value: float | None
    gradient: float | None
    state: str
    share: float | None
    rows: tuple[Row, ...]
    rest: int
    rest_sum: float | None
    total: float | None
    groups: Groups | None
    explanation: Explanation | None
    incoming: tuple[Incoming, ...]
    incoming_rest: int
    update: Update | None

    @property
    def is_weight(self) -> bool:
        """Whether it is a weight, which can be cut; a bias cannot."""
        parameter = self.place.parameter
        return parameter is not None and parameter[1].startswith("W")


def inspector(view: View) -> Inspector | None:
    """The inspector of the selected place; None when nothing is selected."""
    if view.selection is None:
        return None
    place, explanation = view.selection.place, view.selection.explanation
    kind, found = _kind(place), named(view, place)
    rows = (
        term_rows(explanation, view.followed, view.openings)
        if kind == "parameter"
        else activity_rows(view.selection.activity, view.followed, view.openings)
    )
    incoming, incoming_rest = _incoming(view, place)
    return Inspector(
        place=place,
        kind=kind,
        title=title_of(view, place),
        name=found.name,
        local_name=found.local,
        output_name="" if kind == "parameter" else output_of(view, place),
        delta_name=found.delta,
        made=derivation(view, place, found, explanation, rows, FEW if _crowded(rows) else DIGITS),
        value=_number(view, place, view.params),
        gradient=None if view.gradients is None else _number(view, place, view.gradients),
        state=state_of(view, place),
        share=_share(view, place),
        rows=rows.shown,
        rest=rows.rest,
        rest_sum=rows.rest_sum,
        total=rows.total,
        groups=groups_of(explanation, view.followed),
        explanation=explanation,
        incoming=incoming,
        incoming_rest=incoming_rest,
        update=update_of(explanation, symbol_of(view, place), view.all_digits) if explanation else None,
    )


def state_of(view: View, place: AnyPlace) -> str:
    """Whether the parameter of a place is "free", "frozen", or "cut": a weight frozen at zero."""
    if place.parameter is None or view.network.index(*place.parameter) not in view.frozen:
        return "free"
    is_weight = place.parameter[1].startswith("W")
    return "cut" if is_weight and _number(view, place, view.params) == 0 else "frozen"


def _kind(place: AnyPlace) -> Kind:
    if isinstance(place, Spot):
        return KINDS[len(place.index)]
    return "neuron" if isinstance(place, Place) and place.source is None else "parameter"


def _crowded(rows: Rows) -> bool:
    return any(len(row.place) > 1 for row in rows.shown)


def _share(view: View, place: AnyPlace) -> float | None:
    share = view.batch.share if view.batch and view.followed is not None else None
    return None if share is None else _number(view, place, share)


def _number(view: View, place: AnyPlace, flat: Array) -> float | None:
    parameter = place.parameter
    return None if parameter is None else float(flat[view.network.index(*parameter)])


def _incoming(view: View, place: AnyPlace) -> tuple[tuple[Incoming, ...], int]:
    """The weights into a unit of a dense layer, the largest first, and how many more there are.

    Where the neuron itself does not stand for its bias, that comes before them.
    """
    if isinstance(place, Weight) or place.layer == 0 or _kind(place) != "neuron":
        return (), 0
    layer, unit = place.layer - 1, place.unit if isinstance(place, Place) else place.index[0]
    if not isinstance(view.network.layers[layer], Dense):
        return (), 0
    weights = np.nan_to_num(np.abs(view.network.unflatten(view.params)[layer]["W"][:, unit]))
    order = np.argsort(-weights, kind="stable").tolist()
    bias = [("b", (unit,))] if isinstance(place, Spot) else []
    chosen = [*bias, *(("W", (source, unit)) for source in order[:INCOMING])]
    return tuple(_into(view, layer, name, index) for name, index in chosen), max(0, len(order) - INCOMING)


def _into(view: View, layer: int, name: str, index: tuple[int, ...]) -> Incoming:
    place, at = parameter_place(view.network, layer, name, index), view.network.index(layer, name, index)
    assert place is not None
    made = named(view, place)
    gradient = None if view.gradients is None else float(view.gradients[at])
    return Incoming(place, made.name, made.source, float(view.params[at]), gradient)
