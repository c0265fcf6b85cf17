"""Shared values: one for each key while somebody uses it, a bounded number beyond."""

from __future__ import annotations

import gc

from app.shared import Shared


class Value:
    """Something that can be referred to weakly."""


def test_a_value_in_use_is_made_once() -> None:
    shared: Shared[str, Value] = Shared(0, lambda _: 1)
    one = shared.get("a", Value)
    assert shared.get("a", Value) is one
    assert shared.get("b", Value) is not one


def test_the_most_recent_stay_within_their_bytes() -> None:
    made: list[str] = []

    def get(key: str) -> None:
        def make() -> Value:
            made.append(key)
            return Value()

        shared.get(key, make)

    shared: Shared[str, Value] = Shared(20, lambda _: 10)
    for key in "aabacbac":
        get(key)
        gc.collect()
    assert made == list("abcbac")
