"""One pass of a network over random samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.random import Generator

from app.nn import Array, Columns, Layer, Network, Plan, Trace


@dataclass(frozen=True, eq=False)
class Run:
    """A plan after forward and backward, and what it was fed."""

    network: Network
    plan: Plan
    inputs: Columns
    targets: Columns
    x: Array
    y: Array

    @property
    def trace(self) -> Trace:
        """With deltas."""
        return self.plan.trace(with_delta=True)

    @property
    def parameters(self) -> list[dict[str, Array]]:
        """By name, aligned with the layers."""
        return self.network.unflatten(self.plan.params)

    @property
    def gradients(self) -> list[dict[str, Array]]:
        """By name, aligned with the layers."""
        return self.network.unflatten(self.plan.grads)


def run(
    rng: Generator,
    shape: tuple[int, ...],
    *layers: Layer,
    batch: int = 3,
    loss: str = "mse",
    noise: Sequence[int] | None = None,
) -> Run:
    """Forward and backward over `batch` random samples, with random parameters, biases too."""
    network = Network(shape, layers, loss)
    x, y = rng.normal(size=(batch, *shape)), rng.normal(size=(batch, *network.output_shape))
    plan = Plan(network, batch)
    plan.load(network.initial("xavier_uniform", rng) + 0.3 * rng.normal(size=network.size))
    inputs, targets = network.inputs(x), network.targets(y)
    plan.feed(inputs, targets, None, noise)
    plan.forward()
    plan.backward()
    return Run(network, plan, inputs, targets, x, y)
