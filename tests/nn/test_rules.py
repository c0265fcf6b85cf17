"""The lines of an update against the optimiser itself, which takes all parameters at once."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import numpy as np
import pytest

from app.nn import (
    OPTIMIZERS,
    SCHEDULES,
    OneUpdate,
    Optimizer,
    RuleLine,
    Schedule,
    Update,
    learning_rate,
    optimizer,
    rule,
    schedule,
    stages,
    state_names,
)
from app.nn.algebra import symbol

SIZE, STEPS = 5, 7
W = symbol("w")
SETTINGS: dict[str, dict[str, float]] = {
    "momentum": {"momentum": 0.8},
    "nesterov": {"momentum": 0.8},
    "adagrad": {"epsilon": 1e-3},
    "rmsprop": {"rho": 0.9, "epsilon": 1e-3},
    "adadelta": {"rho": 0.7, "epsilon": 1e-3},
    "adam": {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3},
    "adamw": {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weight_decay": 0.3},
}
PLANS: dict[str, dict[str, float]] = {
    "step": {"every": 2, "factor": 0.5},
    "cosine": {"steps": 5, "floor": 0.1},
    "warmup": {"steps": 4},
}


def updates_of(
    method: Optimizer, plan: Schedule, clip_norm: float | None, **more: Any
) -> list[tuple[list[RuleLine], float, dict[str, float]]]:
    """Several updates of five parameters: the lines of the third one, its value and its state after each."""
    rng = np.random.default_rng(3)
    w, g = rng.normal(size=SIZE), np.zeros(SIZE)
    engine, names, found = Update(method, w, g, clip_norm), state_names(method), []
    for t in range(1, STEPS + 1):
        g[:] = rng.normal(size=SIZE)
        l1, l2 = more.get("l1", 0.0), more.get("l2", 0.0)
        slope = float(g[2])
        g[2] += l1 * np.sign(w[2]) + l2 * w[2]
        state = dict(zip(names, engine.state.reshape(-1, SIZE)[:, 2].tolist(), strict=True))
        norm = None if clip_norm is None else float(np.sqrt(g.dot(g)))
        given = OneUpdate(
            method, plan, float(w[2]), slope, state, t, t, norm=norm, clip_norm=clip_norm, **more
        )
        lines = rule(given, W)
        engine.apply(learning_rate(plan, method.learning_rate, t), t)
        after = dict(zip(names, engine.state.reshape(-1, SIZE)[:, 2].tolist(), strict=True))
        found.append((lines, float(w[2]), after))
    return found


@pytest.mark.parametrize("planned", SCHEDULES)
@pytest.mark.parametrize("clip_norm", [None, 0.7, 100.0])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_last_line_is_what_the_optimiser_makes_of_it(
    name: str, clip_norm: float | None, planned: str
) -> None:
    method = optimizer(name, 0.1, **SETTINGS.get(name, {}))
    plan = schedule(planned, **PLANS.get(planned, {}))
    for lines, new, state in updates_of(method, plan, clip_norm):
        by_name = {line.name: line for line in lines}
        assert len(by_name) == len(lines)
        assert lines[-1].name == "new"
        assert lines[-1].value == pytest.approx(new, rel=1e-13)
        for piece, value in state.items():
            assert by_name[piece].value == pytest.approx(value, rel=1e-13)
        assert ("rate" in by_name) == (planned != "constant")
        assert ("clipped" in by_name) == (clip_norm is not None)


def test_penalties_are_part_of_the_gradient() -> None:
    for lines, new, _ in updates_of(optimizer("sgd", 0.1), schedule("constant"), None, l1=0.2, l2=0.3):
        assert lines[-1].value == pytest.approx(new, rel=1e-14)
        assert r"\operatorname{sgn}\left(w\right)" in lines[0].expression.written(None).latex


def test_a_frozen_parameter_has_no_rule_but_itself() -> None:
    ((line,), *_) = [
        found[0] for found in updates_of(optimizer("adam", 0.1), schedule("constant"), None, frozen=True)
    ]
    assert (line.name, line.expression.written(None).latex) == ("new", "w")


def written(lines: list[RuleLine]) -> dict[str, str]:
    """Every line in symbols, as LaTeX."""
    return {line.name: line.expression.written(None).latex for line in lines}


def test_the_rules_are_written_as_in_a_textbook() -> None:
    method = optimizer("adamw", 0.1)
    lines = updates_of(method, schedule("inverse_time"), 1.0)[0][0]
    assert written(lines) == {
        "gradient": r"\frac{\partial L}{\partial w}",
        "clipped": r"g \, \min\left(1, \frac{c}{\lVert g \rVert}\right)",
        "rate": r"\eta_{0} \, \frac{1}{1 + \delta \, \left(t - 1\right)}",
        "decayed": r"\left(1 - \eta \, \lambda\right) \, w",
        "m": r"\beta_{1} \, m + \left(1 - \beta_{1}\right) \, g",
        "v": r"\beta_{2} \, v + \left(1 - \beta_{2}\right) \, g^{2}",
        "m_hat": r"\frac{m}{1 - \beta_{1}^{t}}",
        "v_hat": r"\frac{v}{1 - \beta_{2}^{t}}",
        "new": r"w - \eta \, \frac{\hat{m}}{\sqrt{\hat{v}} + \varepsilon}",
    }
    assert written(updates_of(optimizer("adadelta", 1.0), schedule("step"), None)[0][0]) == {
        "gradient": r"\frac{\partial L}{\partial w}",
        "rate": r"\eta_{0} \, \gamma^{\left\lfloor \frac{t - 1}{k}\right \rfloor}",
        "square_avg": r"\rho \, s + \left(1 - \rho\right) \, g^{2}",
        "change": r"\frac{\sqrt{u + \varepsilon}}{\sqrt{s + \varepsilon}} \, g",
        "acc_delta": r"\rho \, u + \left(1 - \rho\right) \, Δ^{2}".replace("Δ", r"\Delta"),
        "new": r"w - \eta \, \Delta",
    }


def test_numbers_stand_where_the_symbols_stood() -> None:
    update = OneUpdate(optimizer("momentum", 0.5), schedule("constant"), -1.0, -0.25, {"v": 2.0}, 1, 1)
    lines = {line.name: stages(line.expression, "{:g}".format, "{:.2g}".format) for line in rule(update, W)}
    written = {name: [stage.latex for stage in found] for name, found in lines.items()}
    assert written == {
        "gradient": ["-0.25"],
        "v": [r"0.9 \cdot 2 + \left(-0.25\right)", "1.6"],
        "new": [r"-1 - 0.5 \cdot 1.55", "-1.8"],
    }
    assert "<mn>0.9</mn><mo>·</mo><mn>2</mn><mo>+</mo>" in lines["v"][0].mathml


@pytest.mark.parametrize("slope", [1e300, nan, inf, -inf, 0.0])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_numbers_that_are_none_go_the_way_they_go_in_the_optimiser(name: str, slope: float) -> None:
    method = optimizer(name, 1e300)
    w, g = np.array([1e300]), np.array([slope])
    engine = Update(method, w, g, clip_norm=1.0)
    engine.load(np.full(engine.state.size, inf))
    engine.apply(1e300, 3)
    state = dict.fromkeys(state_names(method), inf)
    with np.errstate(all="ignore"):
        norm = float(np.sqrt(g.dot(g)))  # infinite for 1e300, as the optimiser takes it
    given = OneUpdate(method, schedule("constant"), 1e300, slope, state, 3, 3, norm=norm, clip_norm=1.0)
    lines = rule(given, W)
    np.testing.assert_allclose(lines[-1].value, w[0], rtol=1e-12)
    assert all("<m" in stages(line.expression, str, str)[-1].mathml for line in lines)
