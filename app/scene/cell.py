"""One unit of a recurrent layer at one step, taken apart: its gates, what it keeps, where its gradient comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.i18n import N_
from app.nn import Gru, LayerTrace, Lstm, Recurrent, Rnn
from app.scene.activation import ActivationPlot, plotted
from app.scene.format import short
from app.scene.places import Spot
from app.scene.strips import picked
from app.scene.view import Array, View

TITLES = {
    "i": N_("input gate"),
    "f": N_("forget gate"),
    "g": N_("candidate"),
    "o": N_("output gate"),
    "r": N_("reset gate"),
    "z": N_("update gate"),
    "n": N_("candidate"),
    "": N_("state"),
}
GATES: dict[str, tuple[str, ...]] = {
    "rnn": ("",),
    "lstm": ("i", "f", "g", "o"),
    "gru": ("r", "z", "n"),
}
CANDIDATES = ("g", "n")  # the gates that are tanh; the others are sigmoid
OUTPUTS = N_("from above")


@dataclass(frozen=True, slots=True)
class Gate:
    """z = bias + from_x + from_h, what the gate makes of it, and δ = ∂L/∂z (None without a backward pass).

    `let` is the reset gate in front of what comes from h, of a GRU's candidate alone. `plot` is the gate's curve with
    its point and tangent; None of a plain state, whose curve stands with the unit, and of numbers not finite.
    """

    letter: str
    title: str
    bias: float
    from_x: float
    from_h: float
    let: float | None
    z: float
    value: float
    delta: float | None
    plot: ActivationPlot | None


@dataclass(frozen=True, slots=True)
class Equation:
    """A number, the formula it follows from, and the formula with its numbers."""

    name: str
    formula: str
    numbers: str
    value: float


@dataclass(frozen=True, slots=True)
class Sources:
    """∂L/∂h or ∂L/∂c of this step and its two parts: from above (or from h), and from the step after."""

    name: str
    total: float
    own: float
    own_title: str
    later: float


@dataclass(frozen=True, slots=True)
class Taken:
    """All of it, of one sample: its row in the data (None of a probe); `last` is whether no step comes after."""

    row: int | None
    step: int
    last: bool
    gates: tuple[Gate, ...]
    equations: tuple[Equation, ...]
    sources: tuple[Sources, ...]


def cell(view: View) -> Taken | None:
    """What is known of the chosen state; None where none is chosen, or nothing has run."""
    spot, found = view.selection.place if view.selection else None, picked(view)
    if not isinstance(spot, Spot) or spot.layer == 0 or found is None:
        return None
    layer = view.network.layers[spot.layer - 1]
    if not isinstance(layer, Recurrent):
        return None
    own, place = found.trace.layers[spot.layer - 1], found.place
    inputs = found.trace.inputs if spot.layer == 1 else found.trace.layers[spot.layer - 2].a
    one = _Unit(layer, own, inputs, _parameters(view, spot.layer - 1), place, *spot.index)
    last = one.t == own.a.shape[1] - 1
    gates = tuple(one.gate(k) for k in range(len(GATES[layer.type])))
    return Taken(found.row, one.t, last, gates, tuple(EQUATIONS[layer.type](one)), tuple(one.sources()))


def _parameters(view: View, layer: int) -> dict[str, Array]:
    """Those of the pass that is shown; of a probe, as they stand."""
    batch = view.batch or view.coming
    flat = batch.params if batch and not view.probe else view.params
    return dict(view.network.unflatten(flat)[layer])


@dataclass(frozen=True, slots=True, eq=False)
class _Unit:
    layer: Recurrent
    own: LayerTrace
    inputs: Array
    parameters: dict[str, Array]
    place: int
    t: int
    unit: int

    def h(self, t: int) -> Array:
        """The whole state of a step; 0 before the first."""
        return self.own.a[self.place, t] if t >= 0 else np.zeros(self.layer.units)

    def c(self, t: int) -> float:
        """The cell at a step; 0 before the first."""
        assert self.own.cells is not None
        return float(self.own.cells[self.place, t, self.unit]) if t >= 0 else 0.0

    def value(self, gate: int) -> float:
        """What a gate answers."""
        values = self.own.a if self.own.gates is None else self.own.gates
        return float(values[self.place, self.t, gate * self.layer.units + self.unit])

    def gate(self, k: int) -> Gate:
        """One gate taken apart."""
        p, column = self.parameters, k * self.layer.units + self.unit
        letter = GATES[self.layer.type][k]
        with np.errstate(all="ignore"):
            from_x = float(self.inputs[self.place, self.t] @ p["Wx"][:, column])
            from_h = float(self.h(self.t - 1) @ p["Wh"][:, column])
        bias, let = float(p["b"][column]), None
        if isinstance(self.layer, Gru):
            let = self.value(0) if letter == "n" else None
            from_h += float(p["bh"][column])
            from_h *= 1.0 if let is None else let
        delta = None if self.own.delta is None else float(self.own.delta[self.place, self.t, column])
        z = float(self.own.z[self.place, self.t, column])
        curve = "tanh" if letter in CANDIDATES else "sigmoid"
        plot = plotted(None, curve, z, self.value(k), delta) if letter else None
        return Gate(letter, TITLES[letter], bias, from_x, from_h, let, z, self.value(k), delta, plot)

    def sources(self) -> list[Sources]:
        """Where the gradients of the state and of the cell come from; nothing without a backward pass."""
        if self.own.dh is None:
            return []
        at = (self.place, self.t, self.unit)
        with np.errstate(all="ignore"):
            total = float(self.own.dh[at])
            later = float(self.layer.returned(self.parameters["Wh"], self.own)[at])
            made = [Sources("∂L/∂h", total, total - later, OUTPUTS, later)]
            if isinstance(self.layer, Lstm):
                gradients, carried = self.layer.cell_gradients(self.own)
                through = float(gradients[at]), float(carried[at])
                made.append(
                    Sources("∂L/∂c", through[0], through[0] - through[1], N_("through h"), through[1])
                )
        return made


def _lstm(one: _Unit) -> list[Equation]:
    i, f, g, o = (one.value(k) for k in range(4))
    before, now = one.c(one.t - 1), one.c(one.t)
    return [
        Equation("c", "f·c(t−1) + i·g", f"{_pair(f, before)} + {_pair(i, g)}", now),
        Equation("h", "o·tanh c", f"{short(o)} · tanh({short(now)})", float(one.h(one.t)[one.unit])),
    ]


def _gru(one: _Unit) -> list[Equation]:
    z, new, before = one.value(1), one.value(2), float(one.h(one.t - 1)[one.unit])
    numbers = f"(1 − {short(z)}) · {_signed(new)} + {_pair(z, before)}"
    return [Equation("h", "(1 − z)·n + z·h(t−1)", numbers, float(one.h(one.t)[one.unit]))]


def _rnn(one: _Unit) -> list[Equation]:
    assert isinstance(one.layer, Rnn)
    name, z = one.layer.activation, float(one.own.z[one.place, one.t, one.unit])
    return [Equation("h", f"{name}(z)", f"{name}({short(z)})", float(one.h(one.t)[one.unit]))]


def _pair(a: float, b: float) -> str:
    return f"{short(a)} · {_signed(b)}"


def _signed(x: float) -> str:
    """A negative number in brackets, behind a sign of multiplication."""
    return f"({short(x)})" if x < 0 else short(x)


EQUATIONS: dict[str, Callable[[_Unit], list[Equation]]] = {"rnn": _rnn, "lstm": _lstm, "gru": _gru}
