"""Data sets whose rows are given: truth tables, and the real data bundled in `app/data` (see its README)."""

from __future__ import annotations

import gzip
from functools import cache
from importlib import resources

import numpy as np
from numpy.random import Generator

from app.datasets.kind import Array, Dataset, IntArray, Make

# Means and standard deviations of the 150 flowers, in cm; inputs are (length − mean) / deviation.
IRIS_MEAN = np.array([5.843333, 3.057333, 3.758, 1.199333])
IRIS_DEVIATION = np.array([0.825301, 0.434411, 1.759404, 0.759693])
DIGITS_WHITE = 16.0


def truth_table(outputs: tuple[int, int, int, int]) -> Make:
    """The rows 00, 01, 10, 11 with the given labels, repeated in this order up to `samples` rows."""

    def make(rng: Generator, samples: int, noise: float) -> Dataset:
        row = np.arange(samples, dtype=np.int64) % 4
        inputs = np.column_stack((row // 2, row % 2)).astype(np.float64)
        return Dataset(
            inputs + noise * rng.standard_normal(inputs.shape), np.array(outputs, dtype=np.int64)[row]
        )

    return make


def iris(rng: Generator, samples: int, noise: float) -> Dataset:
    """At most 150 flowers, four standardised lengths each; labels 0 setosa, 1 versicolor, 2 virginica."""
    rows = iris_rows()
    return _chosen(
        (rows[:, :4] - IRIS_MEAN) / IRIS_DEVIATION, rows[:, 4].astype(np.int64), rng, samples, noise
    )


def digits(rng: Generator, samples: int, noise: float) -> Dataset:
    """At most 1,797 pictures of 8×8 pixels, row by row, 0 … 1; the label is the digit."""
    rows = digits_rows()
    return _chosen(rows[:, :64] / DIGITS_WHITE, rows[:, 64].astype(np.int64), rng, samples, noise)


def digit_images(rng: Generator, samples: int, noise: float) -> Dataset:
    """The same pictures as images (8, 8, 1)."""
    rows = digits(rng, samples, noise)
    return Dataset(rows.inputs.reshape(-1, 8, 8, 1), rows.targets)


@cache
def iris_rows() -> Array:
    """(150, 5): sepal length and width, petal length and width in cm, label."""
    with resources.files("app").joinpath("data", "iris.csv").open("rb") as file:
        return np.loadtxt(file, delimiter=",", skiprows=1)


@cache
def digits_rows() -> Array:
    """(1797, 65): 64 pixels 0 … 16, label."""
    with (
        resources.files("app").joinpath("data", "digits.csv.gz").open("rb") as packed,
        gzip.open(packed) as file,
    ):
        return np.loadtxt(file, delimiter=",")


def stratified_order(labels: IntArray, rng: Generator) -> IntArray:
    """A random order of the rows every beginning of which has the classes in proportion, to one row each."""
    key = np.empty(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        key[rng.permutation(rows)] = (np.arange(len(rows)) + rng.random(len(rows))) / len(rows)
    return np.argsort(key)


def _chosen(inputs: Array, labels: IntArray, rng: Generator, samples: int, noise: float) -> Dataset:
    """Up to `samples` rows, classes in proportion, in the order of the file, their inputs jittered."""
    rows = np.sort(stratified_order(labels, rng)[:samples])
    jitter = noise * rng.standard_normal((len(rows), inputs.shape[1]))
    return Dataset(inputs[rows] + jitter, labels[rows])
