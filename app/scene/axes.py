"""What the landscape can be drawn over: the parameters of a network, by their names in the drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.scene.inspector_words import named
from app.scene.places import Weight, parameter_place
from app.scene.view import View

OFFERED = 200  # the most parameters in a list


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter: its key, what it is called."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Axes:
    """The parameters offered, in the order of the flat vector, and how many there are. `chosen` is the one chosen in
    the drawing."""

    offered: tuple[Axis, ...]
    count: int
    chosen: Axis | None


def axes(view: View) -> Axes:
    """All parameters, or those with the largest gradients (before any, the largest ones)."""
    size = view.network.size
    numbers = np.arange(size)
    if size > OFFERED:
        sizes = np.abs(view.params if view.gradients is None else view.gradients)
        numbers = np.sort(np.argsort(-np.nan_to_num(sizes), kind="stable")[:OFFERED])
    parameter = view.selection.place.parameter if view.selection else None
    chosen = axis(view, view.network.index(*parameter)) if parameter else None
    return Axes(tuple(axis(view, int(at)) for at in numbers), size, chosen)


def axis(view: View, at: int) -> Axis:
    """The parameter at a place in the flat vector."""
    slot = next(slot for slot in view.network.slots if at < slot.stop)
    index = tuple(int(i) for i in np.unravel_index(at - slot.start, slot.shape))
    place = parameter_place(view.network, slot.layer, slot.name, index)
    assert place is not None
    return Axis(Weight(slot.layer, slot.name, index).key, named(view, place).name)
