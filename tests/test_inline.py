"""Data given row by row: what is wrong with it is named, what is right is what a session trains on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.errors import SpecError
from app.inline import are_more, lists_in
from app.limits import Limits
from app.setup import Setup, prepare
from app.spec import parse_spec
from tests.specs import ANSWERS, LIMITS, ROWS, named_spec, rows_spec

SOFTMAX = [{"type": "dense", "units": 3, "activation": "softmax"}]
SIGMOID = [{"type": "dense", "units": 1, "activation": "sigmoid"}]


def made(data: dict[str, Any], **changes: Any) -> Setup:
    """The setup of the seven rows with `data` on top."""
    spec = rows_spec(**changes)
    return prepare(parse_spec(spec | {"data": spec["data"] | data}), LIMITS)


def deep(levels: int) -> list[Any]:
    """A number in so many lists."""
    value: Any = 1.0
    for _ in range(levels):
        value = [value]
    return [value]


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        ({"inputs": [[1, 2], [3]]}, "data.inputs", "different lengths"),
        ({"inputs": [[1, "2"]]}, "data.inputs", "not a number"),
        ({"inputs": [["x" * 500_000]] + [[1]] * 7_000}, "data.inputs", "not a number"),
        ({"inputs": [[1, None]]}, "data.inputs", "not a number"),
        ({"inputs": [[True, False]]}, "data.inputs", "not a number"),
        ({"inputs": [[1e300 * 1e300, 1]]}, "data.inputs", "not finite"),
        ({"inputs": [[]]}, "data.inputs", "no numbers"),
        ({"inputs": [1, 2]}, "data.inputs", "()"),
        ({"inputs": deep(4)}, "data.inputs", "4 lists deep"),
        ({"inputs": deep(900)}, "data.inputs", "4 lists deep"),
        ({"targets": ANSWERS[:3]}, "data.targets", "has 3 rows; there are 7 inputs"),
        ({"targets": [[1, 2]] * 7}, "data.targets", "(2,)"),
        ({"test_inputs": ROWS}, "data.test_inputs", "together"),
        ({"test_inputs": [[1, 2, 3]], "test_targets": [[1]]}, "data.test_inputs", "(3,)"),
        ({"test_inputs": ROWS, "test_targets": [[1]]}, "data.test_targets", "1 rows"),
    ],
)
def test_a_fault_is_named_by_its_place(data: dict[str, Any], path: str, said: str) -> None:
    with pytest.raises(SpecError) as caught:
        made(data)
    (fault,) = caught.value.faults
    assert fault.path == path
    assert said in fault.message()


@pytest.mark.parametrize(
    ("loss", "layers", "targets", "said"),
    [
        ("cross_entropy", SOFTMAX, [0, 1, 2, 3, 0, 1, 2], "label 3.0; labels are whole numbers from 0 to 2"),
        ("cross_entropy", SOFTMAX, [0, 1, 2, 0.5, 0, 1, 2], "label 0.5"),
        ("cross_entropy", SOFTMAX, [[0, 1, -1]] * 7, "target -1.0"),
        ("binary_cross_entropy", SIGMOID, [[0], [1], [2], [0], [1], [1], [0]], "target 2.0"),
        ("hinge", SIGMOID, [[0.0]] * 7, "target 0.0"),
    ],
)
def test_targets_are_those_the_loss_takes(loss: str, layers: Any, targets: Any, said: str) -> None:
    with pytest.raises(SpecError) as caught:
        made({"targets": targets}, loss=loss, layers=layers)
    assert said in caught.value.faults[0].message()


def test_labels_are_written_out_as_rows() -> None:
    labels = [0, 2, 1, 2, 0, 0, 1]
    setup = made({"targets": labels}, loss="cross_entropy", layers=SOFTMAX)
    assert np.array_equal(setup.data.train_targets, np.eye(3)[labels])
    same = made({"targets": np.eye(3)[labels].tolist()}, loss="cross_entropy", layers=SOFTMAX)
    assert np.array_equal(same.data.train_targets, setup.data.train_targets)


def test_rows_are_kept_as_they_are_and_cannot_be_written() -> None:
    setup = made({"test_inputs": ROWS[:2], "test_targets": ANSWERS[:2]})
    assert setup.data.train_inputs.tolist() == ROWS
    assert setup.data.train_targets.tolist() == ANSWERS
    assert setup.test is not None
    assert (setup.train.count, setup.test.count) == (7, 2)
    with pytest.raises(ValueError, match="read-only"):
        setup.data.train_inputs[0, 0] = 1


def test_an_image_is_flattened_by_a_dense_layer() -> None:
    setup = made({"inputs": [[[[1.0], [2]], [[3], [4]]]], "targets": [[1]]})
    assert setup.network.input_shape == (2, 2, 1)
    assert setup.network.slots[0].shape == (4, 3)


def test_rows_and_their_numbers_are_held_to_the_limits() -> None:
    spec = parse_spec(rows_spec())
    for limits, path, said in (
        (Limits(max_samples=6), "data.inputs", "7 is more than the limit max_samples = 6"),
        (Limits(max_data_values=20), "data", "21 is more than the limit max_data_values = 20"),
    ):
        with pytest.raises(SpecError) as caught:
            prepare(spec, limits)
        assert [(fault.path, fault.message()) for fault in caught.value.faults] == [(path, said)]


def test_what_is_given_is_counted_no_further_than_it_takes() -> None:
    given = {"inputs": [[1, 2], [3]], "targets": [0, 1], "test_inputs": [[4]], "test_targets": []}
    spec = parse_spec(rows_spec(data=given, parameters=[{"W": [[5, 6]]}, {}, {"b": [7]}, {"b": 8}]))
    lists = lists_in(spec)
    assert sorted(map(str, lists)) == ["[0, 1]", "[7]", "[[1, 2], [3]]", "[[4]]", "[[5, 6]]", "[]"]
    entries = 13  # numbers, and lists in lists
    assert are_more(lists, entries - 1)
    assert not are_more(lists, entries)
    assert lists_in(parse_spec(named_spec())) == []
    endless: list[Any] = [0]
    endless.append(endless)
    assert are_more([endless], 1000)
