"""The gradient of the chosen parameter as a formula, and the walks that lead on from its terms."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.nn import Expression, Formula, Slope
from app.nn.algebra import Product, Quantity, Sum, numeral
from app.scene.equation import ELLIPSIS, Equation, Told, agreeing, parts_of, terms_of, writing
from app.scene.format import enough
from app.scene.inspector_rows import Row, Rows
from app.scene.inspector_words import Named
from app.scene.marks import number_key, slope_key, term_marks
from app.scene.places import AnyPlace, Place, Spot
from app.scene.symbols import RATE, slope_name, typeset
from app.scene.view import Explanation, View
from app.scene.walk import Opened, opened, reading_of

IN_FORMULA = 3  # terms that a formula writes out
NOTHING = Formula("", "")
PENALTY = Formula(r"\lambda", "<mi>λ</mi>")


@dataclass(frozen=True, slots=True)
class Derivation:
    """`marks` and `walks` belong to rows, by where these begin their way. The sum and its
    penalty are written with `digits`; `factor_digits` and `product_digits` are how many the rows need to multiply and
    to add up to it as they are shown."""

    equation: Equation | None = None
    digits: int = 5
    factor_digits: int = 5
    product_digits: int = 5
    marks: dict[str, str] = field(default_factory=dict)
    walks: dict[str, Opened] = field(default_factory=dict)
    can_walk: bool = False


def derivation(
    view: View, place: AnyPlace, found: Named, explanation: Explanation | None, rows: Rows, digits: int
) -> Derivation:
    """All of it for the rows that are shown, which are written with `digits` at least."""
    slopes = {row.way[0]: _slope(view, place, row) for row in rows.shown}
    walks = {}
    for row in rows.shown:
        slope, reading = slopes[row.way[0]], reading_of(view, row.place[0])
        if slope and reading and view.openings.has(row.way):
            walks[row.way[0]] = opened(reading, slope, row.way, view.openings)
    if explanation and explanation.penalty_gradient and rows.total is not None:
        parts = (rows.total, explanation.penalty_gradient)
        digits = enough(lambda r: sum(map(r, parts)), explanation.gradient, digits, most=10)
    product_digits, factor_digits = _digits(rows, digits)
    return Derivation(
        _equation(view, found, explanation, rows) if explanation else None,
        digits,
        factor_digits,
        product_digits,
        {row.way[0]: _marks(view, place, row, slopes[row.way[0]]) for row in rows.shown},
        walks,
        reading_of(view, 0) is not None and any(slopes.values()),
    )


def drawn_walk(view: View) -> tuple[tuple[str, ...], str, str, Opened | None] | None:
    """The walk from the chosen output, for the sample that is drawn: its way, marks and name, what is open of it."""
    place, batch = view.selection.place if view.selection else None, view.batch
    if not isinstance(place, Spot) or place.layer == 0 or batch is None:
        return None
    sample = batch.sample or 0
    reading, slope = reading_of(view, sample), _of_number(view, place.layer, place.index)
    if reading is None:
        return None
    way = (str(sample),)
    further = opened(reading, slope, way, view.openings) if view.openings.has(way) else None
    return way, slope_key(view, slope), slope_name(view, slope), further


def _is_parameter(place: AnyPlace) -> bool:
    return place.parameter is not None and not (isinstance(place, Place) and place.source is None)


def _slope(view: View, place: AnyPlace, row: Row) -> Slope | None:
    """Whose slope the δ of a row is; None of an input."""
    if _is_parameter(place) and place.parameter:
        layer, _, index = place.parameter
        return Slope("z", layer, (*row.place[1:], index[-1]))
    if place.layer == 0:
        return None
    index = place.index if isinstance(place, Spot) else (place.unit,) if isinstance(place, Place) else ()
    return _of_number(view, place.layer, index)


def _of_number(view: View, layer: int, index: tuple[int, ...]) -> Slope:
    """δ of what layer `layer` puts out at an index; of a state that several gates make, ∂L/∂h."""
    several = getattr(view.network.layers[layer - 1], "gates", 1) > 1
    return Slope("a" if several else "z", layer - 1, index)


def _marks(view: View, place: AnyPlace, row: Row, slope: Slope | None) -> str:
    if _is_parameter(place) and place.parameter:
        return term_marks(view, place.parameter, row.place[1:])
    if slope:
        return slope_key(view, slope)
    index = place.index if isinstance(place, Spot) else (place.unit,) if isinstance(place, Place) else ()
    return number_key(view, 0, index)


def _digits(rows: Rows, digits: int) -> tuple[int, int]:
    """How many digits products and factors need."""
    products = [row.product for row in rows.shown if row.product is not None]
    if rows.total is None or not products:
        return digits, digits
    rest = rows.rest_sum or 0.0
    product = enough(lambda r: sum(map(r, products)) + r(rest), rows.total, digits, most=10)

    def factor(row: Row) -> int:
        if row.local is None or row.delta is None or row.product is None:
            return product
        local, delta = row.local, row.delta
        return enough(lambda r: r(local) * r(delta), row.product, product, most=12)

    return product, max(map(factor, rows.shown))


def _equation(view: View, found: Named, explanation: Explanation, rows: Rows) -> Equation:
    """∂L/∂w = Σ local · δ + penalty, in symbols and with the numbers of the terms that are shown."""
    symbols = _symbols(view, found, explanation)
    penalty = explanation.penalty_gradient
    named = found.source != ""
    short, whole = (_numbers(rows, most, penalty, named) for most in (IN_FORMULA, len(rows.shown)))
    numbers, full = terms_of(short, writing(view.all_digits, agreeing(short))), whole.written(writing(True))
    result = numeral(writing(view.all_digits)(explanation.gradient))
    return Equation(
        parts_of(symbols, numbers, result),
        symbols.latex,
        f"{typeset(RATE + found.name).latex} = {full.latex} = {numeral(writing(True)(explanation.gradient)).latex}",
    )


def _numbers(rows: Rows, most: int, penalty: float, has_local: bool) -> Expression:
    """The largest terms, the others together, the penalty; with local factors, or those of a bias, which are 1."""
    told = rows.shown if len(rows.shown) <= most else rows.shown[: most - 1]
    parts: list[Expression] = [_term(row, has_local) for row in told]
    products = [row.product or 0.0 for row in rows.shown[len(told) :]]
    if products or rows.rest:
        parts.append(Told(ELLIPSIS, sum(products) + (rows.rest_sum or 0.0)))
    if penalty:
        parts.append(Told(PENALTY, penalty))
    return Sum(tuple(parts)) if len(parts) > 1 else parts[0]


def _term(row: Row, has_local: bool) -> Expression:
    delta = Quantity(NOTHING, row.delta or 0.0)
    if row.local is None or (row.local == 1.0 and not has_local):
        return delta
    return Product((Quantity(NOTHING, row.local), delta))


def _symbols(view: View, found: Named, explanation: Explanation) -> Formula:
    """In the network's notation; the engine writes matrix notation."""
    if not view.dense or view.spec.notation == "matrix":
        made = explanation.formula
        return Formula(made.latex, made.mathml[made.mathml.index(">") + 1 : made.mathml.rindex("</math>")])
    single = len(explanation.rows) == 1
    names = [typeset(name) for name in (found.local, found.delta) if name]
    latex = r" \, ".join(name.latex + ("" if single else "(s)") for name in names)
    at = "" if single else "<mo>(</mo><mi>s</mi><mo>)</mo>"
    mathml = "<mo>&#x2062;</mo>".join(f"<mrow>{name.mathml}{at}</mrow>" for name in names)
    total = NOTHING if single else Formula(r"\sum_{s} ", "<munder><mo>∑</mo><mi>s</mi></munder>")
    slope = typeset(RATE + found.name)
    penalty = _penalty(explanation, typeset(found.name))
    return Formula(
        f"{slope.latex} = {total.latex}{latex}{penalty.latex}",
        f"<mrow>{slope.mathml}<mo>=</mo>{total.mathml}{mathml}{penalty.mathml}</mrow>",
    )


def _penalty(explanation: Explanation, name: Formula) -> Formula:
    """The penalties that act, as the engine's formula has them."""
    latex = mathml = ""
    if r"\lambda_{1}" in explanation.formula.latex:
        latex += rf" + \lambda_{{1}} \operatorname{{sgn}}({name.latex})"
        mathml += f"<mo>+</mo><msub><mi>λ</mi><mn>1</mn></msub><mi>sgn</mi><mo>(</mo>{name.mathml}<mo>)</mo>"
    if r"\lambda_{2}" in explanation.formula.latex:
        latex += rf" + \lambda_{{2}} {name.latex}"
        mathml += f"<mo>+</mo><msub><mi>λ</mi><mn>2</mn></msub>{name.mathml}"
    return Formula(latex, mathml)
