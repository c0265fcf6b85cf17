"""The arithmetic of the bench. Nothing here is timed."""

from __future__ import annotations

import importlib
import itertools
import pkgutil

import pytest

import bench
from bench.figures import Figure, Target, alone, compared, figure_of, interleaved
from bench.words import ratio, short, sides, wanted

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(bench.__path__, "bench.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", [*MODULES, "bench.__main__"])
def test_every_module_is_there_without_the_peers(name: str) -> None:
    assert importlib.import_module(name)


def test_rounds_go_in_turns() -> None:
    clock = itertools.count()
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return float(next(clock))

    ours, peer = interleaved([lambda: side("A"), lambda: side("B")], 3)
    assert order == ["A", "B"] * 3
    assert (ours, peer) == ([0.0, 2.0, 4.0], [1.0, 3.0, 5.0])


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    row = compared("engine", "a step", "PyTorch", "µs", [1e-6, 2e-6, 4e-6], [8e-6, 4e-6, 20e-6], scale=1e6)
    assert (row.ours, row.peer) == pytest.approx((2.0, 8.0))
    assert (row.low, row.ratio, row.high) == pytest.approx((1 / 8, 1 / 5, 1 / 2))
    turned = compared("engine", "a step", "PyTorch", "µs", [1, 2, 4], [8, 4, 20], upside_down=True)
    assert (turned.low, turned.ratio, turned.high) == (2.0, 5.0, 8.0)


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        (Target("≥", 2.0), True),
        (Target("≥", 2.1), False),
        (Target("≤", 2.0), True),
        (Target("≤", 1.9), False),
        (Target("≤", 10.0, "ours"), True),
        (Target("≥", 10.5, "ours"), False),
        (None, None),
    ],
)
def test_a_target_bounds_the_ratio_or_our_own_number(target: Target | None, reached: bool | None) -> None:
    row = compared("server", "a Step", "bare", "ms", [10.0], [5.0], target)
    assert row.reached is reached
    assert figure_of(row.as_json()) == row


def test_a_ratio_that_was_not_measured_reaches_nothing() -> None:
    assert alone("page", "updates", "/s", [60.0], Target("≥", 50.0)).reached is False


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.071, "0.07"), (1.234, "1.23"), (12.34, "12.3"), (123.4, "123"), (5178.5, "5,178")],
)
def test_numbers_are_short(number: float, text: str) -> None:
    assert short(number) == text


def test_a_row_in_words() -> None:
    row = Figure("engine", "a step", "PyTorch", "µs", 6.8, 201.0, 28.93, 26.53, 31.33, Target("≥", 40.0))
    assert ratio(row) == "28.9 (26.5–31.3)"
    assert sides(row) == "6.80 : 201 µs"
    assert wanted(row) == "≥ 40 ✗"
    memory = alone("sessions", "memory", "KB", [30.0, 32.0, 34.0], Target("≤", 40.0, "ours"))
    assert (ratio(memory), sides(memory), wanted(memory)) == ("–", "32.0 KB", "≤ 40 KB ✓")
