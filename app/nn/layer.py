"""What every kind of layer is to a network and to a plan."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Protocol

from app.nn.arrays import Array, Call, Shape


def features(shape: Shape) -> int:
    """Rows of a buffer that holds samples of `shape`: the features of one step, or of a whole image."""
    return shape[-1] if len(shape) == 2 else prod(shape)


def steps(shape: Shape) -> int:
    """Time steps of a sample of `shape`: 1 unless it is (time, features)."""
    return shape[0] if len(shape) == 2 else 1


@dataclass(frozen=True)
class ForwardSite:
    """Where a layer lays its forward pass.

    A buffer has a row for each feature and a column for each sample, or for each step and sample, time-major.
    x: (fan_in + 1, columns), the last row ones. z: (units, columns), to be filled. params: this layer's part
    of the flat vector.
    """

    x: Array
    z: Array
    params: Array


@dataclass(frozen=True)
class BackwardSite:
    """Where a layer lays its backward pass: delta = ∂L/∂z (units, columns) is given; grads (this layer's
    part) and dx = ∂L/∂x (fan_in, columns; None where nobody needs it) are to be filled."""

    delta: Array
    grads: Array
    dx: Array | None


class Layer(Protocol):
    """A frozen, hashable description; forward and backward stand side by side in its file."""

    @property
    def type(self) -> str:
        """Its name in a spec."""

    @property
    def activation(self) -> str:
        """The activation a plan lays between z and a."""

    def check(self, input_shape: Shape) -> None:
        """Raise ValueError where this layer cannot stand behind `input_shape`."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape of one sample behind this layer."""

    def parameters(self, input_shape: Shape) -> tuple[tuple[str, Shape], ...]:
        """Names and shapes of its parameters, in the order of the flat vector."""

    def forward(self, site: ForwardSite) -> list[Call]:
        """Lay z."""

    def backward(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """Lay the gradients of the parameters and ∂L/∂x."""

    def local(self, name: str, index: tuple[int, ...], inputs: Array) -> Array:
        """∂z/∂parameter for each term of its gradient.

        inputs: (batch, *input_shape). Of the shape (batch,), or (batch, time) where the layer runs over time.
        """

    def unit(self, name: str, index: tuple[int, ...]) -> int:
        """The unit whose delta the parameter's terms take."""
