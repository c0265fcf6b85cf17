"""Pictures of neurons and of the output: their bytes say what the network answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app import nn, training
from app.area import Grid
from app.presets import preset
from app.scene.painting import HIGHEST, NOTHING, Painting
from app.scene.pictures import pictures
from app.scene.view import View
from app.setup import prepare
from app.spec import parse_spec
from app.training import start
from app.web.view import view_of
from tests.specs import LIMITS


def view_after(name: str, steps: int = 3, **changes: Any) -> View:
    """A preset, after so many steps."""
    spec = parse_spec({**preset(name).spec, **changes})
    session = start(prepare(spec, LIMITS), "test", "owner", None)
    return view_of(training.step(session, LIMITS, steps) if steps else session, True, "en")


def grid_of(points: np.ndarray, network: nn.Network) -> Grid:
    """Points (side², 2) as a grid."""
    return Grid(((-6.0, 6.0),) * 2, round(len(points) ** 0.5), points.T.copy(), network.inputs(points))


def test_levels_run_from_end_to_end() -> None:
    network = nn.Network((2,), (nn.Dense(1, "linear"),), "mse")
    points = np.array([[x, 5.0] for x in (-9.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 2.0, 9.0)])
    painting = Painting(network, grid_of(points, network), classes=1, coarser=1)
    painted = painting.paint(np.array([1.0, 0.0, 0.0]), 1.0)
    levels = [0, 0, 64, 127, 159, 191, HIGHEST, HIGHEST, HIGHEST]
    assert painted.scales == ((-9.0, 9.0), (-5.0, 5.0), (-1.0, 1.0))
    assert painted.levels[18:].tolist() == levels * 2
    for bias, level in ((np.inf, HIGHEST), (-np.inf, 0), (np.nan, NOTHING)):
        assert painting.paint(np.array([1.0, 0.0, bias]), 1.0).levels[18:].tolist() == [level] * 18
    assert painting.paint(np.array([1.0, 0.0, 0.0]), 1.0).levels[18:].tolist() == levels * 2


@pytest.mark.parametrize("hidden", ["tanh", "relu", "sigmoid", "silu", "elu"])
def test_bytes_in_single_precision_are_those_in_double_to_one_grey_level(hidden: str) -> None:
    side, rng = 50, np.random.default_rng(2)
    network = nn.Network((2,), (*(nn.Dense(8, hidden) for _ in range(3)), nn.Dense(1)), "mse")
    x, y = np.meshgrid(np.linspace(-6, 6, side), np.linspace(6, -6, side))
    points = np.column_stack((x.ravel(), y.ravel()))
    params = network.initial("xavier_uniform", rng) + 0.1 * rng.normal(size=network.size)
    plan = nn.plan_for(network, side**2)
    plan.load(params)
    plan.feed(network.inputs(points), None)
    plan.forward()
    painted = Painting(network, grid_of(points, network), classes=1, coarser=1).paint(params, 2.0)
    rows = np.concatenate((points.T, *plan.activations()))
    assert len(painted.levels) == (len(rows) + 1) * side**2
    for (low, high), shown, double in zip(
        painted.scales, painted.levels.reshape(-1, side**2), rows, strict=False
    ):
        exact = np.clip((double - low) * HIGHEST / (high - low), 0, HIGHEST)
        assert np.abs(shown - exact).max() <= 0.5 + 1e-3


def test_what_is_no_number_counts_for_no_scale() -> None:
    network = nn.Network((2,), (nn.Dense(2, "relu"), nn.Dense(1, "linear")), "mse")
    points = np.array([[1.0, 2.0], [3.0, 4.0], [1e30, 1.0], [2.0, 2.0]])
    painting = Painting(network, grid_of(points, network), classes=1, coarser=1)
    params = np.array([1.0, 1e30, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0])
    painted = painting.paint(params, 1.0)
    hidden = painted.levels.reshape(-1, 4)[2:4]
    assert [high for _, high in painted.scales[2:4]] == pytest.approx([3e30, 3e30])
    assert hidden.tolist() == [[127, 127, 169, 127], [169, HIGHEST, HIGHEST, 212]]


def test_every_neuron_has_a_picture_of_what_it_answers() -> None:
    view = view_after("circle")
    drawn = pictures(view)
    assert drawn is not None
    assert view.maps is not None
    assert drawn.neurons.shape == (2 + 4 + 2 + 1, drawn.small**2)
    cells = np.concatenate(view.maps.layers).reshape(9, drawn.side, drawn.side)[:, ::2, ::2].reshape(9, -1)
    for (low, high), row, shown in zip(drawn.scales, cells, drawn.neurons, strict=True):
        back = low + shown / HIGHEST * (high - low)
        assert np.abs(back - row).max() <= (high - low) / HIGHEST / 2 * (1 + 1e-3)
    assert drawn.scales[2:] == ((-1.0, 1.0),) * 6 + ((0.0, 1.0),)


def test_the_surface_is_the_networks_own_answer() -> None:
    view = view_after("circle")
    drawn = pictures(view)
    assert drawn is not None
    assert view.maps is not None
    points = view.maps.layers[0].T
    outputs = nn.predict(view.network, view.params, view.network.inputs(points))[:, 0]
    assert drawn.winners is None
    assert np.abs(drawn.surface / HIGHEST - outputs).max() <= 0.5 / HIGHEST + 1e-12


def test_of_several_classes_the_most_probable_one_is_named() -> None:
    drawn, view = pictures(view_after("blobs")), view_after("blobs")
    assert drawn is not None
    assert drawn.winners is not None
    assert view.maps is not None
    outputs = view.maps.layers[-1]
    assert np.array_equal(drawn.winners, outputs.argmax(axis=0))
    assert drawn.surface / HIGHEST == pytest.approx(outputs.max(axis=0), abs=0.5 / HIGHEST + 1e-12)


def test_a_scale_of_no_bounds_reaches_to_the_largest_value_of_its_layer_or_target() -> None:
    view = view_after(
        "regression-hills",
        layers=[
            {"type": "dense", "units": 3, "activation": "relu"},
            {"type": "dense", "units": 1, "activation": "linear"},
        ],
    )
    drawn = pictures(view)
    assert drawn is not None
    assert view.maps is not None
    assert view.answers is not None
    largest = float(np.abs(view.maps.layers[1]).max())
    assert drawn.scales[4:7] == ((-largest, largest),) * 3
    assert drawn.scale[1] == np.abs(view.answers.given.train_targets).max()
    assert [scale[1] for scale in drawn.scales[:4]] == pytest.approx(np.abs(view.maps.layers[0]).max(axis=1))


@pytest.mark.parametrize("name", ["regression-sine", "iris", "digits"])
def test_other_inputs_than_two_have_none(name: str) -> None:
    assert pictures(view_after(name, steps=0)) is None
