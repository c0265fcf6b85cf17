"""Schedules at chosen updates."""

from __future__ import annotations

import pytest

from app.nn import SCHEDULES, learning_rate, schedule


@pytest.mark.parametrize(
    ("name", "options", "rates"),
    [
        ("constant", {}, {1: 0.3, 10_000: 0.3}),
        ("step", {"every": 10, "factor": 0.5}, {1: 0.3, 10: 0.3, 11: 0.15, 21: 0.075}),
        ("exponential", {"gamma": 0.9}, {1: 0.3, 2: 0.27, 3: 0.243}),
        ("inverse_time", {"decay": 0.5}, {1: 0.3, 3: 0.15, 5: 0.1}),
        ("cosine", {"steps": 10, "floor": 0.1}, {1: 0.3, 6: 0.165, 11: 0.03, 500: 0.03}),
        ("warmup", {"steps": 4}, {1: 0.075, 2: 0.15, 4: 0.3, 5: 0.3, 900: 0.3}),
    ],
)
def test_rates(name: str, options: dict[str, float], rates: dict[int, float]) -> None:
    made = schedule(name, **options)
    for t, rate in rates.items():
        assert learning_rate(made, 0.3, t) == pytest.approx(rate, rel=1e-14), t


def test_every_schedule_has_defaults() -> None:
    for name in SCHEDULES:
        assert 0 < learning_rate(schedule(name), 1.0, 1) <= 1


def test_constant_is_exact() -> None:
    assert learning_rate(schedule("constant"), 0.1, 77) == 0.1


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown schedule 'linear'"):
        schedule("linear")
    with pytest.raises(ValueError, match=r"gamma of exponential is 1.5; it must lie in \(0, 1\]"):
        schedule("exponential", gamma=1.5)
    with pytest.raises(ValueError, match=r"every of step is 2\.5"):
        schedule("step", every=2.5)
    with pytest.raises(ValueError, match="warmup has no field 'gamma'"):
        schedule("warmup", gamma=0.5)
