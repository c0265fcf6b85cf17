"""A network: what it is made of, and how its parameters lie in one flat vector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import prod

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from app.nn.arrays import Array, BoolArray, Shape
from app.nn.initializers import INITIALIZERS
from app.nn.layer import Layer
from app.nn.losses import LOSSES
from app.nn.shapes import features


class ParameterError(ValueError):
    """A parameter that does not exist or cannot have this value: `path` says which, `message` why."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass(frozen=True)
class Slot:
    """Where one parameter array of one layer lies in the flat vector."""

    layer: int
    name: str
    shape: Shape
    start: int
    stop: int

    @property
    def path(self) -> str:
        """As it is written: `W[1]`."""
        return f"{self.name}[{self.layer}]"


@dataclass(frozen=True, eq=False)
class Columns:
    """Data in the engine's own layout, every sample's features with a one behind them where they are inputs.

    values: (count, features), or (time, count, features): the samples of a batch are taken as whole rows.
    """

    values: Array
    count: int


@dataclass(frozen=True)
class Network:
    """Layers in a row from samples of `input_shape` ((features,), (time, features) or (height, width,
    channels)) to a loss; hashable. ValueError where they do not fit together."""

    input_shape: Shape
    layers: tuple[Layer, ...]
    loss: str

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError("a network needs at least one layer")
        shape = self.input_shape
        for layer in self.layers:
            layer.check(shape)
            shape = layer.output_shape(shape)
        if self.loss not in LOSSES:
            raise ValueError(f"unknown loss {self.loss!r}; known: {', '.join(LOSSES)}")
        if len(shape) == 3:
            raise ValueError(f"the outputs are images {shape}; a flatten or dense layer stands last")
        after, last = LOSSES[self.loss].after, self.layers[-1].laid_activation
        if after is not None and last != after:
            raise ValueError(f"{self.loss} stands after a {after} output; the last activation is {last}")

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.input_shape, self.layers, self.loss))

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of one sample behind every layer."""
        shapes = [self.input_shape]
        for layer in self.layers:
            shapes.append(layer.output_shape(shapes[-1]))
        return tuple(shapes[1:])

    @property
    def output_shape(self) -> Shape:
        """The shape of one output."""
        return self.shapes[-1]

    def input_shape_of(self, layer: int) -> Shape:
        """The shape of one sample in front of `layer`."""
        return self.shapes[layer - 1] if layer else self.input_shape

    @cached_property
    def by_unit(self) -> bool:
        """Whether it is units on a row of inputs, each joined to all before it: dense layers and nothing else."""
        return len(self.input_shape) == 1 and all(layer.type == "dense" for layer in self.layers)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every parameter array, in the order of the flat vector."""
        slots: list[Slot] = []
        start = 0
        for number, layer in enumerate(self.layers):
            for name, shape in layer.parameters(self.input_shape_of(number)):
                slots.append(Slot(number, name, shape, start, start + prod(shape)))
                start = slots[-1].stop
        return tuple(slots)

    @cached_property
    def size(self) -> int:
        """P, the length of the flat vector."""
        return self.slots[-1].stop if self.slots else 0

    @cached_property
    def spans(self) -> tuple[slice, ...]:
        """Each layer's part of the flat vector; empty for a layer without parameters."""
        ends = [0]
        for number in range(len(self.layers)):
            ends.append(max((slot.stop for slot in self.slots if slot.layer == number), default=ends[-1]))
        return tuple(slice(start, stop) for start, stop in pairwise(ends))

    @cached_property
    def multiplications(self) -> int:
        """About how many a forward pass takes for one sample."""
        return sum(
            layer.multiplications(self.input_shape_of(number)) for number, layer in enumerate(self.layers)
        )

    @cached_property
    def sequential(self) -> int:
        """Steps that a pass takes one after the other, whatever the batch."""
        return sum(layer.sequential(self.input_shape_of(number)) for number, layer in enumerate(self.layers))

    @cached_property
    def room(self) -> int:
        """About how many numbers a plan keeps for one sample."""
        inside = (layer.room(self.input_shape_of(number)) for number, layer in enumerate(self.layers))
        return prod(self.input_shape) + sum(inside) + 4 * prod(self.output_shape)

    def weights(self) -> BoolArray:
        """(P,): where a penalty acts, which is every parameter named W…"""
        mask = np.zeros(self.size, dtype=np.bool_)
        for slot in self.slots:
            mask[slot.start : slot.stop] = slot.name.startswith("W")
        return mask

    def unflatten(self, flat: Array) -> list[dict[str, Array]]:
        """Views into `flat` (P,) by name, aligned with `layers`."""
        parameters: list[dict[str, Array]] = [{} for _ in self.layers]
        for slot in self.slots:
            parameters[slot.layer][slot.name] = flat[slot.start : slot.stop].reshape(slot.shape)
        return parameters

    def flatten(self, parameters: Sequence[Mapping[str, object]]) -> Array:
        """The flat vector (P,) of nested lists or arrays, aligned with `layers`.

        Raises ParameterError for a wrong number of layers, a name, a shape or a number that is not finite.
        """
        flat = np.empty(self.size)
        for error in self.misfits(parameters, flat):
            raise error
        return flat

    def misfits(self, parameters: Sequence[Mapping[str, object]], flat: Array) -> Iterator[ParameterError]:
        """Whatever `flatten` refuses, one after the other; the others are written into `flat` (P,)."""
        if len(parameters) != len(self.layers):
            message = f"{len(parameters)} layers given; the network has {len(self.layers)}"
            yield ParameterError("parameters", message)
            return
        for number, given in enumerate(parameters):
            slots = [slot for slot in self.slots if slot.layer == number]
            names = [slot.name for slot in slots]
            if unknown := set(given) - set(names):
                message = f"no parameter {sorted(unknown)[0]!r}; there are: {', '.join(names) or 'none'}"
                yield ParameterError(f"parameters[{number}]", message)
            for slot in slots:
                if slot.name not in given:
                    yield ParameterError(f"parameters[{number}].{slot.name}", "missing")
                    continue
                try:
                    flat[slot.start : slot.stop] = _numbers(slot, given[slot.name]).ravel()
                except ParameterError as error:
                    yield error

    def index(self, layer: int, name: str, index: tuple[int, ...]) -> int:
        """Where name[index] of `layer` lies in the flat vector; ParameterError if there is none."""
        path = f"{name}[{layer}][{','.join(map(str, index))}]"
        if not 0 <= layer < len(self.layers):
            raise ParameterError(
                path, f"layer {layer} is out of range; it must be 0 to {len(self.layers) - 1}"
            )
        slots = {slot.name: slot for slot in self.slots if slot.layer == layer}
        if name not in slots:
            raise ParameterError(path, f"no parameter {name!r}; there are: {', '.join(slots) or 'none'}")
        slot = slots[name]
        if len(index) != len(slot.shape):
            raise ParameterError(path, f"{len(index)} indices given; {name} has {len(slot.shape)}")
        for axis, (i, length) in enumerate(zip(index, slot.shape, strict=True)):
            if not 0 <= i < length:
                raise ParameterError(
                    path, f"index {i} of axis {axis} is out of range; it must be 0 to {length - 1}"
                )
        return slot.start + int(np.ravel_multi_index(index, slot.shape))

    def initial(self, initializer: str, rng: Generator) -> Array:
        """Fresh parameters (P,): weights by `initializer`, drawn in the order of the flat vector; biases
        0."""
        flat = np.zeros(self.size)
        draw = INITIALIZERS[initializer].draw
        for slot in self.slots:
            if slot.name.startswith("W"):
                flat[slot.start : slot.stop] = draw(slot.shape, rng).ravel()
        return flat

    def inputs(self, samples: ArrayLike) -> Columns:
        """(N, *input_shape) in the engine's layout, as they lie where they have it; ValueError for another shape."""
        x = _samples("inputs", samples, self.input_shape)
        if (laid := _before_ones(x)) is not None:
            return _columns(laid)
        if x.ndim == 4:  # channel by channel, as images lie in a plan
            x = x.transpose(0, 3, 1, 2)
        x = x if x.ndim == 3 else x.reshape(len(x), features(self.input_shape))
        ones = np.ones((*x.shape[:-1], 1))
        return _columns(np.concatenate((x, ones), axis=-1))

    def targets(self, samples: ArrayLike) -> Columns:
        """(N, *output_shape) in the engine's layout, or, for cross_entropy, integer labels (N,) or (N, time).

        ValueError for another shape or a label out of range.
        """
        given = np.asarray(samples)
        if self.loss == "cross_entropy" and given.ndim == len(self.output_shape):
            return _columns(self._one_hot(given))
        y = _samples("targets", given, self.output_shape)
        return _columns(y if y.ndim == 3 else y.reshape(len(y), features(self.output_shape)))

    def _one_hot(self, labels: np.ndarray) -> Array:
        if labels.shape[1:] != self.output_shape[:-1]:
            raise ValueError(
                f"labels of the shape {labels.shape[1:]} a sample; {self.output_shape[:-1]} is needed"
            )
        classes = features(self.output_shape)
        if labels.size and (
            np.any(labels != np.floor(labels)) or labels.min() < 0 or labels.max() >= classes
        ):
            raise ValueError(f"labels must be whole numbers from 0 to {classes - 1}")
        one_hot: Array = np.eye(classes)[labels.astype(np.int64)]
        return one_hot


