"""Positions: inside the box, nothing over anything else."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from app.scene.labels import labels
from app.scene.layout import HEIGHT, SMALL, WIDTH, layout

REACH = 9.0  # the width of .reach in network.css

SHAPES = [
    (1, 1),
    (2, 1),
    (1, 2, 2),
    (2, 2, 2),
    (3, 2, 1),
    (2, 4, 2, 1),
    (4, 8, 3),
    (2, 5, 5, 5, 5, 5, 5, 1),
    (64, 16, 10),
    (64, 64, 32, 16, 10),
    (2, *(24,) * 12, 1),
    (7, 300, 100, 3),
]


@pytest.mark.parametrize("sizes", SHAPES)
def test_neurons_stand_inside_and_apart(sizes: tuple[int, ...]) -> None:
    places = layout(sizes).layers
    assert tuple(len(place.x) for place in places) == sizes
    x = np.concatenate([place.x for place in places])
    y = np.concatenate([place.y for place in places])
    r = np.concatenate([np.full(len(place.x), place.radius) for place in places])
    assert ((x - r > 0) & (x + r < WIDTH) & (y - r > 0) & (y + r < HEIGHT)).all()
    distance = np.hypot(x[:, None] - x, y[:, None] - y) - r[:, None] - r
    np.fill_diagonal(distance, 1.0)
    assert distance.min() > 0


def test_layers_run_from_left_to_right() -> None:
    for sizes in SHAPES:
        places = layout(sizes).layers
        assert all(a.x.max() < b.x.min() for a, b in itertools.pairwise(places))


def test_square_inputs_are_a_picture_row_by_row() -> None:
    first = layout((64, 16, 10)).layers[0]
    assert len(np.unique(first.x)) == len(np.unique(first.y)) == 8
    assert first.x[1] > first.x[0]
    assert first.y[1] == first.y[0]
    assert first.y[8] > first.y[0]


@pytest.mark.parametrize("sizes", [(2, 4, 2, 1), (64, 16, 10)])
def test_edges_run_from_rim_to_rim_by_layer_source_unit(sizes: tuple[int, ...]) -> None:
    place = layout(sizes)
    edge = 0
    for sources, units in zip(place.layers, place.layers[1:], strict=False):
        for source in range(len(sources.x)):
            for unit in range(len(units.x)):
                x1, y1, x2, y2 = place.weight_lines[edge]
                assert np.hypot(x1 - sources.x[source], y1 - sources.y[source]) == pytest.approx(
                    sources.radius
                )
                assert np.hypot(x2 - units.x[unit], y2 - units.y[unit]) == pytest.approx(units.radius)
                edge += 1
    assert edge == place.edges


def test_a_gradient_stands_beside_its_weight_without_touching() -> None:
    for sizes in SHAPES:
        place = layout(sizes)
        x1, y1, x2, y2 = place.weight_lines.T
        for end in (0, 2):
            px, py = place.gradient_lines[:, end], place.gradient_lines[:, end + 1]
            away = np.abs((x2 - x1) * (y1 - py) - (x1 - px) * (y2 - y1)) / np.hypot(x2 - x1, y2 - y1)
            assert (away > (place.widest_weight + place.widest_gradient) / 2).all()


@pytest.mark.parametrize(
    "sizes", [s for s in SHAPES if layout(s).edges <= SMALL] + [(2, 5, 1), (4, 3, 3), (2, 8, 1)]
)
def test_numbers_stand_on_their_edge_and_over_nothing(sizes: tuple[int, ...]) -> None:
    place, placed = layout(sizes), labels(sizes)
    assert placed is not None
    found = [spot for spot in placed.places if spot is not None]
    assert len(found) == place.edges  # every edge has its number
    for (x, y), (x1, y1, x2, y2) in zip(found, place.weight_lines, strict=True):
        assert min(x1, x2) <= x <= max(x1, x2)
        assert (x - x1) * (y2 - y1) == pytest.approx((y - y1) * (x2 - x1), abs=1e-6)
    boxes = np.array(found)
    apart_x = np.abs(boxes[:, None, 0] - boxes[:, 0]) >= placed.width - 1e-9
    apart_y = np.abs(boxes[:, None, 1] - boxes[:, 1]) >= placed.height - 1e-9
    assert (apart_x | apart_y | np.eye(len(boxes), dtype=bool)).all()
    for layer in place.layers:
        over_x = np.abs(boxes[:, None, 0] - layer.x) < placed.width / 2 + layer.radius
        over_y = np.abs(boxes[:, None, 1] - layer.y) < placed.height / 2 + layer.radius
        assert not (over_x & over_y).any()


@pytest.mark.parametrize(
    "sizes", [s for s in SHAPES if layout(s).edges <= SMALL] + [(2, 2, 1), (3, 3, 3), (2, 5, 1)]
)
def test_every_edge_of_a_small_network_can_be_pointed_at_in_its_middle(sizes: tuple[int, ...]) -> None:
    """Where a click on an element lands; an edge later in the document must not lie over it."""
    x1, y1, x2, y2 = layout(sizes).weight_lines.T
    middle_x, middle_y = (x1 + x2) / 2, (y1 + y2) / 2
    length = np.hypot(x2 - x1, y2 - y1)
    away = np.abs((x2 - x1) * (y1 - middle_y[:, None]) - (x1 - middle_x[:, None]) * (y2 - y1)) / length
    beside = (middle_x[:, None] < x1) | (middle_x[:, None] > x2)
    np.fill_diagonal(away, np.inf)
    assert away[~beside].min() > REACH / 2


def test_larger_networks_carry_no_numbers() -> None:
    assert labels((4, 8, 3)) is None
