"""A session: an immutable value that holds a network in training, its history and what is in flight.

A `Moment` is a point of the history: numbers only. Batches, traces and gradients are not stored: they follow
from a moment, since batch order is a function of seed and epoch and a pass is a function of parameters and rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import isfinite
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.history import Log
from app.limits import Limits
from app.setup import Setup
from app.spec import Knobs, Spec, Stop

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Phase = Literal["idle", "forward", "backward"]
MOMENT_OVERHEAD = 700  # bytes of one moment besides its arrays


@dataclass(frozen=True, eq=False)
class Regime:
    """How updates are made: the knobs, and the same in the engine's terms."""

    knobs: Knobs
    optimizer: nn.Optimizer
    schedule: nn.Schedule

    @cached_property
    def stop(self) -> Stop | None:
        """The stop rules, if there are any."""
        return None if self.knobs.stop == Stop() else self.knobs.stop

    @cached_property
    def penalties(self) -> tuple[float, float]:
        """(l1, l2)."""
        return self.knobs.regularization.l1, self.knobs.regularization.l2

    def learning_rate(self, step: int) -> float:
        """The learning rate of update number `step`, counted from 1."""
        return nn.learning_rate(self.schedule, self.optimizer.learning_rate, step)


def regime(knobs: Knobs) -> Regime:
    """`knobs` in the engine's terms; one value for equal knobs."""
    return _regime(Knobs.model_construct(**{name: getattr(knobs, name) for name in Knobs.model_fields}))


@lru_cache(maxsize=1024)
def _regime(knobs: Knobs) -> Regime:
    chosen, planned = knobs.optimizer, knobs.schedule
    return Regime(
        knobs,
        nn.optimizer(chosen.name, chosen.learning_rate, **chosen.options()),
        nn.schedule(planned.name, **planned.options()),
    )


@dataclass(frozen=True, eq=False, slots=True)
class Pass:
    """What one forward and backward pass is run with: parameters, the place in the data, the regime."""

    params: Array
    epoch: int
    position: int
    regime: Regime

    def rows(self, setup: Setup) -> IntArray:
        """The training rows of the batch; the last batch of an epoch may be smaller."""
        return setup.order(self.epoch)[self.position : self.position + self.regime.knobs.batch_size]

    def is_like(self, other: Pass) -> bool:
        """Whether both are run with the same, over the same data."""
        same = self.params is other.params and self.regime is other.regime
        return same and self.epoch == other.epoch and self.position == other.position

    def noise(self, setup: Setup) -> tuple[int, ...]:
        """What the random numbers of this pass are drawn from."""
        return setup.noise(self.epoch, self.position)


class Scores(NamedTuple):
    """Losses and accuracies at a moment; None where there is no such data or it was not evaluated."""

    batch_loss: float | None = None
    train_loss: float | None = None
    test_loss: float | None = None
    train_accuracy: float | None = None
    test_accuracy: float | None = None
    evaluated: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """A point of the history. `method` names the optimiser that `state` belongs to, `updates` counts its updates."""

    params: Array
    state: Array
    method: str
    updates: int
    step: int
    epoch: int
    position: int
    regime: Regime
    frozen: IntArray
    last: Pass | None
    scores: Scores
    norms: tuple[float, ...]
    stopped: str | None = field(init=False)
    """What ends training here: that it has diverged, or a stop rule."""

    def __post_init__(self) -> None:
        losses, finite = self.scores, np.logical_and.reduce(np.isfinite(self.params))
        if not (finite and isfinite(losses.batch_loss or 0.0) and isfinite(losses.train_loss or 0.0)):
            stopped: str | None = "diverged"
        else:
            rule = self.regime.stop
            stopped = self._rule_held(rule) if rule else None
        object.__setattr__(self, "stopped", stopped)  # it is asked for again and again

    @property
    def nbytes(self) -> int:
        """Memory this moment takes, roughly."""
        return self.params.nbytes + self.state.nbytes + MOMENT_OVERHEAD

    @property
    def diverged(self) -> bool:
        """Some parameter or loss is not a finite number."""
        return self.stopped == "diverged"

    def _rule_held(self, rule: Stop) -> str | None:
        """The stop rule that holds: the iterations used up, the slope or the loss small enough."""
        norms, loss = self.norms, self.scores.batch_loss
        if rule.max_steps is not None and self.step >= rule.max_steps:
            return "max_steps"
        if (
            rule.gradient_tolerance is not None
            and norms
            and np.hypot.reduce(norms) <= rule.gradient_tolerance
        ):
            return "gradient_tolerance"
        if rule.loss_tolerance is not None and loss is not None and loss <= rule.loss_tolerance:
            return "loss_tolerance"
        return None

    @property
    def next_pass(self) -> Pass:
        """The pass that would be run from here."""
        return Pass(self.params, self.epoch, self.position, self.regime)

    @property
    def point(self) -> Point:
        """What the curves have of the update that led here: there is none that led to step 0."""
        batch_loss, train_loss, test_loss, train_accuracy, test_accuracy, _ = self.scores
        assert batch_loss is not None
        return Point(self.step, batch_loss, train_loss, test_loss, self.norms, train_accuracy, test_accuracy)


