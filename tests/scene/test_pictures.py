"""Pictures of neurons and of the output: their bytes say what the network answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app import nn, training
from app.presets import preset
from app.scene.pictures import HIGHEST, NOTHING, levels, pictures
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


def test_levels_run_from_end_to_end() -> None:
    values = np.array([-2.0, -1.0, 0.0, 1.0, 9.0, np.nan, np.inf])
    assert levels(values, -1.0, 1.0).tolist() == [0, 0, 127, HIGHEST, HIGHEST, NOTHING, HIGHEST]


@pytest.mark.parametrize("hidden", ["tanh", "relu", "sigmoid", "silu", "elu"])
def test_bytes_in_single_precision_are_those_in_double_to_one_grey_level(hidden: str) -> None:
    side, rng = 50, np.random.default_rng(2)
    network = nn.Network((2,), (*(nn.Dense(8, hidden) for _ in range(3)), nn.Dense(1)), "mse")
    x, y = np.meshgrid(np.linspace(-6, 6, side), np.linspace(6, -6, side))
    inputs = network.inputs(np.column_stack((x.ravel(), y.ravel())))
    params = network.initial("xavier_uniform", rng) + 0.1 * rng.normal(size=network.size)
    plan = nn.plan_for(network, side**2)
    plan.load(params)
    plan.feed(inputs, None)
    plan.forward()
    for single, double in zip(nn.activations_over(network, params, inputs), plan.activations(), strict=True):
        reach = float(np.abs(double).max())
        shown, exact = levels(single, -reach, reach), (double + reach) * HIGHEST / (2 * reach)
        assert single.dtype == np.float32
        assert np.abs(shown - exact).max() <= 0.5 + 1e-3


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
    assert drawn.scale[1] == np.abs(view.answers.train_targets).max()
    assert [scale[1] for scale in drawn.scales[:4]] == pytest.approx(np.abs(view.maps.layers[0]).max(axis=1))


@pytest.mark.parametrize("name", ["regression-sine", "iris", "digits"])
def test_other_inputs_than_two_have_none(name: str) -> None:
    assert pictures(view_after(name, steps=0)) is None
