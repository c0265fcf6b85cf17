"""What a judgement of training rests on: a session, its last backward pass, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import hypot
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.history import Log
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
class Case:
    """A session and its last backward pass, with what follows from them; `new` (P,) are the parameters after the
    update that it leads to."""

    session: Session
    one: Pass
    new: Array

    @property
    def setup(self) -> Setup:
        """What never changes."""
        return self.session.setup

    @property
    def plan(self) -> nn.Plan:
        """The plan, with the pass in it."""
        return run(self.setup, self.one, backward=True)[0]

    @cached_property
    def batch_loss(self) -> float:
        """The loss of its batch."""
        return self.plan.loss

    @cached_property
    def gradients(self) -> Array:
        """∂L/∂parameters (P,)."""
        return self.plan.grads.copy()

    def layer(self, number: int) -> nn.LayerTrace:
        """What a layer did."""
        return self.plan.layer_trace(number, with_delta=True)

    @cached_property
    def past(self) -> Log[Point]:
        """The points of the curves up to the present step."""
        return self.session.curve.until(self.session.now.step).points

    @cached_property
    def recent(self) -> tuple[Point, ...]:
        """The last points of the curves."""
        return self.past.last(RECENT + 1)

    @cached_property
    def baseline(self) -> float:
        """The loss of a constant answer; where that would be right, the loss that training began with."""
        return constant_loss(self.setup) or next(iter(self.session.curve), self).batch_loss

    @cached_property
    def losses(self) -> list[float]:
        """The last training losses up to the present step, as far as they were evaluated."""
        found = [point.train_loss for point in self.recent if point.train_loss is not None]
        if len(found) > RECENT:
            return found
        first = self.session.history[self.session.history.first]
        known = [first.scores.train_loss] if first.step == 0 else []
        known += [point.train_loss for point in self.past]
        return [loss for loss in known if loss is not None][-RECENT - 1 :]

    @property
    def loss(self) -> float:
        """The training loss, or that of the batch where it has not been evaluated."""
        known = self.session.now.scores.train_loss
        return self.batch_loss if known is None else known

    @property
    def solved(self) -> bool:
        """There is nothing left to learn."""
        return self.loss <= SOLVED * self.baseline

    @cached_property
    def norms(self) -> tuple[float, ...]:
        """‖∂L/∂parameters‖ of every layer."""
        return self.plan.layer_norms() if self.session.flight else self.session.now.norms

    @cached_property
    def norm(self) -> float:
        """‖∂L/∂parameters‖ of them all."""
        return hypot(*self.norms)

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
    def moved(self) -> bool:
        """Whether the update moves anything, and nobody has changed parameters by hand since."""
        if np.array_equal(self.new, self.one.params):
            return False
        return self.session.phase == "backward" or not _edited(self.session)

    @cached_property
    def slope(self) -> float:
        """The derivative of the batch's loss, penalty included, along the update."""
        return float(self.gradients.dot(self.new - self.one.params))

    @cached_property
    def start(self) -> float:
        """The batch's loss, penalty included, before the update."""
        return self.batch_loss + nn.penalty(self.setup.network, self.one.params, *self.one.regime.penalties)

    @cached_property
    def along(self) -> nn.Along:
        """The batch's loss, penalty included, along the update. Takes a pass."""
        start, slope = self.start, self.slope
        _, end = run(self.setup, replace(self.one, params=self.new), backward=False)
        penalty = nn.penalty(self.setup.network, self.new, *self.one.regime.penalties)
        return nn.Along(start, end + penalty, slope)


_constant_losses: WeakKeyDictionary[Setup, float] = WeakKeyDictionary()


def constant_loss(setup: Setup) -> float:
    """The loss of the best constant answer to the training data."""
    known = _constant_losses.get(setup)
    if known is None:
        known = _constant_losses[setup] = nn.constant_loss(setup.network, setup.train.targets)
    return known


def _edited(session: Session) -> bool:
    """Whether the parameters were changed since the last update."""
    history, now = session.history, session.now
    place = session.cursor - 1
    while place >= history.first and history[place].step == now.step:
        if not np.array_equal(history[place].params, now.params):
            return True
        place -= 1
    return False
