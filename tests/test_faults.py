"""What is wrong in the page's words: short, however much was sent and however deep it is nested."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import MOST_FAULTS
from app.faults import VALUE_LENGTH, faults_of, shown


class Anything(BaseModel):
    """A model with one field that is easily wrong."""

    model_config = ConfigDict(extra="forbid")

    numbers: list[int] = []


def faults(value: Any) -> dict[str, str]:
    """What is wrong with `value`: path -> message, in order."""
    with pytest.raises(ValidationError) as caught:
        Anything.model_validate(value)
    return {fault.path: fault.message() for fault in faults_of(caught.value)}


def rejected(value: object) -> str:
    """`value` as it is shown where it is rejected."""
    return shown({"type": "list_type", "input": value})


def nested(levels: int, inside: Any) -> Any:
    """Something in so many lists and objects by turns."""
    for level in range(levels):
        inside = {"a": inside} if level % 2 else [inside]
    return inside


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(width=16) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_a_rejected_value_is_shown_as_json_writes_it(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert rejected(value) == (text if len(text) <= VALUE_LENGTH else text[: VALUE_LENGTH - 1] + "…")


@pytest.mark.parametrize("levels", [900, 1000, 1023, 100_000])
def test_a_value_nested_deeply_is_shown_by_its_beginning(levels: int) -> None:
    text = rejected([nested(levels - levels % 2, 1)])
    assert len(text) == VALUE_LENGTH
    assert text.startswith('[{"a": [{"a": [')
    assert text.endswith("…")


@pytest.mark.parametrize(
    "value", ["x" * 10**6, ["x" * 10**6], {"x" * 10**6: 1}, [0] * 10**6, {str(n): n for n in range(10**5)}]
)
def test_of_a_large_value_only_the_beginning_is_written(
    value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, dumps = [], json.dumps

    def counted(part: Any, **options: Any) -> str:
        written.append(dumps(part, **options))
        return written[-1]

    monkeypatch.setattr(json, "dumps", counted)
    assert len(rejected(value)) == VALUE_LENGTH
    assert sum(map(len, written)) < 20 * VALUE_LENGTH


def test_of_many_faults_the_first_are_named_and_the_others_counted() -> None:
    few = faults({"numbers": ["x"] * MOST_FAULTS})
    assert list(few) == [f"numbers[{place}]" for place in range(MOST_FAULTS)]
    many = faults({"numbers": ["x"] * (MOST_FAULTS + 7)})
    assert list(many) == [*few, ""]
    assert many[""] == "… and 7 more"


def test_a_name_that_is_too_long_to_be_read_is_cut() -> None:
    (path,) = faults({"y" * 10**6: 1})
    assert path == "y" * (VALUE_LENGTH - 1) + "…"
