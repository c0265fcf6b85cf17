"""What one change of a session adds to it, as bytes and back, every bit of every float kept.

A change is a head, JSON of whole numbers and names, and the floats that belong to it, one behind the other.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from app.history import Log
from app.session import Curve, Flight, Moment, Pass, Point, Regime, Scores, Session
from app.stores.cache import common_end

Array = NDArray[np.float64]
KnobsId = Callable[[Regime], int]
RegimeOf = Callable[[int], Regime]
Maybe = float | None


def encode_change(
    session: Session, base: Session | None, knobs_id: KnobsId, with_curve: bool = False
) -> tuple[int, bytes, bytes]:
    """(start, head, numbers) of what makes `session` of `base`; all of it without one. It holds the moments from
    `start` on, and of the curves what is new, or all of them."""
    history, points = session.history, session.curve.points
    start, fresh = history.first, points.first
    if base is not None:
        start = max(start, common_end(base.history, history))
        if base.curve.stride == session.curve.stride and not with_curve:
            fresh = common_end(base.curve.points, points)
    flight, numbers = session.flight, [b""]
    if flight:
        numbers.append(array("d", [flight.loss]).tobytes())
    moments = []
    previous = history[start - 1] if start > history.first else None
    for entry in range(start, history.end):
        moment = history[entry]
        moments.append(_encode_moment(moment, previous, knobs_id, numbers))
        previous = moment
    masks = [_encode_point(points[entry], numbers) for entry in range(fresh, points.end)]
    flying = [flight.phase, knobs_id(flight.regime)] if flight else None
    head = (history.first, session.cursor, flying, start, moments, session.curve.stride, fresh, masks)
    return start, orjson.dumps(head), b"".join(numbers)


def _encode_moment(
    moment: Moment, previous: Moment | None, knobs_id: KnobsId, numbers: list[bytes]
) -> tuple[object, ...]:
    """The parameters of its last pass are nearly always those of the previous moment: kept once."""
    last, scores, passed = moment.last, moment.scores, None
    numbers += (moment.params.tobytes(), moment.state.tobytes())
    if last is not None:
        borrowed = previous is not None and last.params is previous.params
        passed = (last.epoch, last.position, knobs_id(last.regime), borrowed)
        if not borrowed:
            numbers.append(last.params.tobytes())
    mask = _put(scores[:5], moment.norms, numbers)
    return (
        *(moment.method, len(moment.state), moment.updates, moment.step, moment.epoch, moment.position),
        *(knobs_id(moment.regime), moment.frozen.tolist(), passed, scores.evaluated, mask, len(moment.norms)),
    )


def _encode_point(point: Point, numbers: list[bytes]) -> int:
    losses = (point.batch_loss, point.train_loss, point.test_loss)
    return _put((*losses, point.train_accuracy, point.test_accuracy), point.norms, numbers)


def _put(values: Sequence[Maybe], others: Sequence[float], numbers: list[bytes]) -> int:
    """Put `values` and `others` behind `numbers`; gives which of the values there are, a bit each."""
    known = [value for value in values if value is not None]
    numbers.append(array("d", [*known, *others]).tobytes())
    if len(known) == len(values):
        return (1 << len(values)) - 1
    return sum(1 << k for k, value in enumerate(values) if value is not None)


def knobs_in(head: bytes) -> set[int]:
    """The ids of the settings that a head refers to."""
    _, _, flying, _, moments, *_ = orjson.loads(head)
    found = {flying[1]} if flying else set()
    for moment in moments:
        found.add(moment[6])
        if passed := moment[8]:
            found.add(passed[2])
    return found


@dataclass
class Changes:
    """What the changes of one session, read one after the other from a full one on, come to. `size` is the number
    of parameters, `layers` that of layers."""

    size: int
    layers: int
    regime_of: RegimeOf
    first: int = 0
    cursor: int = 0
    flight: Flight | None = None
    _start: int = 0
    _moments: list[Moment] = field(default_factory=list)
    _stride: int = 1
    _points: list[Point] = field(default_factory=list)

    def add(self, head: bytes, numbers: bytes) -> None:
        """Take in what `encode_change` gave."""
        self.first, self.cursor, flying, start, moments, self._stride, fresh, masks = orjson.loads(head)
        taken = _Numbers(numbers)
        self.flight = Flight(flying[0], self.regime_of(flying[1]), taken.one()) if flying else None
        if not self._start <= start <= self._start + len(self._moments):
            self._start, self._moments = start, []
        del self._moments[start - self._start :]
        for moment in moments:
            previous = self._moments[-1] if self._moments else None
            self._moments.append(self._moment(moment, taken, previous))
        del self._points[fresh:]
        for entry, mask in enumerate(masks, fresh + 1):
            self._points.append(self._point(entry * self._stride, mask, taken))

    @property
    def history(self) -> Log[Moment]:
        """The moments that are still remembered."""
        return Log.starting(self.first, self._moments[self.first - self._start :])

    @property
    def curve(self) -> Curve:
        """The loss curves."""
        return Curve(Log.starting(0, self._points), self._stride)

    def _moment(self, head: Sequence[Any], numbers: _Numbers, previous: Moment | None) -> Moment:
        method, state, updates, step, epoch, position, knobs, frozen, passed, evaluated, mask, norms = head
        params, own, last = numbers.take(self.size), numbers.take(state), None
        if passed:
            at_epoch, at_position, passed_knobs, borrowed = passed
            # nothing is before the first moment only where it is itself forgotten, and there for its parameters
            before = (previous.params if previous else params) if borrowed else numbers.take(self.size)
            last = Pass(before, at_epoch, at_position, self.regime_of(passed_knobs))
        scores = Scores(*numbers.masked(mask), evaluated)
        return Moment(
            params=params,
            state=own,
            method=method,
            updates=updates,
            step=step,
            epoch=epoch,
            position=position,
            regime=self.regime_of(knobs),
            frozen=np.array(frozen, dtype=np.int64),
            last=last,
            scores=scores,
            norms=tuple(numbers.take(norms).tolist()),
        )

    def _point(self, step: int, mask: int, numbers: _Numbers) -> Point:
        batch_loss, train_loss, test_loss, *accuracies = numbers.masked(mask)
        norms = tuple(numbers.take(self.layers).tolist())
        return Point(step, batch_loss, train_loss, test_loss, norms, *accuracies)


class _Numbers:
    """Floats, taken one after the other."""

    def __init__(self, numbers: bytes) -> None:
        self._values = np.frombuffer(numbers)
        self._place = 0

    def take(self, count: int) -> Array:
        """The next `count`, a copy that cannot be written to: nothing keeps the bytes they came in."""
        self._place += count
        taken = self._values[self._place - count : self._place].copy()
        taken.flags.writeable = False
        return taken

    def one(self) -> float:
        """The next."""
        return float(self.take(1)[0])

    def masked(self, mask: int) -> tuple[Any, Any, Any, Any, Any]:
        """Five, of which those are there that `mask` has a bit for."""
        there = iter(self.take(mask.bit_count()).tolist())
        one, two, three, four, five = (next(there) if mask >> k & 1 else None for k in range(5))
        return one, two, three, four, five
