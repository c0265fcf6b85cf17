"""From a session to the curves that a page shows: all of them, or what is new to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, cast, get_args

import numpy as np
from numpy.typing import NDArray

from app.scene.view import Curve, Curves, Fresh
from app.session import Point, Session

Array = NDArray[np.float64]

CURVES = ("step", "batch_loss", "train_loss", "test_loss", "train_accuracy", "test_accuracy")
OF_TEST = frozenset(["test_loss", "test_accuracy"])


class Seen(NamedTuple):
    """The curves that a page has: of which version of the session, up to which step, and which they are."""

    version: int
    step: int
    kind: Curves


def seen_in(text: str) -> Seen | None:
    """What the page says of itself, `version:step:kind`; None where that is nothing that can be read."""
    version, step, kind = (*text.split(":"), "", "", "")[:3]
    if kind not in get_args(Curves) or not all(
        part.isascii() and part.isdecimal() for part in (version, step)
    ):
        return None
    return Seen(int(version), int(step), cast(Curves, kind))


def curve_of(session: Session) -> Curve:
    """The curves as arrays, what was undone included."""
    return _curve(session, list(session.curve))


def fresh_of(session: Session, text: str) -> Fresh | None:
    """What is new to a page that shows this version or the one before; None to any other, and after a reset.

    The page keeps its points up to the step it shows: no operation but a reset makes other ones of them.
    """
    seen = seen_in(text)
    if seen is None or session.version - seen.version not in (0, 1):
        return None
    if session.now.step < seen.step and not session.can_redo:
        return None
    points, stride = session.curve.points, session.curve.stride
    start = max(points.first, seen.step // stride)
    new = [points[k] for k in range(start, points.end)]
    return Fresh(seen.step, seen.kind, _curve(session, new), _last(session))


def _last(session: Session) -> Curve:
    """One point, of each curve the last one measured up to the present; none before the first."""
    points = session.curve.points
    end = min(points.end, session.now.step // session.curve.stride)
    wanted = CURVES[1:4] if session.setup.data.accuracy is None else CURVES[1:]
    missing = [name for name in wanted if session.setup.test or name not in OF_TEST]
    found = points[end - 1] if end > points.first else None
    for k in range(end - 1, points.first - 1, -1):
        missing = [name for name in missing if getattr(found, name) is None]
        if not missing or found is None:
            break
        found = replace(found, **{name: getattr(points[k], name) for name in missing})
    return _curve(session, [found] if found else [])


def _curve(session: Session, points: Sequence[Point]) -> Curve:
    def column(name: str) -> Array:
        return np.array([getattr(point, name) for point in points], dtype=np.float64)

    norms, layers = np.array([point.norms for point in points]), len(session.setup.network.layers)
    return Curve(
        **{name: column(name) for name in CURVES},
        norms=norms.reshape(len(points), layers),
        until=session.now.step,
    )
