"""Gradients on their way back, through the layers and through time."""

from __future__ import annotations

from statistics import median

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.diagnosis.case import LONG, RECENT, Case, Finding, Kind

Array = NDArray[np.float64]

# ‖gradient‖ of the first layer over that of the last, or of the first time step over that of the last. Where a
# network learns they mostly stay within a factor of 20 of each other; a hundred between them is more than a
# learning rate common to all of them can make good.
VANISHING, EXPLODING = 1 / 100, 100.0
# Share of the loss of a constant answer, above which what lies far back in time may be what is missing.
UNLEARNED = 0.5


def _over_time(case: Case) -> list[tuple[int, Array]]:
    """‖∂L/∂h_t‖ of every recurrent layer."""
    return [(k, nn.time_norms(case.plan.layer_trace(k, with_delta=True))) for k in case.outline.unrolled]


def _is_small(case: Case, first: int, last: int) -> bool:
    """Whether ‖gradient‖ of one layer is a small part of another's, in the middle of the recent steps."""
    recent = [case.norms, *(point.norms for point in case.recent[-RECENT:])]
    if not any(norms[first] < VANISHING * norms[last] for norms in recent):
        return False
    ratios = [norms[first] / norms[last] for norms in recent if norms[last] > 0]
    return bool(ratios) and median(ratios) < VANISHING


def _between(kind: Kind, layer: int, first: float, last: float, time: int = 0) -> Finding:
    numbers = {"ratio": first / last, "first": first, "last": last}
    return Finding(kind, layer, numbers | ({"time": time} if time else {}))


def vanishing(case: Case) -> Finding | None:
    """The gradient shrinks on its way back: from the last step to the first, or from the last layer to the first."""
    if case.solved:
        return None
    for k, norms in _over_time(case):
        if norms[0] < VANISHING * norms[-1] and case.loss > UNLEARNED * case.baseline:
            return _between("vanishing", k, norms[0], norms[-1], len(norms))
    first, last = case.outline.learning[0], case.outline.learning[-1]
    if case.norms[last] > 0 and _is_small(case, first, last):
        return _between("vanishing", first, case.norms[first], case.norms[last])
    return None


def exploding(case: Case) -> Finding | None:
    """The gradient grows on its way back, and is long."""
    if case.clipped or case.norm < LONG:
        return None
    for k, norms in _over_time(case):
        if norms[0] > EXPLODING * norms[-1] > 0:
            return _between("exploding", k, norms[0], norms[-1], len(norms))
    first, last = case.outline.learning[0], case.outline.learning[-1]
    if case.norms[first] > EXPLODING * case.norms[last] > 0:
        return _between("exploding", first, case.norms[first], case.norms[last])
    return None
