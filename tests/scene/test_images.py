"""The drawing by images: nothing leaves the box or lies on anything else, and its numbers are those of the pass."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import numpy as np
import pytest

from app import training
from app.presets import preset
from app.scene.images import images
from app.scene.images_layout import images_layout
from app.scene.images_numbers import images_numbers
from app.scene.images_parts import Picture
from app.scene.layout import HEIGHT
from app.scene.places import parse_place, spot_shape
from app.scene.view import View
from app.session import Session
from app.setup import prepare
from app.spec import parse_spec
from app.training import start
from app.web.view import view_of
from tests.specs import LIMITS
from tests.web.test_pages_by_layer import SPECS

PRESETS = ("cnn-shapes", "cnn-padding", "cnn-digits")
RGB = np.round(np.random.default_rng(1).uniform(size=(4, 9, 7, 3)), 3).tolist()


def wide_spec() -> dict[str, Any]:
    """Colour images, strides, many filters, dropout on maps and on rows, many units: everything folded."""
    return {
        "data": {"inputs": RGB, "targets": [0, 1, 2, 1]},
        "layers": [
            {
                "type": "conv2d",
                "filters": 24,
                "kernel": 3,
                "padding": "same",
                "stride": 2,
                "activation": "tanh",
            },
            {"type": "dropout", "rate": 0.3},
            {"type": "avgpool2d", "size": 2},
            {"type": "flatten"},
            {"type": "dropout", "rate": 0.3},
            {"type": "dense", "units": 30, "activation": "relu"},
            {"type": "dropout", "rate": 0.5},
            {"type": "dense", "units": 3, "activation": "softmax"},
        ],
        "loss": "cross_entropy",
        "batch_size": 2,
    }


NETWORKS: dict[str, dict[str, Any]] = {name: dict(preset(name).spec) for name in PRESETS} | {
    "wide": wide_spec(),
    "dropout": SPECS["dropout"],
    "flatten": SPECS["flatten"],
    "conv": SPECS["conv"],
}


def session_of(name: str) -> Session:
    """At step 0."""
    return start(prepare(parse_spec(NETWORKS[name]), LIMITS), "test", "owner", None)


def view_after(name: str, sample: str = "", select: str = "") -> View:
    """A view after two steps and a backward pass."""
    session = training.backward(training.step(session_of(name), LIMITS, 2))
    return view_of(session, True, "en", sample=sample, select=select)


def unpacked(text: str, precision: str = "float32") -> np.ndarray:
    """What the module reads."""
    return np.frombuffer(b64decode(text), precision)


def numbers_of(picture: Picture) -> np.ndarray:
    """The numbers of a layer that a picture shows, (rows, columns)."""
    rows, columns = np.indices((picture.rows, picture.columns))
    numbers: np.ndarray = picture.first + rows * picture.down + columns * picture.across
    return numbers


@pytest.mark.parametrize("name", NETWORKS)
def test_everything_has_a_place_of_its_own_inside(name: str) -> None:
    place = images_layout(view_after(name).network)
    boxes = []
    for column in place.columns:
        boxes += [(p.x, p.y, p.right, p.y + p.height) for p in column.pictures]
        discs = [(unit.x, unit.y, unit.radius) for unit in column.units]
        boxes += [(x - r, y - r, x + r, y + r) for x, y, r in discs]
    for drawn in place.kernels.values():
        high, wide = (drawn.tap * size for size in drawn.size)
        for k in drawn.kernels:
            boxes.append((k.x, k.y, k.x + wide, k.y + high))
            boxes.append((k.gradient_x, k.gradient_y, k.gradient_x + wide, k.gradient_y + high))
    found = np.array(boxes)
    assert found[:, :2].min() >= 0
    assert found[:, 2].max() <= place.width
    assert found[:, 3].max() <= HEIGHT
    apart = np.zeros((len(found), len(found)), bool)
    for low, high_end in ((0, 2), (1, 3)):
        before = found[:, None, high_end] <= found[None, :, low] + 1e-6
        apart |= before | before.T
    assert (apart | np.eye(len(found), dtype=bool)).all()


@pytest.mark.parametrize("name", NETWORKS)
def test_the_pictures_show_every_number_of_every_layer_once(name: str) -> None:
    view = view_after(name)
    place = images_layout(view.network)
    for column in place.columns:
        shape = spot_shape(view.network, column.layer)
        if column.units:
            assert [unit.unit for unit in column.units] == list(range(int(np.prod(shape))))
            continue
        shown = np.concatenate([numbers_of(p).ravel() for p in column.pictures])
        assert sorted(shown.tolist()) == list(range(int(np.prod(shape))))
        if len(shape) == 3:
            for p in column.pictures:
                whole = np.arange(np.prod(shape)).reshape(shape)
                assert np.array_equal(numbers_of(p), whole[..., p.channel])


@pytest.mark.parametrize("sample", ["", "1"])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_numbers_are_those_of_the_trace(name: str, sample: str) -> None:
    view = view_after(name, sample)
    assert view.batch is not None
    trace, one = view.batch.trace, int(sample or 0)
    block = images_numbers(view)
    assert block["row"] == view.batch.rows[one]
    assert np.array_equal(unpacked(block["params"], block["precision"]), view.params)
    drawn = view.drawn_gradients
    assert drawn is not None
    assert np.array_equal(unpacked(block["gradients"], block["precision"]), drawn)
    inputs = trace.inputs[one].ravel()
    for field in ("z", "a", "delta", "da"):
        found = unpacked(block[field])
        at = len(inputs)
        if field == "a":
            assert np.array_equal(found[:at], inputs.astype(np.float32))
        else:
            assert np.isnan(found[:at]).all()
        for layer in trace.layers:
            values = getattr(layer, field)
            size = layer.a[one].size
            if values is None:
                assert np.isnan(found[at : at + size]).all()
            else:
                assert np.array_equal(found[at : at + size], values[one].ravel().astype(np.float32))
            at += size
        assert at == len(found)


def test_before_any_pass_the_coming_sample_is_shown_and_nothing_went_back() -> None:
    session = session_of("cnn-shapes")
    block = images_numbers(view_of(session, True, "en"))
    assert (block["gradients"], block["delta"], block["da"]) == (None, None, None)
    coming = training.forward(session)
    after = images_numbers(view_of(coming, True, "en"))
    assert (block["row"], block["a"]) == (after["row"], after["a"])


@pytest.mark.parametrize("name", PRESETS)
def test_every_tap_carries_its_weight_and_gradient(name: str) -> None:
    view = view_after(name)
    params = view.network.unflatten(view.params)
    assert view.gradients is not None
    gradients = view.network.unflatten(view.gradients)
    drawn = images(view)
    taps = [tap for kernel in drawn.kernels for tap in kernel.taps] + list(drawn.filter_biases)
    for tap in taps:
        place = tap.place
        assert parse_place(place.key, view.network) == place
        assert tap.value == params[place.layer][place.name][place.index]
        assert tap.gradient == gradients[place.layer][place.name][place.index]
        assert tap.value_cell.sign == ("neg" if tap.value < 0 else "pos" if tap.value > 0 else "zero")
    convolutions = [layer for layer in view.spec.layers if layer.type == "conv2d"]
    assert len({tap.place for tap in taps}) == len(taps)
    assert len(drawn.ties) == len(drawn.kernels)
    assert len(convolutions) == len({tie.layer for tie in drawn.ties})
    by_layer = [
        sum(np.size(v) for v in params[k].values())
        for k, x in enumerate(view.spec.layers)
        if x.type == "conv2d"
    ]
    assert len(taps) == sum(by_layer)


def test_the_filter_chosen_shows_its_kernels_where_not_all_have_room() -> None:
    first = images(view_after("wide"))
    assert {tap.place.index[3] for kernel in first.kernels for tap in kernel.taps} == {0}
    other = images(view_after("wide", select="param:0,W,2,1,1,17"))
    assert {tap.place.index[3] for kernel in other.kernels for tap in kernel.taps} == {17}
    assert {kernel.channel for kernel in other.kernels} == {0, 1, 2}
    by_map = images(view_after("wide", select="spot:1,0,0,5"))
    assert {tap.place.index[3] for kernel in by_map.kernels for tap in kernel.taps} == {5}


def test_weights_of_a_small_dense_layer_are_edges_with_their_numbers() -> None:
    view = view_after("cnn-shapes")
    drawn = images(view)
    W = view.network.unflatten(view.params)[2]["W"]
    assert {edge.place.index: edge.weight for edge in drawn.edges} == {
        index: float(value) for index, value in np.ndenumerate(W)
    }
    assert images(view_after("cnn-digits")).edges == ()
