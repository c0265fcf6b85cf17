"""The walk from a number to the loss: what ∂L/∂ of it is made of, opened one factor further at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.nn import Expression, Link, Slope, links
from app.nn.algebra import Product, Sum, Whole
from app.scene.equation import ELLIPSIS, Equation, Told, agreeing, equation, writing
from app.scene.factors import Reading, factors, named
from app.scene.format import enough
from app.scene.marks import link_marks
from app.scene.openings import DEEPEST, MORE, Openings
from app.scene.symbols import slope_name, typeset
from app.scene.view import View

SHOWN, ALL = 6, 200  # terms of a sum before it is unfolded, and after
IN_FORMULA = 3  # terms that a formula writes out

Way = tuple[str, ...]  # as in openings.py


@dataclass(frozen=True, slots=True)
class Term:
    """One term, symbols = numbers = product, as MathML. Its last factor is `name`; `way` leads on to what that is
    made of (() where the loss is reached), which is `opened`. `marks` are the places it speaks of."""

    symbols: str
    numbers: str
    product: float
    name: str
    way: Way
    marks: str
    opened: Opened | None


@dataclass(frozen=True, slots=True)
class Opened:
    """One slope taken apart: `equation`, and the terms of the sum in it, the largest first, written with `digits`;
    `rest` more add up to `rest_sum`. `total` is their sum, `value` that times the factors outside it.

    `way` leads here; at the end of it `more` unfolds the rest. `at_loss` is the loss of the sample, where the
    way ends.
    """

    name: str
    way: Way
    more: Way
    equation: Equation
    terms: tuple[Term, ...]
    rest: int
    rest_sum: float
    total: float
    value: float
    digits: int
    at_loss: float | None


def reading_of(view: View, sample: int) -> Reading | None:
    """A sample of the batch that is shown; None before its backward pass, and while a probe is shown."""
    batch = view.batch
    if view.probe or batch is None or batch.trace.layers[-1].delta is None:
        return None
    return Reading(view, batch.trace, batch.params, sample)


def opened(reading: Reading, slope: Slope, way: Way, openings: Openings) -> Opened:
    """What ∂L/∂ of a number is made of, and further where `openings` says so."""
    view, name = reading.view, slope_name(reading.view, slope)
    outer, at, found = _through(reading, slope)
    found = sorted(found, key=_size, reverse=True)
    most = ALL if openings.has((*way, MORE)) else SHOWN
    kept = found if len(found) <= most else found[: most - 1]
    kept += [link for link in found[len(kept) :] if link.to and openings.has((*way, step_of(link.to)))]
    folded = [link for link in found if link not in kept]
    products = [_product(reading, at, link) for link in kept]
    rest = float(sum(link.product for link in folded))
    whole = _whole(products, outer, rest if folded else None)
    total = float(sum(product.value for product in products) + rest)
    digits = enough(
        lambda rounding: (
            sum(rounding(product.value) for product in products) + (rounding(rest) if folded else 0.0)
        ),
        total,
        most=10,
    )
    last = len(found) == 1 and found[0].to is None
    return Opened(
        name=name,
        way=way,
        more=(*way, MORE),
        equation=equation(typeset(name), whole, view.all_digits),
        terms=tuple(
            _term(reading, at, link, product, way, openings, digits)
            for link, product in zip(kept, products, strict=True)
        ),
        rest=len(folded),
        rest_sum=rest,
        total=total,
        value=whole.value,
        digits=digits,
        at_loss=float(reading.trace.loss_per_sample[reading.sample]) if last else None,
    )


def step_of(slope: Slope) -> str:
    """A slope as a step of a way."""
    return f"{slope.of}{slope.layer}," + ",".join(map(str, slope.index))


def _size(link: Link) -> float:
    return abs(link.product) if np.isfinite(link.product) else np.inf


def _through(reading: Reading, slope: Slope) -> tuple[list[Expression], Slope, list[Link]]:
    """The factors in front of the sum, and what its links start from: δ = f′(z) · Σ … is one step of the walk, and
    what only hands a number on is passed by."""
    outer: list[Expression] = []
    at = slope
    while True:
        found = links(reading.view.network, reading.params, reading.trace, reading.sample, at)
        to = found[0].to if len(found) == 1 else None
        activates = to is not None and at.of == "z" and to.of == "a"
        if to is None or (found[0].parts and not activates):
            return outer, at, found
        outer += factors(reading, at, found[0])
        at = to


def _product(reading: Reading, slope: Slope, link: Link) -> Product:
    """The factors of a link, and the slope it leads to."""
    made = factors(reading, slope, link)
    if link.to is None:
        return Product(made)
    return Product((*made, named(slope_name(reading.view, link.to), link.value)))


def _whole(products: list[Product], outer: list[Expression], rest: float | None) -> Expression:
    """The sum, times what stands in front of it; all but the largest terms of a long one together."""
    if not products:
        return Product((*outer, Whole(0)))
    told = products if len(products) <= IN_FORMULA and rest is None else products[: IN_FORMULA - 1]
    more = sum(product.value for product in products[len(told) :]) + (rest or 0.0)
    parts: tuple[Expression, ...] = (
        (*told, Told(ELLIPSIS, more)) if len(told) < len(products) or rest is not None else tuple(told)
    )
    if len(parts) > 1:
        return Product((Sum(parts), *outer)) if outer else Sum(parts)
    return Product((*products[0].factors, *outer))


def _term(
    reading: Reading, slope: Slope, link: Link, product: Product, way: Way, openings: Openings, digits: int
) -> Term:
    numbers = product.written(writing(reading.view.all_digits, agreeing(product, digits)))
    name, further = "", None
    on: Way = ()
    if link.to is not None and len(way) < DEEPEST - 1:
        name, on = slope_name(reading.view, link.to), (*way, step_of(link.to))
        further = opened(reading, link.to, on, openings) if openings.has(on) else None
    return Term(
        product.written(None).mathml,
        numbers.mathml,
        product.value,
        name,
        on,
        link_marks(reading.view, slope, link),
        further,
    )
