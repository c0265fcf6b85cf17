"""The chosen neuron, of the sample that is drawn: z term by term, every weight times what it meets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.nn import Dense, Expression, Summand, summands
from app.nn.algebra import Product, Sum
from app.scene.equation import ELLIPSIS, Equation, Told, equation
from app.scene.factors import named
from app.scene.format import enough
from app.scene.marks import input_index, joined, number_key, parameter_key
from app.scene.openings import MORE
from app.scene.places import Spot
from app.scene.symbols import delta_name, output_name, parameter_name, typeset
from app.scene.view import Array, View
from app.scene.walk import ALL

SHOWN = 8  # terms of z before they are unfolded
IN_FORMULA = 3
Z = "z"  # begins the way that unfolds them


@dataclass(frozen=True, slots=True)
class Weighed:
    """A weight, what it meets (`source`, `given`; "" and 1 of a bias), and their product. `key` is its place."""

    name: str
    key: str
    weight: float
    source: str
    given: float
    product: float
    gradient: float | None
    marks: str


@dataclass(frozen=True, slots=True)
class Weighted:
    """z = Σ products, the largest first; `rest` more, which `more` unfolds, add up to `rest_sum`. `row` is the
    sample's in the data, None of a probe. Factors are written with `digits`, products with `product_digits`."""

    row: int | None
    equation: Equation
    terms: tuple[Weighed, ...]
    rest: int
    rest_sum: float
    more: tuple[str, ...]
    z: float
    digits: int
    product_digits: int


def chosen_unit(view: View) -> tuple[int, tuple[int, ...]] | None:
    """Layer (from 0) and index of the chosen output; None where a parameter, an input or nothing is chosen."""
    place = view.selection.place if view.selection else None
    if place is None or place.layer == 0 or isinstance(place, Spot):
        return (place.layer - 1, place.index) if isinstance(place, Spot) and place.layer else None
    source, unit = getattr(place, "source", 0), getattr(place, "unit", 0)
    return (place.layer - 1, (unit,)) if source is None else None


def weighted(view: View) -> Weighted | None:
    """The weighted sum of the chosen unit of a dense layer; None of any other, and before a forward pass."""
    chosen, drawn = chosen_unit(view), view.drawn_pass
    if chosen is None or drawn is None or not isinstance(view.network.layers[chosen[0]], Dense):
        return None
    (layer, index), (trace, sample) = chosen, drawn
    found = summands(view.network, drawn_params(view), trace, sample, layer, index)
    found.sort(key=lambda one: abs(one.product) if np.isfinite(one.product) else np.inf, reverse=True)
    most = ALL if view.openings.has((Z, MORE)) else SHOWN
    kept = found if len(found) <= most else found[: most - 1]
    rest = float(sum(one.product for one in found[len(kept) :]))
    z = float(trace.layers[layer].z[(sample, *index)])
    products = enough(lambda r: sum(r(one.product) for one in kept) + r(rest), z, 4, most=10)
    digits = max(_digits(one, products) for one in kept)
    return Weighted(
        view.drawn_row,
        _equation(view, layer, index, found, z),
        tuple(_weighed(view, layer, index, one) for one in kept),
        len(found) - len(kept),
        rest,
        (Z, MORE),
        z,
        digits,
        products,
    )


def _digits(one: Summand, products: int) -> int:
    return enough(lambda r: r(one.weight) * r(one.given), one.product, products, most=12)


def drawn_params(view: View) -> Array:
    """The parameters of the pass that is drawn."""
    batch = view.batch or view.coming
    return view.params if view.probe or batch is None else batch.params


def _source(view: View, layer: int, index: tuple[int, ...], one: Summand) -> tuple[int, ...] | None:
    return input_index(view, layer, index[:-1], one.index[0]) if one.name == "W" else None


def _weighed(view: View, layer: int, index: tuple[int, ...], one: Summand) -> Weighed:
    key, source = parameter_key(view, layer, one.name, one.index), _source(view, layer, index, one)
    gradient = (
        None
        if view.gradients is None
        else float(view.gradients[view.network.index(layer, one.name, one.index)])
    )
    return Weighed(
        parameter_name(view, layer, one.name, one.index),
        key,
        one.weight,
        "" if source is None else output_name(view, layer, source),
        one.given,
        one.product,
        gradient,
        joined([key, number_key(view, layer, source) if source is not None else ""]),
    )


def _equation(view: View, layer: int, index: tuple[int, ...], found: list[Summand], z: float) -> Equation:
    told = found if len(found) <= IN_FORMULA else found[: IN_FORMULA - 1]
    parts = [_term(view, layer, index, one) for one in told]
    if len(told) < len(found):
        parts.append(Told(ELLIPSIS, z - sum(one.product for one in told)))
    name = delta_name(view, layer, index).replace("δ", "z", 1)
    return equation(typeset(name), Sum(tuple(parts)), view.all_digits)


def _term(view: View, layer: int, index: tuple[int, ...], one: Summand) -> Expression:
    weight, source = (
        named(parameter_name(view, layer, one.name, one.index), one.weight),
        _source(view, layer, index, one),
    )
    return weight if source is None else Product((weight, named(output_name(view, layer, source), one.given)))
