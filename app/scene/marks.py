"""Which places of the drawing a term of a formula speaks of, by their keys."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.nn import Conv2d, Dense, Link, Recurrent, Slope
from app.scene.places import Parameter, Place, Spot, parameter_place, spot_shape
from app.scene.view import View


def number_key(view: View, layer: int, index: tuple[int, ...]) -> str:
    """The key of a number that layer `layer` (0 = inputs) puts out."""
    return Place(layer, index[-1]).key if view.dense else Spot(layer, index).key


def parameter_key(view: View, layer: int, name: str, index: tuple[int, ...]) -> str:
    """The key of a parameter of `spec.layers[layer]`."""
    place = parameter_place(view.network, layer, name, index)
    return place.key if place else ""


def slope_key(view: View, slope: Slope) -> str:
    """The key of the number whose slope it is; of a gate, that of its unit."""
    made, index = view.network.layers[slope.layer], slope.index
    if isinstance(made, Recurrent):
        index = (*index[:-1], index[-1] % made.units)
    return number_key(view, slope.layer + 1, index)


def link_marks(view: View, slope: Slope, link: Link) -> str:
    """Where a link leads through and to; at the loss, the output."""
    through = [
        parameter_key(view, (link.to or slope).layer, part.name, part.index)
        for part in link.parts
        if part.name
    ]
    return joined([*through, slope_key(view, link.to or slope)])


def term_marks(view: View, parameter: Parameter, place: tuple[int, ...]) -> str:
    """What comes in, and what it goes to, at a step or position of the layer of a parameter."""
    layer, name, index = parameter
    source = source_index(view, parameter, place)
    own = slope_key(view, Slope("z", layer, (*place, index[-1])))
    if source is None:
        return own
    recurrent = name == "Wh"
    return joined([number_key(view, layer + 1 if recurrent else layer, source), own])


def source_index(view: View, parameter: Parameter, place: tuple[int, ...]) -> tuple[int, ...] | None:
    """Where the number stands that a weight meets at a step or position: among what comes into its layer, or for
    Wh among its states. None of a bias, of a zero around an image, of the state before the first."""
    layer, name, index = parameter
    made = view.network.layers[layer]
    if not name.startswith("W"):
        return None
    if isinstance(made, Conv2d):
        before = spot_shape(view.network, layer)
        pixel = [made.stride * at + tap - pad for at, tap, pad in zip(place, index, made.pads, strict=False)]
        inside = all(0 <= at < size for at, size in zip(pixel, before, strict=False))
        return (*pixel, index[2]) if inside else None
    if name == "Wh":
        return (place[0] - 1, index[0]) if place[0] else None
    if isinstance(made, Dense):
        return input_index(view, layer, place, index[0])
    return (*place, index[0])


def input_index(view: View, layer: int, place: tuple[int, ...], unit: int) -> tuple[int, ...]:
    """Number `unit` of what comes into a dense layer, at a step where it runs over time."""
    if place:
        return (*place, unit)
    shape, before = view.network.input_shape_of(layer), spot_shape(view.network, layer)
    if len(before) == 2 and len(shape) == 1:  # the last state alone is handed on
        return (before[0] - 1, unit)
    return tuple(int(i) for i in np.unravel_index(unit, shape))


def joined(keys: Iterable[str]) -> str:
    """Keys as an attribute holds them."""
    return " ".join(filter(None, keys))
