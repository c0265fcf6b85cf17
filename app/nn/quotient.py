"""The gradient of one parameter by the definition of the derivative: (L(w + ε) − L(w − ε)) / 2ε."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10

from app.nn.algebra import Difference, Expression, Product, Quantity, Ratio, Whole, enclosed, symbol
from app.nn.arrays import Array, IntArray
from app.nn.evaluation import penalty
from app.nn.formula import Formula
from app.nn.gradcheck import Derivative, derivative
from app.nn.network import Columns, Network
from app.nn.plan import plan_for

SMALL = (
    -5
)  # ε = 10⁻⁵ for |w| below 10: what is cut off (ε²) and what is rounded away (10⁻¹⁶/ε) are both about 10⁻¹⁰


@dataclass(frozen=True)
class Quotient:
    """above = L(w + ε) and below = L(w − ε), penalty included; value = their difference over 2ε.

    limit: the derivative itself, extrapolated to ε = 0. Where L has a kink within ε of w the two differ.
    """

    epsilon: float
    above: float
    below: float
    value: float
    limit: Derivative

    def relative_error(self, gradient: float) -> float:
        """How far `gradient` is from the quotient, by Derivative's reckoning."""
        return Derivative(self.value).relative_error(gradient)

    def expression(self, parameter: Formula) -> Expression:
        """(L(w + ε) − L(w − ε)) / 2ε, w written as `parameter`."""
        ends = (("+", self.above), ("−", self.below))
        above, below = (Quantity(_loss_at(parameter, sign), loss) for sign, loss in ends)
        return Ratio(Difference(above, below), Product((Whole(2), Quantity(symbol("ε"), self.epsilon))))


def _loss_at(parameter: Formula, sign: str) -> Formula:
    """L(w + ε)."""
    moved = Formula(
        rf"{parameter.latex} {sign.replace('−', '-')} \varepsilon",
        f"{parameter.mathml}<mo>{sign}</mo><mi>ε</mi>",
    )
    around = enclosed("(", moved, ")")
    return Formula(f"L{around.latex}", f"<mi>L</mi>{around.mathml}")


def quotient(
    network: Network,
    params: Array,
    inputs: Columns,
    targets: Columns,
    indices: IntArray | None,
    at: int,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    noise: Sequence[int] | None = None,
) -> Quotient:
    """The central difference in params[at] of the loss and penalty of the batch at `indices` (None: of
    everything). With `noise` the pass is the training pass that draws it."""
    plan = plan_for(network, inputs.count if indices is None else len(indices))
    plan.load(params)
    plan.feed(inputs, targets, indices, noise)

    def loss(value: float) -> float:
        plan.params[at] = value
        return plan.forward() + penalty(network, plan.params, l1, l2)

    w = float(params[at])
    epsilon = 10.0 ** (SMALL + (max(0, floor(log10(abs(w)))) if w and isfinite(w) else 0))
    above, below = loss(w + epsilon), loss(w - epsilon)
    width = (w + epsilon) - (w - epsilon)  # as rounded
    return Quotient(epsilon, above, below, (above - below) / width, derivative(loss, w))
