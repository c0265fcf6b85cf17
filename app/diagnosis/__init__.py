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

from app.diagnosis.case import Case, Finding, Kind, parameters_after
from app.diagnosis.course import over_fitting, plateau, too_large, too_small
from app.diagnosis.gradients import exploding, vanishing
from app.diagnosis.units import dead, saturated, symmetric
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
    """What goes wrong in the last backward pass of `session`, the gravest first; nothing before the first, nor in a
    network without parameters that learn.

    An effect of something found is not said besides.
    """
    now, one = session.now, session.backward_pass
    if now.diverged:
        return (_divergence(session, now.params, now.step),)
    new = parameters_after(session)
    if one is None or new is None or not new.size:
        return ()
    if new is not now.params and not np.isfinite(new).all():
        return (_divergence(session, new, now.step + 1),)
    found = dict[Kind, Finding]()
    with np.errstate(all="ignore"):
        case = Case(session, one, new)
        for causes, check in CHECKS:
            if causes.isdisjoint(found) and (finding := check(case)):
                found[finding.kind] = finding
    return tuple(found.values())


def _divergence(session: Session, params: Array, step: int) -> Finding:
    """In the layer whose largest parameter is the largest; one that is no number at all counts as larger still."""
    spans = session.setup.network.spans
    sizes = [
        float(np.nan_to_num(np.abs(params[span]), nan=inf, posinf=inf).max(initial=0.0)) for span in spans
    ]
    layer = int(np.argmax(sizes))
    return Finding("divergence", layer, {"step": step, "size": sizes[layer]})
