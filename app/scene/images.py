"""The drawing of a network by images: kernels with their taps, neurons, edges and captions with their values.

The pictures themselves are painted by the module in the browser, from the numbers of each answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.nn import Conv2d
from app.scene.drawing import Mark
from app.scene.images_edges import Edge, edges, single_edges, tie_lines
from app.scene.images_geometry import geometry
from app.scene.images_layout import images_layout
from app.scene.images_parts import Column, ImagesLayout, Kernel, Picture, Unit
from app.scene.layout import HEIGHT
from app.scene.places import Spot, Weight
from app.scene.strokes import gradient_shares
from app.scene.view import View

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cell:
    """A square that shows one value: the stronger, the fuller; a negative one is round."""

    x: float
    y: float
    size: float
    sign: str
    strength: float


@dataclass(frozen=True, slots=True)
class Tap:
    """One weight of a kernel, or the bias of a filter: `index` counts row, column, channel and filter."""

    place: Weight
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
    filter: int
    width: float
    height: float
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
    name: str
    beside: str
    bias: Tap | None


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands above a layer (0 = inputs): its type, and the shape behind it with the activation."""

    layer: int
    x: float
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
    numbered: frozenset[int]
    geometry: dict[str, Any]
