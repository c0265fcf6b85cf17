"""Gradients beside differences of the loss: of one parameter with its numbers, of all by layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from app import nn
from app.scene.format import short
from app.scene.update import row, worked_out

AGREE = (
    1e-5  # a relative error of this size is that of the differences themselves; a wrong gradient is far off
)
_loss = partial(short, digits=17)  # every digit: two losses that are told apart by ε alone
_value = partial(short, digits=8)


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference quotient of one parameter: the formula as in an update's line, and how far the gradient is
    from it. `limit` and `limit_error` are given where ε is too coarse: L has a kink within it."""

    parts: tuple[str, ...]
    value: float
    gradient: float
    error: float
    limit: float | None
    limit_error: float | None

    @property
    def agrees(self) -> bool:
        """Whether gradient and difference are the same, as far as differences go."""
        return self.error < AGREE or (self.limit_error is not None and self.limit_error < AGREE)


def difference(quotient: nn.Quotient, parameter: nn.Formula, gradient: float) -> Difference:
    """What is shown of the quotient of the parameter that is written as `parameter`, and of its gradient."""
    error, limit_error = quotient.relative_error(gradient), quotient.limit.relative_error(gradient)
    expression = quotient.expression(parameter)
    slope = f"<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo>{parameter.mathml}</mrow></mfrac>"
    symbols = row(f"{slope}<mo>≈</mo>{expression.written(None).mathml}")
    coarse = error >= AGREE and limit_error < AGREE
    return Difference(
        parts=(symbols, *worked_out(expression, _loss, _value)),
        value=quotient.value,
        gradient=gradient,
        error=error,
        limit=quotient.limit.value if coarse else None,
        limit_error=limit_error if coarse else None,
    )


@dataclass(frozen=True, slots=True)
class LayerErrors:
    """One layer: the largest relative error of each of its arrays, over how many of its parameters."""

    layer: int
    type: str
    arrays: tuple[tuple[str, float], ...]
    error: float
    checked: int
    total: int


@dataclass(frozen=True, slots=True)
class Errors:
    """What a check of all gradients found, layer by layer; `checked` of `total` parameters."""

    layers: tuple[LayerErrors, ...]
    error: float
    checked: int
    total: int

    @property
    def agrees(self) -> bool:
        """Whether every gradient checked is the difference, as far as differences go."""
        return self.error < AGREE


def errors_of(found: nn.GradCheck, network: nn.Network) -> Errors:
    """A check as the page shows it."""
    layers = []
    for layer, span in enumerate(network.spans):
        arrays = [one for one in found.layers if one.layer == layer]
        if arrays:
            errors = tuple((one.name, one.max_relative_error) for one in arrays)
            checked = sum(one.checked for one in arrays)
            kind, total = network.layers[layer].type, span.stop - span.start
            layers.append(LayerErrors(layer, kind, errors, max(e for _, e in errors), checked, total))
    return Errors(tuple(layers), found.max_relative_error, found.checked, network.size)