class Point(NamedTuple):
    """One update in the loss curves."""

    step: int
    batch_loss: float
    train_loss: float | None
    test_loss: float | None
    norms: tuple[float, ...]
    train_accuracy: float | None = None
    test_accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """The loss curves: a point for every `stride`-th update, thinned by doubling the stride when too long."""

    points: Log[Point] = field(default_factory=Log)
    stride: int = 1

    def extended(self, points: Sequence[Point], longest: int) -> Curve:
        """The curve with `points`, of one update after the other, at its end."""
        stride = self.stride
        kept = self.points.cut((points[0].step - 1) // stride)
        kept = kept.append([point for point in points if point.step % stride == 0])
        while len(kept) > longest:
            stride *= 2
            kept = Log.starting(0, [point for point in kept if point.step % stride == 0])
        return Curve(kept, stride)

    def until(self, step: int) -> Curve:
        """The curve up to and including `step`."""
        return Curve(self.points.cut(step // self.stride), self.stride)

    def __iter__(self) -> Iterator[Point]:
        return iter(self.points)


@dataclass(frozen=True, eq=False, slots=True)
class Flight:
    """The batch in flight: how far it has come, the regime it was drawn with, its loss."""

    phase: Literal["forward", "backward"]
    regime: Regime
    loss: float


@dataclass(frozen=True, eq=False, slots=True)
class Session:
    """One network in training, with its history. `cursor` is the absolute index of the present moment."""

    id: str
    owner: str  # a hash of the owner's secret
    preset: str | None
    setup: Setup
    history: Log[Moment]
    cursor: int
    history_bytes: int
    curve: Curve
    flight: Flight | None = None
    version: int = 0
    now: Moment = field(init=False)
    """The present moment."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "now", self.history[self.cursor])  # it is asked for all the time

    @property
    def phase(self) -> Phase:
        """How far the batch in flight has come."""
        return self.flight.phase if self.flight else "idle"

    @property
    def can_undo(self) -> int:
        """Moments before the present one."""
        return self.cursor - self.history.first

    @property
    def can_redo(self) -> int:
        """Moments that were undone."""
        return self.history.end - 1 - self.cursor

    @property
    def spec(self) -> Spec:
        """The spec with the knobs as they stand now."""
        knobs = self.now.regime.knobs
        return self.setup.spec.model_copy(update={name: getattr(knobs, name) for name in Knobs.model_fields})

    @property
    def epoch(self) -> float:
        """Epochs done, as a fraction."""
        return self.now.epoch + self.now.position / self.setup.train.count

    @property
    def flown(self) -> Pass | None:
        """The pass of the batch in flight."""
        if self.flight is None:
            return None
        now = self.now
        return Pass(now.params, now.epoch, now.position, self.flight.regime)

    @property
    def backward_pass(self) -> Pass | None:
        """The last pass that went backward: of the batch in flight, or the one that led here."""
        return self.flown if self.phase == "backward" else self.now.last

    @property
    def stopped(self) -> str | None:
        """The rule that ends training here, if one holds."""
        return self.now.stopped

    def with_moments(self, moments: Sequence[Moment], limits: Limits, curve: Curve | None = None) -> Session:
        """The session with `moments` behind the present one, the last of them its present; what was undone is gone,
        the oldest make room. With the `curve` that leads to them nothing is in flight any more."""
        size, history, kept = self.history_bytes, self.history, self.cursor + 1
        for index in range(kept, history.end):
            size -= history[index].nbytes
        history = history.cut(kept).append(moments)
        for moment in moments:
            size += moment.nbytes
        first, end = history.first, history.end
        longest_bytes, longest = limits.max_history_bytes, limits.max_history_moments
        while end - first > 2 and (size > longest_bytes or end - first > longest):
            size -= history[first].nbytes
            first += 1
        flight = self.flight if curve is None else None
        return self._with(history.trim(first), end - 1, size, curve or self.curve, flight, self.version)

    def saved_once_more(self) -> Session:
        """The session as it is kept: of the next version."""
        parts = self.history, self.cursor, self.history_bytes, self.curve, self.flight
        return self._with(*parts, self.version + 1)

    def _with(
        self, history: Log[Moment], cursor: int, size: int, curve: Curve, flight: Flight | None, version: int
    ) -> Session:
        """With other values of what changes from step to step; dataclasses.replace takes much longer."""
        own = self.id, self.owner, self.preset, self.setup
        return Session(*own, history, cursor, size, curve, flight, version)