def _numbers(slot: Slot, given: object) -> Array:
    path = f"parameters[{slot.layer}].{slot.name}"
    try:
        values = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError(path, f"not an array of numbers of the shape {slot.shape}") from error
    if values.shape != slot.shape:
        raise ParameterError(path, f"the shape is {values.shape}; {slot.shape} is needed")
    if not np.isfinite(values).all():
        raise ParameterError(path, "holds a number that is not finite")
    return values


def _samples(what: str, samples: ArrayLike, shape: Shape) -> Array:
    values = np.asarray(samples, dtype=np.float64)
    if values.shape[1:] != shape or values.ndim == 0:
        raise ValueError(f"{what} of the shape {values.shape[1:]} a sample; {shape} is needed")
    return values


def _before_ones(x: Array) -> Array | None:
    """The read-only array that x is all but the last column of, where that column is ones; else None."""
    whole = x.base
    if not isinstance(whole, np.ndarray) or x.ndim != 2 or whole.shape != (len(x), x.shape[1] + 1):
        return None
    is_head = x.strides == whole.strides and x.ctypes.data == whole.ctypes.data and whole.flags.c_contiguous
    return whole if is_head and not whole.flags.writeable and bool((whole[:, -1] == 1.0).all()) else None


def _columns(rows: Array) -> Columns:
    """Sample-major rows (N, features), or (N, time, features) put time-major."""
    values = rows.transpose(1, 0, 2) if rows.ndim == 3 else rows
    return Columns(np.ascontiguousarray(values), len(rows))
