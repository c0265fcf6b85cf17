"""What formulas call the numbers of a network, as a name (W⁽²⁾₁₃, w24, ∂L/∂h1) and as mathematics."""

from __future__ import annotations

import re

from app.nn import Formula, Recurrent, Slope
from app.scene.names import Names, symbol
from app.scene.view import View

MATRIX = Names("matrix", ())
RATE = "∂L/∂"
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_NAME = re.compile(
    r"(?P<of>δ|z(?=[ho])|)(?P<letters>[A-Za-zα-ω]*)(?:⁽(?P<above>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)⁾)?"
    r"(?P<below>[₀-₉]+(?:,[₀-₉]+)*|[0-9]+(?:,[0-9]+)*|)(?P<at>\([0-9a-z,−]+\))?"
)
_GREEK = {"δ": r"\delta", "λ": r"\lambda"}


def slope_name(view: View, slope: Slope) -> str:
    """δ for ∂L/∂z, else ∂L/∂ of the number itself."""
    if slope.of == "z":
        return delta_name(view, slope.layer, slope.index)
    if slope.of == "c":
        return RATE + symbol("c", slope.layer + 1, slope.index[-1]) + _at(slope.index[:-1])
    return RATE + output_name(view, slope.layer + 1, slope.index)


def delta_name(view: View, layer: int, index: tuple[int, ...]) -> str:
    """δ of a z of `spec.layers[layer]`."""
    if view.dense:
        return view.names.delta(layer + 1, index[-1])
    return MATRIX.delta(layer + 1, index[-1]) + _at(index[:-1])


def output_name(view: View, layer: int, index: tuple[int, ...]) -> str:
    """What layer `layer` (0 = inputs) puts out at `index`; of a recurrent one, a state."""
    if view.dense:
        return view.names.output(layer, index[-1])
    recurrent = layer > 0 and isinstance(view.network.layers[layer - 1], Recurrent)
    name = symbol("h", layer, index[-1]) if recurrent else MATRIX.neuron(layer, index[-1])
    return name + _at(index[:-1])


def target_name(view: View, index: tuple[int, ...]) -> str:
    """The target of an output."""
    return view.names.target(index[-1]) if view.dense else MATRIX.target(index[-1]) + _at(index[:-1])


def parameter_name(view: View, layer: int, name: str, index: tuple[int, ...]) -> str:
    """A parameter of `spec.layers[layer]`."""
    if not view.dense:
        return symbol(name, layer + 1, *index)
    if name == "W":
        return view.names.weight(layer, *index)
    return view.names.bias(layer, index[0])


def _at(place: tuple[int, ...]) -> str:
    """The step, or row and column, counted from 1."""
    return f"({','.join(str(i + 1) for i in place)})" if place else ""


def typeset(name: str) -> Formula:
    """A name as mathematics."""
    if name.startswith(RATE):
        under = typeset(name.removeprefix(RATE))
        return Formula(
            rf"\frac{{\partial L}}{{\partial {under.latex}}}",
            f"<mfrac><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi>{under.mathml}</mrow></mfrac>",
        )
    found = _NAME.fullmatch(name)
    if found is None:
        return Formula(rf"\text{{{name}}}", f"<mtext>{name}</mtext>")
    letters, below = found["letters"], found["below"].translate(_LOWERED)
    if found["of"] and letters:  # δ or z of a neuron that has a name of its own
        inner, of = typeset(letters + found["below"]), found["of"]
        return Formula(f"{_GREEK.get(of, of)}_{{{inner.latex}}}", f"<msub><mi>{of}</mi>{inner.mathml}</msub>")
    made = _indexed(found["of"] + letters, below, (found["above"] or "").translate(_RAISED))
    if not found["at"]:
        return made
    return Formula(
        made.latex + found["at"].replace("−", "-"), f"<mrow>{made.mathml}{_arguments(found['at'])}</mrow>"
    )


def _indexed(letters: str, below: str, above: str) -> Formula:
    latex, mathml = _GREEK.get(letters, letters), f"<mi>{letters}</mi>"
    if below:
        latex += f"_{{{below}}}"
        lower = "<mrow>" + "<mo>,</mo>".join(f"<mn>{part}</mn>" for part in below.split(",")) + "</mrow>"
    if above:
        latex += f"^{{({above})}}"
        raised = f"<mrow><mo>(</mo><mn>{above}</mn><mo>)</mo></mrow>"
        mathml = f"<msubsup>{mathml}{lower}{raised}</msubsup>" if below else f"<msup>{mathml}{raised}</msup>"
    elif below:
        mathml = f"<msub>{mathml}{lower}</msub>"
    return Formula(latex, mathml)


def _arguments(text: str) -> str:
    parts = re.findall(r"\d+|[a-z]|[(),−]", text)
    return "".join(
        _ARGUMENT.get(part, f"<mn>{part}</mn>" if part.isdigit() else f"<mi>{part}</mi>") for part in parts
    )


_ARGUMENT = {
    "(": '<mo stretchy="false">(</mo>',
    ")": '<mo stretchy="false">)</mo>',
    ",": "<mo>,</mo>",
    "−": "<mo>−</mo>",
}
