"""Formulas that hold their numbers: the same one is evaluated, written in symbols and written with the numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import copysign, cos, inf, isnan, nan, prod, sqrt

from app.nn.formula import Formula

Write = Callable[[float], str]
"""A number as text: 0.25, −3, 3.2×10⁻⁵."""
Rounding = Callable[[float], float]
"""A number as it is shown."""
SUM, PRODUCT, ATOM = range(3)  # how tightly what is written holds together
_TIMES = '<mo>&#x2062;</mo><mspace width="0.15em"/>'
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


class Expression(ABC):
    """A formula with a number for each of its symbols."""

    @property
    def value(self) -> float:
        """What it comes to."""
        return self.shown(float)

    @abstractmethod
    def shown(self, rounding: Rounding) -> float:
        """What it comes to with its numbers as `rounding` leaves them."""

    @abstractmethod
    def written(self, number: Write | None) -> Formula:
        """In symbols, or with the numbers as `number` writes them."""

    def rank(self, number: Write | None) -> int:  # noqa: ARG002
        """SUM, PRODUCT or ATOM."""
        return ATOM


def within(part: Expression, rank: int, number: Write | None) -> Formula:
    """`part` where only what holds together as tightly as `rank` needs no parentheses."""
    made = part.written(number)
    return made if part.rank(number) >= rank else enclosed("(", made, ")")


def enclosed(left: str, made: Formula, right: str) -> Formula:
    """`made` between two brackets."""
    names = {"⌊": r"\lfloor ", "⌋": r" \rfloor"}
    return Formula(
        rf"\left{names.get(left, left)}{made.latex}\right{names.get(right, right)}",
        f"<mrow><mo>{left}</mo>{made.mathml}<mo>{right}</mo></mrow>",
    )


def numeral(text: str) -> Formula:
    """A number that is written as `text`."""
    sign, bare = ("-", text[1:]) if text[:1] in ("−", "-") else ("", text)
    mantissa, _, power = bare.partition("×10")
    power = power.translate(_RAISED)
    minus = "<mo>−</mo>" if sign else ""  # in a row with its number: a sign, not the difference of two
    latex = mantissa.replace("∞", r"\infty ").replace("NaN", r"\text{NaN}")
    if not power:
        bare = f"<mn>{mantissa}</mn>"
        return Formula(sign + latex, f"<mrow>{minus}{bare}</mrow>" if sign else bare)
    raised = f"<mo>−</mo><mn>{power[1:]}</mn>" if power.startswith("-") else f"<mn>{power}</mn>"
    ten = Formula(f"10^{{{power}}}", f"<msup><mn>10</mn><mrow>{raised}</mrow></msup>")
    if mantissa == "1":
        return Formula(sign + ten.latex, f"<mrow>{minus}{ten.mathml}</mrow>")
    return Formula(
        rf"{sign}{latex} \cdot {ten.latex}", f"<mrow>{minus}<mn>{mantissa}</mn><mo>·</mo>{ten.mathml}</mrow>"
    )


@dataclass(frozen=True)
class Quantity(Expression):
    """A number that has a symbol."""

    symbol: Formula
    number: float

    def shown(self, rounding: Rounding) -> float:
        """The number, rounded."""
        return rounding(self.number)

    def written(self, number: Write | None) -> Formula:
        """The symbol, or the number."""
        return numeral(number(self.number)) if number else self.symbol

    def rank(self, number: Write | None) -> int:
        """As a number with a sign, a sum; as one times a power of ten, a product."""
        text = number(self.number) if number else ""
        return SUM if text[:1] in ("−", "-") else PRODUCT if "×" in text else ATOM


def symbol(name: str, below: str = "", hat: bool = False) -> Formula:
    """A letter, with an index or a hat: β₁, m̂."""
    known = _LATEX.get(name, name)
    latex, mathml = rf"\hat{{{known}}}" if hat else known, f"<mi>{name}</mi>"
    if hat:
        mathml = f"<mover>{mathml}<mo>^</mo></mover>"
    if not below:
        return Formula(latex, mathml)
    return Formula(f"{latex}_{{{below}}}", f"<msub>{mathml}<mn>{below}</mn></msub>")


_LATEX = {
    "β": r"\beta",
    "γ": r"\gamma",
    "δ": r"\delta",
    "ε": r"\varepsilon",
    "η": r"\eta",
    "λ": r"\lambda",
    "μ": r"\mu",
    "ρ": r"\rho",
    "π": r"\pi",
    "Δ": r"\Delta",
}


@dataclass(frozen=True)
class Whole(Expression):
    """A whole number that the formula itself holds."""

    number: int

    def shown(self, rounding: Rounding) -> float:  # noqa: ARG002
        """The number: it is never rounded."""
        return float(self.number)

    def written(self, number: Write | None) -> Formula:  # noqa: ARG002
        """The number."""
        return numeral(str(self.number))


@dataclass(frozen=True)
class Sum(Expression):
    """The sum of its parts."""

    parts: tuple[Expression, ...]

    def shown(self, rounding: Rounding) -> float:
        """Added from the left."""
        first, *rest = self.parts
        return sum([part.shown(rounding) for part in rest], first.shown(rounding))

    def terms(self, number: Write | None) -> list[Formula]:
        """What stands between its +; a part that begins with a sign stands in parentheses, but for the first."""
        first, *rest = self.parts
        return [first.written(number), *(within(part, PRODUCT, number) for part in rest)]

    def written(self, number: Write | None) -> Formula:
        """With + between its terms."""
        made = self.terms(number)
        return Formula(" + ".join(m.latex for m in made), "<mo>+</mo>".join(m.mathml for m in made))

    def rank(self, number: Write | None) -> int:  # noqa: ARG002
        """A sum."""
        return SUM


@dataclass(frozen=True)
class Difference(Expression):
    """left − right."""

    left: Expression
    right: Expression

    def shown(self, rounding: Rounding) -> float:
        """left − right."""
        return self.left.shown(rounding) - self.right.shown(rounding)

    def written(self, number: Write | None) -> Formula:
        """With − between."""
        left, right = self.left.written(number), within(self.right, PRODUCT, number)
        return Formula(f"{left.latex} - {right.latex}", f"{left.mathml}<mo>−</mo>{right.mathml}")

    def rank(self, number: Write | None) -> int:  # noqa: ARG002
        """A sum."""
        return SUM


@dataclass(frozen=True)
class Product(Expression):
    """The product of its factors."""

    factors: tuple[Expression, ...]

    def shown(self, rounding: Rounding) -> float:
        """Multiplied from the left."""
        first, *rest = self.factors
        return prod([factor.shown(rounding) for factor in rest], start=first.shown(rounding))

    def written(self, number: Write | None) -> Formula:
        """Side by side in symbols, with dots between numbers."""
        made = [within(factor, PRODUCT, number) for factor in self.factors]
        dot, times = (r" \cdot ", "<mo>·</mo>") if number else (r" \, ", _TIMES)
        return Formula(dot.join(m.latex for m in made), times.join(m.mathml for m in made))

    def rank(self, number: Write | None) -> int:  # noqa: ARG002
        """A product."""
        return PRODUCT


@dataclass(frozen=True)
class Ratio(Expression):
    """over / under, as a fraction."""

    over: Expression
    under: Expression

    def shown(self, rounding: Rounding) -> float:
        """As IEEE divides: by zero to infinity, or to no number."""
        over, under = self.over.shown(rounding), self.under.shown(rounding)
        if under:
            return over / under
        return nan if not over or isnan(over) else copysign(inf, over) * copysign(1.0, under)

    def written(self, number: Write | None) -> Formula:
        """A fraction."""
        over, under = self.over.written(number), self.under.written(number)
        return Formula(
            rf"\frac{{{over.latex}}}{{{under.latex}}}",
            f"<mfrac><mrow>{over.mathml}</mrow><mrow>{under.mathml}</mrow></mfrac>",
        )


@dataclass(frozen=True)
class Root(Expression):
    """The square root."""

    of: Expression

    def shown(self, rounding: Rounding) -> float:
        """√."""
        return sqrt(self.of.shown(rounding))

    def written(self, number: Write | None) -> Formula:
        """√."""
        made = self.of.written(number)
        return Formula(rf"\sqrt{{{made.latex}}}", f"<msqrt>{made.mathml}</msqrt>")


@dataclass(frozen=True)
class Power(Expression):
    """base to the power of exponent."""

    base: Expression
    exponent: Expression

    def shown(self, rounding: Rounding) -> float:
        """A square is a product, which may overflow to infinity."""
        base, exponent = self.base.shown(rounding), self.exponent.shown(rounding)
        return base * base if exponent == 2 else float(base**exponent)

    def written(self, number: Write | None) -> Formula:
        """The exponent raised."""
        base, exponent = within(self.base, ATOM, number), self.exponent.written(number)
        return Formula(
            f"{base.latex}^{{{exponent.latex}}}",
            f"<msup><mrow>{base.mathml}</mrow><mrow>{exponent.mathml}</mrow></msup>",
        )


@dataclass(frozen=True)
class Applied(Expression):
    """A function of its arguments: min, cos, sgn, or ⌊ ⌋, the whole number below."""

    name: str
    arguments: tuple[Expression, ...]

    def shown(self, rounding: Rounding) -> float:
        """The function's value."""
        values = [argument.shown(rounding) for argument in self.arguments]
        return _FUNCTIONS[self.name](*values)

    def written(self, number: Write | None) -> Formula:
        """Its name before the arguments in parentheses."""
        made = [argument.written(number) for argument in self.arguments]
        listed = Formula(", ".join(m.latex for m in made), "<mo>,</mo>".join(m.mathml for m in made))
        if self.name == "⌊⌋":
            return enclosed("⌊", listed, "⌋")
        whole, known = enclosed("(", listed, ")"), {"min": r"\min", "cos": r"\cos"}
        latex = known.get(self.name, rf"\operatorname{{{self.name}}}") + whole.latex
        return Formula(latex, f"<mi>{self.name}</mi>{whole.mathml}")


_FUNCTIONS: dict[str, Callable[..., float]] = {
    "min": lambda *values: float(min(values)),
    "cos": cos,
    "sgn": lambda x: 0.0 if x == 0 else copysign(1.0, x),
    "⌊⌋": lambda x: float(x // 1),
}


def stages(expression: Expression, number: Write, result: Write) -> list[Formula]:
    """What stands between = and = when it is worked out: 0.9 · 0.2 + 0.1, then 0.28 as `result` writes it. Of a
    number alone, that number."""
    value = numeral(result(expression.value))
    return [value] if isinstance(expression, Quantity) else [expression.written(number), value]
