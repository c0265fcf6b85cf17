"""Recurrent layers against the formulas written out step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from app.nn import Array, Dense, Gru, Lstm, Network, Recurrent, Rnn, activate, terms
from tests.nn.passes import Run, run

Step = Callable[[Mapping[str, Array], Array, Array, Array], tuple[Array, Array, Array]]
Nudge = tuple[int, int, float]  # step, unit, by how much


def sigmoid(z: Array) -> Array:
    """σ."""
    return 1 / (1 + np.exp(-z))


def rnn_step(p: Mapping[str, Array], x: Array, h: Array, c: Array) -> tuple[Array, Array, Array]:
    """z, h and c after one step."""
    z = x @ p["Wx"] + h @ p["Wh"] + p["b"]
    return z, np.tanh(z), c


def lstm_step(p: Mapping[str, Array], x: Array, h: Array, c: Array) -> tuple[Array, Array, Array]:
    """z, h and c after one step."""
    z = x @ p["Wx"] + h @ p["Wh"] + p["b"]
    i, f, g, o = np.split(z, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return z, sigmoid(o) * np.tanh(c), c


def gru_step(p: Mapping[str, Array], x: Array, h: Array, c: Array) -> tuple[Array, Array, Array]:
    """z, h and c after one step."""
    xr, xz, xn = np.split(x @ p["Wx"] + p["b"], 3, axis=1)
    hr, hz, hn = np.split(h @ p["Wh"] + p["bh"], 3, axis=1)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    new = xn + r * hn
    return np.concatenate((xr + hr, xz + hz, new), axis=1), (1 - z) * np.tanh(new) + z * h, c


LAYERS: list[tuple[type[Recurrent], Step]] = [(Rnn, rnn_step), (Lstm, lstm_step), (Gru, gru_step)]
layers = pytest.mark.parametrize(("kind", "step"), LAYERS)


def unrolled(
    step: Step, p: Mapping[str, Array], x: Array, units: int, nudge: Nudge = (-1, 0, 0.0)
) -> tuple[Array, Array]:
    """z and h of all steps, (batch, time, …); `nudge` adds to one state."""
    h = c = np.zeros((len(x), units))
    zs, hs = [], []
    for t in range(x.shape[1]):
        z, h, c = step(p, x[:, t], h, c)
        if nudge[0] == t:
            h = h.copy()
            h[:, nudge[1]] += nudge[2]
        zs.append(z)
        hs.append(h)
    return np.stack(zs, axis=1), np.stack(hs, axis=1)


@layers
@pytest.mark.parametrize("batch", [1, 4])
def test_forward(kind: type[Recurrent], step: Step, batch: int) -> None:
    for return_sequences in (False, True):
        done = run(np.random.default_rng(2), (5, 3), kind(2, return_sequences), Dense(2), batch=batch)
        z, h = unrolled(step, done.parameters[0], done.x, 2)
        first = done.trace.layers[0]
        np.testing.assert_allclose(first.z, z, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(first.a, h, rtol=1e-12, atol=1e-14)
        seen = h if return_sequences else h[:, -1]
        dense = done.parameters[1]
        np.testing.assert_allclose(done.trace.outputs, seen @ dense["W"] + dense["b"], rtol=1e-11, atol=1e-13)


def loss(step: Step, done: Run, return_sequences: bool, nudge: Nudge) -> float:
    """The mean squared error of the layer's outputs, one state nudged in every sample."""
    _, h = unrolled(step, done.parameters[0], done.x, done.network.output_shape[-1], nudge)
    return float((((h if return_sequences else h[:, -1]) - done.y) ** 2).mean())


@layers
@pytest.mark.parametrize("return_sequences", [False, True])
def test_the_gradient_that_reaches_each_step(
    kind: type[Recurrent], step: Step, return_sequences: bool
) -> None:
    done = run(np.random.default_rng(2), (5, 3), kind(2, return_sequences))
    dh = done.trace.layers[0].dh
    assert dh is not None
    assert dh.shape == (3, 5, 2)
    for t, unit in np.ndindex(5, 2):
        above, below = (loss(step, done, return_sequences, (t, unit, by)) for by in (1e-5, -1e-5))
        assert dh[:, t, unit].sum() == pytest.approx((above - below) / 2e-5, rel=1e-6, abs=1e-10)


