"""The pictures of all neurons of a network over a plane as one list of NumPy calls, laid once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, repeat
from math import isfinite, isnan
from threading import local
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.area import Grid

Array = NDArray[np.float64]
Values = NDArray[np.floating[Any]]
Bytes = NDArray[np.uint8]
Scale = tuple[float, float]

HIGHEST, NOTHING = 254, 255
HALF = 0.5  # what is cut behind it is rounded
LOWEST, ROUNDED = np.array(0.0, np.float32), np.array(HIGHEST + HALF, np.float32)
STEEPEST = float(np.finfo(np.float32).max)
COARSER = 2  # the plane has so many times the cells of a neuron's picture along a side
FIXED: dict[str, Scale] = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}
PAINTINGS_KEPT = 8  # a thread


class Painted(NamedTuple):
    """What a painting gives: the bytes of all neurons and of the surface behind them, which output is the largest in
    every cell of it, where they are classes, and the scales of all neurons."""

    levels: Bytes
    winners: Bytes | None
    scales: tuple[Scale, ...]


class Painting:
    """Heights of all neurons and, behind them, of the surface, which become bytes. For one thread.

    A height runs from 0, the low end of a scale, to HIGHEST; a byte is the height rounded, or NOTHING where it is no
    number. The outputs decide between `classes`, or none: the surface is the only one, the second of two, or the
    largest of more.
    """

    def __init__(self, network: nn.Network, grid: Grid, classes: int, coarser: int = COARSER) -> None:
        self.side, self.small, self._coarser = grid.side, grid.side // coarser, coarser
        self._sketch, self._runner, self._classes = nn.Sketch(network, grid.inputs), nn.Runner(), classes
        self._fixed = [FIXED.get(layer.laid_activation) for layer in network.layers]
        self._inputs = [(-largest or -1.0, largest or 1.0) for largest in grid.reach]
        self._steps = np.empty(len(self._fixed), np.float32)
        self.cells = (len(self._inputs) + sum(map(len, self._sketch.layers))) * self.small**2
        self._heights = np.empty(self.cells + self.side**2, np.float32)
        self._calls = list(self._lay(grid))
        self._scales = self._on([scale or (-1.0, 1.0) for scale in self._fixed])

    def _lay(self, grid: Grid) -> Iterator[nn.Call]:
        """A height is a value times the step of its scale, and how high 0 stands on it."""
        rises, bases = np.zeros_like(self._heights), np.zeros_like(self._heights)
        shape, done = (-1, self.small, self.small), len(self._inputs)
        into, zero = rises[: self.cells].reshape(shape), bases[: self.cells].reshape(shape)
        for place, (row, (low, high)) in enumerate(zip(self._seen(grid.features), self._inputs, strict=True)):
            zero[place] = _base(low, high) + row * (HIGHEST / (high - low))  # these never change
        for number, layer in enumerate(self._sketch.layers):
            neurons = slice(done, done + len(layer))
            zero[neurons] = self._base_of(number)
            yield partial(np.multiply, self._seen(layer), self._steps[number, ...], into[neurons])
            done += len(layer)
        last, outputs = len(self._fixed) - 1, self._sketch.layers[-1]
        shown = outputs[min(self._classes, 2) - 1]
        if self._classes > 2:
            shown = np.empty_like(shown)
            yield partial(np.maximum.reduce, outputs, 0, None, shown)
        bases[self.cells :] = self._base_of(last)
        yield partial(np.multiply, shown, self._steps[last, ...], rises[self.cells :])
        yield partial(np.add, rises, bases, self._heights)
        if None in self._fixed:  # what has bounds stays within its scale
            yield partial(self._heights.clip, LOWEST, ROUNDED, self._heights)

    def _seen(self, values: Values) -> Values:
        """(units, side²) at the places of a neuron's picture."""
        return values.reshape(-1, self.side, self.side)[:, :: self._coarser, :: self._coarser]

    def _base_of(self, number: int) -> float:
        """How high 0 stands on the scale of a layer; one without bounds reaches as far down as up."""
        return _base(*(self._fixed[number] or (-1.0, 1.0)))

    def paint(self, params: Array, reach: float) -> Painted:
        """The pictures of the network with `params` (P,); outputs without bounds are shown up to `reach`."""
        self._sketch.run(params)
        if None in self._fixed:
            self._scales = self._on(self._evened(reach))
        self._runner.run(self._calls)
        heights = self._heights
        if isnan(np.vdot(heights, heights)):
            heights[np.isnan(heights)] = NOTHING
        winners = self._sketch.layers[-1].argmax(axis=0).astype(np.uint8) if self._classes > 2 else None
        return Painted(heights.astype(np.uint8), winners, self._scales)

    def _on(self, scales: Sequence[Scale]) -> tuple[Scale, ...]:
        """Sets the scales of the layers; gives those of all neurons."""
        self._steps[:] = [min(HIGHEST / (high - low), STEEPEST) for low, high in scales]
        counts = map(len, self._sketch.layers)
        return (*self._inputs, *chain.from_iterable(map(repeat, scales, counts)))

    def _evened(self, reach: float) -> list[Scale]:
        """The scales of all layers: those without bounds of their own reach to the largest value of the layer, to
        both sides of 0."""
        rows, last = self._sketch.rows, len(self._fixed) - 1
        highest, lowest = np.maximum.reduce(rows, 1).tolist(), np.minimum.reduce(rows, 1).tolist()
        scales = []
        for number, (fixed, span) in enumerate(zip(self._fixed, self._sketch.spans, strict=True)):
            largest = reach
            if fixed is None and number < last:
                ends = highest[span] + lowest[span]
                largest = max(map(abs, ends)) if isfinite(sum(ends)) else _largest(rows[span])
            scales.append(fixed or ((-largest, largest) if largest > 0 else (-1.0, 1.0)))
        return scales


def _base(low: float, high: float) -> float:
    """How high 0 stands on a scale."""
    return HALF - low * HIGHEST / (high - low)


def _largest(values: Values) -> float:
    """Of those that are finite numbers."""
    return float(np.abs(values).max(where=np.isfinite(values), initial=0.0))


class _Local(local):
    """This thread's paintings, the most recently used last."""

    def __init__(self) -> None:
        self.paintings: OrderedDict[tuple[nn.Network, Grid, int], Painting] = OrderedDict()


_local = _Local()


def painting_for(network: nn.Network, grid: Grid, classes: int) -> Painting:
    """This thread's, laid when first asked for."""
    paintings, key = _local.paintings, (network, grid, classes)
    painting = paintings.get(key)
    if painting is None:
        painting = paintings[key] = Painting(network, grid, classes)
        if len(paintings) > PAINTINGS_KEPT:
            paintings.popitem(last=False)
    paintings.move_to_end(key)
    return painting
