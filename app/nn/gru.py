"""The gated recurrent unit: a state that is kept or renewed, unit by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from app.nn.activations import activate, lay_sigmoid
from app.nn.arrays import ONE, Array, Call, Shape, aligned, call
from app.nn.layer import BackwardSite, Factor, ForwardSite, Of, Params, Part, Step
from app.nn.recurrent import Recurrent, after, before, beside, earlier, over_time
from app.nn.trace import LayerTrace


@dataclass(frozen=True)
class Gru(Recurrent):
    """Cho et al. (2014), the reset gate acting behind the product as in PyTorch.

    Gates in the order reset r, update z, new n: r, z = σ(x·Wx + b + h·Wh + bh), n = tanh(x·Wxₙ + bₙ + r∘(h·Whₙ +
    bhₙ)), h' = (1 - z)∘n + z∘h, h_0 = 0. A trace's z and delta are those of the three gates' pre-activations,
    units of one gate together; its a is h. In the flat vector Wx and b, Wh and bh lie together.
    """

    type: ClassVar[str] = "gru"
    gates: ClassVar[int] = 3

    def parameters(self, input_shape: Shape) -> tuple[tuple[str, Shape], ...]:
        """Wx (in, 3·units), b (3·units), Wh (units, 3·units), bh (3·units)."""
        width = 3 * self.units
        return (
            ("Wx", (input_shape[1], width)),
            ("b", (width,)),
            ("Wh", (self.units, width)),
            ("bh", (width,)),
        )

    def _matrices(self, flat: Array, inputs: int) -> tuple[Array, Array]:
        """[Wx; b] and [Wh; bh]."""
        both = flat.reshape(-1, 3 * self.units)
        return both[: inputs + 1], both[inputs + 1 :]

    def forward(self, site: ForwardSite) -> list[Call]:
        """The inputs' part of z for all steps in one product; then step by step the state's part Q, the
        gates, the state."""
        (time, inputs), n, batch = site.shape, self.units, site.batch
        Mx, Mh = self._matrices(site.params, inputs)
        S = self._state(site, n + 1)
        h = site.work["h"] = S[:, :-1]
        Z = aligned(3 * n, time * batch)
        from_x = over_time(Z, time)
        z = site.work["z"] = aligned(time, 3 * n, batch)
        Q = site.work["Q"] = aligned(time, 3 * n, batch)
        gates = site.work["gates"] = aligned(time, 3 * n, batch)
        kept = site.work["h_minus_n"] = aligned(time, n, batch)
        calls = [call(Mx.T.dot, site.x, Z)]
        for t in range(time):
            two, new = slice(0, 2 * n), slice(2 * n, 3 * n)
            r, keep, candidate = gates[t].reshape(3, n, -1)
            calls += [
                call(Mh.T.dot, S[t], Q[t]),
                call(np.add, from_x[two, t], Q[t, two], z[t, two]),
                *lay_sigmoid(z[t, two], gates[t, two]),
                call(np.multiply, r, Q[t, new], z[t, new]),
                call(np.add, z[t, new], from_x[new, t], z[t, new]),
                call(np.tanh, z[t, new], candidate),
                call(np.subtract, h[t], candidate, kept[t]),
                call(np.multiply, keep, kept[t], h[t + 1]),
                call(np.add, h[t + 1], candidate, h[t + 1]),
            ]
        return [*calls, self._emit(site)]

    def backward(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """From the last step to the first, with da_t what the layer's outputs get and Q = h_{t-1}·Wh + bh:

        h_t = n + z∘(h_{t-1} - n), so dn = dh_t∘(1 - z) and dz = dh_t∘(h_{t-1} - n); times their slopes these are
        delta_n = dn∘(1 - n²) and delta_z = dz∘z(1 - z). The pre-activation of n holds r∘Q_n, so ∂L/∂Q_n =
        delta_n∘r and delta_r = delta_n∘Q_n∘r(1 - r). All are dh_t times factors that need no gradient,
        laid for all steps at once. With E = ∂L/∂Q = (delta_r, delta_z, delta_n∘r), h_{t-1} is in Q and, kept,
        in h_t: dh_{t-1} = da_{t-1} + Wh·E_t + dh_t∘z. Sums over steps: ∂L/∂[Wx; b] = Σ [x_t; 1]·delta_tᵀ,
        ∂L/∂[Wh; bh] = Σ [h_{t-1}; 1]·E_tᵀ, and ∂L/∂x_t = Wx·delta_t.
        """
        (time, inputs), n, work = forward.shape, self.units, forward.work
        gates, Q = work["gates"].reshape(time, 3, n, -1), work["Q"]
        r, keep, new = (gates[:, k] for k in range(3))
        K, Kn = aligned(*gates.shape), aligned(*keep.shape)
        Kr, Kz, KQ = (K[:, k] for k in range(3))
        calls = [
            call(np.subtract, ONE, gates[:, :2], K[:, :2]),  # 1 - r, 1 - z
            call(np.multiply, new, new, Kn),
            call(np.subtract, ONE, Kn, Kn),
            call(np.multiply, Kn, Kz, Kn),
            call(np.multiply, K[:, :2], gates[:, :2], K[:, :2]),  # σ′
            call(np.multiply, Kz, work["h_minus_n"], Kz),
            call(np.multiply, Kr, Kn, Kr),
            call(np.multiply, Kr, Q[:, 2 * n :], Kr),
            call(np.multiply, Kn, r, KQ),
        ]
        dh = work["dh"] = aligned(time, n, forward.batch)
        E = aligned(time, 3 * n, forward.batch)
        delta = work["delta"] = aligned(time, 3 * n, forward.batch)
        through, (_, Mh) = aligned(n, forward.batch), self._matrices(forward.params, inputs)
        for t in reversed(range(time)):
            sent = (
                [
                    call(Mh[:-1].dot, E[t + 1], dh[t]),
                    call(np.multiply, dh[t + 1], keep[t + 1], through),
                    call(np.add, dh[t], through, dh[t]),
                ]
                if t < time - 1
                else []
            )
            calls += self._reach(t, sent, site.delta, dh)
            calls.append(call(np.multiply, dh[t], K[t], E[t].reshape(3, n, -1)))
        two, new_delta = slice(0, 2 * n), delta[:, 2 * n :]
        calls += [call(np.copyto, delta[:, two], E[:, two]), call(np.multiply, dh, Kn, new_delta)]
        return [*calls, *self._lay_products_back(forward, site, E)]

    def _lay_products_back(self, forward: ForwardSite, site: BackwardSite, E: Array) -> list[Call]:
        time, inputs = forward.shape
        dMx, dMh = self._matrices(site.grads, inputs)
        laid = [beside(steps) for steps in (forward.work["S"][:time], forward.work["delta"], E)]
        (taken, _), (delta, _), (sent, _) = laid
        calls = [copy for _, copy in laid]
        calls += [call(forward.x.dot, delta.T, dMx), call(taken.dot, sent.T, dMh)]
        if site.dx is not None:
            calls.append(call(self._matrices(forward.params, inputs)[0][:-1].dot, delta, site.dx))
        return calls

    def returned(self, Wh: Array, own: LayerTrace) -> Array:
        """Wh·E_{t+1} + dh_{t+1}∘z_{t+1}, as in `backward`."""
        n, gates = self.units, np.asarray(own.gates)
        E = np.array(own.delta)
        E[..., 2 * n :] *= gates[..., :n]
        return after(E @ Wh.T + np.asarray(own.dh) * gates[..., n : 2 * n])

    def local(self, name: str, index: tuple[int, ...], inputs: Array, own: LayerTrace) -> Array:
        """x_t for Wx, h_{t-1} for Wh, 1 for b and bh; what the reset gate lets through of them for Wh and bh of
        the new gate."""
        if name == "Wx":
            return inputs[..., index[0]].copy()
        local = before(own.a)[..., index[0]].copy() if name == "Wh" else np.ones(own.z.shape[:-1])
        if (unit := self._reset_unit(name, index)) is not None:
            with np.errstate(all="ignore"):
                local *= activate("sigmoid", own.z[..., unit])
        return local

    def factors(self, name: str, index: tuple[int, ...], over: tuple[str, ...]) -> tuple[Factor, ...]:
        """x_i(s,t) for Wx, h_i(s,t−1) for Wh, and r_j(s,t) for the new gate."""
        unit = self._reset_unit(name, index)
        reset = () if unit is None else (Factor("r", unit, over),)
        if name == "Wx":
            return (Factor("x", index[0], over),)
        return (*reset, Factor("h", index[0], earlier(over))) if name == "Wh" else reset

    def inside(self, of: Of, index: tuple[int, ...], own: LayerTrace, parameters: Params) -> list[Step]:
        """δ of z and n from dh_t, of r from δ of n; dh_t from all z of the step after, the new gate's behind r,
        and from dh_{t+1} as far as z keeps h."""
        n, t = self.units, index[0]
        r, z, new = np.split(np.asarray(own.gates), 3, axis=-1)
        if of == "a":
            return self._later(index, own, r, z, parameters)
        gate, u = divmod(index[1], n)
        before = own.a[t - 1] if t else np.zeros(n)
        if gate == 0:
            Q = float(before @ parameters["Wh"][:, 2 * n + u] + parameters["bh"][2 * n + u])
            return [Step("z", (t, 2 * n + u), (Part("h·Wh+bh", Q), _sigmoid_slope("r", r[t, u])))]
        if gate == 1:
            return [
                Step(
                    "a",
                    (t, u),
                    (Part("h before−n", float(before[u] - new[t, u])), _sigmoid_slope("z", z[t, u])),
                )
            ]
        return [Step("a", (t, u), (Part("1−z", 1 - float(z[t, u])), Part("1−n²", 1 - float(new[t, u]) ** 2)))]

    def _later(
        self, index: tuple[int, ...], own: LayerTrace, r: Array, z: Array, parameters: Params
    ) -> list[Step]:
        (t, u), n = index, self.units
        after = t + 1
        if after == len(own.a):
            return []
        steps = []
        for j, w in enumerate(parameters["Wh"][u].tolist()):
            reset = (Part("r", float(r[after, j - 2 * n])),) if j >= 2 * n else ()
            steps.append(Step("z", (after, j), (Part("Wh", w, "Wh", (u, j)), *reset)))
        return [*steps, Step("a", (after, u), (Part("z", float(z[after, u])),))]

    def _reset_unit(self, name: str, index: tuple[int, ...]) -> int | None:
        """The unit of the reset gate that stands before this parameter, if one does."""
        unit = index[-1] - 2 * self.units
        return unit if name in ("Wh", "bh") and unit >= 0 else None


def _sigmoid_slope(name: str, value: float) -> Part:
    return Part(f"{name}(1−{name})", float(value * (1 - value)))
