"""Network inputs from raw inputs."""

from __future__ import annotations

import numpy as np
import pytest

from app.datasets import DATASETS, FEATURES, feature_matrix
from app.errors import DataError
from tests.datasets.samples import built


def test_features_of_a_plane() -> None:
    points = np.array([[2.0, -3.0], [0.5, 0.25]])
    names = ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"]
    expected = [
        [2, -3, 4, 9, -6, np.sin(2), np.sin(-3)],
        [0.5, 0.25, 0.25, 0.0625, 0.125, np.sin(0.5), np.sin(0.25)],
    ]
    assert list(FEATURES) == names
    np.testing.assert_allclose(feature_matrix(points, names, DATASETS["circle"]), expected)
    np.testing.assert_array_equal(feature_matrix(points, ["x2", "x1"], DATASETS["xor"]), points[:, ::-1])


def test_features_of_a_line_and_of_named_inputs() -> None:
    points = np.array([[2.0], [-1.0]])
    chosen = feature_matrix(points, ["x1^2", "sin(x1)"], DATASETS["sine"])
    np.testing.assert_allclose(chosen, [[4, np.sin(2)], [1, np.sin(-1)]])
    lengths = np.arange(8.0).reshape(2, 4)
    petals = feature_matrix(lengths, ["petal width", "petal length"], DATASETS["iris"])
    assert petals.tolist() == [[3, 2], [7, 6]]
    np.testing.assert_array_equal(feature_matrix(lengths, None, DATASETS["iris"]), lengths)


def test_built_inputs_are_the_features_of_the_points() -> None:
    names = ["x1*x2", "x1^2"]
    data = built("xor", features=names)
    assert data.feature_names == tuple(names)
    x1, x2 = data.train_points.T
    np.testing.assert_array_equal(data.train_inputs, np.column_stack((x1 * x2, x1**2)))
    assert data.test_inputs.shape == (30, 2)
    assert built("digits", samples=50).feature_names[9] == "pixel 1,1"


def test_features_that_only_other_data_sets_have_are_refused() -> None:
    with pytest.raises(DataError, match=r"sine has no feature 'x2'; it has x1, x1\^2, sin\(x1\)"):
        built("sine", features=["x2"])
    with pytest.raises(DataError, match=r"digits has no feature 'x1'; it has pixel 0,0.*…, pixel 7,7"):
        built("digits", features=["x1"])
    with pytest.raises(DataError, match="A point of circle has 2 inputs, not 3"):
        feature_matrix(np.zeros((1, 3)), None, DATASETS["circle"])
