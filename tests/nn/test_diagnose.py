"""What a step leaves behind, measured: against numbers by hand and against searches."""

from __future__ import annotations

from math import inf, log
from typing import Any

import numpy as np
import pytest

from app import nn
from app.nn import Along, Conv2d, Dense, LayerTrace, Lstm, Network, Rnn, Units


def units(a: Any, computed: Any, back: Any) -> Units:
    """What the units of one layer did, by sample."""
    return Units(
        *(np.array(values, dtype=float).reshape(-1, np.shape(values)[-1]).T for values in (a, computed, back))
    )


def traced(z: Any, a: Any, delta: Any, dh: Any = None) -> LayerTrace:
    """One layer's trace with these numbers."""
    arrays = [None if values is None else np.array(values, dtype=float) for values in (z, a, delta, dh)]
    return LayerTrace("dense", arrays[0], arrays[1], arrays[2], arrays[3])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "end", "slope", "lowest"),
    [
        (1.0, 0.5, -1.0, 1.0),  # (t - 1)² / 2 + ½: the step ends at the lowest point
        (1.0, 1.0, -1.0, 0.5),  # exactly twice as far
        (1.0, 3.0, -2.0, 0.25),
        (1.0, 0.0, -1.0, inf),  # straight down
        (1.0, -1.0, -1.0, inf),  # bent downwards
    ],
)
def test_the_lowest_point_of_the_parabola(start: float, end: float, slope: float, lowest: float) -> None:
    along = Along(start, end, slope)
    assert along.lowest == pytest.approx(lowest) or along.lowest > 1e12
    assert (along.lowest > 1e12) == (lowest == inf)


def test_a_parabola_gives_its_own_curvature() -> None:
    along = Along(2.0, 2.0 - 3.0 + 0.5 * 8.0, -3.0)
    assert along.curvature == pytest.approx(8.0)
    assert along.lowest == pytest.approx(3 / 8)


def test_openness_is_the_slope_over_the_largest_there_is() -> None:
    a = [[0.5, 0.9], [0.5, 0.99]]
    expected = {"sigmoid": [1.0, (0.36 + 0.0396) / 2], "tanh": [0.75, (0.19 + 0.0199) / 2]}
    for name, shares in expected.items():
        np.testing.assert_allclose(nn.openness(Dense(2, name), units(a, a, a)), shares)


def test_the_channels_of_a_convolution_are_its_units() -> None:
    a = np.zeros((2, 3, 3, 2))
    a[..., 1] = 1.0
    shares = nn.openness(Conv2d(2, (3, 3), activation="sigmoid"), units(a, a, a))
    assert shares == [0.0, 0.0]
    assert nn.silent(units(a, a, a)).tolist() == [True, False]


def test_units_are_alike_that_compute_and_learn_the_same() -> None:
    z, delta = [[1.0, 1.0, 2.0], [3.0, 3.0, 3.0]], [[0.1, 0.1, 0.1], [0.2, 0.2, 0.2]]
    assert nn.alike(units(z, z, delta)) == 2
    assert nn.alike(units(z, z, [[0.1, 0.2, 0.3], [0.2, 0.2, 0.2]])) == 1
    nearly = [[1.0, 1.0 + 1e-15, 2.0], [3.0, 3.0, 3.0]]
    assert nn.alike(units(nearly, nearly, delta)) == 2


@pytest.mark.parametrize(
    "layer", [Dense(3, "tanh"), Conv2d(3, (2, 2), activation="tanh"), Rnn(3, True), Lstm(3, True)]
)
def test_units_are_what_a_trace_shows_of_a_layer(layer: nn.Layer) -> None:
    shape = {"dense": (4,), "conv2d": (3, 3, 2)}.get(layer.type, (5, 2))
    network = Network(shape, (layer, nn.Flatten(), Dense(1)) if len(shape) == 3 else (layer, Dense(1)), "mse")
    rng = np.random.default_rng(0)
    plan = nn.plan_for(network, 4)
    plan.load(rng.normal(size=network.size))
    plan.feed(
        network.inputs(rng.normal(size=(4, *shape))),
        network.targets(rng.normal(size=(4, *network.output_shape))),
    )
    plan.forward()
    plan.backward()
    did, trace = plan.did(0), plan.trace(with_delta=True).layers[0]
    recurrent = trace.dh is not None
    expected = (trace.a, trace.a, trace.dh) if recurrent else (trace.a, trace.z, trace.delta)
    for found, values in zip((did.a, did.computed, did.back), expected, strict=True):
        assert values is not None
        np.testing.assert_array_equal(
            np.sort(found.reshape(3, -1), axis=1), np.sort(values.reshape(-1, 3), axis=0).T
        )


def test_norms_over_time() -> None:
    dh = [[[3.0, 4.0], [0.0, 1.0]], [[0.0, 0.0], [2.0, 2.0]]]
    np.testing.assert_allclose(nn.time_norms(traced(dh, dh, dh, dh)), [5.0, 3.0])


def test_activations_that_stand_for_a_unit() -> None:
    assert nn.activation_of(Rnn(2, True, "relu")) == "relu"
    assert nn.activation_of(Dense(2, "tanh")) == "tanh"
    assert nn.activation_of(Lstm(2, False)) is None


LAST = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}


@pytest.mark.parametrize("loss", ["squared_error", "mse", "mae", "binary_cross_entropy", "hinge"])
def test_no_constant_answer_is_better(loss: str) -> None:
    """Against every answer of a network whose only way is its bias."""
    network = Network((1,), (Dense(1, LAST.get(loss, "linear")),), loss)
    y = np.array([[1.0], [1.0], [0.0 if loss == "binary_cross_entropy" else -1.0]])
    targets, inputs = network.targets(y), network.inputs(np.zeros((3, 1)))
    found = nn.constant_loss(network, targets)
    biases = np.linspace(-2, 2, 2001)
    tried = [nn.evaluate(network, np.array([0.0, b]), inputs, targets).loss for b in biases]
    assert found == pytest.approx(min(tried), abs=1e-6)


def test_the_best_guess_at_classes_is_how_often_they_come() -> None:
    network = Network((1,), (Dense(3, "softmax"),), "cross_entropy")
    found = nn.constant_loss(network, network.targets([0, 0, 1, 2]))
    assert found == pytest.approx(0.5 * log(2) + 0.5 * log(4))


def test_a_class_that_never_comes_costs_nothing() -> None:
    network = Network((1,), (Dense(2, "softmax"),), "cross_entropy")
    assert nn.constant_loss(network, network.targets([0, 0])) == pytest.approx(0.0, abs=1e-12)
    network = Network((1,), (Dense(1, "sigmoid"),), "binary_cross_entropy")
    assert nn.constant_loss(network, network.targets([[1.0], [1.0]])) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("loss", ["mse", "squared_error"])
def test_every_step_of_a_sequence_counts_as_the_loss_counts_it(loss: str) -> None:
    network = Network((2, 1), (Rnn(1, True),), loss)
    y = np.array([[[1.0], [3.0]], [[1.0], [3.0]]])
    zero = nn.evaluate(
        network, np.zeros(network.size), network.inputs(np.zeros((2, 2, 1))), network.targets(y - 2.0)
    )
    assert nn.constant_loss(network, network.targets(y)) == pytest.approx(zero.loss)
    assert zero.loss == pytest.approx(1.0)
