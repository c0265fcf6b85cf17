"""Calls bound to buffers, and lists of them."""

from __future__ import annotations

import warnings
from functools import partial

import numpy as np
import pytest

from app.nn.arrays import LONGEST, Runner, aligned, call, straight


@pytest.mark.parametrize("count", [0, 1, LONGEST, LONGEST + 1, 3 * LONGEST + 7])
def test_straight_makes_all_calls_in_order(count: int) -> None:
    made: list[int] = []
    straight([partial(made.append, k) for k in range(count)])()
    assert made == list(range(count))


def test_straight_takes_what_is_no_partial_and_what_names_its_operands() -> None:
    x, out = np.array([1.0, 2.0]), np.zeros(2)
    made: list[str] = []
    straight([partial(np.maximum, x, 1.5, out=out), lambda: made.append("done")])()
    assert out.tolist() == [1.5, 2.0]
    assert made == ["done"]


def test_the_place_of_the_result_is_one_object() -> None:
    block = aligned(3, 4)
    head = call(np.add, block[:2], block[1:], block[:2])
    assert isinstance(head, partial)
    assert head.args[0] is head.args[2]
    assert head.args[1] is not head.args[2]
    named = call(np.maximum, block.T, 0.5, out=block.T)
    assert isinstance(named, partial)
    assert named.args[0] is named.keywords["out"]
    turned = call(np.add, np.ones((2, 2)), (square := aligned(2, 2)).T, square)
    assert isinstance(turned, partial)
    assert turned.args[1] is not turned.args[2]


def test_runs_are_silent() -> None:
    x = np.array([-1.0, 0.0])
    runner, calls = Runner(), [call(np.log, x, x)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        runner.bound(calls)()
        runner.run(calls)
    assert np.isnan(x[0])
