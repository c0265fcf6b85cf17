"""What a judgement of training rests on: a session, its last backward pass, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import hypot
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.looking import change
from app.session import Pass, Session
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


@dataclass(frozen=True, slots=True)
class Outline:
    """Which layers of a network can go wrong how: those with parameters; of them all but the last, each with its
    activation; those that run over time."""

    learning: tuple[int, ...]
    hidden: tuple[tuple[int, str | None], ...]
    unrolled: tuple[int, ...]


@lru_cache(maxsize=256)
def outline(network: nn.Network) -> Outline:
    """That of a network."""
    layers = network.layers
    learning = tuple(k for k, span in enumerate(network.spans) if span.stop > span.start)
    unrolled = (k for k, layer in enumerate(layers) if isinstance(layer, nn.Recurrent))
    return Outline(
        learning,
        tuple((k, nn.activation_of(layers[k])) for k in learning[:-1]),
        tuple(k for k in unrolled if network.input_shape_of(k)[0] > 1),
    )


class Case:
    """A session and its last backward pass, with what follows from them; `new` (P,) are the parameters after the
    update that it leads to."""

    def __init__(self, session: Session, one: Pass, new: Array) -> None:
        now, setup = session.now, session.setup
        self.session, self.setup, self.one, self.new = session, setup, one, new
        self.outline = outline(setup.network)
        self._plan, self.batch_loss = run(setup, one, backward=True)
        self._holds = self._plan.held
        # ‖∂L/∂parameters‖ of every layer, and of them all
        self.norms = self._plan.layer_norms() if session.flight else now.norms
        self.norm = hypot(*self.norms)
        # the points of the curves up to the present step, and the last of them
        self.past = session.curve.points.cut(now.step // session.curve.stride)
        self.recent = self.past.last(RECENT + 1)
        # the training loss, or that of the batch where it has not been evaluated
        self.loss = self.batch_loss if now.scores.train_loss is None else now.scores.train_loss
        # the loss of a constant answer; where that would be right, the loss that training began with
        self.baseline = constant_loss(setup) or next(iter(session.curve), self).batch_loss
        self.solved = self.loss <= SOLVED * self.baseline  # there is nothing left to learn

    @property
    def plan(self) -> nn.Plan:
        """The plan, with the pass in it: run again where another has taken its place."""
        if self._plan.held is not self._holds:
            self._plan, _ = run(self.setup, self.one, backward=True)
            self._holds = self._plan.held
        return self._plan

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
        return float(self.plan.grads.dot(self.new - self.one.params))

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


def parameters_after(session: Session) -> Array | None:
    """The parameters (P,) after the update that the last backward pass leads to; None before the first."""
    now, history, before = session.now, session.history, session.cursor - 1
    if session.phase != "backward" and before >= history.first and history[before].step < now.step:
        return now.params
    made = change(session)
    return made.new if made else None
