"""One unit of a layer explained for one sample: what its z is the sum of, and what its δ is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.errors import LimitError, NotFoundError, RequestError
from app.i18n import N_
from app.limits import Limits
from app.looking import Shown, shown_pass
from app.session import Session

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Slope:
    """∂L/∂ of one number of one sample, and the links that add up to it."""

    value: float
    links: list[nn.Link]


@dataclass(frozen=True, eq=False)
class Gate:
    """One pre-activation of a unit; only a gated recurrent layer has several.

    z, a = f(z), slope = f′(z) (None for softmax, where a depends on other units too) and delta = ∂L/∂z (None
    before backward) of every sample, (batch,); of the chosen one the terms of z, and of δ.
    """

    index: tuple[int, ...]
    activation: str
    z: Array
    a: Array
    slope: Array | None
    delta: Array | None
    terms: list[nn.Summand]
    back: Slope | None


@dataclass(frozen=True, eq=False)
class Neuron:
    """What a unit did in the batch `rows`, taken apart for `sample` of it.

    a is what it puts out, (batch,). da = ∂L/∂a: None before backward, and where the loss is computed with its
    activation. dc = ∂L/∂c of an lstm.
    """

    layer: int
    type: str
    index: tuple[int, ...]
    rows: NDArray[np.int64]
    sample: int
    a: Array
    gates: tuple[Gate, ...]
    da: Slope | None
    dc: Slope | None


def neuron(session: Session, layer: int, index: Sequence[int], sample: int, limits: Limits) -> Neuron:
    """The unit `index` of what `layer` puts out: (unit), (row, column, filter), or (time, unit), of a recurrent
    layer at every step, whatever it hands on.

    Raises NotFoundError, ConflictError before any forward pass, RequestError for a sample that the batch does not
    have, LimitError.
    """
    at, network = tuple(index), session.setup.network
    shown = shown_pass(session) if _is_unit(network, layer, at) else None
    if shown is None:
        path = f"[{layer}][{','.join(map(str, at))}]"
        raise NotFoundError(N_("This network has no neuron {path}."), path=path)
    if sample >= len(shown.rows):
        text = N_("The batch has no sample {sample}; its samples are 0 to {last}.")
        raise RequestError(text, sample=sample, last=len(shown.rows) - 1)
    own, made = shown.trace.layers[layer], network.layers[layer]
    into = sum(prod(slot.shape[:-1]) for slot in network.slots if slot.layer == layer)
    into = _gates(made) * into or prod(network.input_shape_of(layer))
    hold_terms(len(shown.rows) + into, limits)
    fused = layer == len(network.layers) - 1 and nn.LOSSES[network.loss].after is not None
    return Neuron(
        layer=layer,
        type=made.type,
        index=at,
        rows=shown.rows,
        sample=sample,
        a=of_every_sample(own.a, at),
        gates=tuple(_gate(network, shown, layer, at, gate, sample) for gate in range(_gates(made))),
        da=None if fused else _slope(network, shown, nn.Slope("a", layer, at), sample),
        dc=_slope(network, shown, nn.Slope("c", layer, at), sample) if isinstance(made, nn.Lstm) else None,
    )


def hold_terms(count: int, limits: Limits) -> None:
    """Raise LimitError where an explanation has more terms than it may have."""
    if count > limits.max_explained_terms:
        text = N_("This explanation has {count} terms; the limit max_explained_terms is {limit}.")
        raise LimitError(text, count=count, limit=limits.max_explained_terms)


def terms_of(session: Session, layer: int) -> int:
    """How many terms the gradient of a parameter of `layer` has; 0 where there is none."""
    network, one = session.setup.network, session.backward_pass
    if one is None or not 0 <= layer < len(network.layers):
        return 0
    return len(one.rows(session.setup)) * prod(_unit_shape(network, layer)[:-1])


def _unit_shape(network: nn.Network, layer: int) -> tuple[int, ...]:
    """The shape of a layer's `a` in a trace, the sample left out."""
    made = network.layers[layer]
    if isinstance(made, nn.Recurrent):
        return network.input_shape_of(layer)[0], made.units
    return network.shapes[layer]


def _is_unit(network: nn.Network, layer: int, index: tuple[int, ...]) -> bool:
    if not 0 <= layer < len(network.layers):
        return False
    shape = _unit_shape(network, layer)
    return len(index) == len(shape) and all(0 <= i < n for i, n in zip(index, shape, strict=True))


def _gates(layer: nn.Layer) -> int:
    return layer.gates if isinstance(layer, nn.Recurrent) else 1


def _activation(layer: nn.Layer, gate: int) -> str:
    if isinstance(layer, nn.Lstm | nn.Gru):
        return "tanh" if gate == 2 else "sigmoid"  # the candidate is the third of both
    return layer.activation if isinstance(layer, nn.Rnn) else layer.laid_activation


def _gate(
    network: nn.Network, shown: Shown, layer: int, index: tuple[int, ...], gate: int, sample: int
) -> Gate:
    made, own = network.layers[layer], shown.trace.layers[layer]
    units = own.a.shape[-1]
    at = (*index[:-1], gate * units + index[-1])
    activation, several = _activation(made, gate), _gates(made) > 1
    z = of_every_sample(own.z, at)
    slopes = None if activation == "softmax" else [nn.slope_at(activation, float(x)) for x in z]
    return Gate(
        index=at,
        activation=activation,
        z=z,
        a=nn.activate(activation, z) if several else of_every_sample(own.a, at),
        slope=None if slopes is None else np.array(slopes),
        delta=None if own.delta is None else of_every_sample(own.delta, at),
        terms=nn.summands(network, shown.one.params, shown.trace, sample, layer, at),
        back=_slope(network, shown, nn.Slope("z", layer, at), sample),
    )


def of_every_sample(values: Array, index: tuple[int, ...]) -> Array:
    """One number of every sample of `values` (batch, …)."""
    return values.reshape(len(values), -1)[:, int(np.ravel_multi_index(index, values.shape[1:]))]


def _slope(network: nn.Network, shown: Shown, slope: nn.Slope, sample: int) -> Slope | None:
    """None before a backward pass."""
    if shown.trace.layers[-1].delta is None:
        return None
    params, trace = shown.one.params, shown.trace
    value = nn.value_of(network, params, trace, sample, slope)
    return Slope(value, nn.links(network, params, trace, sample, slope))
