"""What the API answers about one number: the explanation of a parameter and of a neuron, as the contract's JSON."""

from __future__ import annotations

from functools import partial
from typing import Any

from app import checking, explaining, looking, nn
from app.scene.format import short

_written = partial(short, digits=12)  # numbers in a formula; the values beside it are whole


def explanation(found: looking.Explanation) -> dict[str, Any]:
    """Explanation: the chain rule for one parameter, and what the optimiser makes of it."""
    terms = found.terms
    return {
        "parameter": found.parameter,
        "value": found.value,
        "gradient": found.gradient,
        "terms": [term(terms, found, k) for k in range(len(terms.product))],
        "sum": float(terms.product.sum()),
        "penalty_gradient": found.penalty_gradient,
        "formula": {"latex": found.formula.latex, "mathml": found.formula.mathml},
        "optimizer": {"state": found.state, "old": found.old, "new": found.new, **_update(found)},
    }


def term(terms: nn.Terms, found: looking.Explanation, k: int) -> dict[str, Any]:
    """One product of the sum; `sample` counts within the batch, `row` within the training data."""
    sample = int(terms.sample[k])
    one: dict[str, Any] = {"sample": sample, "row": int(found.rows[sample])}
    if terms.time is not None:
        one["time"] = int(terms.time[k])
    if terms.position is not None:
        one["position"] = terms.position[k].tolist()
    numbers = {"local": terms.local[k], "delta": terms.delta[k], "product": terms.product[k]}
    return one | {name: float(number) for name, number in numbers.items()}


def _update(found: looking.Explanation) -> dict[str, Any]:
    """The rule of the optimiser line by line; null where what it starts from is no longer kept."""
    update = found.update
    if update is None:
        return {"rule": None}
    symbol = nn.parameter_symbol(found.layer, found.name, found.index)
    return {
        "name": update.optimizer.name,
        "updates": update.updates,
        "frozen": update.frozen,
        "state_before": dict(update.state),
        "gradient_norm": update.norm,
        "rule": [_line(line) for line in nn.rule(update, symbol)],
    }


def _line(line: nn.RuleLine) -> dict[str, Any]:
    """symbol ← formula, the same with its numbers, and its value."""
    symbols = line.expression.written(None)
    numbers = nn.stages(line.expression, _written, _written)
    return {
        "name": line.name,
        "symbol": line.symbol.latex,
        "value": line.value,
        "formula": {"latex": symbols.latex, "mathml": _math(symbols)},
        "numbers": {"latex": " = ".join(one.latex for one in numbers), "mathml": _math(*numbers)},
    }


def _math(*equal: nn.Formula) -> str:
    inside = "<mo>=</mo>".join(one.mathml for one in equal)
    return f'<math xmlns="{nn.NAMESPACE}"><mrow>{inside}</mrow></math>'


def difference(found: checking.Check) -> dict[str, Any]:
    """The gradient by finite differences; `limit` is the difference extrapolated to ε = 0."""
    quotient = found.quotient
    return {
        "epsilon": quotient.epsilon,
        "loss_above": quotient.above,
        "loss_below": quotient.below,
        "value": quotient.value,
        "gradient": found.gradient,
        "relative_error": quotient.relative_error(found.gradient),
        "limit": quotient.limit.value,
        "limit_relative_error": quotient.limit.relative_error(found.gradient),
    }


def neuron(found: explaining.Neuron) -> dict[str, Any]:
    """One unit: every sample of the batch, and of one what its z and its δ are made of."""
    return {
        "layer": found.layer,
        "type": found.type,
        "index": found.index,
        "sample": found.sample,
        "row": int(found.rows[found.sample]),
        "a": float(found.a[found.sample]),
        "z": [_gate(found, gate) for gate in found.gates],
        "da": _slope(found.da),
        "dc": _slope(found.dc),
        "samples": [_of_sample(found, k) for k in range(len(found.rows))],
    }


def _of_sample(found: explaining.Neuron, k: int) -> dict[str, Any]:
    """z, f′(z) and δ are lists: a gated unit has several."""
    return {
        "sample": k,
        "row": int(found.rows[k]),
        "a": float(found.a[k]),
        "z": [float(gate.z[k]) for gate in found.gates],
        "slope": [None if gate.slope is None else float(gate.slope[k]) for gate in found.gates],
        "delta": [None if gate.delta is None else float(gate.delta[k]) for gate in found.gates],
    }


def _gate(found: explaining.Neuron, gate: explaining.Gate) -> dict[str, Any]:
    """One z of the chosen sample: its terms, a = f(z), f′(z), δ and the links that make it."""
    k = found.sample
    return {
        "index": gate.index,
        "activation": gate.activation,
        "value": float(gate.z[k]),
        "terms": [_summand(found.layer, one) for one in gate.terms],
        "sum": sum(one.product for one in gate.terms),
        "a": float(gate.a[k]),
        "slope": None if gate.slope is None else float(gate.slope[k]),
        "delta": _slope(gate.back),
    }


def _summand(layer: int, one: nn.Summand) -> dict[str, Any]:
    """`parameter` times what it meets, or, of a layer without parameters, an input times its share."""
    written = ",".join(map(str, one.index))
    named = {"input": written} if one.name == "x" else {"parameter": f"{one.name}[{layer}][{written}]"}
    return {**named, "weight": one.weight, "given": one.given, "product": one.product}


def _slope(slope: explaining.Slope | None) -> dict[str, Any] | None:
    """∂L/∂ of a number: its value, the links, and their sum."""
    if slope is None:
        return None
    links = [_link(link) for link in slope.links]
    return {"value": slope.value, "links": links, "sum": sum(link.product for link in slope.links)}


def _link(link: nn.Link) -> dict[str, Any]:
    """The product of the parts times ∂L/∂ of what it leads `to`, which is null for the loss itself."""
    to = link.to and {"of": link.to.of, "layer": link.to.layer, "index": link.to.index}
    parts = [_part(part, link) for part in link.parts]
    return {"parts": parts, "to": to, "value": link.value, "product": link.product}


def _part(part: nn.Part, link: nn.Link) -> dict[str, Any]:
    """A factor; a weight is named by the layer that the link leads to."""
    one: dict[str, Any] = {"symbol": part.symbol, "value": part.value}
    if part.name and link.to:
        one["parameter"] = f"{part.name}[{link.to.layer}][{','.join(map(str, part.index))}]"
    return one
