"""From a session to the curves that a page shows: all of them, or what is new to it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from app.evaluating import evaluated
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
    """The curves as arrays, what was undone included; at the present step they have what is measured now."""
    points, layers = list(session.curve), len(session.setup.network.layers)
    present = _present(session)
    if present:
        place = bisect_left(points, present.step, key=attrgetter("step"))
        behind = place + 1 if points[place : place + 1] and points[place].step == present.step else place
        points[place:behind] = [present]
    columns = {name: np.array([getattr(p, name) for p in points], dtype=np.float64) for name in CURVES}
    norms = np.array([point.norms for point in points]).reshape(len(points), layers)
    return Curve(**columns, norms=norms, until=session.now.step)


def _present(session: Session) -> Point | None:
    """The point of the present moment: a thinned curve may have none, and that of an edited network is another."""
    return evaluated(session.setup, session.now).point if session.now.step else None


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
    new = [points[k] for k in range(max(points.first, since // stride), points.end)]
    present = _present(session)
    last: list[Value] = list(read(present)) if present else [None] * _count(session, kind)
    values: list[tuple[Value, ...]] = list(zip(*map(read, new), strict=True)) or [()] * len(last)
    return Fresh(since, until, kind, [point.step for point in new], values, last)


def _count(session: Session, kind: str) -> int:
    return {"loss": 3, "accuracy": 2, "gradient": len(session.setup.network.layers)}[kind]
