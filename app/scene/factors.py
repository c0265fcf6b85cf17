"""The factors of a link of the chain rule as expressions: in symbols, and with the numbers of one sample."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.nn import Expression, Formula, Link, Part, Rnn, Slope, Trace
from app.nn.algebra import Applied, Difference, Power, Product, Quantity, Ratio, Whole
from app.scene.names import symbol
from app.scene.symbols import delta_name, output_name, parameter_name, target_name, typeset
from app.scene.view import View

ONE, TWO = Whole(1), Whole(2)
GATES = {"lstm": "ifgo", "gru": "rzn"}
_SIGMOID = re.compile(r"(\w)\(1−\1\)")
_TANH = re.compile(r"1−(\w)²")
_SHARE = re.compile(r"1/(\d+)")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One sample of the batch of a trace with deltas, `params` (P,) those of its pass."""

    view: View
    trace: Trace
    params: np.ndarray
    sample: int

    def output(self, layer: int, index: tuple[int, ...]) -> Quantity:
        """What layer `layer` (0 = inputs) put out."""
        values = self.trace.layers[layer - 1].a if layer else self.trace.inputs
        return named(output_name(self.view, layer, index), float(values[(self.sample, *index)]))

    def target(self, index: tuple[int, ...]) -> Quantity:
        """What an output should have been."""
        return named(target_name(self.view, index), float(self.trace.targets[(self.sample, *index)]))


def named(name: str, value: float) -> Quantity:
    """A number by its name."""
    return Quantity(typeset(name), value)


def factors(reading: Reading, slope: Slope, link: Link) -> tuple[Expression, ...]:
    """The parts of a link of `slope`; a factor that is always 1 is left out."""
    if link.to is None:
        mean, share = from_loss(reading, slope.index), link.parts[1]
        return (mean,) if share.value == 1.0 else (mean, _other(share))
    return tuple(_factor(reading, slope, link.to, part) for part in link.parts)


def from_loss(reading: Reading, index: tuple[int, ...]) -> Expression:
    """∂/∂a of an output's own loss (∂/∂z, where the loss is computed with its activation)."""
    trace, sample = reading.trace, reading.sample
    a = named(output_name(reading.view, len(trace.layers), index), float(trace.outputs[(sample, *index)]))
    y, loss = reading.target(index), reading.view.network.loss
    off = Difference(a, y)
    if loss == "mse":
        return Product((TWO, off))
    if loss == "mae" or (loss == "huber" and abs(off.value) > 1):
        return Applied("sgn", (off,))
    if loss == "hinge":
        return Product((Whole(-1), y)) if 1 - a.value * y.value > 0 else Whole(0)
    total = float(trace.targets[(sample, *index[:-1])].sum())
    if loss == "cross_entropy" and total != 1.0:
        return Difference(
            Product((a, Quantity(Formula(r"\sum y", "<mrow><mo>∑</mo><mi>y</mi></mrow>"), total))), y
        )
    return off


def _factor(reading: Reading, slope: Slope, to: Slope, part: Part) -> Expression:
    view = reading.view
    if part.name:
        return named(parameter_name(view, to.layer, part.name, part.index), part.value)
    if part.symbol == "f′(z)":
        return _slope_of_activation(reading, slope, part)
    if view.network.layers[slope.layer].type in GATES and slope.layer == to.layer:
        return _of_gate(reading, slope, to, part)
    return _other(part)


def _slope_of_activation(reading: Reading, slope: Slope, part: Part) -> Expression:
    """f′(z), by a where it is simpler."""
    layer = reading.view.network.layers[slope.layer]
    activation = layer.activation if isinstance(layer, Rnn) else layer.laid_activation
    a = reading.output(slope.layer + 1, slope.index)
    if activation == "sigmoid":
        return Product((a, Difference(ONE, a)))
    if activation == "tanh":
        return Difference(ONE, Power(a, TWO))
    z = typeset(delta_name(reading.view, slope.layer, slope.index).replace("δ", "z", 1))
    made = Formula(
        rf"f'({z.latex})", f"<mrow><msup><mi>f</mi><mo>′</mo></msup><mo>(</mo>{z.mathml}<mo>)</mo></mrow>"
    )
    return Quantity(made, part.value)


