"""Pooling layers: each square of size × size pixels, channel by channel, becomes one; squares do not overlap."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from app.nn.arrays import Array, Call, Shape, aligned, call, constant
from app.nn.layer import BackwardSite, ForwardSite, Layer, Params, Part, Step
from app.nn.trace import LayerTrace


@dataclass(frozen=True)
class Pooling(Layer):
    """What both kinds share. Rows and columns at the lower and right edge that fill no square are left out."""

    size: int

    def check(self, input_shape: Shape) -> None:
        """Raise ValueError for what is no image or smaller than one square."""
        if len(input_shape) != 3:
            raise ValueError(f"a {self.type} layer stands behind an image, not behind {input_shape}")
        if not 1 <= self.size <= min(input_shape[:2]):
            raise ValueError(f"size is {self.size}; it must be 1 to {min(input_shape[:2])}")

    def output_shape(self, input_shape: Shape) -> Shape:
        """(height // size, width // size, channels)."""
        height, width, channels = input_shape
        return (height // self.size, width // self.size, channels)

    def room(self, input_shape: Shape) -> int:
        """The pixels square by square, with their gradients, and the outputs."""
        height, width, channels = input_shape
        return 4 * height * width * channels

    def _squares(self, image: Array, shape: Shape) -> Array:
        """(channels·height·width, batch) seen as (place in the square, same, channels, rows, columns, batch)."""
        height, width, channels = shape
        rows, columns, _ = self.output_shape(shape)
        whole = image.reshape(channels, height, width, -1)[:, : rows * self.size, : columns * self.size]
        parts = whole.reshape(channels, rows, self.size, columns, self.size, -1)
        return parts.transpose(2, 4, 0, 1, 3, 5)

    def _gathered(self, site: ForwardSite) -> tuple[Call, Array]:
        """The squares side by side, (size², outputs): place k of every square in row k."""
        squares = self._squares(site.x[:-1], site.shape)
        gathered = aligned(self.size**2, site.z.size)
        return call(np.copyto, gathered.reshape(squares.shape), squares), gathered

    def reached(self, index: tuple[int, ...], x: Array, own: LayerTrace, parameters: Params) -> list[Step]:  # noqa: ARG002
        """The one output whose square holds the pixel; none where no square reaches."""
        square = (index[0] // self.size, index[1] // self.size, index[2])
        inside = square[0] < own.z.shape[0] and square[1] < own.z.shape[1]
        return [Step("z", square, (self._share(index, square, x),))] if inside else []

    @abstractmethod
    def _share(self, index: tuple[int, ...], square: tuple[int, ...], x: Array) -> Part:
        """∂z/∂x of a pixel and the output of its square."""

    def _edges(self, forward: ForwardSite, dx: Array) -> list[Call]:
        """∂L/∂x = 0 where no square reaches."""
        height, width, _ = forward.shape
        return [call(dx.fill, 0.0)] if height % self.size or width % self.size else []


@dataclass(frozen=True)
class MaxPool2d(Pooling):
    """z = the largest of a square."""

    type: ClassVar[str] = "maxpool2d"

    def forward(self, site: ForwardSite) -> list[Call]:
        """The squares, and their maximum."""
        gather, squares = self._gathered(site)
        site.work["squares"] = squares
        return [gather, call(np.maximum.reduce, squares, 0, None, site.z.reshape(-1))]

    def backward(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """∂L/∂x = delta at the pixel that won its square, 0 at the others.

        z is that pixel, so ∂z/∂x is 1 there and 0 elsewhere. Where several are the largest the first one wins,
        row by row: the derivative from one side, as PyTorch takes it.
        """
        if site.dx is None:
            return []
        squares, z = forward.work["squares"], forward.z.reshape(-1)
        won, sofar = np.zeros(squares.shape, np.bool_), np.zeros(squares.shape, np.bool_)
        dsquares = aligned(*squares.shape)
        dx = self._squares(site.dx, forward.shape)
        return [
            *self._edges(forward, site.dx),
            call(np.equal, squares, z, won),
            call(np.copyto, sofar, won),
            *(call(np.logical_or, sofar[k:], sofar[:-k], sofar[k:]) for k in _doubling(len(won))),
            # the first winner is where `sofar` turns true
            call(np.not_equal, sofar[1:], sofar[:-1], won[1:]),
            call(np.copyto, dsquares, won),
            call(np.multiply, dsquares, site.delta.reshape(-1), dsquares),
            call(np.copyto, dx, dsquares.reshape(dx.shape)),
        ]

    def _share(self, index: tuple[int, ...], square: tuple[int, ...], x: Array) -> Part:
        """1 for the pixel that won, 0 for the others."""
        row, column = square[0] * self.size, square[1] * self.size
        pixels = x[row : row + self.size, column : column + self.size, index[2]]
        winner = divmod(int(np.argmax(pixels)), self.size)  # the first of the largest
        return Part("max", float(winner == (index[0] - row, index[1] - column)))


def _doubling(count: int) -> list[int]:
    """1, 2, 4, … below `count`: or-ing rows so far apart leaves in each row whether it or one above was true.

    In twos it takes a fifth of the time of np.logical_or.accumulate, which runs down every column.
    """
    return [2**k for k in range((count - 1).bit_length())]


@dataclass(frozen=True)
class AvgPool2d(Pooling):
    """z = the mean of a square."""

    type: ClassVar[str] = "avgpool2d"

    def forward(self, site: ForwardSite) -> list[Call]:
        """The squares, and their mean as a product."""
        gather, squares = self._gathered(site)
        shares = np.full((1, self.size**2), 1.0 / self.size**2)
        return [gather, call(shares.dot, squares, site.z.reshape(1, -1))]

    def backward(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """∂L/∂x = delta / size² at every pixel of the square: z is their sum divided by size²."""
        if site.dx is None:
            return []
        share = aligned(*site.delta.shape)
        dx = self._squares(site.dx, forward.shape)
        return [
            *self._edges(forward, site.dx),
            call(np.multiply, site.delta, constant(1.0 / self.size**2), share),
            call(np.copyto, dx, share.reshape(dx.shape[2:])),
        ]

    def _share(self, index: tuple[int, ...], square: tuple[int, ...], x: Array) -> Part:  # noqa: ARG002
        """1 / size² for each."""
        return Part(f"1/{self.size**2}", 1.0 / self.size**2)
