"""From a session to the curves that a page shows: all of them, or what is new to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import NamedTuple, cast, get_args

import numpy as np
from numpy.typing import NDArray

from app.scene.view import Curve, Curves, Fresh, Value
from app.session import Point, Session

Array = NDArray[np.float64]

CURVES = ("step", "batch_loss", "train_loss", "test_loss", "train_accuracy", "test_accuracy")
LONGEST = 18  # digits of a version or a step
KINDS = frozenset(get_args(Curves))
READINGS = {name: attrgetter(name) for name in CURVES}
OF_TEST = frozenset(["test_loss", "test_accuracy"])


class Seen(NamedTuple):
    """The curves that a page has: of which version of the session, up to which step, and which they are."""

    version: int
    step: int
    kind: Curves


def seen_in(text: str) -> Seen | None:
    """What the page says of itself, `version:step:kind`; None where that is nothing that can be read."""
    version, step, kind = (*text.split(":"), "", "", "")[:3]
    if kind not in KINDS or not (_is_count(version) and _is_count(step)):
        return None
    return Seen(int(version), int(step), cast(Curves, kind))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST


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
    points, stride = session.curve.points, session.curve.stride
    start, present = max(points.first, seen.step // stride), min(points.end, until // stride)
    new = [points[k] for k in range(start, points.end)]
    values, last = list[list[Value]](), list[Value]()
    for read, measured in _readings(session, seen.kind):
        values.append([read(point) for point in new])
        place, value = present, None
        while measured and value is None and place > points.first:
            place -= 1
            value = read(points[place])
        last.append(value)
    return Fresh(seen.step, until, seen.kind, [point.step for point in new], values, last)


def _readings(session: Session, kind: Curves) -> Iterator[tuple[Callable[[Point], Value], bool]]:
    """What each curve reads off a point, and whether it is measured at all."""
    setup = session.setup
    if kind == "gradient":
        for layer in range(len(setup.network.layers)):
            yield (lambda point, layer=layer: point.norms[layer]), True  # type: ignore[misc]
        return
    judged = kind == "loss" or setup.data.accuracy is not None
    for name in (each for each in CURVES[1:] if each.endswith(kind)):
        yield READINGS[name], judged and (setup.test is not None or name not in OF_TEST)
