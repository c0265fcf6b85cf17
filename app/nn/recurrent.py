"""Recurrent layers: what they share, and the plain one, h_t = f(x_t·Wx + h_{t-1}·Wh + b) with h_0 = 0."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from app.nn.activations import ACTIVATIONS, check_activation
from app.nn.arrays import Array, Call, Shape, aligned, call
from app.nn.layer import (
    BackwardSite,
    Factor,
    ForwardSite,
    Layer,
    Of,
    Params,
    Part,
    Step,
    through_activation,
)
from app.nn.trace import LayerTrace, Units


@dataclass(frozen=True)
class Recurrent(Layer):
    """`units` states that run over a sequence; behind it stands the last state, or all with
    `return_sequences`.

    A plan sees its outputs alone. In `work` lie z (time, gates·units, batch), h (time + 1, units, batch) with h_0
    first, and from the backward pass delta (time, gates·units, batch) and dh = ∂L/∂h (time, units, batch).
    """

    units: int
    return_sequences: bool = False
    gates: ClassVar[int] = 1

    def check(self, input_shape: Shape) -> None:
        """Raise ValueError for no units or what is no sequence."""
        if self.units < 1:
            raise ValueError(f"units is {self.units}; at least 1 is needed")
        if len(input_shape) != 2 or min(input_shape) < 1:
            raise ValueError(f"a {self.type} layer stands behind a sequence, not behind {input_shape}")

    def output_shape(self, input_shape: Shape) -> Shape:
        """(units,), or (time, units) with `return_sequences`."""
        return (input_shape[0], self.units) if self.return_sequences else (self.units,)

    def parameters(self, input_shape: Shape) -> tuple[tuple[str, Shape], ...]:
        """Wx (in, gates·units), Wh (units, gates·units), b (gates·units)."""
        width = self.gates * self.units
        return (("Wx", (input_shape[1], width)), ("Wh", (self.units, width)), ("b", (width,)))

    @abstractmethod
    def local(self, name: str, index: tuple[int, ...], inputs: Array, own: LayerTrace) -> Array:
        """∂z/∂parameter at every step, the state before it held fixed, (batch, time)."""

    def outputs(self, a: Array) -> Array:
        """The last state, or all."""
        return a if self.return_sequences else a[:, -1]

    def trace(self, site: ForwardSite, a: Array, delta: Array | None) -> LayerTrace:  # noqa: ARG002
        """Every step: z and delta (batch, time, gates·units), a and dh (batch, time, units), gates and cells."""
        work = site.work
        z, h = work["z"].transpose(2, 0, 1).copy(), work["h"][1:].transpose(2, 0, 1).copy()
        gates = work["gates"].transpose(2, 0, 1).copy() if "gates" in work else None
        cells = work["c"][1:].transpose(2, 0, 1).copy() if "c" in work else None
        if delta is None:
            return LayerTrace(self.type, z, h, None, None, gates, cells)
        own, dh = (work[name].transpose(2, 0, 1).copy() for name in ("delta", "dh"))
        return LayerTrace(self.type, z, h, own, dh, gates, cells)

    def did(self, site: ForwardSite, a: Array, delta: Array) -> Units:  # noqa: ARG002
        """Its states, at every step, and ∂L/∂h."""
        h, dh = (states.transpose(1, 0, 2) for states in (site.work["h"][1:], site.work["dh"]))
        return Units(h, h, dh)

    @abstractmethod
    def returned(self, Wh: Array, own: LayerTrace) -> Array:
        """What step t + 1 sends back into ∂L/∂h_t, (batch, time, units), 0 at the last step; the rest of dh comes
        from what stands above. `own` is the trace of a backward pass."""

    def reached(self, index: tuple[int, ...], x: Array, own: LayerTrace, parameters: Params) -> list[Step]:  # noqa: ARG002
        """Every gate's z of the same step, by Wx."""
        t, i = index
        return _products("Wx", i, t, parameters)

    def inside(self, of: Of, index: tuple[int, ...], own: LayerTrace, parameters: Params) -> list[Step]:
        """h_t is in every gate's z of the step after, by Wh."""
        t, unit = index
        if of != "a" or t + 1 == len(own.a):
            return []
        return _products("Wh", unit, t + 1, parameters)

    def multiplications(self, input_shape: Shape) -> int:
        """Every weight at every step, and what gates and states take."""
        time, inputs = input_shape
        return time * self.gates * self.units * (inputs + self.units + 8)

    def sequential(self, input_shape: Shape) -> int:
        """All steps."""
        return input_shape[0]

    def room(self, input_shape: Shape) -> int:
        """Inputs, states and a few numbers a gate for every step."""
        time, inputs = input_shape
        return time * (inputs + (5 + 6 * self.gates) * self.units)

    def _state(self, site: ForwardSite, rows: int) -> Array:
        """Room for what each step's product takes, (time + 1, rows, batch); the last row ones."""
        S = site.work["S"] = aligned(site.shape[0] + 1, rows, site.batch)
        S[:, -1] = 1.0
        return S

    def _emit(self, site: ForwardSite) -> Call:
        """The states into z."""
        h = site.work["h"]
        if not self.return_sequences:
            return call(np.copyto, site.z, h[-1])
        return call(np.copyto, over_time(site.z, site.shape[0]), h[1:].transpose(1, 0, 2))

    def _reach(self, t: int, through: list[Call], delta: Array, dh: Array) -> list[Call]:
        """∂L/∂h_t into dh[t]: what comes `through` the step after, and what comes from the layer's outputs
        (`delta`) themselves."""
        last = len(dh) - 1
        if not self.return_sequences:
            return through if t < last else [call(np.copyto, dh[t], delta)]
        own = delta.reshape(self.units, len(dh), -1)[:, t]
        return [*through, call(np.add, dh[t], own, dh[t])] if t < last else [call(np.copyto, dh[t], own)]


