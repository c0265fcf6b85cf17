"""What a network over time did with one sample: a strip of numbers for every symbol (x, gates, c, h, a, y)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

import numpy as np

from app.nn import LayerTrace, Lstm, Recurrent, Trace
from app.scene.view import Array, View

GATES: dict[str, str] = {"rnn": "", "lstm": "ifgo", "gru": "rzn"}
BOUNDED = ("sigmoid", "softmax", "tanh")
INPUT, TARGET = "x", "y"


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """One symbol of a layer (0 = inputs): `values` and their gradients `slopes` are (steps, units), steps those of
    the whole sequence or the last one alone. Values are shown on −scale … scale.

    `slopes` are ∂L/∂h, ∂L/∂c, or δ = ∂L/∂z of a gate and of any other layer; None without a backward pass.
    """

    layer: int
    symbol: str
    values: Array
    slopes: Array | None
    scale: float

    @property
    def slope_symbol(self) -> str:
        """What `slopes` are."""
        return (
            f"∂L/∂{self.symbol}" if self.symbol in "hc" else "δ" if self.symbol == "a" else f"δ{self.symbol}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Picked:
    """The sample that is drawn: the trace it is in, its place there, its row in the data (None of a probe)."""

    trace: Trace
    place: int
    row: int | None


def picked(view: View) -> Picked | None:
    """The probe, the sample that is followed, or the first of the batch shown or coming."""
    found = view.drawn_pass
    return Picked(*found, view.drawn_row) if found else None


def strips(view: View) -> tuple[Strip, ...]:
    """From the inputs to the outputs and targets, in the order of the drawing; nothing where no sample is known."""
    found = picked(view)
    if found is None:
        return ()
    trace, place, network = found.trace, found.place, view.network
    inputs = trace.inputs[place]
    made = [Strip(0, INPUT, inputs, None, scale_of(inputs))]
    for number, (layer, own) in enumerate(zip(network.layers, trace.layers, strict=True), 1):
        if isinstance(layer, Recurrent):
            made += _recurrent(number, layer, own, place)
            continue
        values, delta = (None if one is None else _steps(one[place]) for one in (own.a, own.delta))
        assert values is not None
        scale = 1.0 if layer.laid_activation in BOUNDED else scale_of(values)
        made.append(Strip(number, "a", values, delta, scale))
    if not view.probe:
        targets = _steps(trace.targets[place])
        made.append(Strip(len(network.layers), TARGET, targets, None, max(made[-1].scale, scale_of(targets))))
    return tuple(made)


def _recurrent(number: int, layer: Recurrent, own: LayerTrace, place: int) -> list[Strip]:
    names, n = GATES[layer.type], layer.units
    made = []
    for k, name in enumerate(names):
        assert own.gates is not None
        columns = slice(k * n, (k + 1) * n)
        delta = None if own.delta is None else own.delta[place, :, columns]
        made.append(Strip(number, name, own.gates[place, :, columns], delta, 1.0))
    if isinstance(layer, Lstm):
        assert own.cells is not None
        slopes = None if own.delta is None else layer.cell_gradients(own)[0][place]
        made.append(Strip(number, "c", own.cells[place], slopes, max(1.0, scale_of(own.cells[place]))))
    bounded = names or getattr(layer, "activation", "") in BOUNDED
    values, slopes = own.a[place], None if own.dh is None else own.dh[place]
    return [*made, Strip(number, "h", values, slopes, 1.0 if bounded else scale_of(values))]


def reaching(found: Iterable[Strip]) -> dict[int, Array]:
    """‖∂L/∂h_t‖ of the drawn sample at every step, by recurrent layer (1 …); nothing without a backward pass."""
    with np.errstate(all="ignore"):
        return {
            strip.layer: np.sqrt(np.add.reduce(strip.slopes**2, axis=1))
            for strip in found
            if strip.symbol == "h" and strip.slopes is not None
        }


def contributions(view: View) -> tuple[str, Array] | None:
    """What every step adds to the gradient of the chosen parameter, over all samples of the batch: its key and
    (time,). None where none is chosen, or its layer does not run over time.
    """
    chosen = view.selection
    if chosen is None or chosen.explanation is None or chosen.place.parameter is None:
        return None
    terms = chosen.explanation.terms
    if terms.time is None:
        return None
    steps = view.network.input_shape[0]
    with np.errstate(all="ignore"):
        added = np.bincount(terms.time, weights=terms.product, minlength=steps)
    return chosen.place.key, added.astype(np.float64)


def _steps(values: Array) -> Array:
    """(steps, units): a row of its own is the last step alone."""
    return values if values.ndim == 2 else values[None]


def scale_of(values: Array) -> float:
    """The end of a scale that all of them are shown on."""
    return largest_of(values) or 1.0


def largest_of(values: Array) -> float:
    """The size of the largest number, of those that are finite; 0 of none."""
    size = float(np.abs(values).max(initial=0.0))
    return size if isfinite(size) else float(np.abs(values).max(where=np.isfinite(values), initial=0.0))
