"""Data given row by row inside a spec: checked, and made what a session trains on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.datasets import Accuracy, Data, before_ones
from app.errors import Fault, SpecError
from app.i18n import N_
from app.nn import Network
from app.spec import InlineSpec, Spec

Array = NDArray[np.float64]
DEEPEST = 4  # samples, then at most (height, width, channels)

SHAPES = N_(
    "the shape of each sample is {shape}; (features), (time, features) or (height, width, channels) is expected"
)


def inline_data(given: InlineSpec, network: Network) -> Data:
    """The rows of a spec as data for `network`. Raises SpecError naming the place of each fault."""
    train_inputs = inputs_array(given.inputs, "inputs", network)
    train_targets = targets_array(given.targets, "targets", network, len(train_inputs))
    if bool(given.test_inputs) != bool(given.test_targets):
        raise _refusal("test_inputs", N_("test_inputs and test_targets are given together or not at all"))
    test_inputs, test_targets = train_inputs[:0], train_targets[:0]
    if given.test_inputs and given.test_targets is not None:
        test_inputs = inputs_array(given.test_inputs, "test_inputs", network)
        test_targets = targets_array(given.test_targets, "test_targets", network, len(test_inputs))
    inputs = before_ones(np.concatenate((train_inputs, test_inputs)))
    targets = np.concatenate((train_targets, test_targets))
    targets.flags.writeable = False
    return Data(
        inputs=inputs,
        targets=targets,
        points=inputs,
        training=len(train_inputs),
        feature_names=tuple(f"x{i + 1}" for i in range(network.input_shape[-1])),
        class_names=tuple(map(str, range(network.output_shape[-1])))
        if network.loss == "cross_entropy"
        else (),
        task="classification" if network.loss in ACCURACY else "regression",
        accuracy=ACCURACY.get(network.loss),
    )


ACCURACY: dict[str, Accuracy] = {
    "binary_cross_entropy": "threshold",
    "cross_entropy": "argmax",
    "hinge": "sign",
}


def numbers(value: Any, place: str) -> Array:
    """Nested lists as an array of finite numbers. Raises SpecError."""
    if not holds_numbers(value):
        raise _refusal(place, N_("holds something that is not a number"))
    try:
        array = np.array(value)
    except ValueError:
        raise _refusal(place, N_("the rows have different lengths; a rectangular list is expected")) from None
    if array.dtype.kind not in "iuf":
        raise _refusal(place, N_("holds something that is not a number"))
    if array.size == 0:
        raise _refusal(place, N_("holds no numbers"))
    if not np.isfinite(array).all():
        raise _refusal(place, N_("holds a number that is not finite"))
    return array.astype(np.float64)


def holds_numbers(value: object) -> bool:
    """Whether lists, at most DEEPEST deep, hold numbers alone: asked before NumPy makes room for long texts."""
    level = [value]
    for _ in range(DEEPEST + 1):
        kinds = set(map(type, level))
        if not kinds <= {int, float, list}:
            return False
        if list not in kinds:
            return True
        level = list(chain.from_iterable(entries for entries in level if isinstance(entries, list)))
    return not level


def inputs_array(value: Any, place: str, network: Network) -> Array:
    """Inputs (samples, *input_shape)."""
    array = numbers(value, place)
    if array.shape[1:] != network.input_shape:
        text = N_("each sample has the shape {shape}; the network takes {expected}")
        raise _refusal(place, text, shape=array.shape[1:], expected=network.input_shape)
    return array


def targets_array(value: Any, place: str, network: Network, samples: int) -> Array:
    """Targets (samples, *output_shape); class labels are written out as one-hot rows."""
    array = numbers(value, place)
    shape = network.output_shape
    if len(array) != samples:
        raise _refusal(
            place, N_("has {count} rows; there are {samples} inputs"), count=len(array), samples=samples
        )
    if network.loss == "cross_entropy" and array.shape[1:] == shape[:-1]:
        array = one_hot(array, shape[-1], place)
    if array.shape[1:] != shape:
        text = N_("each target has the shape {shape}; the network answers {expected}")
        raise _refusal(place, text, shape=array.shape[1:], expected=shape)
    check_range(array, network.loss, place)
    return array


def one_hot(labels: Array, classes: int, place: str) -> Array:
    """Integer labels as rows with a single 1."""
    wrong = (labels != np.floor(labels)) | (labels < 0) | (labels >= classes)
    if wrong.any():
        text = N_("holds the label {label}; labels are whole numbers from 0 to {largest}")
        raise _refusal(place, text, label=float(labels[wrong][0]), largest=classes - 1)
    return np.eye(classes)[labels.astype(np.int64)]


def check_range(targets: Array, loss: str, place: str) -> None:
    """Targets that the loss can take. Raises SpecError with the first that it cannot."""
    allowed = {
        "binary_cross_entropy": (
            (targets >= 0) & (targets <= 1),
            N_("holds the target {target}; the loss {loss} takes targets from 0 to 1"),
        ),
        "cross_entropy": (
            targets >= 0,
            N_("holds the target {target}; the loss {loss} takes targets of 0 or more"),
        ),
        "hinge": (
            np.abs(targets) == 1,
            N_("holds the target {target}; the loss {loss} takes targets −1 and 1"),
        ),
    }.get(loss)
    if allowed is not None and not allowed[0].all():
        raise _refusal(place, allowed[1], target=float(targets[~allowed[0]][0]), loss=loss)


def input_shape(given: InlineSpec) -> tuple[int, ...]:
    """The shape of one input. Raises SpecError when it is not that of features, a sequence or an image."""
    shape = numbers(given.inputs, "inputs").shape[1:]
    if not 1 <= len(shape) <= 3:
        raise _refusal("inputs", SHAPES, shape=shape)
    return shape


def count_values(given: InlineSpec) -> int:
    """How many numbers the lists of a spec hold. Raises SpecError when they are nested too deeply."""
    count, level = 0, [given.inputs, given.targets, given.test_inputs or [], given.test_targets or []]
    for _ in range(DEEPEST):
        inner = list(chain.from_iterable(level))
        level = [entry for entry in inner if isinstance(entry, list)] if list in map(type, inner) else []
        count += len(inner) - len(level)
        if not level:
            return count
    raise _refusal("inputs", N_("is nested more than {deepest} lists deep"), deepest=DEEPEST)


def lists_in(spec: Spec) -> list[list[Any]]:
    """What is given in a spec number by number, in nested lists."""
    rows = list(dict(spec.data).values()) if isinstance(spec.data, InlineSpec) else []
    layers = [list(layer.values()) for layer in spec.parameters or ()]
    return [one for one in chain(rows, *layers) if isinstance(one, list)]


def are_more(lists: Sequence[list[Any]], most: int) -> bool:
    """Whether nested lists hold more than `most` entries, lists among them. No more of them are looked at."""
    waiting, count = list(lists), 0
    while waiting:
        entries = waiting.pop()
        count += len(entries)
        if count > most:
            return True
        waiting += (entry for entry in entries if isinstance(entry, list))
    return False


def _refusal(place: str, text: str, **values: object) -> SpecError:
    return SpecError(N_("The spec is not valid."), [Fault(("data", place), text, tuple(values.items()))])
