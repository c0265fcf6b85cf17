"""The convolution layer: z = x ⋆ W + b (cross-correlation, channels last), a = f(z)."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from app.nn.activations import check_activation
from app.nn.arrays import Array, Call, Shape, aligned, call
from app.nn.layer import BackwardSite, Factor, ForwardSite, Layer, Params, Part, Step
from app.nn.trace import LayerTrace

PADDINGS = ("valid", "same")


@dataclass(frozen=True)
class Conv2d(Layer):
    """`filters` kernels that move over an image by `stride`; `same` pads kernel // 2 zeros on each side.

    W (kh, kw, channels, filters) and b (filters) lie together in the flat vector as one matrix
    (kh·kw·channels + 1, filters).
    """

    filters: int
    kernel: tuple[int, int]
    stride: int = 1
    padding: str = "valid"
    activation: str = "linear"
    type: ClassVar[str] = "conv2d"

    @property
    def laid_activation(self) -> str:
        """Its own; softmax runs over the filters of a pixel."""
        return self.activation

    @property
    def pads(self) -> tuple[int, int]:
        """Zeros above and below, left and right."""
        return (self.kernel[0] // 2, self.kernel[1] // 2) if self.padding == "same" else (0, 0)

    def check(self, input_shape: Shape) -> None:
        """Raise ValueError for what is no image or smaller than the kernel, and for impossible fields."""
        if len(input_shape) != 3:
            raise ValueError(f"a conv2d layer stands behind an image, not behind {input_shape}")
        for name, value in (("filters", self.filters), ("kernel", min(self.kernel)), ("stride", self.stride)):
            if value < 1:
                raise ValueError(f"{name} is {value}; at least 1 is needed")
        if self.padding not in PADDINGS:
            raise ValueError(f"unknown padding {self.padding!r}; known: {', '.join(PADDINGS)}")
        check_activation(self.activation)
        padded = self.padded(input_shape)
        if self.kernel[0] > padded[0] or self.kernel[1] > padded[1]:
            raise ValueError(f"kernel is {self.kernel}; the padded image is {padded}")

    def padded(self, input_shape: Shape) -> tuple[int, int]:
        """Height and width of the image with its zeros around it."""
        (top, left), (height, width, _) = self.pads, input_shape
        return height + 2 * top, width + 2 * left

    def output_shape(self, input_shape: Shape) -> Shape:
        """(rows, columns, filters)."""
        height, width = self.padded(input_shape)
        rows, columns = (height - self.kernel[0]) // self.stride, (width - self.kernel[1]) // self.stride
        return (rows + 1, columns + 1, self.filters)

    def parameters(self, input_shape: Shape) -> tuple[tuple[str, Shape], ...]:
        """W (kh, kw, channels, filters), b (filters)."""
        return (("W", (*self.kernel, input_shape[2], self.filters)), ("b", (self.filters,)))

    def forward(self, site: ForwardSite) -> list[Call]:
        """z = Mᵀ·[patches; 1] with M = [W; b]: a row of `patches` for every tap of the kernel and channel, a
        column for every position and sample."""
        height, width, channels = site.shape
        rows, columns, _ = self.output_shape(site.shape)
        calls = []
        image = site.x[:-1].reshape(channels, height, width, site.batch)
        if self.padding == "same":
            (top, left), padded = self.pads, aligned(channels, *self.padded(site.shape), site.batch)
            calls.append(call(np.copyto, padded[:, top : top + height, left : left + width], image))
            image = padded
        taps = prod(self.kernel) * channels
        patches = site.work["patches"] = aligned(taps + 1, rows * columns * site.batch)
        patches[-1] = 1.0
        windows = _windows(image, self.kernel, self.stride)
        M = site.params.reshape(taps + 1, self.filters)
        calls.append(call(np.copyto, patches[:-1].reshape(windows.shape), windows))
        calls.append(call(M.T.dot, patches, site.z.reshape(self.filters, -1)))
        return calls

    def backward(self, forward: ForwardSite, site: BackwardSite) -> list[Call]:
        """dM = [patches; 1]·deltaᵀ, and ∂L/∂x is delta moved under the kernel turned by 180°.

        With p zeros around the image and stride k, z_f(u,v) = b_f + Σ_{i,j,c} W[i,j,c,f] x_c(ku+i-p, kv+j-p).
        L depends on W[i,j,c,f] through z_f of every position and sample, so ∂L/∂W[i,j,c,f] = Σ_{s,u,v}
        x_c(ku+i-p, kv+j-p) delta_f(u,v); for the bias that factor is 1. L depends on x_c(y,x) through every
        z_f(u,v) that some tap takes it to, ku+i-p = y and kv+j-p = x, so ∂L/∂x_c(y,x) = Σ_{i,j,f} W[i,j,c,f]
        delta_f((y+p-i)/k, (x+p-j)/k) over the taps for which these are positions of the output. With k-1
        zeros between its deltas and zeros around them that is a convolution again, i and j running
        backwards. LeCun et al. (1989); Dumoulin and Visin, "A guide to convolution arithmetic" (2016).
        """
        delta = site.delta.reshape(self.filters, -1)
        patches = forward.work["patches"]
        calls = [call(patches.dot, delta.T, site.grads.reshape(len(patches), self.filters))]
        if site.dx is not None:
            calls += self._lay_dx(forward, site.delta, site.dx)
        return calls

    def _lay_dx(self, forward: ForwardSite, delta: Array, dx: Array) -> list[Call]:
        (height, width, channels), (kh, kw), k = forward.shape, self.kernel, self.stride
        rows, columns, filters = self.output_shape(forward.shape)
        spread = aligned(filters, height + kh - 1, width + kw - 1, forward.batch)
        top, left = kh - 1 - self.pads[0], kw - 1 - self.pads[1]
        deltas = spread[:, top : top + k * (rows - 1) + 1 : k, left : left + k * (columns - 1) + 1 : k]
        windows = _windows(spread, self.kernel, 1)
        patches = aligned(kh * kw * filters, height * width * forward.batch)
        W = forward.params[: -self.filters].reshape(kh, kw, channels, filters)
        turned = aligned(channels, kh * kw * filters)
        return [
            call(np.copyto, deltas, delta.reshape(deltas.shape)),
            call(np.copyto, patches.reshape(windows.shape), windows),
            call(np.copyto, turned.reshape(channels, kh, kw, filters), W[::-1, ::-1].transpose(2, 0, 1, 3)),
            call(turned.dot, patches, dx.reshape(channels, -1)),
        ]

    def local(self, name: str, index: tuple[int, ...], inputs: Array, own: LayerTrace) -> Array:
        """The pixel under tap (i, j) in channel c for W[i,j,c,f], at every position; 1 for b[f]."""
        if name == "b":
            return np.ones(own.z.shape[:-1])
        i, j, channel, _ = index
        (top, left), (rows, columns), k = self.pads, own.z.shape[1:3], self.stride
        padded = np.pad(inputs[..., channel], ((0, 0), (top, top), (left, left)))
        return padded[:, i : i + k * (rows - 1) + 1 : k, j : j + k * (columns - 1) + 1 : k].copy()

    def reached(self, index: tuple[int, ...], x: Array, own: LayerTrace, parameters: Params) -> list[Step]:  # noqa: ARG002
        """Every position of the output whose patch holds the pixel, filter by filter, by the tap over it."""
        W, (row, column, channel) = parameters["W"], index
        rows, columns, filters = own.z.shape
        steps = []
        for u, i in self._taps_over(row, self.pads[0], self.kernel[0], rows):
            for v, j in self._taps_over(column, self.pads[1], self.kernel[1], columns):
                for f in range(filters):
                    tap = (i, j, channel, f)
                    steps.append(Step("z", (u, v, f), (Part("W", float(W[tap]), "W", tap),)))
        return steps

    def _taps_over(self, at: int, pad: int, taps: int, places: int) -> list[tuple[int, int]]:
        """The places u of the output, and the tap i of each, that stand over a row (or column) of the image."""
        over = [(divmod(at + pad - i, self.stride), i) for i in range(taps)]
        return [(u, i) for (u, rest), i in over if rest == 0 and 0 <= u < places]

    def over(self, input_shape: Shape) -> tuple[str, ...]:  # noqa: ARG002
        """Samples and positions of the output."""
        return ("s", "u", "v")

    def factors(self, name: str, index: tuple[int, ...], over: tuple[str, ...]) -> tuple[Factor, ...]:
        """x_c at the pixel under tap (i, j), rows and columns counted from 1."""
        if name == "b":
            return ()
        shifts = (tap - pad + 1 - self.stride for tap, pad in zip(index, self.pads, strict=False))
        pixel = (_moved(name, self.stride, by) for name, by in zip(over[1:], shifts, strict=True))
        return (Factor("x", index[2], (over[0], *pixel)),)

    def multiplications(self, input_shape: Shape) -> int:
        """Every weight at every position."""
        rows, columns, _ = self.output_shape(input_shape)
        return rows * columns * self.filters * (prod(self.kernel) * input_shape[2] + 1)

    def room(self, input_shape: Shape) -> int:
        """Patches of the image and of the deltas, and the outputs."""
        height, width, channels = input_shape
        rows, columns, filters = self.output_shape(input_shape)
        taps = prod(self.kernel)
        return rows * columns * (taps * channels + 5 * filters) + height * width * (taps + 1) * filters


def _windows(image: Array, kernel: tuple[int, int], stride: int) -> Array:
    """(channels, height, width, batch) seen as (kh, kw, channels, rows, columns, batch), nothing copied."""
    every = sliding_window_view(image, kernel, axis=(1, 2))
    view: Array = every[:, ::stride, ::stride].transpose(4, 5, 0, 1, 2, 3)
    return view


def _moved(name: str, factor: int, by: int) -> str:
    """`2u+1`, `u−1`, `u`."""
    scaled = name if factor == 1 else f"{factor}{name}"
    return scaled + (f"+{by}" if by > 0 else f"−{-by}" if by < 0 else "")
