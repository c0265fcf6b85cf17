"""What a row of the engine compares: one case, run by one library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import process_time
from typing import Literal, Protocol

import numpy as np

from app.nn import Array, Network

Step = Callable[[], object]


class PeerMissingError(RuntimeError):
    """A peer that is not installed; the message says how to get it."""


@dataclass(frozen=True)
class Case:
    """One row: a network, its batch and its optimiser."""

    title: str
    network: Network
    batch: int
    optimizer: Literal["sgd", "adam"] = "sgd"
    rate: float = 0.01

    @property
    def is_classifier(self) -> bool:
        """Whether the targets are classes."""
        return self.network.loss == "cross_entropy"

    def data(self) -> tuple[Array, Array]:
        """Inputs (batch, *shape) and targets: numbers (batch, 1), or one-hot classes."""
        rng = np.random.default_rng(0)
        x = rng.normal(size=(self.batch, *self.network.input_shape))
        if self.is_classifier:
            return x, np.eye(10)[rng.integers(0, 10, self.batch)]
        return x, rng.normal(size=(self.batch, 1))

    def parameters(self) -> Array:
        """The parameters that every side begins with."""
        return self.network.initial("xavier_uniform", np.random.default_rng(1))


class Side(Protocol):
    """A case laid out in one library."""

    def run(self, steps: int) -> float:
        """CPU seconds of so many steps: forward, backward, update."""

    def outputs(self) -> Array:
        """(batch, outputs) with the parameters of now."""


class Peer(Protocol):
    """A library that lays out cases."""

    name: str
    tolerance: float  # of outputs after a few steps, against ours

    def has(self, case: Case) -> bool:
        """Whether the library knows every part of it."""

    def side(self, case: Case) -> Side:
        """The case, ready to run."""


@dataclass(frozen=True)
class Here:
    """A side that runs in this process."""

    step: Step
    read: Callable[[], Array]

    def run(self, steps: int) -> float:
        """See Side."""
        start = process_time()
        for _ in range(steps):
            self.step()
        return process_time() - start

    def outputs(self) -> Array:
        """See Side."""
        return self.read()
