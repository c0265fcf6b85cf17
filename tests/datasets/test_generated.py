"""What every data set has in common, and the geometry of the generated ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.random import default_rng

from app.datasets import DATASETS, DatasetKind
from app.datasets.kind import Array
from tests.datasets.samples import made

ALL = pytest.mark.parametrize("kind", DATASETS.values(), ids=DATASETS)
GENERATED = {name: kind for name, kind in DATASETS.items() if not kind.fixed}


@ALL
def test_shapes_ranges_and_labels(kind: DatasetKind) -> None:
    dataset = kind.make(default_rng(3), 101, kind.default_noise)
    assert dataset.inputs.shape == (101, *kind.input_shape(len(kind.input_names), None))
    answers = (101, dataset.inputs.shape[1]) if kind.per_step else (101,)
    assert dataset.inputs.dtype == np.float64
    assert np.isfinite(dataset.inputs).all()
    if kind.task == "regression":
        assert dataset.targets.shape == (*answers, 1)
        assert np.abs(dataset.targets).max() < 3
    else:
        assert dataset.targets.dtype == np.int64
        assert dataset.targets.shape == answers
        assert set(dataset.targets.ravel().tolist()) == set(range(kind.classes))


@ALL
def test_description_fits_the_data(kind: DatasetKind) -> None:
    assert DATASETS[kind.name] is kind
    assert kind.title
    assert kind.description.endswith(".")
    assert len(kind.domain) in (0, len(kind.input_names))
    assert kind.planar == (kind.input_names == ("x1", "x2"))
    assert set(kind.default_features) <= set(kind.features)
    assert (kind.classes == 0) == (kind.task == "regression")
    if kind.domain:
        low, high = np.array(kind.domain).T
        inputs = kind.make(default_rng(5), 400, 0.0).inputs
        inside = (inputs >= low) & (inputs <= high)
        assert inside.all(axis=1).mean() > 0.98
        assert (np.ptp(inputs, axis=0) > 0.35 * (high - low)).all()


@pytest.mark.parametrize("name", [n for n, kind in GENERATED.items() if kind.classes and n != "text"])
def test_classes_are_balanced(name: str) -> None:
    counts = np.bincount(made(name, samples=600).targets.astype(np.int64).ravel())
    assert counts.min() > 0.8 * counts.sum() / len(counts)


@ALL
def test_noise_changes_points_or_targets_but_not_their_number(kind: DatasetKind) -> None:
    calm, noisy = (kind.make(default_rng(2), 80, noise) for noise in (0.0, 0.4))
    assert calm.inputs.shape == noisy.inputs.shape
    assert (calm.inputs != noisy.inputs).any() or (calm.targets != noisy.targets).any()


def boundary_rules() -> dict[str, Callable[[Array, Array], Array]]:
    return {
        "circle": lambda x, y: np.sqrt(x**2 + y**2) < 3,
        "xor": lambda x, y: np.sign(x) == np.sign(y),
        "checkerboard": lambda x, y: ((x // 3).astype(int) ^ (y // 3).astype(int)) & 1 == 1,
        "sine-boundary": lambda x, y: y > np.sin(x),
        "cubic-boundary": lambda x, y: y > x**3 - x,
    }


@pytest.mark.parametrize("name", boundary_rules())
def test_labels_follow_the_boundary_and_noise_breaks_some(name: str) -> None:
    rule = boundary_rules()[name]
    clean, noisy = made(name), made(name, noise=0.3)
    np.testing.assert_array_equal(clean.targets == 1, rule(*clean.inputs.T))
    np.testing.assert_array_equal(noisy.inputs, clean.inputs)
    assert 0 < (noisy.targets != clean.targets).sum() < 150


def test_circle_has_a_gap_and_xor_stays_off_the_axes() -> None:
    radius = np.hypot(*made("circle").inputs.T)
    assert ((radius <= 2.5) | ((radius >= 3.5) & (radius <= 5))).all()
    assert 0.3 <= np.abs(made("xor").inputs).min() <= np.abs(made("xor").inputs).max() <= 5.3


@pytest.mark.parametrize(("name", "arms", "turns"), [("spiral", 2, 1.75), ("three-spirals", 3, 1.0)])
def test_spiral_arms_turn_with_the_radius(name: str, arms: int, turns: float) -> None:
    dataset = made(name, samples=100 * arms)
    radius = np.hypot(*dataset.inputs.T)
    angle = 2 * np.pi * (turns * radius / 5 - dataset.targets / arms)
    np.testing.assert_allclose(
        dataset.inputs, np.column_stack((radius * np.sin(angle), radius * np.cos(angle))), atol=1e-12
    )
    assert np.bincount(dataset.targets.astype(int)).tolist() == [100] * arms
    assert radius.max() == pytest.approx(4.95)


def test_clouds_stand_at_their_centres_and_spread_with_the_noise() -> None:
    for noise, variance in ((0.0, 0.5), (0.5, 4.0)):
        dataset = made("gaussian", samples=4000, noise=noise)
        for label, centre in ((0, -2.0), (1, 2.0)):
            cloud = dataset.inputs[dataset.targets == label]
            assert cloud.mean() == pytest.approx(centre, abs=0.1)
            assert cloud.var() == pytest.approx(variance, rel=0.1)
    blobs = made("blobs", samples=3000)
    centres = np.array([blobs.inputs[blobs.targets == label].mean(axis=0) for label in range(3)])
    np.testing.assert_allclose(np.hypot(*centres.T), 3.5, atol=0.1)
    sides = np.hypot(*(centres - np.roll(centres, 1, axis=0)).T)
    np.testing.assert_allclose(sides, 3.5 * np.sqrt(3), atol=0.2)


def test_moons_are_half_circles() -> None:
    dataset = made("moons")
    side = np.where(dataset.targets == 1, -1, 1)[:, None]
    centred = side * dataset.inputs + (1.5, 0.75)
    np.testing.assert_allclose(np.hypot(*centred.T), 3.0)
    assert (centred[:, 1] >= 0).all()


def test_regression_targets() -> None:
    plane = made("plane")
    np.testing.assert_allclose(plane.targets[:, 0], plane.inputs.sum(axis=1) / 10)
    sine = made("sine")
    np.testing.assert_allclose(sine.targets, np.sin(sine.inputs))
    line = made("line", samples=2000, noise=0.2)
    slope, intercept = np.polyfit(line.inputs[:, 0], line.targets[:, 0], 1)
    assert (slope, intercept) == (pytest.approx(0.8, abs=0.03), pytest.approx(0.5, abs=0.03))
    assert (line.targets - 0.8 * line.inputs - 0.5).std() == pytest.approx(0.2, rel=0.1)


def test_hills_are_cones_of_alternating_sign() -> None:
    dataset = made("multi-gaussian", samples=2000)
    tops = {(-4, 2.5): 1, (0, 2.5): -1, (4, 2.5): 1, (-4, -2.5): -1, (0, -2.5): 1, (4, -2.5): -1}
    expected = np.zeros(2000)
    for (x, y), sign in tops.items():  # the cones do not overlap: their centres are at least 4 apart
        expected += sign * np.maximum(0, 1 - np.hypot(dataset.inputs[:, 0] - x, dataset.inputs[:, 1] - y) / 2)
    np.testing.assert_allclose(dataset.targets[:, 0], expected, atol=1e-12)
