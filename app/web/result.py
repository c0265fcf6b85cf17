"""From a session to what the result column shows: the network over its inputs, the data, one example."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.area import Grid, domain_of, grid_of
from app.evaluating import evaluation
from app.scene.given import Given
from app.scene.view import Answered, Answers, Example, Maps
from app.session import Session
from app.setup import Setup

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """What of the result column follows from a setup: its grid and its data, whether answers to the training and to
    the test data are drawn, whether one sample is shown by itself."""

    grid: Grid | None
    given: Given
    train: bool
    test: bool
    has_example: bool


_columns: WeakKeyDictionary[Setup, _Column] = WeakKeyDictionary()


def _column_of(setup: Setup) -> _Column:
    """Made once for a setup."""
    column = _columns.get(setup)
    if column is None:
        column = _columns[setup] = _laid_out(setup)
    return column


def _laid_out(setup: Setup) -> _Column:
    data, dimensions, has_test = setup.data, len(domain_of(setup)), setup.test is not None
    drawn = dimensions == 2 if data.accuracy else dimensions == 0
    judged = data.accuracy is not None
    return _Column(
        grid=grid_of(setup),
        given=Given(
            data.train_points,
            _flat(data.train_targets),
            data.test_points,
            _flat(data.test_targets),
            data.accuracy,
            setup.network.output_shape[-1],
        ),
        train=drawn or (judged and not has_test),
        test=has_test and (drawn or judged),
        has_example=data.accuracy == "argmax" or not dimensions,
    )


def maps_of(session: Session) -> Maps | None:
    """What every neuron answers over the plane or the line of inputs; None where there are more inputs."""
    grid = _column_of(session.setup).grid
    return Maps(grid, session.setup.network, session.now.params) if grid else None


def answers_of(session: Session) -> Answers:
    """The data and what the network answers to them, as far as something is drawn from it."""
    column, one = _column_of(session.setup), session.flown or session.now.last
    return Answers(
        column.given,
        _answered(session, test=False) if column.train else None,
        _answered(session, test=True) if column.test else None,
        one.rows(session.setup) if one else np.empty(0, np.int64),
    )


def _answered(session: Session, test: bool) -> Answered:
    found = evaluation(session.setup, session.now.params, test)
    right = found.right
    if right is not None and right.ndim > 1:
        right = np.logical_and.reduce(right.reshape(len(right), -1), axis=1)
    return Answered(_flat(found.outputs), right)


def _flat(values: Array) -> Array:
    """(N, outputs): every number that belongs to a sample in one row, those of all steps of a sequence."""
    return values.reshape(len(values), prod(values.shape[1:])) if values.ndim > 2 else values


def has_example(session: Session) -> bool:
    """Whether one sample is shown by itself: not where the plane or the line shows all there is to see."""
    return _column_of(session.setup).has_example


def example_of(session: Session, sample: int) -> Example:
    """The sample at that place of the batch shown (the first of the coming one before any), and its answer."""
    setup = session.setup
    rows = (session.flown or session.now.last or session.now.next_pass).rows(setup)
    row = int(rows[sample if sample < len(rows) else 0])
    inputs = setup.data.train_inputs[row]
    outputs = nn.predict(setup.network, session.now.params, setup.network.inputs(inputs[None]))
    return Example(row, inputs, setup.data.train_targets[row], outputs[0])
