"""From a named data set to what a session trains on: generate, split, choose features, code the targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
from numpy.random import Generator, default_rng

from app.datasets.features import check_features, feature_matrix
from app.datasets.given import stratified_order
from app.datasets.kind import Array, Dataset, DatasetKind, Form, IntArray, Shape, Task
from app.datasets.registry import DATASETS
from app.errors import DataError
from app.i18n import N_
from app.shared import Shared

Coding = Literal["binary", "signed", "one_hot", "one_hot_signed", "value"]
Accuracy = Literal["threshold", "sign", "argmax"]

MAX_NOISE = 1.0
KEPT_BYTES = 16_000_000  # of data that nobody uses
# Distinct streams of one seed, so that another test fraction leaves the samples as they are.
_SAMPLE_STREAM, _SPLIT_STREAM = 0xDA7A, 0x5B117
_ACCURACY: dict[Coding, Accuracy | None] = {
    "binary": "threshold",
    "signed": "sign",
    "one_hot": "argmax",
    "one_hot_signed": "argmax",
    "value": None,
}


@dataclass(frozen=True, eq=False)
class Data:
    """What a session trains on; every array is read-only.

    Inputs are (N, *input_shape), targets (N, outputs) or (N, time, outputs); points (N, raw inputs) are what
    is drawn: of images and sequences the inputs themselves. The first `training` samples are for training, the
    others for testing. `symbols` are the names of one-hot inputs.
    """

    inputs: Array
    targets: Array
    points: Array
    training: int
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    task: Task
    accuracy: Accuracy | None
    symbols: tuple[str, ...] = ()

    @property
    def train_inputs(self) -> Array:
        """Those that train."""
        return self.inputs[: self.training]

    @property
    def train_targets(self) -> Array:
        """Of what trains."""
        return self.targets[: self.training]

    @property
    def train_points(self) -> Array:
        """Of what trains."""
        return self.points[: self.training]

    @property
    def test_inputs(self) -> Array:
        """Those that test."""
        return self.inputs[self.training :]

    @property
    def test_targets(self) -> Array:
        """Of what tests."""
        return self.targets[self.training :]

    @property
    def test_points(self) -> Array:
        """Of what tests."""
        return self.points[self.training :]

    @property
    def input_shape(self) -> Shape:
        """(features,), (height, width, channels) or (time, features)."""
        return self.inputs.shape[1:]

    @property
    def form(self) -> Form:
        """What one input is."""
        forms: tuple[Form, ...] = ("row", "sequence", "image")
        return forms[len(self.input_shape) - 1]


def dataset_kind(name: str) -> DatasetKind:
    """The data set of that name; DataError when there is none."""
    if name not in DATASETS:
        raise DataError(
            N_("There is no data set '{name}'; there are {available}."),
            name=name,
            available=", ".join(DATASETS),
        )
    return DATASETS[name]


def coding_for(kind: DatasetKind, outputs: int, loss: str, output_activation: str) -> Coding:
    """How targets are written for `outputs` units (one, or one a class): 0/1, or −1/+1 for hinge and tanh.

    Raises DataError when the number of output units does not fit the data set.
    """
    if outputs not in kind.outputs:
        raise DataError(
            N_("The last layer has {outputs} units; the data set {dataset} needs {needed}."),
            outputs=outputs,
            dataset=kind.name,
            needed=" / ".join(map(str, kind.outputs)),
        )
    if kind.task == "regression":
        return "value"
    signed = loss == "hinge" or output_activation == "tanh"
    if outputs == 1:
        return "signed" if signed else "binary"
    return "one_hot_signed" if signed else "one_hot"


def build(
    name: str,
    samples: int,
    noise: float,
    test_fraction: float,
    seed: int,
    features: Sequence[str] | None,
    coding: Coding,
    time_steps: int | None = None,
) -> Data:
    """The data a session trains on: same arguments, same bits (and, while cached, the same object).

    `features` None are the raw inputs, `time_steps` None the default of the data set. Raises DataError naming
    the argument, its value and the limit.
    """
    kind = dataset_kind(name)
    chosen = kind.default_features if features is None else tuple(features)
    _check_ranges(samples, noise, test_fraction, seed)
    check_features(chosen, kind)
    _check_time_steps(kind, time_steps)
    _check_coding(kind, coding)
    key = (name, samples, noise, test_fraction, seed, chosen, coding, time_steps)
    return _made.get(key, lambda: _built(*key))


def _size(data: Data) -> int:
    return 2 * data.inputs.nbytes + data.targets.nbytes


_made: Shared[tuple[object, ...], Data] = Shared(KEPT_BYTES, _size)


def _built(
    name: str,
    samples: int,
    noise: float,
    test_fraction: float,
    seed: int,
    features: tuple[str, ...],
    coding: Coding,
    time_steps: int | None,
) -> Data:
    kind = DATASETS[name]
    dataset = kind.maker(time_steps)(default_rng([seed, _SAMPLE_STREAM]), samples, noise)
    train, test = _split(kind, dataset, test_fraction, default_rng([seed, _SPLIT_STREAM]))
    inputs = feature_matrix(dataset.inputs, features, kind)
    targets = _coded(dataset, kind, coding)
    order = np.concatenate((train, test))
    given = before_ones(inputs[order])
    is_raw = np.array_equal(inputs, dataset.inputs)
    return Data(
        inputs=given,
        targets=_rows(targets, order),
        points=given if is_raw else _rows(dataset.inputs, order),
        training=len(train),
        feature_names=features or kind.input_names,
        class_names=kind.class_names,
        task=kind.task,
        accuracy=_ACCURACY[coding],
        symbols=kind.symbols,
    )


def _split(
    kind: DatasetKind, dataset: Dataset, test_fraction: float, rng: Generator
) -> tuple[IntArray, IntArray]:
    """Row numbers for training and for testing; at least one row trains."""
    total = len(dataset.inputs)
    tested = min(round(total * test_fraction), total - 1)
    if kind.fixed and kind.domain:  # a truth table: its rows stay in order
        order = rng.permutation(total)
        return np.sort(order[tested:]), np.sort(order[:tested])
    if kind.fixed:
        order = stratified_order(dataset.targets.astype(np.int64), rng)
        return rng.permutation(order[tested:]), order[:tested]
    order = rng.permutation(total)
    return order[tested:], order[:tested]


def _coded(dataset: Dataset, kind: DatasetKind, coding: Coding) -> Array:
    """Targets as the network's outputs should be, (N, outputs) or (N, time, outputs)."""
    if coding == "value":
        return dataset.targets.astype(np.float64)
    labels = dataset.targets.astype(np.int64)
    one_hot = coding in ("one_hot", "one_hot_signed")
    targets = np.eye(kind.classes)[labels] if one_hot else labels[..., None].astype(np.float64)
    return 2 * targets - 1 if coding in ("signed", "one_hot_signed") else targets


