"""What a session trains on: determinism, split, target codings, and the errors."""

from __future__ import annotations

import numpy as np
import pytest

from app.datasets import DATASETS, Coding, Data, DatasetKind, build, coding_for, dataset_kind
from app.datasets.kind import Array
from app.errors import DataError
from app.shared import Shared
from tests.datasets.samples import built

ALL = pytest.mark.parametrize("kind", DATASETS.values(), ids=DATASETS)


def every_row(data: Data) -> Array:
    """Points beside targets, train and test together, sorted by row."""
    points = np.concatenate((data.train_points, data.test_points))
    targets = np.concatenate((data.train_targets, data.test_targets))
    rows = np.hstack((points.reshape(len(points), -1), targets.reshape(len(targets), -1)))
    return rows[np.lexsort(rows.T)]


@ALL
def test_same_seed_same_bits_and_another_seed_another_split(
    kind: DatasetKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = built(kind.name, noise=0.1, seed=4)
    monkeypatch.setattr("app.datasets.data._made", Shared(0, lambda _: 0))
    again, other = built(kind.name, noise=0.1, seed=4), built(kind.name, noise=0.1, seed=5)
    assert again is not first
    for field in (
        "train_inputs",
        "train_targets",
        "test_inputs",
        "test_targets",
        "train_points",
        "test_points",
    ):
        assert getattr(first, field).tobytes() == getattr(again, field).tobytes()
    assert not np.array_equal(first.train_inputs, other.train_inputs)


def test_a_repeated_build_is_cached_and_its_arrays_are_read_only() -> None:
    data = built("circle", features=["x1"])
    assert built("circle", features=["x1"]) is data
    with pytest.raises(ValueError, match="read-only"):
        data.train_inputs[0, 0] = 1.0


@ALL
@pytest.mark.parametrize("test_fraction", [0.0, 0.3, 0.75])
def test_split_is_disjoint_and_complete(kind: DatasetKind, test_fraction: float) -> None:
    whole = built(kind.name, noise=0.05, test_fraction=0.0)
    data = built(kind.name, noise=0.05, test_fraction=test_fraction)
    assert len(data.test_points) == len(data.test_inputs) == round(100 * test_fraction)
    assert len(data.train_points) + len(data.test_points) == len(whole.train_points) == 100
    np.testing.assert_array_equal(every_row(data), every_row(whole))


def test_generated_samples_are_shuffled() -> None:
    labels = built("gaussian", test_fraction=0.0).train_targets[:, 0]
    assert 20 < (np.diff(labels) != 0).sum() < 80


def test_real_data_is_split_in_proportion() -> None:
    data = built("iris", samples=150, test_fraction=0.3, coding="one_hot")
    assert data.train_targets.sum(axis=0).tolist() == [35, 35, 35]
    assert data.test_targets.sum(axis=0).tolist() == [15, 15, 15]


def test_at_least_one_row_trains() -> None:
    data = built("circle", samples=2, test_fraction=0.9)
    assert (len(data.train_inputs), len(data.test_inputs)) == (1, 1)
    assert len(built("xor", samples=1, test_fraction=0.9).train_inputs) == 1


@pytest.mark.parametrize(
    ("name", "outputs", "loss", "activation", "coding"),
    [
        ("circle", 1, "binary_cross_entropy", "sigmoid", "binary"),
        ("circle", 1, "hinge", "linear", "signed"),
        ("circle", 1, "mse", "tanh", "signed"),
        ("circle", 2, "cross_entropy", "softmax", "one_hot"),
        ("circle", 2, "hinge", "linear", "one_hot_signed"),
        ("iris", 3, "cross_entropy", "softmax", "one_hot"),
        ("iris", 3, "squared_error", "tanh", "one_hot_signed"),
        ("sine", 1, "mse", "tanh", "value"),
    ],
)
def test_coding_for(name: str, outputs: int, loss: str, activation: str, coding: Coding) -> None:
    assert coding_for(DATASETS[name], outputs, loss, activation) == coding


def test_targets_at_every_step_are_coded() -> None:
    labels = built("parity", coding="binary").train_targets
    assert labels.shape == (70, 10, 1)
    one_hot = built("parity", coding="one_hot").train_targets
    np.testing.assert_array_equal(one_hot, np.concatenate((1 - labels, labels), axis=-1))
    np.testing.assert_array_equal(built("parity", coding="signed").train_targets, 2 * labels - 1)
    assert built("text").train_targets.sum(axis=-1).tolist() == [[1.0] * 10] * 70


@ALL
def test_data_know_their_form(kind: DatasetKind) -> None:
    data = built(kind.name)
    assert (data.form, data.input_shape) == (kind.form, kind.input_shape(len(data.feature_names), None))
    assert data.symbols == kind.symbols
    if data.symbols:
        assert len(data.symbols) == data.input_shape[-1]
        assert set(np.unique(data.train_inputs)) == {0, 1}
        assert (data.train_inputs.sum(axis=-1) == 1).all()
    if kind.form != "row":
        np.testing.assert_array_equal(data.train_points, data.train_inputs)


def test_the_length_of_sequences_is_a_setting() -> None:
    assert built("recall", time_steps=33).train_inputs.shape == (70, 33, 3)
    assert built("echo", time_steps=4).train_targets.shape == (70, 4, 1)
    assert built("parity").input_shape == built("parity", time_steps=10).input_shape == (10, 1)


@pytest.mark.parametrize(
    ("name", "changed", "named"),
    [
        ("recall", {"time_steps": 1}, ["recall", "1", "2 to 200"]),
        ("recall", {"time_steps": 201}, ["recall", "201", "2 to 200"]),
        ("echo", {"time_steps": 2}, ["echo", "3 to 100"]),
        ("circle", {"time_steps": 5}, ["circle", "5", "no sequences"]),
        ("shapes", {"time_steps": 5}, ["shapes", "5", "no sequences"]),
        ("shapes", {"features": ["pixel 0,0"]}, ["shapes", "no features"]),
        ("echo", {"features": ["x1"]}, ["echo", "no features"]),
    ],
)
def test_what_a_form_does_not_have_is_refused(
    name: str, changed: dict[str, object], named: list[str]
) -> None:
    with pytest.raises(DataError) as error:
        built(name, **changed)  # type: ignore[arg-type]
    assert all(part in str(error.value) for part in named)


def test_targets_are_coded() -> None:
    labels = built("circle", coding="binary").train_targets
    assert set(labels.ravel()) == {0, 1}
    np.testing.assert_array_equal(built("circle", coding="signed").train_targets, 2 * labels - 1)
    one_hot = built("circle", coding="one_hot").train_targets
    np.testing.assert_array_equal(one_hot, np.hstack((1 - labels, labels)))
    np.testing.assert_array_equal(built("circle", coding="one_hot_signed").train_targets, 2 * one_hot - 1)


@pytest.mark.parametrize(
    ("name", "coding", "accuracy"),
    [
        ("circle", "binary", "threshold"),
        ("circle", "signed", "sign"),
        ("blobs", "one_hot", "argmax"),
        ("blobs", "one_hot_signed", "argmax"),
        ("plane", "value", None),
    ],
)
def test_accuracy_follows_the_coding(name: str, coding: Coding, accuracy: str | None) -> None:
    data = built(name, coding=coding)
    assert data.accuracy == accuracy
    assert (data.task, data.class_names) == (DATASETS[name].task, DATASETS[name].class_names)


@pytest.mark.parametrize(
    ("name", "outputs", "named"),
    [
        ("iris", 2, ["2 units", "iris", "3"]),
        ("circle", 5, ["5 units", "circle", "1 / 2"]),
        ("sine", 2, ["2", "1"]),
    ],
)
def test_an_output_layer_that_does_not_fit_is_named(name: str, outputs: int, named: list[str]) -> None:
    with pytest.raises(DataError) as error:
        coding_for(DATASETS[name], outputs, "mse", "linear")
    assert all(part in str(error.value) for part in named)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"samples": 0}, ["samples", "0", "1"]),
        ({"noise": -0.1}, ["noise", "-0.1", "0"]),
        ({"noise": float("nan")}, ["noise", "nan"]),
        ({"noise": 1.5}, ["noise", "1.5", "1.0"]),
        ({"test_fraction": 1.0}, ["test_fraction", "1.0"]),
        ({"test_fraction": float("nan")}, ["test_fraction", "nan"]),
        ({"seed": -3}, ["seed", "-3"]),
        ({"features": []}, ["circle", "at least one"]),
        ({"features": ["x1", "x3"]}, ["circle", "x3", "x1*x2"]),
        ({"features": ["x1", "x2", "x1"]}, ["x1", "twice"]),
        ({"coding": "value"}, ["circle", "value", "one_hot"]),
    ],
)
def test_a_wrong_argument_is_named(changed: dict[str, object], named: list[str]) -> None:
    arguments: dict[str, object] = {
        "samples": 10,
        "noise": 0.1,
        "test_fraction": 0.5,
        "seed": 0,
        "features": None,
        "coding": "binary",
    }
    with pytest.raises(DataError) as error:
        build("circle", **{**arguments, **changed})  # type: ignore[arg-type]
    assert all(part in str(error.value) for part in named)


def test_an_unknown_data_set_is_named_with_those_there_are() -> None:
    with pytest.raises(DataError, match=r"'circles'.*circle, xor.*digits"):
        dataset_kind("circles")