def _of_gate(reading: Reading, slope: Slope, to: Slope, part: Part) -> Expression:
    """A factor within an lstm or a gru: gates at the step that the link leads to, slopes at its own."""
    layer = reading.view.network.layers[slope.layer]
    own, letters = reading.trace.layers[slope.layer].sample(reading.sample), GATES[layer.type]
    units = own.a.shape[-1]
    unit = to.index[-1] % units

    def gate(letter: str, step: int) -> Expression:
        assert own.gates is not None
        value = float(own.gates[step, letters.index(letter) * units + unit])
        return named(f"{symbol(letter, None, unit)}({step + 1})", value)

    if found := _SIGMOID.fullmatch(part.symbol):
        return Product((gate(found[1], slope.index[0]), Difference(ONE, gate(found[1], slope.index[0]))))
    if found := _TANH.fullmatch(part.symbol):
        return Difference(ONE, Power(gate(found[1], slope.index[0]), TWO))
    if part.symbol == "1−z":
        return Difference(ONE, gate("z", slope.index[0]))
    if part.symbol in letters:
        return gate(part.symbol, to.index[0])
    return _STATES[part.symbol](reading, slope, unit, part)


def _cell(reading: Reading, slope: Slope, unit: int, part: Part) -> Expression:
    """tanh c, and 1 − tanh² c."""
    cells = reading.trace.layers[slope.layer].cells
    assert cells is not None
    c = typeset(f"{symbol('c', slope.layer + 1, unit)}({slope.index[0] + 1})")
    tanh = Formula(
        rf"\tanh({c.latex})",
        f'<mrow><mi>tanh</mi><mo stretchy="false">(</mo>{c.mathml}<mo stretchy="false">)</mo></mrow>',
    )
    made = Quantity(tanh, float(np.tanh(cells[reading.sample, slope.index[0], unit])))
    return made if part.symbol == "tanh c" else Difference(ONE, Power(made, TWO))


def _before(reading: Reading, slope: Slope, unit: int, part: Part) -> Expression:  # noqa: ARG001
    """The cell of the step before."""
    return named(f"{symbol('c', slope.layer + 1, unit)}({slope.index[0]})", part.value)


def _kept(reading: Reading, slope: Slope, unit: int, part: Part) -> Expression:  # noqa: ARG001
    """What a gru's update gate chooses between: h of the step before, and the candidate."""
    own, step = reading.trace.layers[slope.layer].sample(reading.sample), slope.index[0]
    assert own.gates is not None
    h = named(f"{symbol('h', slope.layer + 1, unit)}({step})", float(own.a[step - 1, unit]) if step else 0.0)
    n = named(f"{symbol('n', None, unit)}({step + 1})", float(own.gates[step, 2 * own.a.shape[-1] + unit]))
    return Difference(h, n)


def _sent(reading: Reading, slope: Slope, unit: int, part: Part) -> Expression:  # noqa: ARG001
    """What a gru's reset gate lets through: h of the step before times Wh, and bh."""
    whole = Formula(
        rf"(h\,Wh + bh)_{{{unit + 1}}}",
        "<msub><mrow><mo>(</mo><mi>h</mi><mo>·</mo><mi>Wh</mi><mo>+</mo><mi>bh</mi><mo>)</mo></mrow>"
        f"<mn>{unit + 1}</mn></msub>",
    )
    return Quantity(whole, part.value)


_STATES: dict[str, Callable[[Reading, Slope, int, Part], Expression]] = {
    "tanh c": _cell,
    "1−tanh²c": _cell,
    "c before": _before,
    "h before−n": _kept,
    "h·Wh+bh": _sent,
}


_RATES = {"∂a/∂z": ("a", "z"), "max": ("max", "a")}


def _other(part: Part) -> Expression:
    """A share of a mean, what dropout or pooling lets through, a slope of softmax."""
    if found := _SHARE.fullmatch(part.symbol):
        return Ratio(ONE, Whole(int(found[1])))
    if part.symbol in _RATES:
        over, under = _RATES[part.symbol]
        latex = rf"\frac{{\partial {over}}}{{\partial {under}}}"
        mathml = (
            f"<mfrac><mrow><mi>∂</mi><mi>{over}</mi></mrow><mrow><mi>∂</mi><mi>{under}</mi></mrow></mfrac>"
        )
        return Quantity(Formula(latex, mathml), part.value)
    return Quantity(Formula(rf"\text{{{part.symbol}}}", f"<mtext>{part.symbol}</mtext>"), part.value)
