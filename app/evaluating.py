"""How a network does on all of its data; what has just been evaluated is not run again to be looked at."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.session import Moment, Scores
from app.setup import Setup

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
KEPT = 4  # evaluations: a request makes one, two sessions side by side one each


class Evaluation(NamedTuple):
    """The mean loss over all samples, without penalty, the outputs (N, *output_shape), which of them are right and
    the fraction of those; None for regression."""

    loss: float
    outputs: Array
    right: BoolArray | None
    accuracy: float | None


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
    answers, kind = setup.both.answers, setup.data.accuracy
    losses, outputs = nn.evaluate_parts(setup.parts, params)
    right = nn.are_right(outputs, answers, kind) if kind and answers is not None else None
    made, start = [], 0
    for count, loss in zip(setup.counts, losses, strict=True):
        samples = slice(start, start + count)
        own = None if right is None else right[samples]
        made.append(Evaluation(loss, outputs[samples], own, None if own is None else nn.accuracy(own)))
        start += count
    with _lock:
        _kept[key] = (setup, params, made)
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def scores(setup: Setup, params: Array, batch_loss: float | None) -> Scores:
    """Beside the loss of the batch the losses and accuracies on all training and test data."""
    train, *tests = _evaluations(setup, params)
    if not tests:
        return Scores(batch_loss, train.loss, None, train.accuracy, None, True)
    test = tests[0]
    return Scores(batch_loss, train.loss, test.loss, train.accuracy, test.accuracy, True)


def evaluated(setup: Setup, moment: Moment) -> Moment:
    """`moment` with its losses and accuracies on all training and test data."""
    if moment.scores.evaluated:
        return moment
    return replace(moment, scores=scores(setup, moment.params, moment.scores.batch_loss))
