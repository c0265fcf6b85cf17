"""What every kind of layer is to a network and to a plan."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import ClassVar, Literal

from numpy.random import Generator

from app.nn.activations import slope_at
from app.nn.arrays import Array, Call, Shape
from app.nn.shapes import features, own_columns, sample_first, steps, units_first
from app.nn.trace import LayerTrace, Units


@dataclass(frozen=True)
class ForwardSite:
    """Where a layer lays its forward pass.

    A buffer has a row for each feature and a column for each sample, or for each step and sample (shapes.py).
    shape: of one sample of the inputs. x: (features + 1, columns), the last row ones. z: (features, columns) of
    the outputs, to be filled. params: this layer's part of the flat vector. work: what the layer itself keeps
    for its backward pass and its trace.
    """

    shape: Shape
    batch: int
    x: Array
    z: Array
    params: Array
    work: dict[str, Array] = field(default_factory=dict)

    def of(self, sample: int) -> ForwardSite:
        """The same of one sample alone, as it stands now: views."""
        mine = own_columns(sample, self.batch)
        work = {name: part[..., mine] for name, part in self.work.items()}
        return replace(self, batch=1, x=self.x[:, mine], z=self.z[:, mine], work=work)


@dataclass(frozen=True)
class BackwardSite:
    """Where a layer lays its backward pass: delta = ∂L/∂z (shaped like z) is given; grads (this layer's part)
    and dx = ∂L/∂x (features, columns; None where nobody needs it) are to be filled."""

    delta: Array
    grads: Array
    dx: Array | None


Params = Mapping[str, Array]


@dataclass(frozen=True)
class Factor:
    """One factor of a local derivative, in symbols: `x` (what comes into the layer), `h` (its own state) or
    `r` (its reset gate), which of its units (from 0), and the arguments it is taken at."""

    symbol: str
    unit: int
    at: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One number of a product: what it is called, and the name and index of the parameter that it is."""

    symbol: str
    value: float
    name: str = ""
    index: tuple[int, ...] = ()


Of = Literal["z", "a", "c"]


@dataclass(frozen=True)
class Step:
    """One term of a derivative ∂L/∂(something): the product of `parts` times ∂L/∂ of what they lead to, a
    number of the layer itself.

    of: its pre-activations z, its outputs a (of a recurrent layer h_t), the cells c of an lstm; `index` as in
    a trace, the sample left out.
    """

    of: Of
    index: tuple[int, ...]
    parts: tuple[Part, ...] = ()


class Layer(ABC):
    """A frozen, hashable description; forward and backward stand side by side in its file.

    The methods that are not abstract are those of a layer without parameters that changes no activation.
    """

    type: ClassVar[str]
    """Its name in a spec."""
    draws: ClassVar[bool] = False
    """Whether a training pass draws random numbers."""

    @property
    def laid_activation(self) -> str:
        """The activation a plan lays between z and a: `linear` for a layer that fills a itself."""
        return "linear"

    @abstractmethod
    def check(self, input_shape: Shape) -> None:
        """Raise ValueError where this layer cannot stand behind `input_shape`."""

    @abstractmethod
    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape of one sample behind this layer."""

    def parameters(self, input_shape: Shape) -> tuple[tuple[str, Shape], ...]:  # noqa: ARG002
        """Names and shapes of its parameters, in the order of the flat vector."""
        return ()

    @abstractmethod
    def forward(self, site: ForwardSite) -> list[Call]:
        """Lay z."""

    @abstractmethod
    def backward(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """Lay the gradients of the parameters and ∂L/∂x."""

    def draw(self, site: ForwardSite, rng: Generator | None) -> None:  # noqa: B027
        """Draw what a training pass draws; None: for a pass that is no training pass."""

    def draw_as(self, site: ForwardSite, drawn: ForwardSite, sample: int) -> None:  # noqa: B027
        """Take over, into a batch of one, what was drawn for one sample of another batch."""

    def trace(self, site: ForwardSite, a: Array, delta: Array | None) -> LayerTrace:
        """What a pass left behind, copied; a and delta (features, columns), delta None before a backward
        pass."""
        shape = self.output_shape(site.shape)
        z, a = (sample_first(block, shape, site.batch) for block in (site.z, a))
        return LayerTrace(self.type, z, a, None if delta is None else sample_first(delta, shape, site.batch))

    def did(self, site: ForwardSite, a: Array, delta: Array) -> Units:
        """What the units or channels of the layer did in a pass: views."""
        shape = self.output_shape(site.shape)
        return Units(units_first(a, shape), units_first(site.z, shape), units_first(delta, shape))

    def outputs(self, a: Array) -> Array:
        """What the next layer sees of the `a` in a trace, (batch, *output_shape)."""
        return a

    def local(self, name: str, index: tuple[int, ...], inputs: Array, own: LayerTrace) -> Array:
        """∂z/∂parameter for each term of its gradient.

        inputs: (batch, *input_shape). Of the shape (batch,); (batch, time) where the layer runs over time;
        (batch, rows, columns) where it runs over an image.
        """
        raise NotImplementedError(f"{self.type} has no parameter {name}{index}: {inputs.shape}, {own.type}")

    def unit(self, name: str, index: tuple[int, ...]) -> int:  # noqa: ARG002
        """The unit whose delta the parameter's terms take: the last index of every parameter there is."""
        return index[-1]

    def over(self, input_shape: Shape) -> tuple[str, ...]:
        """What the terms of a gradient run over: samples s, steps t, rows u and columns v of the output."""
        return ("s", "t") if len(input_shape) == 2 else ("s",)

    def factors(self, name: str, index: tuple[int, ...], over: tuple[str, ...]) -> tuple[Factor, ...]:  # noqa: ARG002
        """The local derivative ∂z/∂parameter in symbols; none where it is 1."""
        return ()

    @abstractmethod
    def reached(self, index: tuple[int, ...], x: Array, own: LayerTrace, parameters: Params) -> list[Step]:
        """Every z that the number x[index] of the inputs reaches, with ∂z/∂x: ∂L/∂x[index] is the sum of these
        steps. x and own are those of one sample, `parameters` this layer's, by name."""

    def inside(self, of: Of, index: tuple[int, ...], own: LayerTrace, parameters: Params) -> list[Step]:  # noqa: ARG002
        """What ∂L/∂z[index] (or, in a recurrent layer, ∂L/∂h_t and ∂L/∂c_t) is made of within the layer, the
        way out of it not included: here δ = f′(z)·∂L/∂a, δ_i = Σ_j ∂a_j/∂z_i · ∂L/∂a_j for softmax."""
        return through_activation(self.laid_activation, index, own) if of == "z" else []

    def multiplications(self, input_shape: Shape) -> int:
        """About how many a forward pass takes for one sample."""
        size = sum(prod(shape) for _, shape in self.parameters(input_shape))
        return max(size * steps(input_shape), prod(input_shape))

    def sequential(self, input_shape: Shape) -> int:  # noqa: ARG002
        """Steps that a pass takes one after the other, whatever the batch."""
        return 0

    def room(self, input_shape: Shape) -> int:
        """About how many numbers a plan keeps for one sample, besides what comes in."""
        shape = self.output_shape(input_shape)
        return 4 * features(shape) * steps(shape)


def through_activation(name: str, index: tuple[int, ...], own: LayerTrace) -> list[Step]:
    """The steps from z[index] through a = f(z)."""
    if name == "linear":
        return [Step("a", index)]
    if name != "softmax":
        slope = slope_at(name, float(own.z[index]))
        return [Step("a", index, (Part("f′(z)", slope),))]
    i, a = index[-1], own.a[index[:-1]]
    return [
        Step("a", (*index[:-1], j), (Part("∂a/∂z", float(a[j] * ((i == j) - a[i]))),)) for j in range(len(a))
    ]
