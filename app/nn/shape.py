"""The flatten layer: every number of a sample in one row of features."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from app.nn.arrays import Array, Call, Shape, call
from app.nn.layer import BackwardSite, ForwardSite, Layer, Params, Step
from app.nn.shapes import by_place
from app.nn.trace import LayerTrace


@dataclass(frozen=True)
class Flatten(Layer):
    """A sample's numbers in C order: an image row by row, each pixel's channels together; a sequence step by
    step."""

    type: ClassVar[str] = "flatten"

    def check(self, input_shape: Shape) -> None:
        """Raise ValueError for an input without a shape."""
        if not input_shape or min(input_shape) < 1:
            raise ValueError(f"a flatten layer cannot stand behind the shape {input_shape}")

    def output_shape(self, input_shape: Shape) -> Shape:
        """(features,)."""
        return (prod(input_shape),)

    def forward(self, site: ForwardSite) -> list[Call]:
        """z is x in another order."""
        places = by_place(site.x[:-1], site.shape)
        return [call(np.copyto, site.z.reshape(places.shape), places)]

    def backward(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """∂L/∂x is delta, put back in the order of x: every z is one x, so ∂z/∂x is a permutation, and its
        transpose undoes it."""
        if site.dx is None:
            return []
        places = by_place(site.dx, forward.shape)
        return [call(np.copyto, places, site.delta.reshape(places.shape))]

    def reached(self, index: tuple[int, ...], x: Array, own: LayerTrace, parameters: Params) -> list[Step]:  # noqa: ARG002
        """Its place in the row."""
        return [Step("z", (int(np.ravel_multi_index(index, x.shape)),))]