def _products(name: str, i: int, t: int, parameters: Params) -> list[Step]:
    row = parameters[name][i]
    return [Step("z", (t, j), (Part(name, float(w), name, (i, j)),)) for j, w in enumerate(row)]


def over_time(rows: Array, time: int) -> Array:
    """(features, time·batch) seen as (features, time, batch)."""
    return rows.reshape(len(rows), time, -1)


def beside(steps: Array) -> tuple[Array, Call]:
    """(time, rows, batch) as (rows, time·batch), steps side by side, and the call that copies them there.

    Step by step is how each lies in one piece; one product over all of them wants them side by side.
    """
    time, rows, batch = steps.shape
    laid = aligned(rows, time * batch)
    return laid, call(np.copyto, over_time(laid, time), steps.transpose(1, 0, 2))


def before(states: Array) -> Array:
    """h_{t-1} for every h_t of (batch, time, units)."""
    return np.concatenate((np.zeros_like(states[:, :1]), states[:, :-1]), axis=1)


def after(sent: Array) -> Array:
    """What every step sends to the one before it, (batch, time, units): 0 comes to the last."""
    return np.concatenate((sent[:, 1:], np.zeros_like(sent[:, :1])), axis=1)


def earlier(over: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments of a state one step before: (s, t−1)."""
    return (over[0], f"{over[1]}−1")


class JointProduct(Recurrent):
    """Recurrent layers whose z_t is one product Mᵀ·[x_t; h_{t-1}; 1], M = [Wx; Wh; b] as they lie in the flat
    vector."""

    def _lay_state(self, site: ForwardSite) -> Call:
        """The inputs of all steps into S (time + 1, in + units + 1, batch); rows in… of S are h."""
        time, inputs = site.shape
        S = self._state(site, inputs + self.units + 1)
        site.work["h"] = S[:, inputs:-1]
        site.work["z"] = aligned(time, self.gates * self.units, site.batch)
        return call(np.copyto, S[:time, :inputs], over_time(site.x[:-1], time).transpose(1, 0, 2))

    def _product(self, site: ForwardSite, t: int) -> Call:
        """z_t."""
        M = site.params.reshape(-1, self.gates * self.units)
        return call(M.T.dot, site.work["S"][t], site.work["z"][t])

    def _lay_room_back(self, forward: ForwardSite) -> tuple[Array, Array]:
        """delta (time, gates·units, batch) and dh (time, units, batch)."""
        time, batch = forward.shape[0], forward.batch
        delta = forward.work["delta"] = aligned(time, self.gates * self.units, batch)
        dh = forward.work["dh"] = aligned(time, self.units, batch)
        return delta, dh

    def _through(self, forward: ForwardSite, t: int) -> list[Call]:
        """What step t + 1 sends back into dh[t]: Wh·delta_{t+1}."""
        inputs, time = forward.shape[1], forward.shape[0]
        if t == time - 1:
            return []
        Wh = forward.params.reshape(-1, self.gates * self.units)[inputs:-1]
        return [call(Wh.dot, forward.work["delta"][t + 1], forward.work["dh"][t])]

    def _lay_products_back(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """dM = Σ_t [x_t; h_{t-1}; 1]·delta_tᵀ in one product, and ∂L/∂x_t = Wx·delta_t in another."""
        time, inputs = forward.shape
        width = self.gates * self.units
        (taken, take), (delta, turn) = (beside(forward.work[name][:time]) for name in ("S", "delta"))
        calls = [take, turn, call(taken.dot, delta.T, site.grads.reshape(len(taken), width))]
        if site.dx is not None:
            Wx = forward.params.reshape(-1, width)[:inputs]
            calls.append(call(Wx.dot, delta, site.dx))
        return calls

    def returned(self, Wh: Array, own: LayerTrace) -> Array:
        """Wh·delta_{t+1}."""
        return after(np.asarray(own.delta) @ Wh.T)

    def local(self, name: str, index: tuple[int, ...], inputs: Array, own: LayerTrace) -> Array:
        """x_t for Wx, h_{t-1} for Wh, 1 for b."""
        if name == "b":
            return np.ones(own.z.shape[:-1])
        return (inputs if name == "Wx" else before(own.a))[..., index[0]].copy()

    def factors(self, name: str, index: tuple[int, ...], over: tuple[str, ...]) -> tuple[Factor, ...]:
        """x_i(s,t) for Wx, h_i(s,t−1) for Wh."""
        if name == "b":
            return ()
        return (Factor("x", index[0], over) if name == "Wx" else Factor("h", index[0], earlier(over)),)


@dataclass(frozen=True)
class Rnn(JointProduct):
    """Elman, "Finding structure in time" (1990)."""

    activation: str = "tanh"
    type: ClassVar[str] = "rnn"

    def check(self, input_shape: Shape) -> None:
        """Raise ValueError for no units, an unknown activation or what is no sequence."""
        super().check(input_shape)
        check_activation(self.activation)

    def forward(self, site: ForwardSite) -> list[Call]:
        """Step by step z_t = Wxᵀ·x_t + Whᵀ·h_{t-1} + b and h_t = f(z_t)."""
        calls = [self._lay_state(site)]
        lay, z, h = ACTIVATIONS[self.activation].forward, site.work["z"], site.work["h"]
        for t in range(site.shape[0]):
            calls.append(self._product(site, t))
            calls += [call(np.copyto, h[t + 1], z[t])] if lay is None else lay(z[t], h[t + 1])
        return [*calls, self._emit(site)]

    def backward(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """From the last step to the first dh_t = da_t + Wh·delta_{t+1} and delta_t = dh_t ∘ f′(z_t).

        da_t is what the layer's outputs get. L depends on h_t through the output of step t and through z_{t+1}
        = Wxᵀ·x_{t+1} + Whᵀ·h_t + b, hence dh_t = ∂L/∂h_t; h_t = f(z_t) gives delta_t. The parameters are the
        same at every step, so their gradients are sums over steps: ∂L/∂Wx = Σ_t x_t·delta_tᵀ, ∂L/∂Wh = Σ_t
        h_{t-1}·delta_tᵀ, ∂L/∂b = Σ_t delta_t; and ∂L/∂x_t = Wx·delta_t. Werbos, "Backpropagation through time"
        (1990).
        """
        activation, work = ACTIVATIONS[self.activation], forward.work
        z, a = work["z"], work["h"][1:]
        delta, dh = self._lay_room_back(forward)
        slopes = aligned(*z.shape)
        calls = [] if activation.slope is None else list(activation.slope(z, a, slopes))
        for t in reversed(range(len(z))):
            calls += self._reach(t, self._through(forward, t), site.delta, dh)
            if activation.slope is not None:
                calls.append(activation.times_slope(dh[t], slopes[t], delta[t]))
                continue
            calls.append(call(np.copyto, delta[t], dh[t]))
            if activation.backward is not None:
                calls += activation.backward(a[t], delta[t])
        return [*calls, *self._lay_products_back(forward, site)]

    def inside(self, of: Of, index: tuple[int, ...], own: LayerTrace, parameters: Params) -> list[Step]:
        """δ_t = f′(z_t)∘dh_t; dh_t as in every recurrent layer."""
        if of == "z":
            return through_activation(self.activation, index, own)
        return super().inside(of, index, own, parameters)
