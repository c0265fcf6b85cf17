"""Formulas as a reader checks them: what the numbers of a MathML formula come to."""

from __future__ import annotations

from math import copysign
from xml.etree import ElementTree

SIGNS = {"·": "*", "−": "-", "+": "+", "(": "(", ")": ")", "=": "", "⋯": ""}


def text_of(mathml: str) -> str:
    """A formula as a line of text."""
    return "".join(ElementTree.fromstring(f"<math>{mathml}</math>").itertext())


def worth(mathml: str) -> float:
    """What a formula of numbers comes to, = in front of it left out."""
    return float(eval(_python(ElementTree.fromstring(f"<math>{mathml}</math>")), {"sgn": _sign}))


def _sign(x: float) -> float:
    return copysign(1.0, x) if x else 0.0


def _python(element: ElementTree.Element) -> str:
    children = [_python(child) for child in element]
    text = element.text or ""
    if element.tag in ("mn", "mi"):
        return text
    if element.tag == "mo":
        return SIGNS[text]
    if element.tag == "mfrac":
        return f"(({children[0]})/({children[1]}))"
    if element.tag == "munder":  # what stands below says what the number is
        return children[0]
    if element.tag == "msup":
        return f"(({children[0]})**({children[1]}))"
    whole = "".join(children)
    starts_with_equals = len(element) > 0 and element[0].tag == "mo" and element[0].text == "="
    return whole if element.tag == "math" or starts_with_equals else f"({whole})"
