"""Keys of places: every kind of every network reads back, and what is not there is no place."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import Conv2d, Dense, Dropout, Flatten, Gru, Lstm, MaxPool2d, Network, Rnn
from app.scene.places import Place, Spot, Weight, parameter_place, parse_place, spot_shape

UNITS = Network((2,), (Dense(4, "tanh"), Dense(1)), "mse")
IMAGE = Network((6, 5, 2), (Conv2d(3, (3, 2)), MaxPool2d(2), Dropout(0.5), Flatten(), Dense(2)), "mse")
SEQUENCE = Network((4, 3), (Lstm(2, True), Gru(3, True), Dense(2), Rnn(2)), "mse")
NETWORKS = {"units": UNITS, "image": IMAGE, "sequence": SEQUENCE}


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_every_parameter_is_a_place_of_its_own(network: Network) -> None:
    keys = set()
    for slot in network.slots:
        for index in np.ndindex(slot.shape):
            place = parameter_place(network, slot.layer, slot.name, index)
            assert place is not None
            assert place.parameter == (slot.layer, slot.name, index)
            assert parse_place(place.key, network) == place
            assert isinstance(place, Place if network is UNITS else Weight)
            keys.add(place.key)
    assert len(keys) == network.size


@pytest.mark.parametrize("network", [IMAGE, SEQUENCE])
def test_every_output_is_a_place_of_its_own(network: Network) -> None:
    for layer in range(len(network.layers) + 1):
        for index in np.ndindex(spot_shape(network, layer)):
            spot = parse_place(Spot(layer, index).key, network)
            assert spot == Spot(layer, index)
            assert spot.parameter is None


def test_a_recurrent_layer_has_a_spot_at_every_step_whatever_it_hands_on() -> None:
    shapes = [spot_shape(SEQUENCE, layer) for layer in range(5)]
    assert shapes == [(4, 3), (4, 2), (4, 3), (4, 2), (4, 2)]
    assert parse_place("spot:4,3,1", SEQUENCE) == Spot(4, (3, 1))


def test_keys_of_a_drawing_unit_by_unit_are_read_for_any_network() -> None:
    assert parse_place("edge:4,3,1", IMAGE) == Weight(4, "W", (3, 1))
    assert parse_place("neuron:5,1", IMAGE) == Spot(5, (1,))
    assert parse_place("param:0,W,1,3", UNITS) == Place(0, 3, 1)
    assert parse_place("param:1,b,0", UNITS) == Place(2, 0)
    assert parse_place("neuron:0,1", UNITS) == Place(0, 1)


NOWHERE = {
    "units": """param:0,W,2,0 param:0,W,0 param:0,b,4 param:2,b,0 param:0,Wx,0,0 spot:1,0 spot:0,0
edge: edge:0,2,0 edge:0,0,4 edge:2,0,0 edge:0,1 edge:²,0,0 edge:a,b,c edge:0,0,99999999999999999999
neuron:3,0 neuron:0,2 neuron:-1,0 neuron:0,1,2 lesson:0,0""",
    "image": """param:0,W,3,0,0,0 param:0,W,0,0,2,0 param:0,W,0,0 param:0,W,0,0,0,-1 param:1,W,0,0 param:9,b,0 param:0,b
param:0,b, param:,b,0 param:0,,0 spot:1,4,0,0 spot:1,0,0,3 spot:1,0,0 spot:6,0 spot:4,12 spot: spot:a,0,0,0
edge:0,0,0 edge:3,0,0 neuron:1,0 neuron:0,0""",
    "sequence": """param:0,Wx,3,0 param:0,Wx,0,8 param:0,Wh,2,0 param:0,bh,0 param:1,bh,9 param:3,W,0,0 param:0,W,0,0
spot:1,4,0 spot:1,0,2 spot:0,0 spot:4,0 spot:5,0,0 edge:0,0,0 neuron:4,0""",
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name in NOWHERE for text in ["", *NOWHERE[name].split()]]
)
def test_places_that_are_not_there(name: str, text: str) -> None:
    assert parse_place(text, NETWORKS[name]) is None
