"""The data in the square, the curve over a line, the example and the table of confusions."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.scene.classes import confusion
from app.scene.example import example as shown_of
from app.scene.points import MOST, dots, marks
from app.scene.result import numbers, result
from app.scene.surface import LEFT, SHADES, SIZE, TOP, axes, curve, heights
from app.scene.view import View
from tests.answers import read
from tests.scene.test_pictures import view_after


def wrong_of(view: View, test: bool) -> list[int]:
    """The samples on the wrong side of one half."""
    assert view.answers is not None
    part = (view.answers.test, view.answers.given.test_targets)
    answered, targets = part if test else (view.answers.train, view.answers.given.train_targets)
    assert answered is not None
    outputs = answered.outputs
    assert outputs is not None
    return [k for k in range(len(targets)) if (outputs[k, 0] > 0.5) != (targets[k, 0] > 0.5)]


def test_the_dots_of_a_plane_stand_where_their_inputs_are() -> None:
    view = view_after("circle")
    square = axes(view)
    assert square is not None
    assert view.answers is not None
    drawn = dots(view, square, test=False)
    assert len(drawn.dots) == len(view.answers.given.train_points) == 250
    for dot, (x1, x2), (target,) in zip(
        drawn.dots, view.answers.given.train_points, view.answers.given.train_targets, strict=True
    ):
        assert dot.x == pytest.approx(LEFT + SIZE * (x1 + 6) / 12, abs=0.06)
        assert dot.y == pytest.approx(TOP + SIZE * (6 - x2) / 12, abs=0.06)
        assert dot.kind == f"c{int(target)}"


@pytest.mark.parametrize("test", [False, True])
def test_crosses_mark_the_wrong_ones_and_rings_the_batch(test: bool) -> None:
    view = view_after("circle")
    square = axes(view)
    assert square is not None
    assert view.answers is not None
    marked, drawn = marks(view, square, test), dots(view, square, test)
    assert list(marked["wrong"]) == wrong_of(view, test)
    assert 0 < len(marked["wrong"]) < 250
    assert drawn.crosses.count("M") == len(marked["wrong"])
    batch = [] if test else view.answers.batch.tolist()
    assert list(marked["ringed"]) == batch
    assert len(batch) == (0 if test else 20)
    assert drawn.rings.count("M") == len(batch)


def test_a_large_data_set_says_what_is_not_drawn() -> None:
    view = view_after("circle", data={"dataset": "circle", "samples": 3000})
    square = axes(view)
    assert square is not None
    drawn = dots(view, square, test=False)
    assert (len(drawn.dots), drawn.left_out) == (MOST, 1000)
    assert max(marks(view, square, test=False)["wrong"]) < MOST


def test_the_curve_runs_through_the_answers() -> None:
    view = view_after("regression-sine")
    square = axes(view)
    assert square is not None
    assert view.maps is not None
    (path,) = map(curve, heights(square, view.maps))
    points = [tuple(map(float, pair.split())) for pair in re.split("[ML]", path)[1:]]
    assert len(points) == view.maps.grid.side
    low, high = square.y
    for (_, y), value in zip(points, view.maps.layers[-1][0], strict=True):
        shown = TOP + SIZE * (1 - (value - low) / (high - low))
        assert y == pytest.approx(np.clip(shown, TOP - SIZE, TOP + 2 * SIZE), abs=0.06)
    xs = [x for x, _ in points]
    assert xs == sorted(xs)


def test_a_curve_that_is_nowhere_inside_is_said_to_be_outside() -> None:
    assert not result(view_after("regression-sine")).beyond
    for steps in (5, 20):  # far away, and no number
        made = result(view_after("diverges", steps))
        assert made.beyond
    assert not result(view_after("circle")).beyond


def test_regression_over_many_inputs_sets_outputs_against_targets() -> None:
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(9, 3))
    targets = inputs.sum(axis=1, keepdims=True)
    layers = [{"type": "dense", "units": 1, "activation": "linear"}]
    data = {"inputs": inputs.tolist(), "targets": targets.tolist()}
    view = view_after("regression-sine", data=data, layers=layers, batch_size=3)
    made = result(view)
    assert made.axes is not None
    assert made.axes.kind == "scatter"
    assert made.train is not None
    assert made.train.dots[4].x == pytest.approx(float(made.axes.across(targets[4, 0])), abs=0.06)
    packed = read(numbers(view))
    assert packed["train"]["heights"] == [dot.y for dot in made.train.dots]
    assert len(packed["train"]["ringed"]) == 3


@pytest.mark.parametrize("name", ["circle", "blobs", "iris", "digits"])
def test_the_table_counts_every_test_sample_once(name: str) -> None:
    view = view_after(name, 20)
    table = confusion(view)
    assert table is not None
    assert view.answers is not None
    counts = np.array(table.counts)
    assert counts.sum() == table.samples == len(view.answers.given.test_targets)
    assert np.trace(counts) / counts.sum() == table.accuracy == view.test_accuracy
    targets = view.answers.given.test_targets
    classes = targets.argmax(axis=1) if targets.shape[1] > 1 else targets[:, 0].astype(int)
    assert counts.sum(axis=1).tolist() == np.bincount(classes).tolist()


def test_without_test_data_the_table_is_of_the_training_data() -> None:
    table = confusion(view_after("xor"))
    assert table is not None
    assert (table.part, table.samples) == ("training data", 4)
    assert confusion(view_after("regression-sine")) is None


def test_the_example_is_the_first_of_the_batch() -> None:
    view = view_after("digits", 2)
    example = shown_of(view)
    assert example is not None
    assert example.image is not None
    assert view.answers is not None
    assert view.answers.batch[0] == example.row
    assert sum(share.value for share in example.shares) == pytest.approx(1.0)
    target = view.answers.given.train_targets[example.row].argmax()
    assert [k for k, share in enumerate(example.shares) if share.target] == [target]
    pixels = view.answers.given.train_points[example.row].tolist()
    assert list(example.image.channels[0]) == pytest.approx(pixels, abs=5e-5)
    iris = shown_of(view_after("iris"))
    assert iris is not None
    assert (iris.image, len(iris.shares)) == (None, 3)
    assert shown_of(view_after("circle")) is None


def test_a_diverged_network_is_shown_all_the_same() -> None:
    layers = [{"type": "dense", "units": 2, "activation": "relu"}] * 2
    layers += [{"type": "dense", "units": 1, "activation": "linear"}]
    optimizer = {"name": "sgd", "learning_rate": 1e5}
    view = view_after("regression-hills", 40, optimizer=optimizer, layers=layers)
    assert view.diverged
    packed = read(numbers(view))
    assert packed["pictures"]["levels"]
    assert len(result(view).cells()) <= 2 * SHADES
