"""What a judgement of training rests on: a session, its last backward pass, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.session import Pass, Point, Session
from app.setup import Setup
from app.updating import run

Array = NDArray[np.float64]
Kind = Literal[
    "divergence",
    "symmetric",
    "exploding",
    "too_large",
    "dead",
    "saturated",
    "vanishing",
    "too_small",
    "plateau",
    "over_fitting",
]

# Shares of the loss of a constant answer. At SOLVED there is nothing left to learn, and small gradients are as
# they should be.
SOLVED = 0.1
RECENT = 5  # points of the curves that count together, so that what happens in one batch does not
LONG = 10.0  # ‖gradient‖ from which on it explodes: those that train well are shorter


@dataclass(frozen=True)
class Finding:
    """Something that goes wrong: in which layer (its place in the spec, None for the whole network) and how much.

    `numbers` are those of its sentences, by name; the first is what it was judged by.
    """

    kind: Kind
    layer: int | None
    numbers: dict[str, float]


@dataclass(frozen=True, eq=False)
class Seen:
    """What a backward pass and its update left behind: its trace, ∂L/∂parameters (P,), the parameters after it."""

    trace: nn.Trace
    gradients: Array
    new: Array


@dataclass(frozen=True, eq=False)
class Case:
    """A session and its last backward pass, with what follows from them."""

    session: Session
    one: Pass
    seen: Seen

    @property
    def setup(self) -> Setup:
        """What never changes."""
        return self.session.setup

    @cached_property
    def points(self) -> list[Point]:
        """The curves up to the present step."""
        return list(self.session.curve.until(self.session.now.step))

    @cached_property
    def baseline(self) -> float:
        """The loss of a constant answer; where that would be right, the loss that training began with."""
        first = self.points[0].batch_loss if self.points else self.seen.trace.loss
        return constant_loss(self.setup) or first

    @cached_property
    def losses(self) -> list[float]:
        """The training losses up to the present step, as far as they were evaluated."""
        first = self.session.history[self.session.history.first]
        known = [first.scores.train_loss] if first.step == 0 else []
        known += [point.train_loss for point in self.points]
        return [loss for loss in known if loss is not None]

    @property
    def loss(self) -> float:
        """The training loss, or that of the batch where it has not been evaluated."""
        known = self.session.now.scores.train_loss
        return self.seen.trace.loss if known is None else known

    @property
    def solved(self) -> bool:
        """There is nothing left to learn."""
        return self.loss <= SOLVED * self.baseline

    @cached_property
    def norms(self) -> Array:
        """‖∂L/∂parameters‖ of every layer."""
        return np.array([np.linalg.norm(self.seen.gradients[span]) for span in self.setup.network.spans])

    @cached_property
    def learning(self) -> list[int]:
        """The layers that have parameters."""
        return [k for k, span in enumerate(self.setup.network.spans) if span.stop > span.start]

    @property
    def clipped(self) -> bool:
        """Whether the gradient is cut to a length before it moves anything."""
        limit = self.one.regime.knobs.clip_norm
        return limit is not None and limit < LONG

    @cached_property
    def along(self) -> nn.Along | None:
        """The batch's loss, penalty included, along the update; None where there is no update, or somebody has
        changed parameters by hand since."""
        change = self.seen.new - self.one.params
        if not change.any() or (self.session.phase != "backward" and _edited(self.session)):
            return None
        _, end = run(self.setup, replace(self.one, params=self.seen.new), backward=False)
        start, penalties = self.seen.trace.loss, self.one.regime.penalties
        before, after = (
            nn.penalty(self.setup.network, params, *penalties) for params in (self.one.params, self.seen.new)
        )
        return nn.Along(start + before, end + after, float(self.seen.gradients @ change))


@lru_cache(maxsize=256)
def constant_loss(setup: Setup) -> float:
    """The loss of the best constant answer to the training data."""
    return nn.constant_loss(setup.network, setup.train.targets)


def _edited(session: Session) -> bool:
    """Whether the parameters were changed since the last update."""
    history, now = session.history, session.now
    place = session.cursor - 1
    while place >= history.first and history[place].step == now.step:
        if not np.array_equal(history[place].params, now.params):
            return True
        place -= 1
    return False
