"""What the optimiser makes of the chosen parameter: its rule line by line, in symbols and with the numbers."""

from __future__ import annotations

from dataclasses import dataclass

from app import nn
from app.i18n import N_
from app.scene.equation import writing
from app.scene.view import Explanation

LABELS = {
    "gradient": N_("gradient"),
    "clipped": N_("clipped"),
    "rate": N_("learning rate"),
    "decayed": N_("weight decay"),
    "sum": N_("sum of squares"),
    "square_avg": N_("mean of squares"),
    "acc_delta": N_("mean of squared steps"),
    "change": N_("step"),
    "m": N_("mean of gradients"),
    "v": N_("mean of squares"),
    "m_hat": N_("mean, corrected"),
    "v_hat": N_("squares, corrected"),
    "new": N_("new value"),
}
VELOCITY = N_("velocity")
ARROW = "<mo>←</mo>"
OPERAND, RESULT = 7, 6  # digits: one more than a result has, so that what is shown comes to what is shown


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is, and the formula (MathML) in parts that may stand on lines of their own: in symbols, with
    the numbers, what they come to."""

    name: str
    label: str
    parts: tuple[str, ...]
    value: float


@dataclass(frozen=True, slots=True)
class Update:
    """The update of one parameter, number `step` of the training."""

    optimizer: str
    step: int
    frozen: bool
    lines: tuple[Line, ...]


def update_of(explanation: Explanation, parameter: nn.Formula, all_digits: bool) -> Update | None:
    """The update that an explanation speaks of, of the parameter that is written as `parameter`, its numbers whole
    where `all_digits`; None where what it starts from is no longer known."""
    given = explanation.update
    if given is None:
        return None
    has_velocity = "momentum" in dict(given.optimizer.options)
    lines = tuple(_line(line, has_velocity, all_digits) for line in nn.rule(given, parameter))
    return Update(given.optimizer.name, given.step, given.frozen, lines)


def _line(line: nn.RuleLine, has_velocity: bool, all_digits: bool) -> Line:
    label = VELOCITY if has_velocity and line.name == "v" else LABELS[line.name]
    arrow = "<mo>=</mo>" if line.name == "gradient" else ARROW
    symbols = row(f"{line.symbol.mathml}{arrow}{line.expression.written(None).mathml}")
    numbers = worked_out(line.expression, writing(all_digits, OPERAND), writing(all_digits, RESULT))
    return Line(line.name, label, (symbols, *numbers), line.value)


def worked_out(expression: nn.Expression, number: nn.Write, result: nn.Write) -> list[str]:
    """= with the numbers, = what they come to; each MathML."""
    return [row(f"<mo>=</mo>{stage.mathml}") for stage in nn.stages(expression, number, result)]


def row(mathml: str) -> str:
    """A formula as one."""
    return f"<mrow>{mathml}</mrow>"
