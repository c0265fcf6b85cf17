"""The loss around a session's parameters: a plane through them, the way training took, the last update as a line.

Nothing of the session changes by it. The plane is spanned by two parameters, or by two random directions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from math import floor, log10

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from app import looking, nn
from app.errors import ConflictError, LimitError, RequestError
from app.evaluating import SEQUENTIAL_WORK
from app.i18n import N_
from app.limits import Limits
from app.session import Session
from app.setup import Setup

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
SIDES = (41, 31, 21, 13)  # points along a side of the plane; the finest that the work allows
ENOUGH = 100  # samples that a finer plane is not bought with
SAMPLE_SEED = 0
PASS_WORK = 20_000  # what a pass costs besides, in multiplications
TIMES = ((-5, 31, 10), (-2, 13, 4), (-1, 7, 2))  # first, end, per unit: places along the update, to be tried
REACH, REACH_RANDOM = 2.0, 1.0  # least half width of the plane: of two parameters, of random directions
ROOM = 1.15  # half width over the farthest that has to be on it
INNER = 0.97  # of the half width: beyond, the point is about to leave
NEAREST, FARTHEST = 1e-6, 1e6  # half widths
LONGEST = 10  # digits of a moment's number
CACHED = 8
COLLINEAR = 1e-9


@dataclass(frozen=True)
class Parameters:
    """The plane of two parameters, by their places in the flat vector."""

    x: int
    y: int


@dataclass(frozen=True)
class Directions:
    """The plane of two random directions, filter-normalised."""

    seed: int


Axes = Parameters | Directions


@dataclass(frozen=True)
class Frame:
    """A piece of the plane: the moment it lies around, its middle in coordinates (2,), its half width.

    `name` is what a page gives back to see more of the same frame.
    """

    axes: Axes
    origin: Array = field(compare=False)
    directions: Array = field(compare=False)
    middle: Array = field(compare=False)
    half: float
    step: int
    name: str

    def places(self, params: Array) -> Array:
        """Coordinates (N, 2) of parameters (N, P); of those beside the plane, those of the nearest point on it."""
        with np.errstate(all="ignore"):
            return self.middle + nn.coordinates(self.directions, params - self.origin)

    def holds(self, place: Array) -> bool:
        """Whether a place lies on it, not at its very rim."""
        return bool((np.abs(place - self.middle) <= INNER * self.half).all())


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


def parameter_axes(session: Session, x: int | None, y: int | None) -> Parameters:
    """The plane of two parameters; one that is not given is the other's neighbour. Raises RequestError."""
    network = session.setup.network
    if network.size < 2:
        raise RequestError(N_("This network has no two parameters to look along."))
    if x is None:
        x = 0 if y is None else _neighbour(network, y)
    if y is None:
        y = _neighbour(network, x)
    if x == y:
        raise RequestError(N_("Both axes are the same parameter; choose two."))
    return Parameters(x, y)


def _neighbour(network: nn.Network, at: int) -> int:
    """The bias of the same unit, else the next parameter, else the one before."""
    slot = next(slot for slot in network.slots if at < slot.stop)
    unit = (at - slot.start) % slot.shape[-1]
    same = (s for s in network.slots if s.layer == slot.layer and s.name == "b" and s is not slot)
    bias = next((s.start + unit for s in same if unit < s.stop - s.start), None)
    return bias if bias is not None else at + 1 if at + 1 < network.size else at - 1


def frame(session: Session, axes: Axes, half: float | None = None) -> Frame:
    """The frame around the present parameters, `half` wide to each side, or as wide as the way so far asks for.

    Raises ConflictError where there is none: the network has diverged, or its random directions coincide.
    """
    return _frame(session, axes, session.cursor, half)


def standing(session: Session, axes: Axes, name: str) -> Frame | None:
    """The frame of that name, while it is of these axes, its moment is remembered and the present lies on it."""
    at, half = _named(name)
    if half is None or not session.history.first <= at < session.history.end:
        return None
    found = _frame(session, axes, at, half)
    here = found.places(session.now.params[None])[0]
    return found if found.name == name and found.holds(here) else None


def zoomed(name: str, factor: float) -> float | None:
    """The half width of the frame of that name, by a factor; None where the name says nothing."""
    half = _named(name)[1]
    return None if half is None else min(max(half * factor, NEAREST), FARTHEST)


