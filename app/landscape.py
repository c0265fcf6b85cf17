"""The loss around a session's parameters: a plane through them, the way training took, the last update as a line.

Nothing of the session changes by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from app import looking, nn
from app.errors import LimitError
from app.frames import Frame, way
from app.i18n import N_
from app.limits import Limits
from app.session import Session
from app.setup import Setup

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
SIDES = (41, 31, 21, 13)  # points along a side of the plane; the finest that the work allows
ENOUGH = 100  # samples that a finer plane is not bought with
SAMPLE_SEED = 0
TIMES = ((-5, 31, 10), (-2, 13, 4), (-1, 7, 2))  # first, end, per unit: places along the update, to be tried
CACHED = 8


@dataclass(frozen=True, eq=False)
class Ground:
    """The objective (loss and penalty) over a frame, on `samples` of the `count` training samples."""

    grid: nn.Grid
    samples: int
    count: int


@dataclass(frozen=True, eq=False)
class Trail:
    """Where training went on a frame: `path` (N, 2) with the step of each point, up to `point`; `undone` behind it.

    `start` is where the last backward pass stood, `gradient` the slope of its objective along both axes, `update`
    the way of its update; None before the first.
    """

    path: Array
    steps: IntArray
    undone: Array
    point: Array
    start: Array | None
    gradient: Array | None
    update: Array | None


@dataclass(frozen=True, eq=False)
class Along:
    """The objective of the batch along its update. `learning_rate` is the one it was made with."""

    line: nn.Slice
    learning_rate: float
    applied: bool

    def at(self, t: float) -> float:
        """Its value at a t that is among those of the line."""
        return float(self.line.values[np.flatnonzero(self.line.t == t)[0]])

    @property
    def lowest(self) -> float | None:
        """The t of the lowest value; None where none is finite."""
        values = np.where(np.isfinite(self.line.values), self.line.values, np.inf)
        return float(self.line.t[values.argmin()]) if np.isfinite(values).any() else None


def ground(session: Session, around: Frame, limits: Limits) -> Ground:
    """The objective over a frame; remembered for the next who asks. Raises LimitError when it cannot be afforded."""
    side, samples = affordable(session.setup, limits)
    grid = _ground(session.setup, around, session.now.regime.penalties, side, samples)
    return Ground(grid, samples, session.setup.train.count)


@lru_cache(maxsize=CACHED)
def _ground(setup: Setup, around: Frame, penalties: tuple[float, float], side: int, samples: int) -> nn.Grid:
    offsets = np.linspace(-around.half, around.half, side)
    steps = np.stack(np.meshgrid(offsets, offsets), axis=-1).reshape(-1, 2)
    values = nn.objectives(
        *(setup.network, around.origin, around.directions, steps),
        *(setup.train.inputs, setup.train.targets, _sampled(setup.train.count, samples)),
        l1=penalties[0],
        l2=penalties[1],
    )
    return nn.Grid(around.middle[0] + offsets, around.middle[1] + offsets, values.reshape(side, side))


def _sampled(count: int, samples: int) -> IntArray:
    """The rows the plane is computed on: all, or always the same ones."""
    if samples == count:
        return np.arange(count)
    return np.sort(default_rng(SAMPLE_SEED).choice(count, samples, replace=False))


def affordable(setup: Setup, limits: Limits) -> tuple[int, int]:
    """Points along a side of the plane, and samples, within max_landscape_work. Raises LimitError."""
    network, count, each = setup.network, setup.train.count, setup.forward_work(0)
    for side in SIDES:
        samples = int((limits.max_landscape_work / side**2 - each) // network.multiplications)
        if samples >= min(count, ENOUGH if side > SIDES[-1] else 1):
            return side, min(count, samples)
    raise LimitError(
        N_("The landscape takes {work} multiplications; the limit max_landscape_work is {limit}."),
        work=f"{SIDES[-1] ** 2 * setup.forward_work(1):.2g}",
        limit=f"{limits.max_landscape_work:.2g}",
    )


def work(session: Session, limits: Limits) -> float:
    """About how many multiplications plane and line take."""
    side, samples = affordable(session.setup, limits)
    return side**2 * session.setup.forward_work(samples)


def trail(session: Session, on: Frame) -> Trail:
    """The way of training on a frame, and its last backward pass."""
    history, cursor = session.history, session.cursor
    path = on.places(way(session, history.first, cursor))
    undone = on.places(way(session, cursor, history.end - 1)) if session.can_redo else np.empty((0, 2))
    steps = np.array([history[index].step for index in range(history.first, cursor + 1)])
    gradients, change = looking.gradients(session), looking.change(session)
    if gradients is None or change is None:
        return Trail(path, steps, undone, path[-1], None, None, None)
    start, end = on.places(np.array([change.old, change.new]))
    return Trail(path, steps, undone, path[-1], start, on.directions @ gradients, end - start)


def along(session: Session, limits: Limits) -> Along | None:
    """The objective of the batch along the coming update, or the last one made; None before any."""
    one, change, gradients = session.backward_pass, looking.change(session), looking.gradients(session)
    if one is None or change is None or gradients is None:
        return None
    setup, rows, moved = session.setup, one.rows(session.setup), change.new - change.old
    each = setup.forward_work(len(rows))
    fits = (time for time in TIMES if (time[1] - time[0]) * each <= limits.max_landscape_work)
    first, end, per_unit = next(fits, TIMES[-1])
    t = np.arange(first, end) / per_unit
    l1, l2 = one.regime.penalties
    values = nn.objectives(
        *(setup.network, change.old, moved[None], t[:, None]),
        *(setup.train.inputs, setup.train.targets, rows),
        l1=l1,
        l2=l2,
        noise=one.noise(setup),
    )
    step = session.now.step + (session.phase == "backward")
    line = nn.Slice(t, values, float(gradients @ moved))
    return Along(line, one.regime.learning_rate(step), session.phase != "backward")
