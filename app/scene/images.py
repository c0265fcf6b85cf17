"""The drawing of a network by images: kernels with their taps, neurons, edges and captions with their values.

The pictures themselves are painted by the module in the browser, from the numbers of each answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.nn import Conv2d
from app.scene.images_edges import DECADES, Edge, Tie, edges, links, sign, ties
from app.scene.images_geometry import geometry
from app.scene.images_layout import images_layout
from app.scene.images_parts import ImagesLayout, Kernel, Kernels, Picture, Unit
from app.scene.inspector import state_of
from app.scene.inspector_words import Words, named, title_of
from app.scene.layout import HEIGHT
from app.scene.places import Spot, Weight
from app.scene.strokes import gradient_shares, weight_shares
from app.scene.view import View

Array = NDArray[np.float64]
BIAS = 8.0  # the side of the square that stands for a bias
BIAS_APART = 5.0  # of a filter: from its map
NUMBERED_TAP = 20.0  # a smaller tap has no room for its number
NAMED_UNIT = 8.0  # a smaller neuron has no room for its bias


@dataclass(frozen=True, slots=True)
class Cell:
    """A square that shows one value: the larger, the fuller; a negative one is round."""

    x: float
    y: float
    size: float
    sign: str
    strength: float


@dataclass(frozen=True, slots=True)
class Tap:
    """One weight of a kernel, or a bias: what it is, its value, and a square for each of value and gradient."""

    place: Weight
    name: Words
    value: float
    gradient: float | None
    value_cell: Cell
    gradient_cell: Cell
    state: str


@dataclass(frozen=True, slots=True)
class KernelDrawing:
    """A kernel: frames of its weights and of its gradient, and its taps."""

    kernel: Kernel
    channel: int
    folded: bool
    width: float
    height: float
    numbered: bool
    taps: tuple[Tap, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """A picture, and the pixel in its middle: what a link to it leads to."""

    picture: Picture
    middle: Spot


@dataclass(frozen=True, slots=True)
class Neuron:
    """One neuron. `bias` is None where its layer has none or there is no room for it."""

    unit: Unit
    place: Spot
    name: Words
    beside: str
    bias: Tap | None


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands above a layer (0 = inputs): its type, and the shape behind it with the activation.

    `below` is where its drawing ends.
    """

    layer: int
    x: float
    below: float
    type: str
    shape: str
    activation: str


@dataclass(frozen=True, slots=True)
class Images:
    """Everything in user units of a box `width` × `height`. `ties` lead from channel to filter, `links` from
    picture to picture. `geometry` is what the module in the browser paints by."""

    width: float
    height: float
    layers: int
    captions: tuple[Caption, ...]
    maps: tuple[Map, ...]
    kernels: tuple[KernelDrawing, ...]
    filter_biases: tuple[Tap, ...]
    neurons: tuple[Neuron, ...]
    edges: tuple[Edge, ...]
    ties: tuple[Tie, ...]
    links: tuple[str, ...]
    geometry: dict[str, Any]


class _Values:
    """Parameters and gradients by layer, with how large each is beside the largest of its kind."""

    def __init__(self, view: View) -> None:
        network = view.network
        given = view.drawn_gradients
        self.view = view
        self.params = network.unflatten(view.params)
        self.gradients = None if given is None else network.unflatten(given)
        self.strength = network.unflatten(_by_slot(view, view.params, weight_shares))
        self.slope = (
            None
            if given is None
            else network.unflatten(_by_slot(view, given, partial(gradient_shares, decades=DECADES)))
        )

    def tap(self, place: Weight, at: tuple[float, float], beside: tuple[float, float], size: float) -> Tap:
        """The two squares of a parameter, their upper left corners `at` and `beside`."""
        layer, name, index = place.parameter
        value = float(self.params[layer][name][index])
        gradient = None if self.gradients is None else float(self.gradients[layer][name][index])
        slope = 0.0 if self.slope is None else float(self.slope[layer][name][index])
        strength = float(self.strength[layer][name][index])
        return Tap(
            place,
            named(self.view, place).title,
            value,
            gradient,
            _cell(at, size, value, strength),
            _cell(beside, size, gradient, slope),
            state_of(self.view, place),
        )


def images(view: View) -> Images:
    """The drawing of a session as it stands."""
    place, values = images_layout(view.network), _Values(view)
    return Images(
        place.width,
        HEIGHT,
        len(view.network.layers),
        tuple(_captions(view, place)),
        tuple(
            Map(picture, _middle(view, picture)) for column in place.columns for picture in column.pictures
        ),
        tuple(made for drawn in place.kernels.values() for made in _kernels(view, values, drawn)),
        tuple(_filter_biases(view, values, place)),
        tuple(_neurons(view, values, place)),
        tuple(edges(view, place)),
        tuple(ties(view, place)),
        tuple(links(view.network, place)),
        geometry(view.network, place),
    )


