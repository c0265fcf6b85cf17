"""The convolution layer against loops, by hand, and its terms."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from app.nn import Array, Conv2d, Dense, Flatten, Network, plan_for, terms
from tests.nn.passes import run


def test_worked_example_c() -> None:
    """x = 1…6 as 2×3, kernel 1…4 as 2×2, upstream gradient (1, 2): by hand."""
    network = Network((2, 3, 1), (Conv2d(1, (1, 1)), Conv2d(1, (2, 2)), Flatten()), "squared_error")
    plan = plan_for(network, 1)
    plan.load(np.array([1.0, 0.0, 1, 2, 3, 4, 0]))  # a kernel that changes nothing, then the example's
    z = [1 + 2 * 2 + 4 * 3 + 5 * 4, 2 + 3 * 2 + 5 * 3 + 6 * 4]
    target = np.array([z]) - [1, 2]  # ∂L/∂z = z - y
    plan.feed(network.inputs(np.arange(1.0, 7).reshape(1, 2, 3, 1)), network.targets(target))
    plan.forward()
    plan.backward()
    trace = plan.trace(with_delta=True)
    assert trace.outputs.tolist() == [z]
    assert trace.layers[0].delta is not None
    assert trace.layers[0].delta.ravel().tolist() == [1, 4, 4, 3, 10, 8]
    assert network.unflatten(plan.grads)[1]["W"].ravel().tolist() == [5, 8, 14, 17]


def convolved(x: Array, W: Array, b: Array, stride: int, pads: tuple[int, int]) -> Array:
    """z of one sample, (rows, columns, filters), a number at a time."""
    (top, left), (kh, kw, _, filters) = pads, W.shape
    padded = np.pad(x, ((top, top), (left, left), (0, 0)))
    rows = (padded.shape[0] - kh) // stride + 1
    columns = (padded.shape[1] - kw) // stride + 1
    z = np.empty((rows, columns, filters))
    for u, v, f in product(range(rows), range(columns), range(filters)):
        patch = padded[u * stride : u * stride + kh, v * stride : v * stride + kw]
        z[u, v, f] = (patch * W[..., f]).sum() + b[f]
    return z


KERNELS = [((3, 3), 1), ((2, 3), 1), ((2, 2), 2), ((1, 1), 2), ((3, 2), 3), ((4, 4), 1)]


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("kernel", "stride"), KERNELS)
def test_forward_against_loops(kernel: tuple[int, int], stride: int, padding: str) -> None:
    layer = Conv2d(3, kernel, stride, padding, "tanh")
    done = run(np.random.default_rng(1), (6, 5, 2), layer, Flatten())
    W, b = done.parameters[0]["W"], done.parameters[0]["b"]
    assert W.shape == (*kernel, 2, 3)
    pads = (kernel[0] // 2, kernel[1] // 2) if padding == "same" else (0, 0)
    first = done.trace.layers[0]
    for x, z, a in zip(done.x, first.z, first.a, strict=True):
        np.testing.assert_allclose(z, convolved(x, W, b, stride, pads), rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(a, np.tanh(z), rtol=1e-13)
    np.testing.assert_array_equal(done.trace.outputs, first.a.reshape(3, -1))


def test_same_keeps_the_size_behind_an_odd_kernel() -> None:
    assert Conv2d(4, (3, 5), padding="same").output_shape((8, 9, 2)) == (8, 9, 4)
    assert Conv2d(4, (2, 4), padding="same").output_shape((8, 9, 2)) == (9, 10, 4)
    assert Conv2d(4, (3, 3), stride=2).output_shape((8, 8, 1)) == (3, 3, 4)


def test_softmax_runs_over_the_filters_of_a_pixel() -> None:
    done = run(np.random.default_rng(1), (4, 4, 2), Conv2d(3, (2, 2), activation="softmax"), Dense(1))
    first = done.trace.layers[0]
    powers = np.exp(first.z)
    np.testing.assert_allclose(first.a, powers / powers.sum(axis=-1, keepdims=True), rtol=1e-12)


@pytest.mark.parametrize("layers", [(Dense(2),), (Flatten(), Dense(2))])
def test_an_image_is_flattened_row_by_row_with_its_channels_together(
    layers: tuple[Flatten | Dense, ...],
) -> None:
    done = run(np.random.default_rng(1), (3, 2, 4), *layers)
    dense = done.parameters[-1]
    np.testing.assert_allclose(
        done.trace.outputs, done.x.reshape(3, -1) @ dense["W"] + dense["b"], rtol=1e-12
    )
    delta = 2 * (done.trace.outputs - done.y) / done.y.size
    np.testing.assert_allclose(done.gradients[-1]["W"], done.x.reshape(3, -1).T @ delta, rtol=1e-11)


def test_terms_say_which_position() -> None:
    done = run(np.random.default_rng(1), (5, 4, 2), Conv2d(3, (2, 3), 2, "same", "tanh"), Dense(2))
    found = terms(done.network, done.trace, 0, "W", (0, 2, 1, 2))
    assert found.time is None
    assert found.position is not None
    layer = done.trace.layers[0]
    assert layer.delta is not None
    padded = np.pad(done.x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    for sample, (u, v), local, delta in zip(
        found.sample, found.position, found.local, found.delta, strict=True
    ):
        assert local == padded[sample, 2 * u, 2 * v + 2, 1]
        assert delta == layer.delta[sample, u, v, 2]
    assert len(found.sample) == layer.z[..., 0].size


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((Conv2d(2, (3, 3)),), r"the outputs are images \(2, 3, 2\)"),
        ((Conv2d(2, (5, 3)), Dense(1)), r"kernel is \(5, 3\); the padded image is \(4, 5\)"),
        ((Conv2d(0, (3, 3)), Dense(1)), "filters is 0"),
        ((Conv2d(2, (3, 0)), Dense(1)), "kernel is 0"),
        ((Conv2d(2, (3, 3), 0), Dense(1)), "stride is 0"),
        ((Conv2d(2, (3, 3), 1, "full"), Dense(1)), "unknown padding 'full'"),
        ((Conv2d(2, (3, 3), 1, "same", "step"), Dense(1)), "unknown activation 'step'"),
        ((Flatten(), Conv2d(2, (3, 3))), r"behind an image, not behind \(20,\)"),
    ],
)
def test_what_does_not_fit(layers: tuple[Conv2d | Dense, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Network((4, 5, 1), layers, "mse")
