"""The dropout layer: in training passes every number is left out with probability `rate`.

Srivastava et al., "Dropout" (2014), in the inverted form: what is kept is divided by 1 - rate, so that other
passes need no scaling.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.random import Generator

from app.nn.arrays import Array, Call, Shape, aligned, call
from app.nn.layer import BackwardSite, ForwardSite, Layer, Params, Part, Step
from app.nn.shapes import feature_first, sample_first
from app.nn.trace import LayerTrace


@dataclass(frozen=True)
class Dropout(Layer):
    """z = x·mask, where mask is 0 with probability `rate` and 1/(1 - rate) else; 1 outside training."""

    rate: float
    type: ClassVar[str] = "dropout"
    draws: ClassVar[bool] = True

    def check(self, input_shape: Shape) -> None:
        """Raise ValueError for a rate outside [0, 1) or an input without a shape."""
        if not 0.0 <= self.rate < 1.0:
            raise ValueError(f"rate is {self.rate}; it must lie in [0, 1)")
        if not input_shape or min(input_shape) < 1:
            raise ValueError(f"a dropout layer cannot stand behind the shape {input_shape}")

    def output_shape(self, input_shape: Shape) -> Shape:
        """The same."""
        return input_shape

    def forward(self, site: ForwardSite) -> list[Call]:
        """z = x·mask."""
        mask = site.work["mask"] = aligned(*site.z.shape)
        mask[:] = 1.0
        return [call(np.multiply, site.x[:-1], mask, site.z)]

    def backward(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """∂L/∂x = delta·mask: z = x·mask number by number, and the mask depends on nothing."""
        return [] if site.dx is None else [call(np.multiply, site.delta, forward.work["mask"], site.dx)]

    def draw(self, site: ForwardSite, rng: Generator | None) -> None:
        """The mask, drawn sample by sample; ones without a generator."""
        mask = site.work["mask"]
        if rng is None:
            mask[:] = 1.0
        else:
            kept = rng.random((site.batch, *site.shape)) >= self.rate
            mask[:] = feature_first(kept / (1.0 - self.rate), site.shape)

    def trace(self, site: ForwardSite, a: Array, delta: Array | None) -> LayerTrace:
        """With the mask."""
        mask = sample_first(site.work["mask"], site.shape, site.batch)
        return replace(super().trace(site, a, delta), mask=mask)

    def reached(self, index: tuple[int, ...], x: Array, own: LayerTrace, parameters: Params) -> list[Step]:  # noqa: ARG002
        """The same number, by its mask."""
        assert own.mask is not None
        return [Step("z", index, (Part("mask", float(own.mask[index])),))]

    def draw_as(self, site: ForwardSite, drawn: ForwardSite, sample: int) -> None:
        """The mask of that sample: every column of its own."""
        np.copyto(site.work["mask"], drawn.of(sample).work["mask"])
