"""The chain rule of one parameter in symbols, as LaTeX and as MathML. Layers, units and inputs count from
1."""

from __future__ import annotations

from dataclasses import dataclass

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
    """∂L/∂W⁽ˡ⁾ᵢⱼ = Σₛ aᵢ⁽ˡ⁻¹⁾(s) δⱼ⁽ˡ⁾(s), a bias without the a; x stands for the inputs, and a sum over the
    steps t too where the layer runs over time. The penalties that act are added. ParameterError for a
    parameter that is not there.
    """
    network.index(layer, name, index)
    number = layer + 1
    over = ["s", "t"] if len(network.input_shape_of(layer)) == 2 else ["s"]
    parameter = _symbol(name, [i + 1 for i in index], number)
    factors = [_of(_symbol("δ", [index[-1] + 1], number), over)]
    is_weight = name.startswith("W")
    if is_weight:
        source = _symbol("a", [index[0] + 1], layer) if layer else _symbol("x", [index[0] + 1], None)
        factors.insert(0, _of(source, over))
    penalties = []
    if is_weight and l1:
        penalties.append(_join(_PLUS, _lambda(1), _SGN, _LEFT, parameter, _RIGHT))
    if is_weight and l2:
        penalties.append(_join(_PLUS, _lambda(2), parameter))
    whole = _join(_slope(parameter), _EQUALS, _sum(over), *factors, *penalties)
    return Formula(whole.latex, f'<math xmlns="{NAMESPACE}" display="block">{whole.mathml}</math>')


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


def _lambda(number: int) -> Formula:
    return Formula(rf"\lambda_{{{number}}} ", f"<msub><mi>λ</mi><mn>{number}</mn></msub>")


def _of(symbol: Formula, over: list[str]) -> Formula:
    """symbol(s) or symbol(s, t)."""
    arguments = "<mo>,</mo>".join(f"<mi>{name}</mi>" for name in over)
    return Formula(
        f"{symbol.latex}({','.join(over)})\\,", f"<mrow>{symbol.mathml}<mo>(</mo>{arguments}<mo>)</mo></mrow>"
    )


def _sum(over: list[str]) -> Formula:
    names = "<mo>,</mo>".join(f"<mi>{name}</mi>" for name in over)
    return Formula(rf"\sum_{{{','.join(over)}}} ", f"<munder><mo>∑</mo><mrow>{names}</mrow></munder>")


def _slope(parameter: Formula) -> Formula:
    return Formula(
        rf"\frac{{\partial L}}{{\partial {parameter.latex}}}",
        f"<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo>{parameter.mathml}</mrow></mfrac>",
    )