def shown_channels(view: View, drawn: Kernels) -> tuple[int, list[int]]:
    """Of a convolution of which one filter shows its kernels: that filter, and the channels there is room for.

    The filter chosen, or the first; its strongest channels, the one chosen among them.
    """
    W = view.network.unflatten(view.params)[drawn.layer]["W"]
    place = view.selection.place if view.selection else None
    chosen, channel = 0, None
    if isinstance(place, Weight) and place.layer == drawn.layer:
        chosen, channel = place.index[-1], place.index[2] if place.name == "W" else None
    elif isinstance(place, Spot) and place.layer == drawn.layer + 1:
        chosen = place.index[-1]
    with np.errstate(all="ignore"):
        lengths = np.nan_to_num((W[..., chosen] ** 2).sum(axis=(0, 1)))
    order = np.argsort(-lengths, kind="stable").tolist()
    if channel is not None:
        order = [channel, *(c for c in order if c != channel)]
    return chosen, sorted(order[: len(drawn.kernels)])


def _kernels(view: View, values: _Values, drawn: Kernels) -> Iterator[KernelDrawing]:
    kh, kw = drawn.size
    chosen, channels = shown_channels(view, drawn) if drawn.folded else (0, [])
    for kernel in drawn.kernels:
        channel = channels[kernel.slot] if drawn.folded else kernel.slot
        unit = chosen if drawn.folded else kernel.filter
        taps = tuple(
            values.tap(
                Weight(drawn.layer, "W", (row, column, channel, unit)),
                (kernel.x + column * drawn.tap, kernel.y + row * drawn.tap),
                (kernel.gradient_x + column * drawn.tap, kernel.gradient_y + row * drawn.tap),
                drawn.tap,
            )
            for row in range(kh)
            for column in range(kw)
        )
        wide, high = round(kw * drawn.tap, 2), round(kh * drawn.tap, 2)
        yield KernelDrawing(kernel, channel, drawn.folded, wide, high, drawn.tap >= NUMBERED_TAP, taps)


def _filter_biases(view: View, values: _Values, place: ImagesLayout) -> Iterator[Tap]:
    for number, layer in enumerate(view.network.layers):
        if not isinstance(layer, Conv2d) or place.kernels[number].folded:
            continue
        for unit, picture in enumerate(place.columns[number + 1].pictures):
            x, y = picture.x - BIAS_APART - BIAS, picture.middle
            yield values.tap(Weight(number, "b", (unit,)), (x, y - BIAS - 1), (x, y + 1), BIAS)


def _neurons(view: View, values: _Values, place: ImagesLayout) -> Iterator[Neuron]:
    last = len(place.columns) - 1
    for column in place.columns:
        for unit in column.units:
            spot = Spot(column.layer, (unit.unit,))
            names = (
                view.input_names if column.layer == 0 else view.output_names if column.layer == last else ()
            )
            beside = names[unit.unit] if len(names) == len(column.units) else ""
            yield Neuron(unit, spot, title_of(view, spot), beside, _bias(values, column.layer, unit))


def _bias(values: _Values, layer: int, unit: Unit) -> Tap | None:
    if layer == 0 or "b" not in values.params[layer - 1] or unit.radius < NAMED_UNIT:
        return None
    size = 0.5 * BIAS
    x, y = unit.x - 0.75 * unit.radius - size, unit.y + 0.75 * unit.radius
    return values.tap(Weight(layer - 1, "b", (unit.unit,)), (x, y), (x + size + 1, y), size)


def _captions(view: View, place: ImagesLayout) -> Iterator[Caption]:
    for column in place.columns:
        layer = view.spec.layers[column.layer - 1] if column.layer else None
        shape = view.network.shapes[column.layer - 1] if column.layer else view.network.input_shape
        yield Caption(
            column.layer,
            column.middle,
            max([p.y + p.height for p in column.pictures] + [unit.y + unit.radius for unit in column.units]),
            layer.type if layer else "",
            "×".join(map(str, shape)),
            str(getattr(layer, "activation", "")),
        )


def _middle(view: View, picture: Picture) -> Spot:
    """The pixel in the middle of a picture, or of a strip."""
    number = picture.first + picture.rows // 2 * picture.down + picture.columns // 2 * picture.across
    shape = view.network.shapes[picture.layer - 1] if picture.layer else view.network.input_shape
    return Spot(picture.layer, tuple(int(i) for i in np.unravel_index(number, shape)))


def _cell(at: tuple[float, float], size: float, value: float | None, strength: float) -> Cell:
    return Cell(round(at[0], 2), round(at[1], 2), round(size, 2), sign(value), round(strength, 2))


def _by_slot(view: View, flat: Array, shares: Callable[[Array], Array]) -> Array:
    """How large every parameter is beside the others of its array."""
    made = np.zeros(len(flat))
    for slot in view.network.slots:
        made[slot.start : slot.stop] = shares(flat[slot.start : slot.stop])
    return made
