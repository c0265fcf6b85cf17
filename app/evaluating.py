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
KEPT = 4  # evaluations: a request makes one, two sessions side by side one each
EVALUATION_WORK = (
    200_000  # multiplications of one evaluation that every step can afford; beyond, not every step
)
SEQUENTIAL_WORK = 10_000  # what a step of a recurrent layer costs besides, in multiplications

_kept: OrderedDict[tuple[int, int], tuple[Setup, Array, list[nn.Evaluation]]] = OrderedDict()
_lock = Lock()


def evaluation(setup: Setup, params: Array, rows: Rows) -> nn.Evaluation:
    """Loss and outputs over the training or test `rows` of the network with `params` (P,), which never change."""
    return _evaluations(setup, params)[0 if rows is setup.train else 1]


def _evaluations(setup: Setup, params: Array) -> list[nn.Evaluation]:
    """On training data, and on test data where there are any."""
    key = (id(setup), id(params))  # of what is held here, so that nothing else can come to have them
    found = _kept.get(key)
    if found is not None:
        return found[2]
    both = setup.both
    counts = (setup.train.count, setup.test.count) if setup.test else (setup.train.count,)
    made = nn.evaluate_parts(setup.network, params, both.inputs, both.targets, counts)
    with _lock:
        _kept[key] = (setup, params, made)
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def evaluated(setup: Setup, moment: Moment) -> Moment:
    """`moment` with its losses and accuracies on all training and test data."""
    if moment.scores.evaluated:
        return moment
    train, *tests = _evaluations(setup, moment.params)
    batch_loss, train_accuracy = moment.scores.batch_loss, _accuracy(setup, setup.train, train)
    test_loss, test_accuracy = None, None
    if setup.test:
        test_loss, test_accuracy = tests[0].loss, _accuracy(setup, setup.test, tests[0])
    scores = Scores(batch_loss, train.loss, test_loss, train_accuracy, test_accuracy, evaluated=True)
    return replace(moment, scores=scores)


def _accuracy(setup: Setup, rows: Rows, found: nn.Evaluation) -> float | None:
    kind = setup.data.accuracy
    return nn.share_right(found.outputs, rows.answers, kind) if kind and rows.answers is not None else None


def evaluation_stride(setup: Setup) -> int:
    """Large networks on much data are evaluated every so many steps, and whenever a request ends."""
    samples = setup.train.count + (setup.test.count if setup.test else 0)
    work = setup.network.multiplications * samples + setup.network.sequential * SEQUENTIAL_WORK
    return 1 + work // EVALUATION_WORK
