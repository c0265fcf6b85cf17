"""What the trace of a recurrent layer tells of its gates and cells, and which way a gradient came to a step."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import Dense, Gru, Lstm, Recurrent, Rnn
from tests.nn.passes import run
from tests.nn.test_recurrent import sigmoid

kinds = pytest.mark.parametrize("kind", [Rnn, Lstm, Gru])


def test_a_state_follows_from_gates_and_cells() -> None:
    own = run(np.random.default_rng(3), (5, 3), Lstm(2, True)).trace.layers[0]
    assert own.gates is not None
    assert own.cells is not None
    i, f, g, o = np.split(own.gates, 4, axis=2)
    z = np.split(own.z, 4, axis=2)
    for gate, pre in ((i, z[0]), (f, z[1]), (o, z[3])):
        np.testing.assert_allclose(gate, sigmoid(pre), rtol=1e-12)
    np.testing.assert_allclose(g, np.tanh(z[2]), rtol=1e-12)
    before = np.concatenate((np.zeros_like(own.cells[:, :1]), own.cells[:, :-1]), axis=1)
    np.testing.assert_allclose(own.cells, f * before + i * g, rtol=1e-12)
    np.testing.assert_allclose(own.a, o * np.tanh(own.cells), rtol=1e-12)


def test_a_gated_unit_keeps_or_renews() -> None:
    own = run(np.random.default_rng(3), (5, 3), Gru(2, True)).trace.layers[0]
    assert own.gates is not None
    assert own.cells is None
    _, keep, new = np.split(own.gates, 3, axis=2)
    before = np.concatenate((np.zeros_like(own.a[:, :1]), own.a[:, :-1]), axis=1)
    np.testing.assert_allclose(own.a, (1 - keep) * new + keep * before, rtol=1e-12)


@kinds
@pytest.mark.parametrize("return_sequences", [False, True])
def test_the_two_ways_of_a_gradient(kind: type[Recurrent], return_sequences: bool) -> None:
    """What does not come from the step after comes from the layer above: Wᵀ·δ where that one looks."""
    done = run(np.random.default_rng(5), (6, 3), kind(4, return_sequences), Dense(2, "tanh"))
    own, above = done.trace.layers
    assert own.dh is not None
    assert above.delta is not None
    layer = done.network.layers[0]
    assert isinstance(layer, Recurrent)
    returned = layer.returned(done.parameters[0]["Wh"], own)
    assert not returned[:, -1].any()
    assert np.abs(returned[:, :-1]).min() > 0
    expected = np.zeros_like(own.dh)
    seen = above.delta @ done.parameters[1]["W"].T
    if return_sequences:
        expected[:] = seen
    else:
        expected[:, -1] = seen
    np.testing.assert_allclose(own.dh - returned, expected, rtol=1e-9, atol=1e-15)


def test_the_gradient_of_a_cell() -> None:
    """δ of the forget gate is ∂L/∂c_t · c_{t-1} · σ′, of the candidate ∂L/∂c_t · i · tanh′."""
    layer = Lstm(3)
    own = run(np.random.default_rng(6), (7, 2), layer).trace.layers[0]
    assert own.gates is not None
    assert own.cells is not None
    assert own.delta is not None
    dc, carried = layer.cell_gradients(own)
    i, f, g, _ = np.split(own.gates, 4, axis=2)
    before = np.concatenate((np.zeros_like(own.cells[:, :1]), own.cells[:, :-1]), axis=1)
    np.testing.assert_allclose(own.delta[..., 3:6], dc * before * f * (1 - f), rtol=1e-10, atol=1e-18)
    np.testing.assert_allclose(own.delta[..., 6:9], dc * i * (1 - g**2), rtol=1e-10, atol=1e-18)
    np.testing.assert_allclose(carried[:, :-1], dc[:, 1:] * f[:, 1:], rtol=1e-14)
    assert not carried[:, -1].any()
