"""How a network does on all of its data; what has just been evaluated is not run again to be looked at."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.session import Moment, Scores
from app.setup import Rows, Setup

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
KEPT = 8  # evaluations: a request makes two, on training and on test data
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


_kept: OrderedDict[tuple[int, int], tuple[Array, Rows, Evaluation]] = OrderedDict()
_lock = Lock()


def evaluation(setup: Setup, params: Array, test: bool) -> Evaluation:
    """How the network with `params` (P,), which never change, does on all training or all test data."""
    rows, data = setup.test if test else setup.train, setup.data
    assert rows is not None
    key = (id(params), id(rows))  # of what is held here, so that nothing else can come to have them
    found = _kept.get(key)
    if found is not None:
        return found[2]
    run = nn.evaluate(setup.network, params, rows.inputs, rows.targets)
    targets = data.test_targets if test else data.train_targets
    right = nn.right_answers(run.outputs, targets, data.accuracy) if data.accuracy else None
    made = Evaluation(run.loss, run.outputs, right)
    with _lock:
        _kept[key] = (params, rows, made)
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def evaluated(setup: Setup, moment: Moment) -> Moment:
    """`moment` with its losses and accuracies on all training and test data."""
    if moment.scores.evaluated:
        return moment
    train_loss, train_accuracy = _evaluate(setup, moment.params, test=False)
    test_loss, test_accuracy = _evaluate(setup, moment.params, test=True) if setup.test else (None, None)
    batch_loss = moment.scores.batch_loss
    scores = Scores(batch_loss, train_loss, test_loss, train_accuracy, test_accuracy, evaluated=True)
    return replace(moment, scores=scores)


def _evaluate(setup: Setup, params: Array, test: bool) -> tuple[float, float | None]:
    found = evaluation(setup, params, test)
    return found.loss, None if found.right is None else nn.accuracy(found.right)


def evaluation_stride(setup: Setup) -> int:
    """Large networks on much data are evaluated every so many steps, and whenever a request ends."""
    samples = setup.train.count + (setup.test.count if setup.test else 0)
    work = setup.network.multiplications * samples + setup.network.sequential * SEQUENTIAL_WORK
    return 1 + work // EVALUATION_WORK
