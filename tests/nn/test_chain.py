"""Every ∂L/∂ of a number is the sum of its links, and the links lead from every number to the loss."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import (
    ACTIVATIONS,
    LOSSES,
    AvgPool2d,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    Gru,
    Layer,
    Lstm,
    MaxPool2d,
    Rnn,
    Slope,
    links,
    value_of,
)
from tests.nn.naive import last_activation
from tests.nn.passes import Run, run

NETWORKS: dict[str, tuple[tuple[int, ...], tuple[Layer, ...]]] = {
    "dense": ((3,), (Dense(4, "tanh"), Dense(3, "gelu"), Dense(2))),
    "softmax-inside": ((3,), (Dense(4, "softmax"), Dense(2, "sigmoid"))),
    "over-time": ((4, 2), (Dense(3, "selu"), Dense(2, "tanh"))),
    "dropout": ((5,), (Dense(6, "relu"), Dropout(0.5), Dense(2))),
    "image-flattened": ((3, 2, 2), (Dense(3, "tanh"), Dense(1))),
    "conv": (
        (6, 5, 2),
        (
            Conv2d(3, (3, 3), 1, "same", "tanh"),
            MaxPool2d(2),
            Conv2d(2, (2, 2), 1, "valid", "elu"),
            Flatten(),
            Dense(2),
        ),
    ),
    "strided": ((7, 7, 1), (Conv2d(2, (3, 2), 2, "same", "sigmoid"), AvgPool2d(2), Dropout(0.3), Dense(2))),
    "rnn": ((5, 2), (Rnn(3, True, "tanh"), Rnn(2, False, "sigmoid"), Dense(2))),
    "rnn-softmax": ((3, 2), (Rnn(3, True, "softmax"), Dense(2))),
    "lstm": ((4, 2), (Lstm(3, True), Lstm(2), Dense(2, "tanh"))),
    "gru": ((4, 2), (Gru(3, True), Gru(2), Dense(2, "tanh"))),
    "states-last": ((4, 2), (Gru(3, True), Lstm(2, True))),
    "flattened-states": ((3, 2), (Rnn(2, True), Flatten(), Dense(1))),
}


def run_of(name: str, seed: int = 0) -> Run:
    shape, layers = NETWORKS[name]
    return run(np.random.default_rng(seed), shape, *layers, batch=2, noise=(seed,))


def slopes_of(one: Run) -> list[Slope]:
    """Every number of one sample whose slope can be asked for."""
    found = []
    for layer, own in enumerate(one.trace.layers):
        found += [Slope("z", layer, index) for index in np.ndindex(own.z.shape[1:])]
        found += [Slope("a", layer, index) for index in np.ndindex(own.a.shape[1:])]
        if isinstance(one.network.layers[layer], Lstm):
            found += [Slope("c", layer, index) for index in np.ndindex(own.a.shape[1:])]
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_the_links_of_every_number_add_up_to_its_slope(name: str) -> None:
    one = run_of(name)
    trace, params = one.trace, one.plan.params
    for slope in slopes_of(one):
        terms = links(one.network, params, trace, 1, slope)
        for link in terms:
            if link.to is not None:
                assert link.value == value_of(one.network, params, trace, 1, link.to)
        own = trace.layers[slope.layer]
        known = {"z": own.delta, "a": own.da if own.dh is None else own.dh}.get(slope.of)
        if known is not None:  # the engine's own number, come by another way
            total = sum(link.product for link in terms)
            assert total == pytest.approx(known[(1, *slope.index)], rel=1e-9, abs=1e-15), slope


def to_the_loss(one: Run, slope: Slope, so_far: float) -> float:
    """The sum over all ways from a number to the loss of the products of the factors along them."""
    total = 0.0
    for link in links(one.network, one.plan.params, one.trace, 0, slope):
        factor = so_far * float(np.prod([part.value for part in link.parts]))
        total += factor if link.to is None else to_the_loss(one, link.to, factor)
    return total


@pytest.mark.parametrize("name", ["dense", "softmax-inside", "flattened-states"])
def test_walked_to_the_loss_every_way_adds_up(name: str) -> None:
    one = run_of(name)
    deltas = one.trace.layers[0].delta
    assert deltas is not None
    for index in np.ndindex(deltas.shape[1:]):
        whole = to_the_loss(one, Slope("z", 0, index), 1.0)
        assert whole == pytest.approx(deltas[(0, *index)], rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("shape", [(3,), (2, 3)])
def test_every_loss_is_where_a_way_ends(loss: str, shape: tuple[int, ...]) -> None:
    activation = last_activation(loss, "tanh")
    one = run(np.random.default_rng(1), shape, Dense(3, "tanh"), Dense(2, activation), loss=loss)
    deltas = one.trace.layers[-1].delta
    assert deltas is not None
    for index in np.ndindex(deltas.shape[1:]):
        whole = to_the_loss(one, Slope("z", 1, index), 1.0)
        assert whole == pytest.approx(deltas[(0, *index)], rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_a_step_of_the_way(name: str) -> None:
    one = run(np.random.default_rng(2), (3,), Dense(4, name), Dense(2))
    deltas = one.trace.layers[0].delta
    assert deltas is not None
    for unit in range(4):
        terms = links(one.network, one.plan.params, one.trace, 0, Slope("z", 0, (unit,)))
        assert sum(link.product for link in terms) == pytest.approx(deltas[0, unit], rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("layer", [-1, 3])
def test_a_layer_that_is_not_there_is_named(layer: int) -> None:
    one = run_of("dense")
    with pytest.raises(IndexError, match=rf"layer {layer} is out of range; it must be 0 to 2"):
        links(one.network, one.plan.params, one.trace, 0, Slope("z", layer, (0,)))


def test_a_link_names_the_weight_it_goes_through() -> None:
    one = run_of("conv")
    found = links(one.network, one.plan.params, one.trace, 0, Slope("a", 1, (1, 0, 2)))
    W = one.parameters[2]["W"]
    assert found
    for link in found:
        (part,) = link.parts
        assert (part.symbol, part.value) == ("W", W[part.index])
        assert link.to is not None
        u, v, f = link.to.index
        assert (u + part.index[0], v + part.index[1], part.index[2:]) == (1, 0, (2, f))
