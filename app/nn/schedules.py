"""Schedules of the learning rate: what the base rate becomes at update t, counted from 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import cos, inf, pi

from app.nn.fields import Field, Options, resolve

Rate = Callable[[Mapping[str, float], int], float]
_STEPS = Field(1000, 1, 1_000_000_000, integer=True)


@dataclass(frozen=True)
class ScheduleRule:
    """factor(options, t): what the base rate is multiplied by at update t."""

    name: str
    factor: Rate
    fields: dict[str, Field] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Schedule:
    """A schedule by name, every option resolved; made by `schedule`."""

    name: str
    options: Options = ()


def _cosine(options: Mapping[str, float], t: int) -> float:
    """Loshchilov and Hutter, SGDR (2017), without restarts: from 1 down to `floor` in `steps` updates, then
    level."""
    done = min(t - 1, options["steps"]) / options["steps"]
    return options["floor"] + (1.0 - options["floor"]) * 0.5 * (1.0 + cos(pi * done))


SCHEDULES: dict[str, ScheduleRule] = {
    rule.name: rule
    for rule in (
        ScheduleRule("constant", lambda _o, _t: 1.0),
        ScheduleRule(
            "step",
            lambda o, t: o["factor"] ** ((t - 1) // o["every"]),
            {"every": Field(100, 1, 1_000_000_000, integer=True), "factor": Field(0.5, 0, 1, low_open=True)},
        ),
        ScheduleRule(
            "exponential", lambda o, t: o["gamma"] ** (t - 1), {"gamma": Field(0.999, 0, 1, low_open=True)}
        ),
        ScheduleRule(
            "inverse_time",
            lambda o, t: 1.0 / (1.0 + o["decay"] * (t - 1)),
            {"decay": Field(0.001, 0, inf, high_open=True)},
        ),
        ScheduleRule("cosine", _cosine, {"steps": _STEPS, "floor": Field(0, 0, 1)}),
        ScheduleRule("warmup", lambda o, t: min(1.0, t / o["steps"]), {"steps": _STEPS}),
    )
}


def schedule(name: str, **options: float) -> Schedule:
    """The schedule `name` with `options`, defaults for the rest; ValueError for what is impossible."""
    if name not in SCHEDULES:
        raise ValueError(f"unknown schedule {name!r}; known: {', '.join(SCHEDULES)}")
    return Schedule(name, resolve(name, SCHEDULES[name].fields, options))


def learning_rate(schedule: Schedule, base: float, t: int) -> float:
    """The rate of update `t` (from 1); `constant` gives `base` exactly. `floor` is a fraction of it."""
    return base * SCHEDULES[schedule.name].factor(dict(schedule.options), t)
