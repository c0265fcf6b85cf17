"""What the drawing by images is made of: pictures, neurons, kernels, and which layer is drawn as what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.nn import Conv2d, Dropout, Network
from app.nn import Flatten as Flattened
from app.scene.places import spot_shape

Shape = tuple[int, ...]
Kind = Literal["maps", "strip", "units", "kernels"]

IN_COLUMN = 8  # with more pictures there are several columns of them
FULL_KERNELS, FULL_TAPS = 64, 400  # a convolution with more shows the kernels of one filter only


@dataclass(frozen=True, slots=True)
class Picture:
    """One channel of an image, or its strip: pixels of `pixel` = (width, height) in `rows` × `columns`.

    Layer 0 is the input, whose gradient is not asked for: `gradient_x` None. Pixel (r, c) is number `first` +
    r·`down` + c·`across` of the layer's numbers in C order.
    """

    layer: int
    channel: int
    x: float
    y: float
    gradient_x: float | None
    pixel: tuple[float, float]
    rows: int
    columns: int
    first: int
    down: int
    across: int

    @property
    def width(self) -> float:
        """Of the picture of the activations."""
        return self.columns * self.pixel[0]

    @property
    def height(self) -> float:
        """Of either picture."""
        return self.rows * self.pixel[1]

    @property
    def right(self) -> float:
        """The right end of both pictures."""
        return (self.x if self.gradient_x is None else self.gradient_x) + self.width

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Unit:
    """One neuron: its number in the layer, centre and radius."""

    layer: int
    unit: int
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel: its upper left corner and that of its gradient; `slot` counts the channels drawn."""

    layer: int
    slot: int
    filter: int
    x: float
    y: float
    gradient_x: float
    gradient_y: float


@dataclass(frozen=True, slots=True)
class Column:
    """What one layer (0 = inputs) is drawn as; `middle` is where its caption stands."""

    layer: int
    kind: Kind
    middle: float
    pictures: tuple[Picture, ...]
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Kernels:
    """The kernels of `spec.layers[layer]`: all of them, or (`folded`) those of one filter."""

    layer: int
    tap: float
    size: tuple[int, int]
    folded: bool
    x: float
    right: float
    kernels: tuple[Kernel, ...]


@dataclass(frozen=True, slots=True)
class ImagesLayout:
    """User units of a box `width` × HEIGHT. `kernels` by the index of their layer."""

    width: float
    columns: tuple[Column, ...]
    kernels: dict[int, Kernels]


def kind_of(network: Network, layer: int) -> Kind:
    """What a layer (0 = inputs) is drawn as."""
    shape = spot_shape(network, layer)
    if len(shape) == 3:
        return "maps"
    if layer == 0:
        return "units"
    before = kind_of(network, layer - 1)
    own = network.layers[layer - 1]
    flattened = isinstance(own, Flattened) and before in ("maps", "strip")
    return "strip" if flattened or (isinstance(own, Dropout) and before == "strip") else "units"


def channels_of(network: Network, layer: int) -> Shape:
    """(rows, columns, channels) of the image that a layer is, or that was flattened into it."""
    while len(shape := spot_shape(network, layer)) != 3:
        layer -= 1
    return shape


def folded(network: Network, layer: int) -> bool:
    """Whether only one filter of the convolution `spec.layers[layer]` shows its kernels."""
    own, channels = network.layers[layer], network.input_shape_of(layer)[-1]
    if not isinstance(own, Conv2d):
        return False
    count = channels * own.filters
    return (
        count > FULL_KERNELS or count * own.kernel[0] * own.kernel[1] > FULL_TAPS or own.filters > IN_COLUMN
    )
