"""From a session to what the result column shows: the network over its inputs, the data, one example."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.area import domain_of, grid_of
from app.evaluating import evaluation
from app.scene.view import Answered, Answers, Example, Maps
from app.session import Session

Array = NDArray[np.float64]


def maps_of(session: Session) -> Maps | None:
    """What every neuron answers over the plane or the line of inputs; None where there are more inputs."""
    grid = grid_of(session.setup)
    if grid is None:
        return None
    layers = nn.activations_over(session.setup.network, session.now.params, grid.inputs)
    return Maps(grid.domain, grid.side, grid.reach, (grid.features, *layers))


def answers_of(session: Session) -> Answers:
    """The data and what the network answers to them, as far as something is drawn from it."""
    setup, data = session.setup, session.setup.data
    one = session.flown or session.now.last
    dimensions = len(domain_of(setup))
    drawn = dimensions == 2 if data.accuracy else dimensions == 0
    judged = data.accuracy is not None
    return Answers(
        train_points=data.train_points,
        train_targets=_flat(data.train_targets),
        train=_answered(session, test=False) if drawn or (judged and not setup.test) else None,
        test_points=data.test_points,
        test_targets=_flat(data.test_targets),
        test=_answered(session, test=True) if setup.test and (drawn or judged) else None,
        batch=one.rows(setup) if one else np.empty(0, np.int64),
        kind=data.accuracy,
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
    return session.setup.data.accuracy == "argmax" or not domain_of(session.setup)


def example_of(session: Session, sample: int) -> Example:
    """The sample at that place of the batch shown (the first of the coming one before any), and its answer."""
    setup = session.setup
    rows = (session.flown or session.now.last or session.now.next_pass).rows(setup)
    row = int(rows[sample if sample < len(rows) else 0])
    inputs = setup.data.train_inputs[row]
    outputs = nn.predict(setup.network, session.now.params, setup.network.inputs(inputs[None]))
    return Example(row, inputs, setup.data.train_targets[row], outputs[0])
