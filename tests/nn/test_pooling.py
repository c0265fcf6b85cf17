"""Pooling layers: what they answer, and where their gradient goes."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import Array, AvgPool2d, Conv2d, Dense, Flatten, MaxPool2d, Network, Plan, plan_for
from tests.nn.passes import run

POOLS = [MaxPool2d(2), AvgPool2d(2), MaxPool2d(3), AvgPool2d(3), MaxPool2d(1)]
SAME = Conv2d(1, (1, 1))  # with weight 1 and bias 0: shows ∂L/∂x of what comes behind it as its delta


@pytest.mark.parametrize("pool", POOLS, ids=str)
def test_forward(pool: MaxPool2d | AvgPool2d) -> None:
    done = run(np.random.default_rng(1), (7, 6, 2), pool, Flatten())
    z, k = done.trace.layers[0].z, pool.size
    assert z.shape == (3, 7 // k, 6 // k, 2)
    for sample, row, column, channel in np.ndindex(z.shape):
        square = done.x[sample, row * k : (row + 1) * k, column * k : (column + 1) * k, channel]
        expected = square.max() if isinstance(pool, MaxPool2d) else square.mean()
        assert z[sample, row, column, channel] == pytest.approx(expected, rel=1e-14)


def pooled(pool: MaxPool2d | AvgPool2d, image: object, plan: Plan | None = None) -> tuple[Array, Plan]:
    """∂L/∂x of an image (height, width) where ∂L/∂output is 1, 2, 3, …"""
    x = np.array(image, dtype=float)[None, :, :, None]
    network = Network(x.shape[1:], (SAME, pool, Flatten()), "squared_error")
    plan = plan or plan_for(network, 1)
    plan.load(np.array([1.0, 0.0]))
    inputs, zeros = network.inputs(x), np.zeros((1, *network.output_shape))
    plan.feed(inputs, network.targets(zeros))
    plan.forward()
    outputs = plan.outputs()
    plan.feed(inputs, network.targets(outputs - 1 - np.arange(outputs.size)))
    plan.forward()
    plan.backward()
    delta = plan.trace(with_delta=True).layers[0].delta
    assert delta is not None
    return delta[0, :, :, 0], plan


def test_only_the_pixel_that_won_gets_the_gradient() -> None:
    dx, _ = pooled(MaxPool2d(2), [[1, 9, 2, 3], [4, 5, 8, 7]])
    assert dx.tolist() == [[0, 1, 0, 0], [0, 0, 2, 0]]


def test_of_equal_pixels_the_first_wins() -> None:
    dx, _ = pooled(MaxPool2d(2), [[5, 5, 1, 2], [5, 5, 2, 2]])
    assert dx.tolist() == [[1, 0, 0, 2], [0, 0, 0, 0]]


def test_the_mean_shares_the_gradient() -> None:
    dx, _ = pooled(AvgPool2d(2), [[1, 9, 2, 3], [4, 5, 8, 7]])
    assert dx.tolist() == [[0.25, 0.25, 0.5, 0.5], [0.25, 0.25, 0.5, 0.5]]


@pytest.mark.parametrize("pool", [MaxPool2d(2), AvgPool2d(2)], ids=str)
def test_edges_that_fill_no_square_get_no_gradient(pool: MaxPool2d | AvgPool2d) -> None:
    """Not even what a diverged network left there."""
    image = np.arange(15.0).reshape(3, 5)
    first, plan = pooled(pool, image)
    plan.load(np.array([np.nan, np.nan]))
    plan.forward()
    plan.backward()
    again, _ = pooled(pool, image, plan)
    assert again.tolist() == first.tolist()
    assert not again[2].any()
    assert not again[:, 4].any()


@pytest.mark.parametrize(
    ("shape", "layer", "message"),
    [
        ((4, 5, 1), MaxPool2d(5), "size is 5; it must be 1 to 4"),
        ((4, 5, 1), AvgPool2d(0), "size is 0"),
        ((4, 5), MaxPool2d(2), r"maxpool2d layer stands behind an image, not behind \(4, 5\)"),
    ],
)
def test_what_does_not_fit(shape: tuple[int, ...], layer: MaxPool2d, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Network(shape, (layer, Dense(1)), "mse")
