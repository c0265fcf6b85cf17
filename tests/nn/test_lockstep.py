"""Losses at many parameters at once: those of the networks one by one."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import ACTIVATIONS, LOSSES, Conv2d, Dense, Dropout, Layer, Network, evaluate
from app.nn.arrays import Array
from app.nn.lockstep import MOST, Lockstep
from tests.nn.naive import random_network


def losses(lockstep: Lockstep, points: Array) -> list[float]:
    """As the callers do: as many at a time as run together."""
    found: list[float] = []
    for start in range(0, len(points), lockstep.together):
        part = points[start : start + lockstep.together]
        lockstep.params[: len(part)] = part
        found += lockstep.losses()[: len(part)].tolist()
    return found


@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 2, 1)])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_with_every_loss(activation: str, loss: str, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(7)
    network, params, inputs, targets = random_network(rng, shape, activation, loss, activation)
    points = params + 0.3 * rng.normal(size=(5, network.size))
    lockstep = Lockstep(network, inputs, targets, np.arange(inputs.count))
    assert (lockstep.together > 1) == (len(shape) < 3)
    expected = [evaluate(network, point, inputs, targets).loss for point in points]
    np.testing.assert_allclose(losses(lockstep, points), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("shape", "layers", "samples", "together"),
    [
        ((2,), (Dense(4, "tanh"), Dense(1)), 10, MOST),
        ((2,), (Dense(8, "tanh"), Dense(8, "tanh"), Dense(1)), 3000, 1),
        ((300,), (Dense(100, "tanh"), Dense(1)), 10, 1),
        ((2,), (Dense(4, "tanh"), Dropout(0.5), Dense(1)), 10, 1),
        ((3, 3, 1), (Conv2d(2, (2, 2)), Dense(1)), 10, 1),
    ],
)
def test_small_dense_networks_run_together(
    shape: tuple[int, ...], layers: tuple[Layer, ...], samples: int, together: int
) -> None:
    network, rng = Network(shape, layers, "mse"), np.random.default_rng(1)
    inputs = network.inputs(rng.normal(size=(samples, *shape)))
    targets = network.targets(rng.normal(size=(samples, 1)))
    points, rows = 0.1 * rng.normal(size=(MOST + 3, network.size)), np.arange(0, samples, 2)
    lockstep = Lockstep(network, inputs, targets, rows)
    assert lockstep.together == together
    one = Lockstep(network, inputs, targets, rows)
    one.params[:] = points[-1]
    assert losses(lockstep, points)[-1] == pytest.approx(one.losses()[0], rel=1e-12)


def test_a_diverged_one_neither_warns_nor_spoils_the_others() -> None:
    network, params, inputs, targets = random_network(np.random.default_rng(1), (3,), "relu")
    lockstep = Lockstep(network, inputs, targets, np.arange(inputs.count))
    lockstep.params[:] = params
    lockstep.params[0], lockstep.params[2] = np.inf, 1e200
    found = lockstep.losses()
    assert not np.isfinite(found[[0, 2]]).any()
    assert found[1] == pytest.approx(evaluate(network, params, inputs, targets).loss, rel=1e-12)
