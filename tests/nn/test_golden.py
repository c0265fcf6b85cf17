"""The reference runs made with PyTorch in float64."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.nn import Network, evaluate, optimizer, penalty, plan_for, state_size
from app.spec import parse_spec

RUNS = sorted((Path(__file__).parent.parent / "golden").glob("*.json"))


def test_all_six_runs_are_there() -> None:
    assert len(RUNS) == 6


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_run(path: Path) -> None:
    run: dict[str, Any] = json.loads(path.read_text())
    spec, expect = run["spec"], run["expect"]
    x = np.array(spec["data"]["inputs"])
    layers = tuple(layer.engine() for layer in parse_spec(spec).layers)
    network = Network(x.shape[1:], layers, spec["loss"])
    inputs, targets = network.inputs(x), network.targets(spec["data"]["targets"])
    rule = optimizer(**spec["optimizer"])
    penalties = spec.get("regularization", {"l1": 0, "l2": 0})
    batch = spec["batch_size"]
    plan = plan_for(network, batch)
    update = plan.descent(rule, **penalties)
    plan.load(network.flatten(run["parameters"]))
    update.load(np.zeros(state_size(rule, network.size)))
    for step in range(run["steps"]):
        plan.feed(inputs, targets, np.arange(step * batch, (step + 1) * batch) % len(x))
        # the reference takes the penalty where it takes the loss: before the update
        assert penalty(network, plan.params, **penalties) == pytest.approx(expect["penalty"][step], rel=1e-9)
        update.apply(rule.learning_rate, step + 1)
        assert plan.loss == pytest.approx(expect["batch_loss"][step], rel=1e-9)
        if step == 0:
            first = network.flatten(expect["first_gradients"])
            np.testing.assert_allclose(plan.grads, first, rtol=1e-9, atol=0)
    np.testing.assert_allclose(plan.params, network.flatten(expect["parameters_after"]), rtol=1e-9, atol=0)
    outputs = evaluate(network, plan.params.copy(), inputs, targets).outputs
    np.testing.assert_allclose(outputs, expect["outputs_after"], rtol=1e-9, atol=0)
