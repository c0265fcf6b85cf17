"""The course of training: steps that are too long or too short, a loss that stands, one that rises on test data."""

from __future__ import annotations

from itertools import pairwise
from math import inf

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from app import nn
from app.diagnosis.case import RECENT, SOLVED, Case, Finding

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
    along = case.along
    if along is None or along.slope >= 0 or not along.end > along.start or case.solved:
        return None
    losses = case.losses[-RECENT - 1 :]
    rising = len(losses) > RECENT and all(a < b for a, b in pairwise(losses))
    higher = bool(losses) and min(case.loss / losses[0], along.end / along.start) >= LONGER
    if not (higher or rising):
        return None
    return Finding("too_large", None, _step(case, along))


def too_small(case: Case) -> Finding | None:
    """The update is a small part of the way to the lowest point along it, and the loss hardly falls."""
    along = case.along
    if (
        along is None
        or along.slope >= 0
        or case.solved
        or np.hypot.reduce(case.norms) < STEEP * case.baseline
    ):
        return None
    slow = -along.slope < SLOW * along.start
    return Finding("too_small", None, _step(case, along)) if slow and 1 / SHORT < along.lowest < inf else None


def _step(case: Case, along: nn.Along) -> dict[str, float]:
    now = case.session.now
    step = now.step + 1 if case.session.phase == "backward" else now.step
    rate = case.one.regime.learning_rate(step)
    return {"times": along.lowest, "before": along.start, "after": along.end, "rate": rate}


def plateau(case: Case) -> Finding | None:
    """The loss has stood for long where an answer that looks at no input would be."""
    step = case.session.now.step
    losses = [p.train_loss for p in case.points if p.step >= step - PATIENCE and p.train_loss is not None]
    if step < PATIENCE or len(losses) < 2 or min(losses) < CHANCE * case.baseline:
        return None
    if max(losses) - min(losses) > FLAT * case.baseline:
        return None
    return Finding("plateau", None, {"loss": losses[-1], "steps": PATIENCE, "chance": case.baseline})


def over_fitting(case: Case) -> Finding | None:
    """The test loss has turned and rises while the training loss still falls."""
    both = [p for p in case.points if p.test_loss is not None and p.train_loss is not None]
    if len(both) <= RECENT:
        return None
    losses = np.array([(p.train_loss, p.test_loss) for p in both])
    trained, now = np.median(losses[-RECENT:], axis=0).tolist()
    if now < max(APART * trained, SOLVED * case.baseline):
        return None
    train, test = np.median(sliding_window_view(losses, RECENT, axis=0), axis=2).T
    best = int(test.argmin())
    if now < WORSE * test[best] or trained > FALLEN * train[best]:
        return None
    turned = both[best + RECENT // 2].step
    numbers = {"test": now, "best": float(test[best]), "step": turned, "train": trained}
    return Finding("over_fitting", None, numbers)
