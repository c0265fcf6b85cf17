"""The chain rule of one parameter in symbols, as LaTeX and as MathML. Layers, units and inputs count from
1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.nn.layer import Factor
from app.nn.network import Network

NAMESPACE = "http://www.w3.org/1998/Math/MathML"


@dataclass(frozen=True)
class Formula:
    """One formula, twice; symbols only."""

    latex: str
    mathml: str


def formula(
    network: Network, layer: int, name: str, index: tuple[int, ...], *, l1: float = 0.0, l2: float = 0.0
) -> Formula:
    """∂L/∂W⁽ˡ⁾ᵢⱼ = Σₛ aᵢ⁽ˡ⁻¹⁾(s) δⱼ⁽ˡ⁾(s), a bias without the a; x stands for the inputs, h for a recurrent
    layer's own states. The sum runs over the steps t too where the layer runs over time, over rows u and columns
    v of the output where it runs over an image. The penalties that act are added. ParameterError for a
    parameter that is not there.
    """
    network.index(layer, name, index)
    description, number = network.layers[layer], layer + 1
    over = description.over(network.input_shape_of(layer))
    parameter = parameter_symbol(layer, name, index)
    factors = [_factor(factor, number) for factor in description.factors(name, index, over)]
    factors.append(_of(_symbol("δ", [description.unit(name, index) + 1], number), over))
    is_weight = name.startswith("W")
    penalties = []
    if is_weight and l1:
        penalties.append(_join(_PLUS, _lambda(1), _SGN, _LEFT, parameter, _RIGHT))
    if is_weight and l2:
        penalties.append(_join(_PLUS, _lambda(2), parameter))
    whole = _join(_slope(parameter), _EQUALS, _sum(over), *factors, *penalties)
    return Formula(whole.latex, f'<math xmlns="{NAMESPACE}" display="block">{whole.mathml}</math>')


def parameter_symbol(layer: int, name: str, index: tuple[int, ...]) -> Formula:
    """A parameter as `formula` writes it: W⁽¹⁾₁₂."""
    return _symbol(name, [i + 1 for i in index], layer + 1)


_PLUS = Formula(" + ", "<mo>+</mo>")
_EQUALS = Formula(" = ", "<mo>=</mo>")
_LEFT = Formula("(", "<mo>(</mo>")
_RIGHT = Formula(")", "<mo>)</mo>")
_SGN = Formula(r"\operatorname{sgn}", "<mi>sgn</mi>")
_GREEK = {"δ": r"\delta", "λ": r"\lambda"}


def _join(*parts: Formula) -> Formula:
    return Formula("".join(part.latex for part in parts), "".join(part.mathml for part in parts))


def _symbol(name: str, indices: list[int], layer: int | None) -> Formula:
    """name with lower indices and the layer's number, in parentheses, above."""
    separator = "," if max(indices) > 9 else ""
    latex_below = separator.join(map(str, indices))
    latex = f"{_GREEK.get(name, name)}_{{{latex_below}}}"
    comma = "<mo>,</mo>" if separator else ""
    below = f"<mrow>{comma.join(f'<mn>{i}</mn>' for i in indices)}</mrow>"
    if layer is None:
        return Formula(latex, f"<msub><mi>{name}</mi>{below}</msub>")
    above = f"<mrow><mo>(</mo><mn>{layer}</mn><mo>)</mo></mrow>"
    return Formula(f"{latex}^{{({layer})}}", f"<msubsup><mi>{name}</mi>{below}{above}</msubsup>")


def _factor(factor: Factor, number: int) -> Formula:
    """A layer's factor; what comes in is x for the first layer and the outputs a of the one before else."""
    if factor.symbol != "x":
        return _of(_symbol(factor.symbol, [factor.unit + 1], number), factor.at)
    before = number - 1
    return _of(_symbol("a" if before else "x", [factor.unit + 1], before or None), factor.at)


def _lambda(number: int) -> Formula:
    return Formula(rf"\lambda_{{{number}}} ", f"<msub><mi>λ</mi><mn>{number}</mn></msub>")


def _of(symbol: Formula, over: Sequence[str]) -> Formula:
    """symbol(s) or symbol(s, t)."""
    arguments = "<mo>,</mo>".join(map(_argument, over))
    return Formula(
        f"{symbol.latex}({','.join(over).replace('−', '-')})\\,",
        f"<mrow>{symbol.mathml}<mo>(</mo>{arguments}<mo>)</mo></mrow>",
    )


def _argument(text: str) -> str:
    """`2u+1` as MathML."""
    tags = {"+": "mo", "−": "mo"}
    parts = re.findall(r"\d+|[a-z]|[+−]", text)
    return "".join(
        f"<{tag}>{part}</{tag}>"
        for part in parts
        for tag in [tags.get(part, "mn" if part.isdigit() else "mi")]
    )


def _sum(over: Sequence[str]) -> Formula:
    names = "<mo>,</mo>".join(f"<mi>{name}</mi>" for name in over)
    return Formula(rf"\sum_{{{','.join(over)}}} ", f"<munder><mo>∑</mo><mrow>{names}</mrow></munder>")


def _slope(parameter: Formula) -> Formula:
    return Formula(
        rf"\frac{{\partial L}}{{\partial {parameter.latex}}}",
        f"<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo>{parameter.mathml}</mrow></mfrac>",
    )