def _named(name: str) -> tuple[int, float | None]:
    """The moment and the half width that the name of a frame holds."""
    at, _, rest = name.partition(":")
    half = rest.partition(":")[0]
    if not (at.isascii() and at.isdecimal() and len(at) < LONGEST):
        return 0, None
    try:
        width = float(half)
    except ValueError:
        return 0, None
    return int(at), width if NEAREST <= width <= FARTHEST else None


def _frame(session: Session, axes: Axes, index: int, half: float | None) -> Frame:
    network, moment = session.setup.network, session.history[index]
    origin = moment.params
    if moment.diverged:
        raise ConflictError(N_("The network has diverged; there is no landscape around it."))
    if isinstance(axes, Parameters):
        directions, places = np.zeros((2, network.size)), [axes.x, axes.y]
        directions[[0, 1], places] = 1.0
        middle, least = origin[places], REACH
    else:
        directions, middle, least = _drawn(session, origin, axes), np.zeros(2), REACH_RANDOM
    whole = Frame(axes, origin, directions, middle, least, moment.step, "")
    half = _reach(session, whole) if half is None else half
    name = f"{index}:{half!r}:{_digest(session, axes, origin)}"
    return Frame(axes, origin, directions, middle, half, moment.step, name)


def _drawn(session: Session, origin: Array, axes: Directions) -> Array:
    directions = nn.random_directions(session.setup.network, origin, default_rng(axes.seed))
    gram = directions @ directions.T
    if np.linalg.det(gram) <= COLLINEAR * gram[0, 0] * gram[1, 1]:
        text = N_("The weights are too few, or all zero, for two random directions; choose two parameters.")
        raise ConflictError(text)
    return directions


def _reach(session: Session, around: Frame) -> float:
    """A round half width with the way so far and the coming update on it."""
    way, change = _way(session, session.history.first, session.cursor), looking.change(session)
    if change is not None:
        way = np.concatenate((way, [change.new]))
    away = np.abs(around.places(way) - around.middle)
    wanted = max(around.half, ROOM * float(away[np.isfinite(away)].max(initial=0.0)))
    power = 10.0 ** floor(log10(wanted))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= wanted * (1 - 1e-9))


def _digest(session: Session, axes: Axes, origin: Array) -> str:
    digest = hashlib.blake2b(repr((axes, session.now.regime.penalties)).encode(), digest_size=6)
    digest.update(origin.tobytes())
    return digest.hexdigest()


def _way(session: Session, first: int, last: int) -> Array:
    """The parameters of the moments `first` … `last`, (N, P)."""
    return np.array([session.history[index].params for index in range(first, last + 1)])


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
    network, count = setup.network, setup.train.count
    each = PASS_WORK + network.sequential * SEQUENTIAL_WORK
    for side in SIDES:
        samples = int((limits.max_landscape_work / side**2 - each) // network.multiplications)
        if samples >= min(count, ENOUGH if side > SIDES[-1] else 1):
            return side, min(count, samples)
    raise LimitError(
        N_("The landscape takes {work} multiplications; the limit max_landscape_work is {limit}."),
        work=f"{SIDES[-1] ** 2 * (each + network.multiplications):.2g}",
        limit=f"{limits.max_landscape_work:.2g}",
    )


def work(session: Session, limits: Limits) -> float:
    """About how many multiplications plane and line take."""
    network, (side, samples) = session.setup.network, affordable(session.setup, limits)
    return side**2 * (PASS_WORK + network.sequential * SEQUENTIAL_WORK + samples * network.multiplications)


def trail(session: Session, on: Frame) -> Trail:
    """The way of training on a frame, and its last backward pass."""
    history, cursor = session.history, session.cursor
    path = on.places(_way(session, history.first, cursor))
    undone = on.places(_way(session, cursor, history.end - 1)) if session.can_redo else np.empty((0, 2))
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
    setup, rows, way = session.setup, one.rows(session.setup), change.new - change.old
    each = PASS_WORK + setup.network.sequential * SEQUENTIAL_WORK + len(rows) * setup.network.multiplications
    fits = (time for time in TIMES if (time[1] - time[0]) * each <= limits.max_landscape_work)
    first, end, per_unit = next(fits, TIMES[-1])
    t = np.arange(first, end) / per_unit
    l1, l2 = one.regime.penalties
    values = nn.objectives(
        *(setup.network, change.old, way[None], t[:, None]),
        *(setup.train.inputs, setup.train.targets, rows),
        l1=l1,
        l2=l2,
        noise=one.noise(setup),
    )
    step = session.now.step + (session.phase == "backward")
    line = nn.Slice(t, values, float(gradients @ way))
    return Along(line, one.regime.learning_rate(step), session.phase != "backward")
