"""Many updates asked for at once are those asked for one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app import training
from app.session import Session
from tests.specs import LIMITS, rows_spec, started
from tests.states import numbers_of, state_of

SPLITS = [[7], [1] * 7, [2, 5], [3, 1, 3]]


def in_pieces(spec: dict[str, Any], pieces: list[int]) -> Session:
    """So many updates in requests of these sizes, from a batch in flight on."""
    session = training.backward(started(spec))
    for count in pieces:
        session = training.step(session, LIMITS, count)
    return session


def told(session: Session) -> str:
    """The history and the curve of the batch losses, every digit, NaN and infinity included."""
    points = [replace(session, cursor=k) for k in range(session.history.end)]
    losses = [(moment.scores.batch_loss, moment.norms) for moment in session.history]
    curve = [(point.step, point.batch_loss) for point in session.curve]
    return repr(([numbers_of(point) for point in points], losses, curve))


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "adam"},
        {"optimizer": "momentum", "clip_norm": 0.1, "frozen": ["b[0]", "W[2][0,0]"]},
        {"schedule": {"name": "step", "every": 2}, "regularization": {"l1": 0.01, "l2": 0.1}},
        {"stop": {"max_steps": 5}},
        {"stop": {"loss_tolerance": 0.05}},
        {"stop": {"gradient_tolerance": 0.3}},
        {"optimizer": {"name": "sgd", "learning_rate": 1e5}},
        {"data": {"inputs": [[1e150, 1.0], [0.1, 0.2], [0.3, -0.1], [0.5, 0.5]], "targets": [[0.1]] * 4}},
    ],
    ids=["adam", "clipped", "scheduled", "limited", "small loss", "level", "diverging", "overflowing"],
)
def test_updates_are_the_same_in_whatever_pieces_they_are_asked_for(changes: dict[str, Any]) -> None:
    layers = [
        {"type": "dense", "units": 3, "activation": "relu"},
        {"type": "dropout", "rate": 0.2},
        {"type": "dense", "units": 1, "activation": "linear"},
    ]
    spec = rows_spec(layers=layers, shuffle=True) | changes
    whole, *others = (in_pieces(spec, pieces) for pieces in SPLITS)
    for other in others:
        assert other.stopped == whole.stopped
        assert state_of(other, counts=True) == state_of(whole, counts=True)
        assert told(other) == told(whole)


def test_every_update_of_a_long_request_is_evaluated() -> None:
    session = training.step(started(rows_spec()), LIMITS, 500)
    known = [point.step for point in session.curve if point.train_loss is not None]
    assert known == list(range(1, 501))
