"""From a session to the curves that a page shows: all of them, or what is new to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple, cast, get_args

import numpy as np
from numpy.typing import NDArray

from app.scene.view import Curve, Curves, Fresh, Value
from app.session import Point, Session

Array = NDArray[np.float64]

CURVES = ("step", "batch_loss", "train_loss", "test_loss", "train_accuracy", "test_accuracy")
KINDS: tuple[Curves, ...] = get_args(Curves)
SEEN = re.compile(rf"(\d{{1,18}}):(\d{{1,18}}):({'|'.join(KINDS)})(?::|$)", re.ASCII)
OF_TEST = frozenset(["test_loss", "test_accuracy"])
Read = Callable[[Point], Value]


class Seen(NamedTuple):
    """The curves that a page has: of which version of the session, up to which step, and which they are."""

    version: int
    step: int
    kind: Curves


def seen_in(text: str) -> Seen | None:
    """What the page says of itself, `version:step:kind`; None where that is nothing that can be read."""
    found = SEEN.match(text)
    return Seen(int(found[1]), int(found[2]), cast(Curves, found[3])) if found else None


def curve_of(session: Session) -> Curve:
    """The curves as arrays, what was undone included."""
    points, layers = list(session.curve), len(session.setup.network.layers)
    columns = {name: np.array([getattr(p, name) for p in points], dtype=np.float64) for name in CURVES}
    norms = np.array([point.norms for point in points]).reshape(len(points), layers)
    return Curve(**columns, norms=norms, until=session.now.step)


def fresh_of(session: Session, text: str) -> Fresh | None:
    """What is new to a page that shows this version or the one before; None to any other, and after a reset.

    The page keeps its points up to the step it shows: no operation but a reset makes other ones of them.
    """
    seen, until = seen_in(text), session.now.step
    if seen is None or session.version - seen.version not in (0, 1):
        return None
    if until < seen.step and not session.can_redo:
        return None
    points, stride, setup = session.curve.points, session.curve.stride, session.setup
    start, present = max(points.first, seen.step // stride), min(points.end, until // stride)
    new = [points[k] for k in range(start, points.end)]
    values, last = list[list[Value]](), list[Value]()
    is_judged, is_tested = setup.data.accuracy is not None, setup.test is not None
    for read, measured in _readings(seen.kind, len(setup.network.layers), is_judged, is_tested):
        values.append([read(point) for point in new])
        last.append(_last(session, present, read) if measured else None)
    return Fresh(seen.step, until, seen.kind, [point.step for point in new], values, last)


def _last(session: Session, end: int, read: Read) -> Value:
    """The last value before the entry `end` of the curves."""
    points = session.curve.points
    for place in range(end - 1, points.first - 1, -1):
        value = read(points[place])
        if value is not None:
            return value
    return None


@lru_cache(maxsize=256)
def _readings(kind: Curves, layers: int, is_judged: bool, is_tested: bool) -> list[tuple[Read, bool]]:
    """What each curve reads off a point, and whether it is measured at all."""
    if kind == "gradient":
        return [(lambda point, layer=layer: point.norms[layer], True) for layer in range(layers)]  # type: ignore[misc]
    judged = kind == "loss" or is_judged
    names = [name for name in CURVES[1:] if name.endswith(kind)]
    return [(attrgetter(name), judged and (is_tested or name not in OF_TEST)) for name in names]