def before_ones(inputs: Array) -> Array:
    """`inputs`, read-only; rows of numbers with a one behind each, as the engine takes them: there they lie once."""
    if inputs.ndim == 2:
        whole = np.ones((len(inputs), inputs.shape[1] + 1))
        whole[:, :-1] = inputs
        whole.flags.writeable = False
        return whole[:, :-1]
    inputs.flags.writeable = False
    return inputs


def _rows(array: Array, rows: IntArray) -> Array:
    chosen = array[rows]
    chosen.flags.writeable = False
    return chosen


def _check_ranges(samples: int, noise: float, test_fraction: float, seed: int) -> None:
    if samples < 1:
        raise DataError(N_("samples is {value}; at least 1 is needed."), value=samples)
    if not (isfinite(noise) and 0 <= noise <= MAX_NOISE):
        raise DataError(N_("noise is {value}; it must be from 0 to {limit}."), value=noise, limit=MAX_NOISE)
    if not 0 <= test_fraction < 1:
        raise DataError(
            N_("test_fraction is {value}; it must be at least 0 and below 1."), value=test_fraction
        )
    if seed < 0:
        raise DataError(N_("The seed is {value}; it must be at least 0."), value=seed)


def _check_time_steps(kind: DatasetKind, time_steps: int | None) -> None:
    if time_steps is None:
        return
    if kind.time_steps is None:
        raise DataError(
            N_("time_steps is {value}; the data set {dataset} has no sequences."),
            value=time_steps,
            dataset=kind.name,
        )
    if not kind.time_steps.low <= time_steps <= kind.time_steps.high:
        raise DataError(
            N_("time_steps is {value}; {dataset} takes {low} to {high}."),
            value=time_steps,
            dataset=kind.name,
            low=kind.time_steps.low,
            high=kind.time_steps.high,
        )


def _check_coding(kind: DatasetKind, coding: Coding) -> None:
    fits = {
        coding_for(kind, outputs, loss, "linear") for outputs in kind.outputs for loss in ("mse", "hinge")
    }
    if coding not in fits:
        raise DataError(
            N_("The targets of {dataset} cannot be coded as '{coding}'; it takes {available}."),
            dataset=kind.name,
            coding=coding,
            available=", ".join(sorted(fits)),
        )
