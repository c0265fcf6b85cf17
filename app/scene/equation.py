"""An equation as the page writes it: in symbols and with its numbers, rounded so that what is shown comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.nn import Expression, Formula
from app.nn.algebra import Quantity, Sum, numeral
from app.scene.format import enough, plain, short

Write = Callable[[float], str]
MOST = 12  # digits of a number that is rounded
ELLIPSIS = Formula(r"\cdots ", "<mo>⋯</mo>")


class Told(Quantity):
    """A number that no factors tell from others: what it is stands below it."""

    def written(self, number: Write | None) -> Formula:
        """The symbol, or the number with the symbol."""
        made, below = super().written(number), self.symbol
        if not number:
            return made
        latex = rf"\underset{{{below.latex.strip()}}}{{{made.latex}}}"
        return Formula(latex, f"<munder>{made.mathml}{below.mathml}</munder>")


@dataclass(frozen=True, slots=True)
class Equation:
    """left = symbols = numbers = value. `parts` are MathML, each for a <math> of its own, so that lines may break
    between them; the LaTeX has the numbers whole."""

    parts: tuple[str, ...]
    latex: str
    latex_numbers: str


def equation(left: Formula, whole: Expression, all_digits: bool, digits: int = 4) -> Equation:
    """left = whole, in symbols; and with the numbers of the whole, as many digits as they need."""
    symbols, value = whole.written(None), whole.value
    numbers = terms_of(whole, writing(all_digits, agreeing(whole, digits)))
    full, result = whole.written(writing(True)), numeral(writing(all_digits, digits)(value))
    return Equation(
        parts_of(Formula("", f"{left.mathml}<mo>=</mo>{symbols.mathml}"), numbers, result),
        f"{left.latex} = {symbols.latex}",
        f"{left.latex} = {full.latex} = {numeral(writing(True)(value)).latex}",
    )


def terms_of(whole: Expression, number: Write) -> list[Formula]:
    """The terms of a sum with their numbers; anything else is one."""
    return whole.terms(number) if isinstance(whole, Sum) else [whole.written(number)]


def parts_of(symbols: Formula, numbers: Sequence[Formula], result: Formula) -> tuple[str, ...]:
    """symbols = the sum of the numbers = result; a number alone is its own result."""
    signs = ["<mo>=</mo>", *['<mo form="infix">+</mo>'] * (len(numbers) - 1)]
    middle = [f"<mrow>{sign}{term.mathml}</mrow>" for sign, term in zip(signs, numbers, strict=True)]
    if len(numbers) == 1 and numbers[0].mathml == result.mathml:
        middle = []
    return f"<mrow>{symbols.mathml}</mrow>", *middle, f"<mrow><mo>=</mo>{result.mathml}</mrow>"


def agreeing(whole: Expression, digits: int = 4) -> int:
    """How many digits the numbers of an expression need."""
    return enough(whole.shown, whole.value, digits, MOST)


def writing(all_digits: bool, digits: int = 4) -> Write:
    """How numbers are written: whole, or to so many digits."""
    if all_digits:
        return lambda x: plain(x).replace("-", "−") or short(x)
    return lambda x: short(x, digits)
