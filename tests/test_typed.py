"""Typed inputs as numbers, and numbers as one would type them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import RequestError
from app.typed import Form, half_width, image_shape, parsed, written

POINT = Form("point", ("x1", "x2"), (2,))
IMAGE = Form("image", (), (2, 3))
LETTERS = Form("symbols", ("a", "b", "␣"), (4, 3))
WORDS = Form("symbols", ("left", "right"), (3, 2))
NUMBERS = Form("numbers", (), (3, 1))
PAIRS = Form("numbers", (), (2, 2))


def faults_of(form: Form, text: str) -> list[str]:
    """What is wrong with the text of the only field."""
    with pytest.raises(RequestError) as refused:
        parsed(form, {form.fields[0]: text})
    return [f"{fault.path} {fault.message()}" for fault in refused.value.faults]


def test_numbers_make_a_point() -> None:
    assert parsed(POINT, {"probe-0": "1,5", "probe-1": "−2"}).tolist() == [1.5, -2.0]


def test_numbers_may_be_wide_as_input_methods_make_them() -> None:
    assert parsed(POINT, {"probe-0": "１．５", "probe-1": "－２ｅ－１"}).tolist() == [1.5, -0.2]
    assert half_width(" ３×２ ") == "3×2"
    assert half_width(" ｘ² ") == "ｘ²"


def test_an_empty_field_is_called_so() -> None:
    with pytest.raises(RequestError) as refused:
        parsed(POINT, {"probe-0": "", "probe-1": "1"})
    assert [fault.message() for fault in refused.value.faults] == ["is empty; a finite number is expected"]


@pytest.mark.parametrize("text", ["", "abc", "inf", "nan", "1e999"])
def test_what_is_no_finite_number_is_named(text: str) -> None:
    with pytest.raises(RequestError) as refused:
        parsed(POINT, {"probe-0": "1", "probe-1": text})
    assert [fault.path for fault in refused.value.faults] == ["x2"]


def test_a_field_that_was_not_sent_is_empty() -> None:
    with pytest.raises(RequestError):
        parsed(NUMBERS, {})


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        (LETTERS, "ab a", [0, 1, 2, 0]),
        (LETTERS, "ab␣a", [0, 1, 2, 0]),
        (WORDS, " right  left right ", [1, 0, 1]),
        (Form("symbols", ("A", "·"), (3, 2)), "A . ·", [0, 1, 1]),
        (Form("symbols", ("a", " "), (3, 2)), "a␣ ", [0, 1, 1]),
    ],
)
def test_symbols_become_one_hot(form: Form, text: str, expected: list[int]) -> None:
    inputs = parsed(form, {"sequence": text})
    assert inputs.argmax(axis=1).tolist() == expected
    assert inputs.sum() == len(expected)


def test_numbers_and_pairs_over_time() -> None:
    assert parsed(NUMBERS, {"sequence": "1 −2,5\n3"}).tolist() == [[1], [-2.5], [3]]
    assert parsed(PAIRS, {"sequence": "1 2; 3 4;"}).tolist() == [[1, 2], [3, 4]]
    assert parsed(PAIRS, {"sequence": "1 2\n3 4"}).tolist() == [[1, 2], [3, 4]]


def test_what_is_wrong_with_a_sequence_is_said() -> None:
    assert faults_of(LETTERS, "abxy!") == [
        "sequence holds ! x y; the symbols are a b ␣",
        "sequence has 5 steps; this network takes exactly 4",
    ]
    assert faults_of(NUMBERS, "1 2") == ["sequence has 2 steps; this network takes exactly 3"]
    assert faults_of(NUMBERS, "1 2 x") == ["sequence is x; a finite number is expected"]
    assert faults_of(PAIRS, "1 2; 3") == ["sequence has 1 numbers at step 2; 2 are expected"]
    assert faults_of(IMAGE, "0,1") == ["pixels has 2 numbers; 6 are expected"]


@pytest.mark.parametrize("form", [POINT, IMAGE, NUMBERS, PAIRS])
@given(data=st.data())
def test_what_is_written_is_read_back_to_the_last_bit(form: Form, data: st.DataObject) -> None:
    count = int(np.prod(form.shape))
    numbers = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=count, max_size=count)
    inputs = np.array(data.draw(numbers)).reshape(form.shape)
    np.testing.assert_array_equal(parsed(form, written(form, inputs)), inputs)


@pytest.mark.parametrize("form", [LETTERS, WORDS])
@given(data=st.data())
def test_symbols_are_written_and_read_back(form: Form, data: st.DataObject) -> None:
    steps, symbols = form.shape
    chosen = data.draw(st.lists(st.integers(0, symbols - 1), min_size=steps, max_size=steps))
    inputs = np.eye(symbols)[chosen]
    np.testing.assert_array_equal(parsed(form, written(form, inputs)), inputs)


def test_which_inputs_are_an_image() -> None:
    assert image_shape((8, 6, 3), ()) == (8, 6, 3)
    assert image_shape((16,), ("pixel 0,0", "pixel 0,1")) == (4, 4, 1)
    assert image_shape((15,), ("pixel 0,0",)) is None
    assert image_shape((16,), ("x1",)) is None
    assert image_shape((8, 2), ()) is None
