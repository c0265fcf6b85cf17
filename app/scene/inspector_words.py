"""What is chosen, in words: where a parameter of any layer stands, what its factors are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from app.i18n import N_
from app.nn import Conv2d, Dropout, Flatten, Formula, Gru, Lstm, Recurrent, parameter_symbol
from app.scene.names import Names, symbol
from app.scene.places import AnyPlace, Place, Spot, Weight
from app.scene.symbols import typeset
from app.scene.view import View

LSTM_GATES = (
    N_("input gate, unit {unit}"),
    N_("forget gate, unit {unit}"),
    N_("candidate, unit {unit}"),
    N_("output gate, unit {unit}"),
)
GRU_GATES = (N_("reset gate, unit {unit}"), N_("update gate, unit {unit}"), LSTM_GATES[2])
_MATRIX = Names("matrix", ())


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the catalogues, and what stands at its places: symbols, numbers, other words."""

    text: str
    values: Mapping[str, object]

    def spoken(self, translate: Callable[..., str]) -> str:
        """The text as `translate(text, **values)` gives it."""
        values = {
            name: value.spoken(translate) if isinstance(value, Words) else value
            for name, value in self.values.items()
        }
        return translate(self.text, **values)


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter: its symbol, where it comes from ("" for a bias) and where it leads, and its two factors.

    `local` is "" where that factor is 1. A spot, or an input, has no symbol of a parameter.
    """

    name: str
    source: str | Words
    target: str | Words
    local: str
    delta: str

    @property
    def title(self) -> Words:
        """What it is, in a line."""
        values = {"name": self.name, "source": self.source, "target": self.target}
        text = N_("Weight {name}: {source} → {target}") if self.source else N_("Bias {name}: {target}")
        return Words(text, values)


def named(view: View, place: AnyPlace) -> Named:
    """What a place is called, in the notation of the network where it is drawn unit by unit."""
    if isinstance(place, Weight):
        return _weight(view, place)
    if isinstance(place, Spot):
        delta = _MATRIX.delta(place.layer, place.index[-1]) if place.layer else ""
        return Named("", "", _beside(view, place.layer, place.index[-1], output_of(view, place)), "", delta)
    names, layer = view.names, place.layer
    if place.source is None:
        target = names.neuron(layer, place.unit)
        name, delta = (
            (names.bias(layer - 1, place.unit), names.delta(layer, place.unit)) if layer else ("", "")
        )
        return Named(name, "", target, "", delta)
    return Named(
        names.weight(layer, place.source, place.unit),
        names.neuron(layer, place.source),
        names.neuron(layer + 1, place.unit),
        names.output(layer, place.source),
        names.delta(layer + 1, place.unit),
    )


def symbol_of(view: View, place: AnyPlace) -> Formula:
    """The parameter of a place as it stands in a formula, in the notation of the network."""
    assert place.parameter is not None
    if view.dense is None or view.spec.notation == "matrix":
        return parameter_symbol(*place.parameter)
    return typeset(named(view, place).name)


def title_of(view: View, place: AnyPlace) -> Words:
    """What is chosen, in a line."""
    if isinstance(place, Spot):
        return _spot_title(view, place)
    made = named(view, place)
    if isinstance(place, Weight) or place.source is not None:
        return made.title
    if not place.layer:
        return Words(N_("Input {name}"), {"name": made.target})
    return Words(N_("Neuron {neuron}, bias {name}"), {"neuron": made.target, "name": made.name})


def output_of(view: View, place: AnyPlace) -> str:
    """The symbol of what a neuron, a pixel or a state puts out."""
    if isinstance(place, Place):
        return view.names.output(place.layer, place.unit)
    recurrent = place.layer > 0 and isinstance(view.network.layers[place.layer - 1], Recurrent)
    return (
        symbol("h", place.layer, place.index[-1])
        if recurrent
        else _MATRIX.neuron(place.layer, place.index[-1])
    )


def _spot_title(view: View, spot: Spot) -> Words:
    name = output_of(view, spot)
    called = _beside(view, spot.layer, spot.index[-1], name)
    if len(spot.index) == 3:
        row, column, _ = spot.index
        values = {"map": name, "row": row + 1, "column": column + 1}
        return Words(N_("Map {map}: row {row}, column {column}"), values)
    if len(spot.index) == 2:
        return Words(N_("{name} at step {step}"), {"name": called, "step": spot.index[0] + 1})
    text = N_("Neuron {neuron}") if spot.layer else N_("Input {name}")
    return Words(text, {"neuron": _unit(view, spot.layer, *spot.index), "name": called})


def _weight(view: View, place: Weight) -> Named:
    """Of a network that is not drawn unit by unit: as the engine's formula writes it, and in words."""
    layer, description, index = place.layer, view.network.layers[place.layer], place.index
    name = symbol(place.name, layer + 1, *index)
    delta = symbol("δ", layer + 1, description.unit(place.name, index))
    is_bias = not place.name.startswith("W")
    if isinstance(description, Conv2d):
        target = Words(N_("filter {filter}"), {"filter": index[-1] + 1})
        if is_bias:
            return Named(name, "", target, "", delta)
        row, column, channel = (i + 1 for i in index[:3])
        source = Words(
            N_("row {row}, column {column}, channel {channel}"),
            {"row": row, "column": column, "channel": channel},
        )
        return Named(name, source, target, _MATRIX.neuron(layer, index[2]), delta)
    if isinstance(description, Recurrent):
        return _recurrent(view, description, place, name, delta)
    target_unit = _beside(view, layer + 1, index[-1], _MATRIX.neuron(layer + 1, index[-1]))
    if is_bias:
        return Named(name, "", target_unit, "", delta)
    return Named(name, _unit(view, layer, index[0]), target_unit, _MATRIX.neuron(layer, index[0]), delta)


