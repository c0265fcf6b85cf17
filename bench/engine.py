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
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from app.nn import Array, Conv2d, Dense, Layer, MaxPool2d, Network, Rnn, optimizer, plan_for
from bench.pytorch import model_of, samples

ROUNDS = 15
ROUND_SECONDS = 0.06
RATE = 0.01
Step = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """One row: a network, its batch and its optimiser."""

    title: str
    network: Network
    batch: int
    optimizer: str = "sgd"


def dense(hidden: str, features: int, *units: int) -> Network:
    """Hidden layers alike; ten outputs are classes, one is a number."""
    layers = [Dense(count, hidden) for count in units[:-1]]
    return ending((features,), *layers, outputs=units[-1])


def ending(shape: tuple[int, ...], *layers: Layer, outputs: int) -> Network:
    """The network with its last layer: ten outputs are classes, one is a number."""
    is_classifier = outputs == 10
    last = Dense(outputs, "softmax" if is_classifier else "linear")
    return Network(shape, (*layers, last), "cross_entropy" if is_classifier else "mse")


CONVOLUTIONS = (
    Conv2d(4, (3, 3), padding="same", activation="relu"),
    MaxPool2d(2),
    Conv2d(8, (3, 3), padding="same", activation="relu"),
)
CASES = (
    Case("2-4-2-1 tanh, SGD", dense("tanh", 2, 4, 2, 1), 10),
    Case("2-8-8-8-1 tanh, SGD", dense("tanh", 2, 8, 8, 8, 1), 32),
    Case("2-8-8-8-1 tanh, Adam", dense("tanh", 2, 8, 8, 8, 1), 32, "adam"),
    Case("7-8×6-1 relu, SGD", dense("relu", 7, 8, 8, 8, 8, 8, 8, 1), 10),
    Case("64-32-16-10 softmax, SGD", dense("relu", 64, 32, 16, 10), 32),
    Case("784-128-64-10 softmax, SGD", dense("relu", 784, 128, 64, 10), 64),
    Case("conv 4, pool, conv 8, SGD", ending((8, 8, 1), *CONVOLUTIONS, outputs=10), 16),
    Case("Elman 8, 10 steps, SGD", ending((10, 1), Rnn(8), outputs=1), 16),
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
    """Inputs (batch, *shape) and targets: numbers (batch, 1), or one-hot classes."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(case.batch, *case.network.input_shape))
    if case.network.loss == "cross_entropy":
        return x, np.eye(10)[rng.integers(0, 10, case.batch)]
    return x, rng.normal(size=(case.batch, 1))


def our_step(case: Case, params: Array) -> tuple[Step, Array]:
    """A step, and the gradients it leaves."""
    network = case.network
    plan = plan_for(network, case.batch)
    descent = plan.descent(optimizer(case.optimizer, RATE))
    x, y = data(case)
    plan.load(params)
    plan.feed(network.inputs(x), network.targets(y))
    t = 0

    def step() -> float:
        nonlocal t
        t += 1
        descent.apply(RATE, t)
        return plan.loss

    return step, plan.grads


def torch_step(torch: Any, case: Case, params: Array) -> tuple[Step, Callable[[], Array]]:
    """A step, and how to read the gradients it leaves, in our order."""
    model, read = model_of(torch, case.network, params)
    inputs, targets = data(case)
    x, y = samples(torch, inputs), torch.from_numpy(targets)
    if case.network.loss == "cross_entropy":
        y, loss_of = y.argmax(dim=1), torch.nn.CrossEntropyLoss()
    else:
        loss_of = torch.nn.MSELoss()
    rule = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[case.optimizer](model.parameters(), lr=RATE)

    def step() -> None:
        rule.zero_grad()
        loss_of(model(x), y).backward()
        rule.step()

    return step, lambda: np.concatenate(read())


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
