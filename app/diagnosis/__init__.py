"""What goes wrong in a session's training, judged by what its last step left behind.

A finding is only made where there is something to say: each threshold stands far from what training that goes
well shows, and says why it stands there.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from app.diagnosis.case import Case, Finding, Kind
from app.diagnosis.course import over_fitting, plateau, too_large, too_small
from app.diagnosis.gradients import exploding, vanishing
from app.diagnosis.units import dead, saturated, symmetric
from app.looking import change
from app.session import Session

Array = NDArray[np.float64]

__all__ = ["KINDS", "Finding", "Kind", "diagnose"]

KINDS: tuple[Kind, ...] = get_args(Kind)
Check = Callable[[Case], Finding | None]
BLOCKED: set[Kind] = {"symmetric", "exploding", "dead", "saturated", "vanishing"}
# Every check, and the findings of which its own would be an effect: then it is left out.
CHECKS: tuple[tuple[set[Kind], Check], ...] = (
    (set(), symmetric),
    (set(), exploding),
    (set(), too_large),
    ({"symmetric"}, dead),
    ({"symmetric"}, saturated),
    ({"symmetric", "dead", "saturated"}, vanishing),
    (BLOCKED, too_small),
    (BLOCKED | {"too_large", "too_small"}, plateau),
    (set(), over_fitting),
)


def diagnose(session: Session) -> tuple[Finding, ...]:
    """What goes wrong in the last backward pass of `session`, the gravest first; nothing before the first.

    An effect of something found is not said besides.
    """
    if session.now.diverged:
        return (_divergence(session, session.now.params, session.now.step),)
    one, made = session.backward_pass, change(session)
    if one is None or made is None:
        return ()
    if not np.isfinite(made.new).all():
        return (_divergence(session, made.new, session.now.step + 1),)
    case, found = Case(session, one, made.new), list[Finding]()
    with np.errstate(all="ignore"):
        for causes, check in CHECKS:
            if not causes & {each.kind for each in found} and (finding := check(case)):
                found.append(finding)
    return tuple(found)


def _divergence(session: Session, params: Array, step: int) -> Finding:
    """In the layer whose largest parameter is the largest; one that is no number at all counts as larger still."""
    spans = session.setup.network.spans
    sizes = [
        float(np.nan_to_num(np.abs(params[span]), nan=inf, posinf=inf).max(initial=0.0)) for span in spans
    ]
    layer = int(np.argmax(sizes))
    return Finding("divergence", layer, {"step": step, "size": sizes[layer]})