def test_what_forgets_and_what_remembers() -> None:
    """Over 30 steps the gradient of a plain layer vanishes; a cell whose forget gates stand open keeps it."""
    rng = np.random.default_rng(2)
    plain = run(rng, (30, 1), Rnn(4)).trace.layers[0].dh
    assert plain is not None
    reaching = np.linalg.norm(plain, axis=(0, 2))
    assert reaching[0] < 1e-3 * reaching[-1]
    gated = run(rng, (30, 1), Lstm(4))
    params = 0.1 * gated.plan.params
    gated.network.unflatten(params)[0]["b"][4:8] = 6.0
    gated.plan.load(params)
    gated.plan.forward()
    gated.plan.backward()
    deltas = gated.trace.layers[0].delta
    assert deltas is not None
    candidate = np.abs(deltas[:, :, 8:12]).sum(axis=(0, 2))  # it feels what the cell keeps
    assert candidate[0] > 0.5 * candidate[-1]


@pytest.mark.parametrize("activation", ["linear", "relu", "softmax", "gelu"])
def test_any_activation(activation: str) -> None:
    done = run(np.random.default_rng(2), (4, 3), Rnn(3, True, activation))
    first = done.trace.layers[0]
    expected = activate(activation, first.z.reshape(-1, 3).T).T.reshape(first.z.shape)
    np.testing.assert_allclose(first.a, expected, rtol=1e-12, atol=1e-15)


def test_terms_say_which_step_and_take_the_state_before() -> None:
    done = run(np.random.default_rng(2), (4, 3), Rnn(2), Dense(1))
    layer = done.trace.layers[0]
    assert layer.delta is not None
    found = terms(done.network, done.trace, 0, "Wh", (1, 0))
    assert found.time is not None
    assert found.position is None
    for sample, t, local, delta in zip(found.sample, found.time, found.local, found.delta, strict=True):
        assert local == (layer.a[sample, t - 1, 1] if t else 0)
        assert delta == layer.delta[sample, t, 0]
    assert terms(done.network, done.trace, 1, "W", (1, 0)).local.tolist() == layer.a[:, -1, 1].tolist()


def test_terms_of_the_new_gate_pass_through_the_reset_gate() -> None:
    done = run(np.random.default_rng(2), (4, 3), Gru(2), Dense(1))
    r = sigmoid(done.trace.layers[0].z[..., 1])
    np.testing.assert_allclose(terms(done.network, done.trace, 0, "bh", (5,)).local, r.ravel(), rtol=1e-13)
    assert terms(done.network, done.trace, 0, "bh", (3,)).local.tolist() == [1.0] * 12
    assert terms(done.network, done.trace, 0, "b", (5,)).local.tolist() == [1.0] * 12


def test_names_and_shapes() -> None:
    shapes = {slot.name: slot.shape for slot in Network((4, 3), (Gru(2),), "mse").slots}
    assert shapes == {"Wx": (3, 6), "Wh": (2, 6), "b": (6,), "bh": (6,)}
    shapes = {slot.name: slot.shape for slot in Network((4, 3), (Lstm(2),), "mse").slots}
    assert shapes == {"Wx": (3, 8), "Wh": (2, 8), "b": (8,)}


@pytest.mark.parametrize(
    ("shape", "layers", "message"),
    [
        ((3,), (Rnn(2),), r"rnn layer stands behind a sequence, not behind \(3,\)"),
        ((4, 3), (Lstm(0),), "units is 0"),
        ((4, 3), (Gru(2), Gru(2)), r"gru layer stands behind a sequence, not behind \(2,\)"),
        ((4, 3), (Rnn(2, False, "step"),), "unknown activation 'step'"),
    ],
)
def test_what_does_not_fit(shape: tuple[int, ...], layers: tuple[Recurrent, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Network(shape, layers, "mse")


def test_a_recurrent_output_is_not_joined_with_a_loss() -> None:
    with pytest.raises(ValueError, match="after a sigmoid output"):
        Network((4, 3), (Rnn(1, False, "sigmoid"),), "binary_cross_entropy")
