"""What a network is made of, and its flat vector."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import Dense, Network, ParameterError, Slot


@pytest.fixture
def network() -> Network:
    return Network((2,), (Dense(3, "tanh"), Dense(1, "sigmoid")), "binary_cross_entropy")


def test_slots(network: Network) -> None:
    assert network.slots == (
        Slot(0, "W", (2, 3), 0, 6),
        Slot(0, "b", (3,), 6, 9),
        Slot(1, "W", (3, 1), 9, 12),
        Slot(1, "b", (1,), 12, 13),
    )
    assert network.size == 13
    assert network.spans == (slice(0, 9), slice(9, 13))
    assert network.weights().tolist() == [True] * 6 + [False] * 3 + [True] * 3 + [False]


def test_shapes() -> None:
    layers = (Dense(3), Dense(4))
    assert Network((5,), layers, "mse").shapes == ((3,), (4,))
    assert Network((7, 5), layers, "mse").shapes == ((7, 3), (7, 4))
    image = Network((6, 5, 2), layers, "mse")
    assert image.shapes == ((3,), (4,))
    assert image.slots[0].shape == (60, 3)


def test_equal_networks_have_equal_hashes(network: Network) -> None:
    same = Network((2,), (Dense(3, "tanh"), Dense(1, "sigmoid")), "binary_cross_entropy")
    assert same == network
    assert hash(same) == hash(network)
    assert Network((2,), same.layers, "mse") != network


@pytest.mark.parametrize(
    ("shape", "layers", "loss", "message"),
    [
        ((2,), (), "mse", "at least one layer"),
        ((2,), (Dense(0),), "mse", "units is 0"),
        ((2,), (Dense(1, "step"),), "mse", "unknown activation 'step'"),
        ((2,), (Dense(1),), "l3", "unknown loss 'l3'"),
        ((), (Dense(1),), "mse", "cannot stand behind"),
        ((2, 0), (Dense(1),), "mse", "cannot stand behind"),
        (
            (2,),
            (Dense(1, "tanh"),),
            "binary_cross_entropy",
            "after a sigmoid output; the last activation is tanh",
        ),
        ((2,), (Dense(2, "sigmoid"),), "cross_entropy", "after a softmax output"),
    ],
)
def test_what_does_not_fit(
    shape: tuple[int, ...], layers: tuple[Dense, ...], loss: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Network(shape, layers, loss)


def test_flatten_and_back(network: Network) -> None:
    flat = np.arange(13.0)
    views = network.unflatten(flat)
    assert views[0]["W"].tolist() == [[0, 1, 2], [3, 4, 5]]
    lists = [{name: array.tolist() for name, array in layer.items()} for layer in views]
    assert network.flatten(lists).tolist() == flat.tolist()
    views[1]["b"][0] = -1.0
    assert flat[12] == -1.0


@pytest.mark.parametrize(
    ("layer", "change", "path", "message"),
    [
        (0, {"W": [[1, 2], [3, 4]]}, "parameters[0].W", "(2, 2); (2, 3) is needed"),
        (1, {"b": [float("nan")]}, "parameters[1].b", "not finite"),
        (1, {"b": ["x"]}, "parameters[1].b", "not an array of numbers"),
        (0, {"b": [[1], [2, 3]]}, "parameters[0].b", "not an array of numbers"),
        (0, {"Wh": [1]}, "parameters[0]", "no parameter 'Wh'; there are: W, b"),
    ],
)
def test_flatten_names_what_is_wrong(
    network: Network, layer: int, change: dict[str, object], path: str, message: str
) -> None:
    parameters: list[dict[str, object]] = [dict(part) for part in network.unflatten(np.zeros(13))]
    parameters[layer] |= change
    with pytest.raises(ParameterError) as caught:
        network.flatten(parameters)
    assert caught.value.path == path
    assert message in caught.value.message


def test_flatten_misses_nothing(network: Network) -> None:
    parameters = network.unflatten(np.zeros(13))
    with pytest.raises(ParameterError, match="1 layers given; the network has 2"):
        network.flatten(parameters[:1])
    del parameters[1]["b"]
    with pytest.raises(ParameterError, match=r"parameters\[1\].b: missing"):
        network.flatten(parameters)


def test_index(network: Network) -> None:
    assert network.index(0, "W", (1, 2)) == 5
    assert network.index(1, "b", (0,)) == 12
    for place, message in [
        ((2, "W", (0, 0)), "layer 2 is out of range; it must be 0 to 1"),
        ((-1, "W", (0, 0)), "layer -1 is out of range"),
        ((0, "U", (0, 0)), "no parameter 'U'; there are: W, b"),
        ((0, "W", (0,)), "1 indices given; W has 2"),
        ((0, "W", (0, 3)), "index 3 of axis 1 is out of range; it must be 0 to 2"),
        ((0, "W", (-1, 0)), "index -1 of axis 0 is out of range; it must be 0 to 1"),
    ]:
        with pytest.raises(ParameterError, match=message):
            network.index(*place)


def test_data_of_another_shape(network: Network) -> None:
    with pytest.raises(ValueError, match=r"inputs of the shape \(3,\) a sample; \(2,\) is needed"):
        network.inputs(np.zeros((4, 3)))
    with pytest.raises(ValueError, match=r"targets of the shape \(\) a sample; \(1,\) is needed"):
        network.targets(np.zeros(4))
