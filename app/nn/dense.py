"""The dense layer: z = x·W + b, a = f(z)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided

from app.nn.activations import check_activation
from app.nn.arrays import SMALL, Array, Call, Shape, aligned, call, product
from app.nn.layer import BackwardSite, Factor, ForwardSite, Layer, Params, Part, Step
from app.nn.shapes import by_place, features
from app.nn.trace import LayerTrace

TURNED = 60  # inputs
ALIKE = 3  # layers whose gradients share a product


@dataclass(frozen=True)
class Dense(Layer):
    """`units` units, each joined to every input. On a (time, features) input it is applied at every step, an
    image is flattened. W (fan_in, units) and b (units) lie together in the flat vector as one matrix (fan_in
    + 1, units): the bias is the weight of a row of ones."""

    units: int
    activation: str = "linear"
    type: ClassVar[str] = "dense"

    @property
    def laid_activation(self) -> str:
        """Its own."""
        return self.activation

    def check(self, input_shape: Shape) -> None:
        """Raise ValueError for no units, an unknown activation or an input without a shape."""
        if self.units < 1:
            raise ValueError(f"units is {self.units}; at least 1 is needed")
        check_activation(self.activation)
        if not input_shape or min(input_shape) < 1:
            raise ValueError(f"a dense layer cannot stand behind the shape {input_shape}")

    def output_shape(self, input_shape: Shape) -> Shape:
        """(units,), or (time, units) behind a sequence."""
        return (input_shape[0], self.units) if len(input_shape) == 2 else (self.units,)

    def parameters(self, input_shape: Shape) -> tuple[tuple[str, Shape], ...]:
        """W (fan_in, units), b (units)."""
        return (("W", (features(input_shape), self.units)), ("b", (self.units,)))

    def forward(self, site: ForwardSite) -> list[Call]:
        """z = x·W + b, as z = Mᵀ·[x; 1] with M = [W; b]."""
        M = site.params.reshape(-1, self.units)
        if not _is_permuted(site.shape):
            return _through(M, site.x, site.z)
        flat = site.work["flat"] = aligned(*site.x.shape)
        flat[-1] = 1.0
        pixels = by_place(site.x[:-1], site.shape)
        return [call(np.copyto, flat[:-1].reshape(pixels.shape), pixels), call(M.T.dot, flat, site.z)]

    def backward(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """dM = [x; 1]·deltaᵀ and ∂L/∂x = W·delta.

        L depends on M[i,j] through z_j of every column s alone, and ∂z_j(s)/∂M[i,j] = x_i(s) (1 for the
        bias), so ∂L/∂M[i,j] = Σ_s x_i(s) delta_j(s). L depends on x_i(s) through every z_j(s), and ∂z_j/∂x_i
        = W[i,j], so ∂L/∂x_i(s) = Σ_j W[i,j] delta_j(s). Rumelhart, Hinton and Williams (1986).
        """
        return [*lay_gradients([(forward, site)]), *self.reach(forward, site)]

    def reach(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """∂L/∂x alone."""
        if site.dx is None:
            return []
        W = forward.params.reshape(-1, self.units)[:-1]
        if not _is_permuted(forward.shape):
            return product(W, site.delta, site.dx)
        dflat, pixels = aligned(*site.dx.shape), by_place(site.dx, forward.shape)
        return [*product(W, site.delta, dflat), call(np.copyto, pixels, dflat.reshape(pixels.shape))]

    def local(self, name: str, index: tuple[int, ...], inputs: Array, own: LayerTrace) -> Array:  # noqa: ARG002
        """x_i of every sample (and step) for W[i,j]; 1 for b[j]."""
        columns = inputs if inputs.ndim == 3 else inputs.reshape(len(inputs), -1)
        return columns[..., index[0]].copy() if name == "W" else np.ones(columns.shape[:-1])

    def reached(self, index: tuple[int, ...], x: Array, own: LayerTrace, parameters: Params) -> list[Step]:
        """z_j for every unit j (of the same step), by W[i,j]; i is the place in the flattened sample."""
        W, over_time = parameters["W"], x.ndim == 2
        i = index[-1] if over_time else int(np.ravel_multi_index(index, x.shape))
        return [
            Step("z", (*index[:-1], j) if over_time else (j,), (Part("W", float(W[i, j]), "W", (i, j)),))
            for j in range(own.z.shape[-1])
        ]

    def factors(self, name: str, index: tuple[int, ...], over: tuple[str, ...]) -> tuple[Factor, ...]:
        """x_i for W[i,j]."""
        return (Factor("x", index[0], over),) if name == "W" else ()


def _is_permuted(shape: Shape) -> bool:
    """Whether a flattened sample lies otherwise than its buffer: an image of several channels."""
    return len(shape) == 3 and shape[2] > 1


def _through(M: Array, x: Array, z: Array) -> list[Call]:
    """z = Mᵀ·x. Many samples that lie as rows are multiplied as rows: that can be done in small pieces."""
    if M.size * x.shape[1] <= SMALL or not x.T.flags.c_contiguous:
        return [call(M.T.dot, x, z)]
    rows = aligned(*z.T.shape)
    return [*product(x.T, M, rows), call(np.copyto, z, rows.T)]


def lay_gradients(layers: Sequence[tuple[ForwardSite, BackwardSite]]) -> Iterator[Call]:
    """dM of dense layers. Of small ones it is the calls that take the time: neighbours that are alike share one."""
    operands = [_operands(*layer) for layer in layers]
    while operands:
        x, delta, dM = (_stacked(blocks) for blocks in zip(*operands, strict=True))
        alike = min(len(x), len(delta), len(dM))
        if alike >= ALIKE and x.shape[1] <= TURNED:
            yield call(np.matmul, x[:alike], delta[:alike].transpose(0, 2, 1), dM[:alike])
        else:
            alike = 1
            yield from _gradient(*operands[0])
        del operands[:alike]


def _operands(forward: ForwardSite, site: BackwardSite) -> tuple[Array, Array, Array]:
    """x, delta, dM."""
    x = forward.work.get("flat", forward.x)
    return x, site.delta, site.grads.reshape(len(x), -1)


def _stacked(blocks: Sequence[Array]) -> Array:
    """As many of the first blocks as are alike and lie equally far apart: (blocks, rows, columns)."""
    first, step, count = blocks[0], 0, 1
    for one, after in pairwise(blocks):
        far = after.ctypes.data - one.ctypes.data
        if (after.shape, after.strides) != (first.shape, first.strides) or (count > 1 and far != step):
            break
        step, count = far, count + 1
    return as_strided(first, (count, *first.shape), (step, *first.strides))


def _gradient(x: Array, delta: Array, dM: Array) -> list[Call]:
    """dM = x·deltaᵀ. From about sixty inputs on it pays to turn delta first."""
    if len(x) <= TURNED:
        return [call(x.dot, delta.T, dM)]
    rows = aligned(*delta.T.shape)
    return [call(np.copyto, rows, delta.T), *product(x, rows, dM)]
