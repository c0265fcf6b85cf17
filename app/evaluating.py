"""How a network does on all of its data; what has just been evaluated is not run again to be looked at."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.rows import Rows
from app.session import Moment, Scores
from app.setup import Setup

Array = NDArray[np.float64]
KEPT = 8  # evaluations: a request makes two, on training and on test data
EVALUATION_WORK = (
    200_000  # multiplications of one evaluation that every step can afford; beyond, not every step
)
SEQUENTIAL_WORK = 10_000  # what a step of a recurrent layer costs besides, in multiplications

_kept: OrderedDict[tuple[int, int], tuple[Array, Rows, nn.Evaluation]] = OrderedDict()
_lock = Lock()


def evaluation(setup: Setup, params: Array, rows: Rows) -> nn.Evaluation:
    """Loss and outputs over all `rows` of the network with `params` (P,), which never change."""
    key = (id(params), id(rows))  # of what is held here, so that nothing else can come to have them
    found = _kept.get(key)
    if found is not None:
        return found[2]
    made = nn.evaluate(setup.network, params, rows.inputs, rows.targets)
    with _lock:
        _kept[key] = (params, rows, made)
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def evaluated(setup: Setup, moment: Moment) -> Moment:
    """`moment` with its losses and accuracies on all training and test data."""
    if moment.scores.evaluated:
        return moment
    train_loss, train_accuracy = _evaluate(setup, moment.params, setup.train, setup.data.train_targets)
    test_loss, test_accuracy = (None, None)
    if setup.test:
        test_loss, test_accuracy = _evaluate(setup, moment.params, setup.test, setup.data.test_targets)
    batch_loss = moment.scores.batch_loss
    scores = Scores(batch_loss, train_loss, test_loss, train_accuracy, test_accuracy, evaluated=True)
    return replace(moment, scores=scores)


def _evaluate(setup: Setup, params: Array, rows: Rows, targets: Array) -> tuple[float, float | None]:
    result = evaluation(setup, params, rows)
    kind = setup.data.accuracy
    return result.loss, nn.accuracy(result.outputs, targets, kind) if kind else None


def evaluation_stride(setup: Setup) -> int:
    """Large networks on much data are evaluated every so many steps, and whenever a request ends."""
    samples = setup.train.count + (setup.test.count if setup.test else 0)
    work = setup.network.multiplications * samples + setup.network.sequential * SEQUENTIAL_WORK
    return 1 + work // EVALUATION_WORK
