"""From a session to the curves that a page shows: all of them, or what is new to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from app.scene.view import Curve, Fresh, Value
from app.session import Point, Session

Array = NDArray[np.float64]

CURVES = ("step", "batch_loss", "train_loss", "test_loss", "train_accuracy", "test_accuracy")
READ: dict[str, Callable[[Point], tuple[Value, ...]]] = {
    "loss": attrgetter("batch_loss", "train_loss", "test_loss"),
    "accuracy": attrgetter("train_accuracy", "test_accuracy"),
    "gradient": attrgetter("norms"),
}
SEEN = re.compile(r"(\d{1,18}):(\d{1,18}):(loss|accuracy|gradient)(?::|$)", re.ASCII)


def curve_of(session: Session) -> Curve:
    """The curves as arrays, what was undone included."""
    points, layers = list(session.curve), len(session.setup.network.layers)
    columns = {name: np.array([getattr(p, name) for p in points], dtype=np.float64) for name in CURVES}
    norms = np.array([point.norms for point in points]).reshape(len(points), layers)
    return Curve(**columns, norms=norms, until=session.now.step)


def fresh_of(session: Session, text: str) -> Fresh | None:
    """What is new to a page that says `version:step:kind`, of which version of the session it has the curves of that
    kind, and up to which step. None unless that is this version or the one before, after a reset, and where there
    are no curves.

    The page keeps its points up to the step it shows: no operation but a reset makes other ones of them.
    """
    seen, until = SEEN.match(text), session.now.step
    if seen is None or session.version - int(seen[1]) not in (0, 1):
        return None
    since, kind = int(seen[2]), seen[3]
    if (until < since or until == 0) and not session.can_redo:
        return None
    points, stride, read = session.curve.points, session.curve.stride, READ[kind]
    start, present = max(points.first, since // stride), min(points.end, until // stride)
    new = [points[k] for k in range(start, points.end)]
    last: list[Value] = [None] * _count(session, kind)
    if present > points.first:
        last = list(read(points[present - 1]))
    values: list[tuple[Value, ...]] = list(zip(*map(read, new), strict=True)) or [()] * len(last)
    if None in last:
        _look_back(session, kind, present, last)
    return Fresh(since, until, kind, [point.step for point in new], values, last)


def _count(session: Session, kind: str) -> int:
    return {"loss": 3, "accuracy": 2, "gradient": len(session.setup.network.layers)}[kind]


def _look_back(session: Session, kind: str, present: int, last: list[Value]) -> None:
    """Values that were not measured at the last point are those of the last one where they were."""
    points, setup, read = session.curve.points, session.setup, READ[kind]
    if kind == "accuracy" and setup.data.accuracy is None:
        return
    missing = {k for k, value in enumerate(last) if value is None}
    if setup.test is None:
        missing.discard(len(last) - 1)  # the last curve is that of the test data, which nobody measures
    for place in range(present - 2, points.first - 1, -1):
        if not missing:
            return
        values = read(points[place])
        for k in [k for k in missing if values[k] is not None]:
            last[k] = values[k]
            missing.discard(k)
