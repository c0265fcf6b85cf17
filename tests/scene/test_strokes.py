"""Widths, and that drawing and packed numbers speak of the same edges in the same order."""

from __future__ import annotations

import itertools
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scene.drawing import drawing
from app.scene.layout import layout
from app.scene.numbers import numbers
from app.scene.places import layer_sizes
from app.scene.strokes import gradient_widths, weight_widths
from app.scene.view import View
from tests.answers import read, unpacked
from tests.scene.views import view_of

PLACE = layout((2, 4, 2, 1))
VALUES = st.lists(st.floats(-1e12, 1e12, allow_subnormal=False), min_size=2, max_size=30)


@given(VALUES)
def test_widths_grow_with_the_size_of_the_number(values: list[float]) -> None:
    ordered = np.array(sorted(values, key=abs))
    for widths in (
        weight_widths(ordered, PLACE.widest_weight),
        gradient_widths(ordered, PLACE.widest_gradient),
    ):
        assert (np.diff(widths) >= 0).all()
        assert widths.min() >= 0
    if ordered[-1] != 0:
        assert weight_widths(ordered, PLACE.widest_weight)[-1] == 10 * PLACE.widest_weight
        assert gradient_widths(ordered, PLACE.widest_gradient)[-1] == round(10 * PLACE.widest_gradient)


def test_a_vanishing_gradient_is_still_drawn_and_zero_is_not() -> None:
    widths = gradient_widths(np.array([1.0, 1e-3, 1e-30, 0.0, nan]), PLACE.widest_gradient)
    assert widths[0] > widths[1] > widths[2] > 0
    assert list(widths[3:]) == [0, 0]


def test_diverged_values_do_not_break_the_widths() -> None:
    broken = np.array([nan, np.inf, -np.inf, 2.0])
    assert weight_widths(broken, PLACE.widest_weight).max() <= 10 * PLACE.widest_weight
    assert gradient_widths(broken, PLACE.widest_gradient).max() <= 10 * PLACE.widest_gradient
    assert gradient_widths(np.array([nan, nan]), PLACE.widest_gradient).tolist() == [0, 0]


@pytest.mark.parametrize("sizes", [(1, 2, 2), (2, 4, 2, 1), (2, 5, 5, 1)])
def test_numbers_come_in_the_order_of_the_document(sizes: tuple[int, ...]) -> None:
    view = view_of(sizes)
    drawn, packed = drawing(view), unpacked(read(numbers(view)))
    assert [edge.weight for edge in drawn.edges] == packed["weights"]
    assert [edge.gradient for edge in drawn.edges] == packed["gradients"]
    biases = [neuron.bias for neuron in drawn.neurons if neuron.bias]
    assert [bias.value for bias in biases] == packed["biases"]
    assert [bias.gradient for bias in biases] == packed["bias_gradients"]


def test_every_edge_shows_the_parameter_that_its_name_says() -> None:
    view = view_of((3, 4, 2))
    parameters = view.network.unflatten(view.params)
    assert view.gradients is not None
    slopes = view.network.unflatten(view.gradients)
    for edge in drawing(view).edges:
        place = edge.place
        assert edge.weight == parameters[place.layer]["W"][place.source, place.unit]
        assert edge.gradient == slopes[place.layer]["W"][place.source, place.unit]
        assert edge.name == view.names.weight(place.layer, place.source or 0, place.unit)
    for neuron in drawing(view).neurons:
        if neuron.bias:
            assert neuron.bias.value == parameters[neuron.place.layer - 1]["b"][neuron.place.unit]


def test_before_a_backward_pass_there_are_no_gradients() -> None:
    view = view_of((2, 3, 1), phase="forward")
    packed = unpacked(read(numbers(view)))
    assert packed["gradients"] is None
    assert all(edge.gradient is None and edge.gradient_mark.sign == "zero" for edge in drawing(view).edges)


def test_numbers_that_are_no_numbers_are_null() -> None:
    view = view_of((2, 3, 1))
    broken = view.params.copy()
    broken[:3] = np.inf, nan, -np.inf
    packed = unpacked(read(numbers(view_of((2, 3, 1), params=broken, diverged=True))))
    assert packed["weights"][:3] == [None, None, None]
    assert packed["diverged"] is True


def test_a_large_network_is_a_few_paths_that_hold_every_edge() -> None:
    view = view_of((64, 16, 10))
    drawn = drawing(view)
    assert not drawn.edges
    assert len(drawn.paths) <= 64
    assert (
        sum(path.d.count("M") for path in drawn.paths)
        == count(view)
        == len(unpacked(read(numbers(view)))["weights"])
    )


def count(view: View) -> int:
    """How many weights there are."""
    sizes = layer_sizes(view.network)
    return sum(a * b for a, b in itertools.pairwise(sizes))
