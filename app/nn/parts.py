"""A batch in parts: one forward pass over all of it, the losses of each part apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from app.nn.arrays import Array, Call, aligned, call, constant
from app.nn.losses import LOSSES, Ends
from app.nn.network import Network
from app.nn.shapes import sample_first, steps


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The mean loss over all samples, without penalty, and the outputs (N, *output_shape)."""

    loss: float
    outputs: Array


class Part:
    """Some samples of a batch that lie side by side. `calls` take its numbers out of those of the whole, and give
    its loss."""

    def __init__(
        self, network: Network, whole: tuple[Array, Array, Array], batch: int, samples: slice
    ) -> None:
        self._shape, self._count = network.output_shape, samples.stop - samples.start
        loss, time, rows = LOSSES[network.loss], steps(network.output_shape), len(whole[0])
        z, a, y, rest = (aligned(rows, time * self._count) for _ in range(4))
        factor = loss.factor(self._count, time, rows)
        self._ends = ends = Ends(z, a, y, rest, constant(0.0), factor)
        self._scale = loss.mean(factor)
        self.calls: list[Call] = [
            call(
                np.copyto,
                own.reshape(rows, time, self._count),
                block.reshape(rows, time, batch)[:, :, samples],
            )
            for own, block in zip((z, a, y), whole, strict=True)
        ]
        self.calls += loss.prepare(ends) if loss.prepare else []
        self.calls += loss.forward(ends)

    def evaluation(self) -> Evaluation:
        """What the last pass came to."""
        return Evaluation(
            self._ends.total.item() * self._scale, sample_first(self._ends.a, self._shape, self._count)
        )


class Parts:
    """The parts of a batch: `counts` samples each, one behind the other.

    whole: z and a of the last layer and the targets, each (features, columns); of a layer whose activation is the
    loss's part, a is left to the parts.
    """

    def __init__(
        self, network: Network, whole: tuple[Array, Array, Array], batch: int, counts: Sequence[int]
    ) -> None:
        self._parts = [
            Part(network, whole, batch, slice(stop - count, stop))
            for count, stop in zip(counts, accumulate(counts), strict=True)
        ]
        self.calls = [one for part in self._parts for one in part.calls]

    def evaluations(self) -> list[Evaluation]:
        """What the last pass came to, part by part."""
        return [part.evaluation() for part in self._parts]
