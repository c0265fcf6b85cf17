"""Long short-term memory: a cell that keeps what its gates let it keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from app.nn.activations import lay_sigmoid
from app.nn.arrays import ONE, Array, Call, aligned, call
from app.nn.layer import BackwardSite, ForwardSite, Of, Params, Part, Step
from app.nn.recurrent import JointProduct
from app.nn.trace import LayerTrace


@dataclass(frozen=True)
class Lstm(JointProduct):
    """Hochreiter and Schmidhuber (1997), with the forget gate of Gers, Schmidhuber and Cummins (2000).

    Four gates in the order input i, forget f, candidate g, output o: i, f, o = σ(z), g = tanh(z); c_t = f∘c_{t-1}
    + i∘g, h_t = o∘tanh(c_t), c_0 = h_0 = 0. A trace's z and delta are those of the gates, units of one gate
    together; its a is h.
    """

    type: ClassVar[str] = "lstm"
    gates: ClassVar[int] = 4

    def forward(self, site: ForwardSite) -> list[Call]:
        """Step by step: z of all gates in one product, the gates, the cell, the state."""
        calls = [self._lay_state(site)]
        time, n = site.shape[0], self.units
        z, h = site.work["z"], site.work["h"]
        gates = site.work["gates"] = aligned(time, 4 * n, site.batch)
        c = site.work["c"] = aligned(time + 1, n, site.batch)
        tanh_c = site.work["tanh_c"] = aligned(time, n, site.batch)
        for t in range(time):
            i, f, g, o = gates[t].reshape(4, n, -1)
            calls += [
                self._product(site, t),
                *lay_sigmoid(z[t], gates[t]),
                call(np.tanh, z[t, 2 * n : 3 * n], g),
                call(np.multiply, i, g, tanh_c[t]),
                call(np.multiply, f, c[t], c[t + 1]),
                call(np.add, c[t + 1], tanh_c[t], c[t + 1]),
                call(np.tanh, c[t + 1], tanh_c[t]),
                call(np.multiply, o, tanh_c[t], h[t + 1]),
            ]
        return [*calls, self._emit(site)]

    def backward(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """From the last step to the first, with da_t what the layer's outputs get:

        dh_t = da_t + Wh·delta_{t+1} (h_t is in the next z alone), and do = dh_t∘tanh(c_t).
        dc_t = dh_t∘o∘(1 - tanh²c_t) + dc_{t+1}∘f_{t+1}: c_t is in h_t and, through the forget gate, in c_{t+1}.
        di = dc_t∘g, df = dc_t∘c_{t-1}, dg = dc_t∘i; each times its own slope, σ′ = σ(1 - σ) or tanh′ = 1 - g²,
        is delta_t. So delta_t = dc_t∘K_i, dc_t∘K_f, dc_t∘K_g, dh_t∘K_o with factors K that need no
        gradient: they are laid for all steps at once. The parameters' gradients are sums over steps, as in Rnn.
        """
        time, n, work = forward.shape[0], self.units, forward.work
        gates, c, tanh_c = work["gates"].reshape(time, 4, n, -1), work["c"], work["tanh_c"]
        i, f, g, o = (gates[:, k] for k in range(4))
        K, through_c = aligned(*gates.shape), aligned(*tanh_c.shape)
        calls = [
            call(np.subtract, ONE, gates, K),
            call(np.multiply, K, gates, K),  # σ′ for i, f and o
            *(
                call(np.multiply, K[:, k], partner, K[:, k])
                for k, partner in ((0, g), (1, c[:-1]), (3, tanh_c))
            ),
            call(np.multiply, g, g, K[:, 2]),
            call(np.subtract, ONE, K[:, 2], K[:, 2]),
            call(np.multiply, K[:, 2], i, K[:, 2]),
            call(np.multiply, tanh_c, tanh_c, through_c),
            call(np.subtract, ONE, through_c, through_c),
            call(np.multiply, through_c, o, through_c),
        ]
        delta, dh = self._lay_room_back(forward)
        dc, carried = aligned(*c[0].shape), aligned(*c[0].shape)
        for t in reversed(range(time)):
            part = delta[t].reshape(4, n, -1)
            calls += self._reach(t, self._through(forward, t), site.delta, dh)
            calls.append(call(np.multiply, dh[t], through_c[t], dc))
            if t < time - 1:
                calls.append(call(np.add, dc, carried, dc))
            calls += [
                call(np.multiply, dc, K[t, :3], part[:3]),
                call(np.multiply, dh[t], K[t, 3], part[3]),
                call(np.multiply, dc, f[t], carried),
            ]
        return [*calls, *self._lay_products_back(forward, site)]

    def cell_gradients(self, own: LayerTrace) -> tuple[Array, Array]:
        """∂L/∂c_t (batch, time, units), and the part of it that c_{t+1} sends back: dc_{t+1}∘f_{t+1}, 0 at the last
        step. `own` is the trace of a backward pass."""
        n, gates, tanh_c = self.units, np.asarray(own.gates), np.tanh(np.asarray(own.cells))
        forget, out = gates[..., n : 2 * n], gates[..., 3 * n :]
        dc = np.asarray(own.dh) * out * (1 - tanh_c**2)
        carried = np.zeros_like(dc)
        for t in reversed(range(dc.shape[1] - 1)):
            carried[:, t] = dc[:, t + 1] * forget[:, t + 1]
            dc[:, t] += carried[:, t]
        return dc, carried

    def inside(self, of: Of, index: tuple[int, ...], own: LayerTrace, parameters: Params) -> list[Step]:
        """dc_t from h_t and c_{t+1}; δ of i, f and g from dc_t, of o from dh_t; dh_t as in every recurrent layer."""
        if of == "a":
            return super().inside(of, index, own, parameters)
        t, (gate, u) = index[0], divmod(index[1], self.units)
        c = np.asarray(own.cells)
        i, f, g, o = np.split(np.asarray(own.gates), 4, axis=-1)
        tanh_c = float(np.tanh(c[t, u]))
        if of == "c":
            steps = [Step("a", (t, u), (Part("o", float(o[t, u])), Part("1−tanh²c", 1 - tanh_c**2)))]
            kept = [Step("c", (t + 1, u), (Part("f", float(f[t + 1, u])),))] if t + 1 < len(c) else []
            return steps + kept
        own_gate = float((i, f, g, o)[gate][t, u])
        name = "ifgo"[gate]
        slope = (
            Part("1−g²", 1 - own_gate**2)
            if name == "g"
            else Part(f"{name}(1−{name})", own_gate * (1 - own_gate))
        )
        before = float(c[t - 1, u]) if t else 0.0
        partners = (("g", float(g[t, u])), ("c before", before), ("i", float(i[t, u])), ("tanh c", tanh_c))
        return [Step("a" if name == "o" else "c", (t, u), (Part(*partners[gate]), slope))]