def _recurrent(view: View, description: Recurrent, place: Weight, name: str, delta: str) -> Named:
    layer, (gate, unit) = place.layer, divmod(place.index[-1], description.units)
    target: str | Words = symbol("h", layer + 1, unit)
    reset = ""
    if isinstance(description, Lstm | Gru):
        gates = LSTM_GATES if isinstance(description, Lstm) else GRU_GATES
        target = Words(gates[gate], {"unit": unit + 1})
    if isinstance(description, Gru) and gate == 2 and place.name in ("Wh", "bh"):
        reset = symbol("r", None, unit)
    if place.name == "Wx":
        source = _MATRIX.neuron(layer, place.index[0])
        return Named(name, _beside(view, layer, place.index[0], source), target, source, delta)
    if place.name == "Wh":
        before = Words(N_("{state} of the step before"), {"state": symbol("h", layer + 1, place.index[0])})
        state = symbol("h", None, place.index[0]) + "(t−1)"
        return Named(name, before, target, f"{reset} · {state}" if reset else state, delta)
    return Named(name, "", target, reset, delta)


def _beside(view: View, layer: int, unit: int, symbol: str) -> str | Words:
    """The symbol of a unit with the input or the class that it stands for, where those have names."""
    network = view.network
    named_here: dict[int, tuple[tuple[str, ...], int]] = {
        0: (view.input_names, network.input_shape[-1]),
        len(network.layers): (view.output_names, network.output_shape[-1]),
    }
    names, count = named_here.get(layer, ((), 0))
    if len(names) != count or not names or names[unit] == f"x{unit + 1}":
        return symbol
    return Words(N_("{name} ({beside})"), {"name": symbol, "beside": names[unit]})


def _unit(view: View, layer: int, unit: int) -> str | Words:
    """A number that comes into a dense layer: where it stands in the image or the sequence it is one of."""
    network, origin = view.network, layer
    name, shape = _MATRIX.neuron(layer, unit), network.input_shape_of(layer)
    flat = len(shape) == 1
    while layer and isinstance(network.layers[layer - 1], Flatten | Dropout) and len(shape) == 1:
        layer -= 1
        shape = network.input_shape_of(layer)
    if len(shape) == 3:
        row, column, channel = (int(i) + 1 for i in np.unravel_index(unit, shape))
        values = {"name": name, "row": row, "column": column, "channel": channel}
        return Words(N_("{name} (row {row}, column {column}, channel {channel})"), values)
    if len(shape) == 2 and flat:
        step, feature = (int(i) + 1 for i in np.unravel_index(unit, shape))
        return Words(N_("{name} (step {step}, unit {unit})"), {"name": name, "step": step, "unit": feature})
    return _beside(view, origin, unit, name)
