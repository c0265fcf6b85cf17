"""A piece of a plane through a session's parameters, on which its loss is drawn as a landscape.

The plane is spanned by two parameters, or by two random directions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from math import floor, log10

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from app import looking, nn
from app.errors import ConflictError, RequestError
from app.i18n import N_
from app.session import Session

Array = NDArray[np.float64]
REACH, REACH_RANDOM = 2.0, 1.0  # least half width of the plane: of two parameters, of random directions
ROOM = 1.15  # half width over the farthest that has to be on it
INNER = 0.97  # of the half width: beyond, the point is about to leave
NEAREST, FARTHEST = 1e-6, 1e6  # half widths
LONGEST = 10  # digits of a moment's number
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
    so_far, change = way(session, session.history.first, session.cursor), looking.change(session)
    if change is not None:
        so_far = np.concatenate((so_far, [change.new]))
    away = np.abs(around.places(so_far) - around.middle)
    wanted = min(max(around.half, ROOM * float(away[np.isfinite(away)].max(initial=0.0))), FARTHEST)
    power = 10.0 ** floor(log10(wanted))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= wanted * (1 - 1e-9))


def _digest(session: Session, axes: Axes, origin: Array) -> str:
    digest = hashlib.blake2b(repr((axes, session.now.regime.penalties)).encode(), digest_size=6)
    digest.update(origin.tobytes())
    return digest.hexdigest()


def way(session: Session, first: int, last: int) -> Array:
    """The parameters of the moments `first` … `last`, (N, P)."""
    return np.array([session.history[index].params for index in range(first, last + 1)])
