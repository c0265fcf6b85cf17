"""Truth tables row by row, and known facts of the real data."""

from __future__ import annotations

import hashlib
import re
from importlib import resources

import numpy as np
import pytest
from numpy.random import default_rng

from app.datasets import DATASETS
from app.datasets.given import iris_rows, stratified_order
from app.datasets.kind import IntArray
from tests.datasets.samples import built, made

TABLES = {"and-table": [0, 0, 0, 1], "or-table": [0, 1, 1, 1], "xor-table": [0, 1, 1, 0]}


@pytest.mark.parametrize("name", TABLES)
def test_truth_tables_have_four_rows_in_order(name: str) -> None:
    kind = DATASETS[name]
    assert (kind.default_samples, kind.default_noise, kind.default_test_fraction) == (4, 0, 0)
    data = built(name, samples=4, noise=0.0, test_fraction=0.0, seed=7)
    assert data.train_inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.train_targets[:, 0].tolist() == TABLES[name]
    assert data.test_inputs.shape == (0, 2)
    assert data.test_targets.shape == (0, 1)


def test_truth_tables_repeat_their_rows_and_a_split_keeps_the_order() -> None:
    repeated = built("or-table", samples=10, noise=0.0, test_fraction=0.0)
    assert repeated.train_targets[:, 0].tolist() == [0, 1, 1, 1, 0, 1, 1, 1, 0, 1]
    split = built("and-table", samples=4, noise=0.0, test_fraction=0.25)
    numbers = split.train_inputs @ (2, 1)
    assert len(numbers) == 3
    assert (np.diff(numbers) > 0).all()


def test_iris_is_fishers() -> None:
    rows = iris_rows()
    assert rows.shape == (150, 5)
    np.testing.assert_allclose(rows[:, :4].mean(axis=0), [5.843333, 3.057333, 3.758, 1.199333], atol=1e-6)
    assert np.bincount(rows[:, 4].astype(int)).tolist() == [50, 50, 50]
    assert rows[34].tolist() == [4.9, 3.1, 1.5, 0.2, 0]
    assert rows[37].tolist() == [4.9, 3.6, 1.4, 0.1, 0]
    assert rows[149].tolist() == [5.9, 3.0, 5.1, 1.8, 2]
    inputs = made("iris").inputs
    assert inputs.shape == (150, 4)
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(inputs.std(axis=0), 1, atol=1e-5)


def test_digits_are_the_test_part_of_the_uci_data() -> None:
    dataset = made("digits", samples=5000)
    assert dataset.inputs.shape == (1797, 64)
    counts = np.bincount(dataset.targets.astype(int)).tolist()
    assert counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (dataset.inputs.min(), dataset.inputs.max()) == (0, 1)
    first_row = [0, 0, 5, 13, 9, 1, 0, 0]
    assert (dataset.inputs[0, :8] * 16).tolist() == first_row
    assert dataset.targets[:10].tolist() == list(range(10))


def test_bundled_files_match_the_checksums_of_their_readme() -> None:
    folder = resources.files("app").joinpath("data")
    readme = folder.joinpath("README.md").read_text(encoding="utf-8")
    named = re.findall(r"\| `([\w.]+)` \|.*`([0-9a-f]{64})` \|", readme)
    assert [name for name, _ in named] == ["iris.csv", "digits.csv.gz"]
    for name, checksum in named:
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == checksum


def test_fewer_samples_of_real_data_keep_the_classes_in_proportion() -> None:
    assert np.bincount(made("iris", samples=30).targets.astype(int)).tolist() == [10, 10, 10]
    assert set(np.bincount(made("digits", samples=100).targets.astype(int))) <= {9, 10, 11}


def test_stratified_order_is_a_permutation_in_proportion_from_any_beginning() -> None:
    labels: IntArray = np.repeat(np.arange(3), [60, 30, 10])
    order = stratified_order(labels, default_rng(0))
    assert sorted(order.tolist()) == list(range(100))
    for end in (10, 35, 70):
        counts = np.bincount(labels[order[:end]], minlength=3)
        assert np.abs(counts - np.array([0.6, 0.3, 0.1]) * end).max() <= 2
    assert not np.array_equal(order, stratified_order(labels, default_rng(1)))


def test_noise_on_given_rows_moves_inputs_only() -> None:
    calm, noisy = (made("iris", noise=noise) for noise in (0.0, 0.25))
    np.testing.assert_array_equal(calm.targets, noisy.targets)
    assert (noisy.inputs - calm.inputs).std() == pytest.approx(0.25, rel=0.1)
