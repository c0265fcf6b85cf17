"""One pixel taken apart: what it is made of adds up to z, what comes back to it to ∂L/∂a."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.nn import MaxPool2d
from app.scene.images_spot import PixelStory, pixel_story
from app.scene.places import spot_shape
from tests.scene.test_images import NETWORKS, view_after

WITH_IMAGES = [name for name in NETWORKS if name not in ("dropout", "flatten")]


def story(name: str, layer: int, index: tuple[int, ...], sample: str = "") -> PixelStory:
    """The story of one pixel."""
    made = pixel_story(view_after(name, sample, f"spot:{layer},{','.join(map(str, index))}"))
    assert made is not None
    return made


def places(name: str) -> list[tuple[int, tuple[int, ...]]]:
    """Every pixel behind a layer."""
    network = view_after(name).network
    shapes = [(layer + 1, spot_shape(network, layer + 1)) for layer in range(len(network.layers))]
    return [(layer, index) for layer, shape in shapes if len(shape) == 3 for index in np.ndindex(*shape)]


PLACES = {name: places(name) for name in WITH_IMAGES}


@settings(max_examples=25)
@given(st.data())
@pytest.mark.parametrize("name", WITH_IMAGES)
def test_it_adds_up(name: str, data: st.DataObject) -> None:
    layer, index = data.draw(st.sampled_from(PLACES[name]))
    made = story(name, layer, index, data.draw(st.sampled_from(["", "1"])))
    if made.type == "conv2d":
        assert made.bias is not None
        total = sum(window.total or 0.0 for window in made.windows) + made.rest_total + made.bias
        assert total == pytest.approx(made.z, rel=1e-9, abs=1e-12)
    elif made.type == "maxpool2d":
        (window,) = made.windows
        assert window.winner is not None
        pixels = np.array(window.pixels)
        assert pixels[window.winner] == made.z == pixels.max()
    elif made.type == "avgpool2d":
        assert np.array(made.windows[0].pixels).mean() == pytest.approx(made.z)
    back = sum(source.product for source in made.sources) + made.sources_rest_total
    assert made.da == pytest.approx(back, rel=1e-9, abs=1e-15)
    assert made.slope is not None
    assert made.da is not None
    assert made.delta == pytest.approx(made.da * made.slope, rel=1e-9, abs=1e-15)


def test_the_gradient_goes_to_the_pixel_that_won_alone() -> None:
    view = view_after("cnn-shapes")
    pooling = view.network.layers[1]
    assert isinstance(pooling, MaxPool2d)
    assert view.batch is not None
    delta = view.batch.trace.layers[1].delta
    assert delta is not None
    for u, v in np.ndindex(3, 3):
        square = [story("cnn-shapes", 1, (2 * u + i, 2 * v + j, 0)) for i in (0, 1) for j in (0, 1)]
        factors = [source.factor for made in square for source in made.sources]
        assert sorted(factors) == [0.0, 0.0, 0.0, 1.0]
        winner = square[factors.index(1.0)]
        assert winner.da == delta[0, u, v, 0]
        assert winner.end == ""
        assert all(made.da == 0.0 and made.end for made in square if made is not winner)


def test_pixels_outside_the_image_are_said_to_be() -> None:
    (window,) = story("cnn-padding", 1, (0, 0, 1)).windows
    outside = [[x is None for x in row] for row in window.pixels]
    assert outside == [[True, True, True], [True, False, False], [True, False, False]]
    assert window.products is not None
    assert [
        x
        for row, hidden in zip(window.products, outside, strict=True)
        for x, h in zip(row, hidden, strict=True)
        if h
    ] == [0.0] * 5


def test_what_it_adds_to_the_kernel_and_hands_to_the_pixels() -> None:
    made = story("cnn-padding", 2, (2, 3, 0))
    assert made.delta is not None
    for window in made.windows:
        assert window.weights is not None
        assert np.array(window.to_weights) == pytest.approx(np.array(window.pixels) * made.delta)
        assert np.array(window.to_pixels) == pytest.approx(np.array(window.weights) * made.delta)


def test_an_input_has_a_value_and_no_gradient() -> None:
    made = story("cnn-shapes", 0, (3, 4, 0))
    assert (made.z, made.da, made.delta, made.windows, made.sources) == (None, None, None, (), ())
    assert made.end
