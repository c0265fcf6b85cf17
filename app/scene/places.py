"""What can be chosen on the page: an edge or a neuron, any single parameter, any single output of a layer.

A network drawn unit by unit has edges and neurons; every other one has parameters and spots.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from app.nn import Network, Recurrent

Parameter = tuple[int, str, tuple[int, ...]]
LONGEST = 7  # digits of an index


@dataclass(frozen=True, slots=True)
class Place:
    """An edge (`source` to `unit`, of `spec.layers[layer]`) or a neuron (`source` None, layer 0 = inputs)."""

    layer: int
    unit: int
    source: int | None = None

    @property
    def key(self) -> str:
        """As it stands in links and forms: `edge:layer,from,to` or `neuron:layer,unit`."""
        if self.source is None:
            return f"neuron:{self.layer},{self.unit}"
        return f"edge:{self.layer},{self.source},{self.unit}"

    @property
    def parameter(self) -> Parameter | None:
        """Layer, name and index of the weight of an edge or the bias of a neuron; None for an input."""
        if self.source is not None:
            return self.layer, "W", (self.source, self.unit)
        return (self.layer - 1, "b", (self.unit,)) if self.layer > 0 else None


@dataclass(frozen=True, slots=True)
class Weight:
    """One parameter of any layer: `spec.layers[layer]`, its name there, and its index."""

    layer: int
    name: str
    index: tuple[int, ...]

    @property
    def key(self) -> str:
        """As it stands in links and forms: `param:layer,name,i,j,…`."""
        return ",".join(map(str, (f"param:{self.layer}", self.name, *self.index)))

    @property
    def parameter(self) -> Parameter:
        """Layer, name and index."""
        return self.layer, self.name, self.index


@dataclass(frozen=True, slots=True)
class Spot:
    """One number that a layer puts out (layer 0 = inputs): (unit), (row, column, channel) or (time, unit)."""

    layer: int
    index: tuple[int, ...]

    @property
    def key(self) -> str:
        """As it stands in links and forms: `spot:layer,i,j,…`."""
        return ",".join(map(str, (f"spot:{self.layer}", *self.index)))

    @property
    def parameter(self) -> None:
        """A spot is no parameter."""
        return None


AnyPlace = Place | Weight | Spot


def parse_place(text: str, network: Network) -> AnyPlace | None:
    """The place that `text` (its key) names, or None when this network has no such place.

    Of a network that is not drawn unit by unit an edge is the weight, a neuron the spot that it stands for.
    """
    kind, _, rest = text.partition(":")
    parts = rest.split(",")
    if kind == "param" and len(parts) > 2:
        numbers = _numbers([parts[0], *parts[2:]])
        return parameter_place(network, numbers[0], parts[1], numbers[1:]) if numbers else None
    numbers = _numbers(parts)
    if not numbers:
        return None
    if kind == "spot" and not network.by_unit:
        return _spot(network, numbers[0], numbers[1:])
    if kind == "neuron" and len(numbers) == 2:
        return _neuron(network, *numbers)
    if kind == "edge" and len(numbers) == 3:
        return parameter_place(network, numbers[0], "W", numbers[1:])
    return None


def parameter_place(network: Network, layer: int, name: str, index: tuple[int, ...]) -> Place | Weight | None:
    """The place of one parameter, None when there is none: in a drawing unit by unit its edge or neuron."""
    slots = [s for s in network.slots if (s.layer, s.name) == (layer, name)]
    if not slots or not _inside(index, slots[0].shape):
        return None
    if not network.by_unit:
        return Weight(layer, name, index)
    return Place(layer, index[1], index[0]) if name == "W" else Place(layer + 1, index[0])


def spot_shape(network: Network, layer: int) -> tuple[int, ...]:
    """The shape of what a layer (0 = inputs) puts out for one sample; of a recurrent one, at every step."""
    if layer == 0:
        return network.input_shape
    made = network.layers[layer - 1]
    if isinstance(made, Recurrent):
        return spot_shape(network, layer - 1)[0], made.units
    return network.shapes[layer - 1]


def layer_sizes(network: Network) -> tuple[int, ...]:
    """How many inputs, and how many numbers every layer puts out: of a dense one, its units."""
    return prod(network.input_shape), *map(prod, network.shapes)


def _numbers(parts: list[str]) -> tuple[int, ...]:
    """The parts as indices; nothing when one is none."""
    fit = all(part.isascii() and part.isdecimal() and len(part) < LONGEST for part in parts)
    return tuple(map(int, parts)) if fit else ()


def _neuron(network: Network, layer: int, unit: int) -> AnyPlace | None:
    if not network.by_unit:
        return _spot(network, layer, (unit,))
    sizes = layer_sizes(network)
    return Place(layer, unit) if layer < len(sizes) and unit < sizes[layer] else None


def _spot(network: Network, layer: int, index: tuple[int, ...]) -> Spot | None:
    inside = layer <= len(network.layers) and _inside(index, spot_shape(network, layer))
    return Spot(layer, index) if inside else None


def _inside(index: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(index) == len(shape) and all(i < size for i, size in zip(index, shape, strict=True))
