"""A batch in parts: one forward pass over all of it, the losses of each part apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from app.nn.arrays import Array, Call, constant
from app.nn.ends import Ends
from app.nn.losses import Loss


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The mean loss over all samples, without penalty, and the outputs (N, *output_shape)."""

    loss: float
    outputs: Array


class Parts:
    """The parts of a batch: `counts` samples each, one behind the other. `calls`, behind those that come `before`,
    fill the outputs of all, where that is left to the loss, and the total of each."""

    def __init__(
        self, loss: Loss, ends: Ends, batch: int, counts: Sequence[int], before: Sequence[Call]
    ) -> None:
        samples = [slice(stop - count, stop) for count, stop in zip(counts, accumulate(counts), strict=True)]
        self._totals = [constant(0.0) for _ in counts]
        # the mean of a part has as many times fewer samples
        self._scales = [loss.mean(ends.factor) * batch / count for count in counts]
        parts = tuple(zip(samples, self._totals, strict=True))
        self.calls = [*before, *loss.forward(replace(ends, parts=parts, batch=batch))]

    def losses(self) -> list[float]:
        """The mean loss of each in the last pass."""
        return [total.item() * scale for total, scale in zip(self._totals, self._scales, strict=True)]
