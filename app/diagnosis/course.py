"""The course of training: steps that are too long or too short, a loss that stands, one that rises on test data."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from statistics import median

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from app.diagnosis.case import RECENT, SOLVED, Case, Finding
from app.session import Point

# The batch's own loss after its update over that before: above 1 the step was too long. Near the lowest point
# that happens to good training too: it has to be LONGER, and the training loss as much above what it was RECENT
# steps before, or else that has to have risen with every one of them.
LONGER = 1.25
# A step as a part of the way to the lowest point along it, and the share of the loss that it takes away.
SHORT, SLOW = 1 / 1000, 5e-4
# ‖gradient‖ as a share of the loss of a constant answer: below, it is the loss that is flat there, not the step
# that is short.
STEEP = 0.05
# Steps after which the loss is still CHANCE of that of a constant answer, and has moved by less than FLAT of it.
# Networks that learn have left their saddle points by then.
PATIENCE, CHANCE, FLAT = 100, 0.9, 0.01
# Test loss over the lowest it has been, and over the training loss; the training loss over what it was then.
WORSE, APART, FALLEN = 1.3, 1.5, 0.8


def too_large(case: Case) -> Finding | None:
    """The update goes downhill at first and ends higher than it began, and training gets nowhere with it."""
    losses = case.losses
    rising = len(losses) > RECENT and all(a < b for a, b in pairwise(losses))
    higher = bool(losses) and case.loss >= LONGER * losses[0]
    if not (higher or rising) or case.solved or not case.moved or case.slope >= 0:
        return None
    along = case.along
    if not along.end > along.start or not (rising or along.end >= LONGER * along.start):
        return None
    return Finding("too_large", None, _step(case))


def too_small(case: Case) -> Finding | None:
    """The update is a small part of the way to the lowest point along it, and the loss hardly falls."""
    if case.solved or case.norm < STEEP * case.baseline or case.slope >= 0:
        return None
    if not -case.slope < SLOW * case.start or not case.moved:
        return None
    return Finding("too_small", None, _step(case)) if 1 / SHORT < case.along.lowest < inf else None


def _step(case: Case) -> dict[str, float]:
    now, along = case.session.now, case.along
    step = now.step + 1 if case.session.phase == "backward" else now.step
    rate = case.one.regime.learning_rate(step)
    return {"times": along.lowest, "before": along.start, "after": along.end, "rate": rate}


def plateau(case: Case) -> Finding | None:
    """The loss has stood for long where an answer that looks at no input would be."""
    step = case.session.now.step
    if step < PATIENCE or not case.losses or case.losses[-1] < CHANCE * case.baseline:
        return None
    losses = [p.train_loss for p in case.past if p.step >= step - PATIENCE and p.train_loss is not None]
    if len(losses) < 2 or min(losses) < CHANCE * case.baseline:
        return None
    if max(losses) - min(losses) > FLAT * case.baseline:
        return None
    return Finding("plateau", None, {"loss": losses[-1], "steps": PATIENCE, "chance": case.baseline})


def over_fitting(case: Case) -> Finding | None:
    """The test loss has turned and rises while the training loss still falls."""
    if case.setup.test is None or _is_fitting(case.recent[-RECENT:], case.baseline):
        return None
    points = [p for p in case.past if p.test_loss is not None]
    if len(points) <= RECENT or _is_fitting(points[-RECENT:], case.baseline):
        return None
    tested = sliding_window_view(np.array([p.test_loss for p in points]), RECENT)
    middles = np.sort(tested, axis=1)[:, RECENT // 2]
    now, best = float(middles[-1]), int(middles.argmin())
    trained, before = _middle(points[-RECENT:]), _middle(points[best : best + RECENT])
    if now < WORSE * middles[best] or trained > FALLEN * before:
        return None
    turned = points[best + RECENT // 2].step
    numbers = {"test": now, "best": float(middles[best]), "step": turned, "train": trained}
    return Finding("over_fitting", None, numbers)


def _middle(points: Sequence[Point]) -> float:
    """The median of their training losses."""
    return median(point.train_loss for point in points if point.train_loss is not None)


def _is_fitting(points: Sequence[Point], baseline: float) -> bool:
    """Whether these, all of them evaluated, show the test data fitted about as well as the training data."""
    trained = [point.train_loss for point in points if point.train_loss is not None]
    tested = [point.test_loss for point in points if point.test_loss is not None]
    if len(trained) < RECENT or len(tested) < RECENT:
        return False
    return median(tested) < max(APART * median(trained), SOLVED * baseline)
