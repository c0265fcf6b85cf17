"""A moment as bytes and back. Floats keep every bit: Python's own JSON writes NaN, infinity and all digits."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import astuple

import numpy as np
from numpy.typing import NDArray

from app.session import Flight, Moment, Pass, Point, Regime, Scores

Array = NDArray[np.float64]
KnobsId = Callable[[Regime], int]
RegimeOf = Callable[[int], Regime]


def encode_moment(moment: Moment, previous: Moment | None, knobs_id: KnobsId) -> tuple[str, bytes]:
    """(head, numbers). The parameters of its last pass are nearly always those of the previous moment: kept once."""
    last, borrowed = moment.last, False
    parts = [moment.params, moment.state]
    if last is not None:
        borrowed = previous is not None and last.params is previous.params
        if not borrowed:
            parts.append(last.params)
    head = [
        *(moment.method, moment.updates, moment.step, moment.epoch, moment.position, knobs_id(moment.regime)),
        moment.frozen.tolist(),
        [last.epoch, last.position, knobs_id(last.regime), borrowed] if last else None,
        astuple(moment.scores),
        moment.norms,
    ]
    return json.dumps(head), b"".join(part.tobytes() for part in parts)


def decode_moment(
    head: str, numbers: bytes, size: int, previous: Moment | None, regime_of: RegimeOf
) -> Moment:
    """What `encode_moment` wrote; `size` is the number of parameters."""
    method, updates, step, epoch, position, knobs, frozen, passed, scores, norms = json.loads(head)
    values = np.frombuffer(numbers)
    own = bool(passed) and not passed[3]
    last, end = None, len(values) - size if own else len(values)
    if own:
        last = Pass(values[end:], passed[0], passed[1], regime_of(passed[2]))
    elif passed and previous is not None:
        last = Pass(previous.params, passed[0], passed[1], regime_of(passed[2]))
    return Moment(
        params=values[:size],
        state=values[size:end],
        method=method,
        updates=updates,
        step=step,
        epoch=epoch,
        position=position,
        regime=regime_of(knobs),
        frozen=np.array(frozen, dtype=np.int64),
        last=last,
        scores=Scores(*scores),
        norms=tuple(norms),
    )


def encode_flight(flight: Flight | None, knobs_id: KnobsId) -> str | None:
    """The batch in flight."""
    return json.dumps([flight.phase, knobs_id(flight.regime), flight.loss]) if flight else None


def decode_flight(text: str | None, regime_of: RegimeOf) -> Flight | None:
    """What `encode_flight` wrote."""
    if text is None:
        return None
    phase, knobs, loss = json.loads(text)
    return Flight(phase, regime_of(knobs), loss)


def encode_point(point: Point) -> str:
    """A point of the loss curves."""
    losses = (point.batch_loss, point.train_loss, point.test_loss)
    return json.dumps([point.step, *losses, point.norms, point.train_accuracy, point.test_accuracy])


def decode_point(text: str) -> Point:
    """What `encode_point` wrote."""
    step, batch_loss, train_loss, test_loss, norms, *accuracies = json.loads(text)
    return Point(step, batch_loss, train_loss, test_loss, tuple(norms), *accuracies)
