"""One training step against PyTorch eager: forward, backward, update; float64, every gradient readable.

CPU time, one thread each, rounds A B A B …; a figure is the median of the rounds' ratios with the smallest
and the largest. Both sides start from the same parameters; their gradients are compared before the timing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from app.nn import Array, Dense, Network, optimizer, plan_for, update_for

ROUNDS = 15
ROUND_SECONDS = 0.06
RATE = 0.01
Step = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """One row: a network, its batch and its optimiser."""

    title: str
    features: int
    units: tuple[int, ...]
    hidden: str
    batch: int
    optimizer: str = "sgd"

    @property
    def network(self) -> Network:
        """Hidden layers alike; ten outputs are classes, one is a number."""
        is_classifier = self.units[-1] == 10
        last = Dense(self.units[-1], "softmax" if is_classifier else "linear")
        hidden = (Dense(units, self.hidden) for units in self.units[:-1])
        return Network((self.features,), (*hidden, last), "cross_entropy" if is_classifier else "mse")


CASES = (
    Case("2-4-2-1 tanh, SGD", 2, (4, 2, 1), "tanh", 10),
    Case("2-8-8-8-1 tanh, SGD", 2, (8, 8, 8, 1), "tanh", 32),
    Case("2-8-8-8-1 tanh, Adam", 2, (8, 8, 8, 1), "tanh", 32, "adam"),
    Case("7-8×6-1 relu, SGD", 7, (8, 8, 8, 8, 8, 8, 1), "relu", 10),
    Case("64-32-16-10 softmax, SGD", 64, (32, 16, 10), "relu", 32),
    Case("784-128-64-10 softmax, SGD", 784, (128, 64, 10), "relu", 64),
)


@dataclass(frozen=True)
class Row:
    """PyTorch's time ÷ ours, and the two times in microseconds a step (medians)."""

    network: str
    batch: int
    ratio: float
    ratio_min: float
    ratio_max: float
    ours_us: float
    pytorch_us: float


def data(case: Case) -> tuple[Array, Array]:
    """Inputs (batch, features) and targets: numbers (batch, 1), or one-hot classes."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(case.batch, case.features))
    if case.units[-1] == 10:
        return x, np.eye(10)[rng.integers(0, 10, case.batch)]
    return x, rng.normal(size=(case.batch, 1))


def our_step(case: Case, params: Array) -> tuple[Step, Array]:
    """A step, and the gradients it leaves."""
    network = case.network
    plan = plan_for(network, case.batch)
    update = update_for(optimizer(case.optimizer, RATE), plan)
    x, y = data(case)
    plan.load(params)
    plan.feed(network.inputs(x), network.targets(y))
    t = 0

    def step() -> None:
        nonlocal t
        t += 1
        plan.forward()
        plan.backward()
        update.apply(RATE, t)

    return step, plan.grads


def torch_step(torch: Any, case: Case, params: Array) -> tuple[Step, Callable[[], Array]]:
    """A step, and how to read the gradients it leaves, in our order."""
    activation = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[case.hidden]
    sizes = (case.features, *case.units)
    layers = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [torch.nn.Linear(fan_in, fan_out, dtype=torch.float64), activation()]
    model = torch.nn.Sequential(*layers[:-1])
    linears = layers[::2]
    with torch.no_grad():
        for linear, own in zip(linears, case.network.unflatten(params), strict=True):
            linear.weight.copy_(torch.from_numpy(own["W"].T.copy()))
            linear.bias.copy_(torch.from_numpy(own["b"].copy()))
    x, y = (torch.from_numpy(array) for array in data(case))
    if case.units[-1] == 10:
        y, loss_of = y.argmax(dim=1), torch.nn.CrossEntropyLoss()
    else:
        loss_of = torch.nn.MSELoss()
    rule = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[case.optimizer](model.parameters(), lr=RATE)

    def step() -> None:
        rule.zero_grad()
        loss_of(model(x), y).backward()
        rule.step()

    def gradients() -> Array:
        pairs = [(linear.weight.grad.T, linear.bias.grad) for linear in linears]
        return np.concatenate([part.numpy().ravel() for pair in pairs for part in pair])

    return step, gradients


def seconds(step: Step, times: int) -> float:
    """CPU seconds a step, over `times` of them."""
    start = process_time()
    for _ in range(times):
        step()
    return (process_time() - start) / times


def measure(torch: Any, case: Case) -> Row:
    """One row; RuntimeError if the two sides do not compute the same gradients."""
    params = case.network.initial("xavier_uniform", np.random.default_rng(1))
    ours, grads = our_step(case, params)
    theirs, their_grads = torch_step(torch, case, params)
    ours()
    theirs()
    if not np.allclose(grads, their_grads(), rtol=1e-10, atol=1e-13):
        raise RuntimeError(f"{case.title}: the gradients differ from PyTorch's")
    counts = [max(1, round(ROUND_SECONDS / max(seconds(step, 20), 1e-7))) for step in (ours, theirs)]
    rounds = [(seconds(ours, counts[0]), seconds(theirs, counts[1])) for _ in range(ROUNDS)]
    ratios = [their / our for our, their in rounds]
    our_us, their_us = (1e6 * median(column) for column in zip(*rounds, strict=True))
    return Row(case.title, case.batch, median(ratios), min(ratios), max(ratios), our_us, their_us)


def main() -> int:
    """Print the table; with --json also write it."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows to FILE")
    arguments = parser.parse_args()
    try:
        import torch
    except ImportError:
        print(
            'PyTorch is not installed: pip install "backprop-playground[bench]" (or ".[bench]" in a clone)',
            file=sys.stderr,
        )
        return 1
    torch.set_num_threads(1)
    print(f"{'network':<28}{'batch':>5}  {'PyTorch ÷ ours (min–max)':>26}{'ours µs':>10}{'PyTorch µs':>12}")
    rows = []
    for case in CASES:
        row = measure(torch, case)
        rows.append(asdict(row))
        ratio = f"{row.ratio:.1f} ({row.ratio_min:.1f}–{row.ratio_max:.1f})"
        print(
            f"{row.network:<28}{row.batch:>5}  {ratio:>26}{row.ours_us:>10.1f}{row.pytorch_us:>12.1f}",
            flush=True,
        )
    if arguments.json is not None:
        arguments.json.write_text(json.dumps({"torch": torch.__version__, "engine": rows}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
