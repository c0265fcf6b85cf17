"""How a network does on all of its data; what has just been evaluated is not run again to be looked at."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.rows import Rows
from app.session import Moment, Scores
from app.setup import Setup

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
KEPT = 4  # evaluations: a request makes one, two sessions side by side one each
EVALUATION_WORK = (
    200_000  # multiplications of one evaluation that every step can afford; beyond, not every step
)
SEQUENTIAL_WORK = 10_000  # what a step of a recurrent layer costs besides, in multiplications


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The mean loss over all samples, without penalty, the outputs (N, *output_shape), and which of them are right;
    None for regression."""

    loss: float
    outputs: Array
    right: BoolArray | None

    @property
    def accuracy(self) -> float | None:
        """The fraction of right answers."""
        return None if self.right is None else nn.accuracy(self.right)


_kept: OrderedDict[tuple[int, int], tuple[Setup, Array, list[Evaluation]]] = OrderedDict()
_lock = Lock()


def evaluation(setup: Setup, params: Array, test: bool) -> Evaluation:
    """How the network with `params` (P,), which never change, does on all training or all test data."""
    return _evaluations(setup, params)[test]


def _evaluations(setup: Setup, params: Array) -> list[Evaluation]:
    """On training data, and on test data where there are any."""
    key = (id(setup), id(params))  # of what is held here, so that nothing else can come to have them
    found = _kept.get(key)
    if found is not None:
        return found[2]
    both, kind = setup.both, setup.data.accuracy
    parts = [setup.train, setup.test] if setup.test else [setup.train]
    counts = (setup.train.count, setup.test.count) if setup.test else (setup.train.count,)
    runs = nn.evaluate_parts(setup.network, params, both.inputs, both.targets, counts)
    made = [
        Evaluation(run.loss, run.outputs, _right(run.outputs, rows, kind))
        for run, rows in zip(runs, parts, strict=True)
    ]
    with _lock:
        _kept[key] = (setup, params, made)
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _right(outputs: Array, rows: Rows, kind: nn.Kind | None) -> BoolArray | None:
    return nn.are_right(outputs, rows.answers, kind) if kind and rows.answers is not None else None


def evaluated(setup: Setup, moment: Moment) -> Moment:
    """`moment` with its losses and accuracies on all training and test data."""
    if moment.scores.evaluated:
        return moment
    train, *tests = _evaluations(setup, moment.params)
    test_loss, test_accuracy = (tests[0].loss, tests[0].accuracy) if tests else (None, None)
    losses = (moment.scores.batch_loss, train.loss, test_loss)
    return replace(moment, scores=Scores(*losses, train.accuracy, test_accuracy, evaluated=True))


def evaluation_stride(setup: Setup) -> int:
    """Large networks on much data are evaluated every so many steps, and whenever a request ends."""
    samples = setup.train.count + (setup.test.count if setup.test else 0)
    work = setup.network.multiplications * samples + setup.network.sequential * SEQUENTIAL_WORK
    return 1 + work // EVALUATION_WORK
