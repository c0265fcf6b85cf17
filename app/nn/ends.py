"""The end of a plan: where outputs meet targets."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from app.nn.arrays import Array, Call, aligned, call, column_sums


@dataclass(frozen=True)
class Ends:
    """The buffers at the end of a network: z, a, y and rest (outputs, columns); `result`, a gradient with the total
    behind it. is_linear: whether a is z.

    A loss fills `total`, and may leave in `rest` and `work` what its gradient can use again. factor: what the
    sum of the terms is multiplied by. parts: where some samples of a batch are to be told from others, the
    slices of the samples and a total for each, in place of the one.
    """

    z: Array
    a: Array
    y: Array
    rest: Array
    result: Array
    is_linear: bool
    factor: float
    work: dict[str, Array] = field(default_factory=dict)
    parts: tuple[tuple[slice, Array], ...] = ()
    batch: int = 0

    @classmethod
    def behind(cls, z: Array, a: Array, is_linear: bool, factor: float) -> Ends:
        """With room of their own for everything but z and a."""
        return cls(z, a, aligned(*a.shape), aligned(*a.shape), aligned(a.size + 1), is_linear, factor)

    @property
    def gradient(self) -> Array:
        """∂L/∂a, or ∂L/∂z where the loss lays its activation too, (outputs, columns)."""
        return self.result[:-1].reshape(self.a.shape)

    @property
    def total(self) -> Array:
        """0-d."""
        return self.result[-1:].reshape(())


def sum_of(ends: Ends, values: Array) -> list[Call]:
    """Σ values (…, columns) into the total; a product is faster than np.add.reduce."""
    if ends.parts:
        return _sums(ends, values)
    flat = values.reshape(-1)
    return [call(np.ones_like(flat).dot, flat, ends.total)]


def product_of(ends: Ends, x: Array, y: Array) -> list[Call]:
    """Σ x∘y into the total."""
    if not ends.parts:
        return [call(x.reshape(-1).dot, y.reshape(-1), ends.total)]
    terms = aligned(*x.shape)
    return [call(np.multiply, x, y, terms), *_sums(ends, terms)]


def _sums(ends: Ends, values: Array) -> list[Call]:
    """Σ values of each part into its total. Nothing of one part gets into another, however large it is."""
    sums = values if len(values) == 1 else aligned(1, values.shape[1])
    by_sample = sums.reshape(-1, ends.batch)
    calls = [call(np.add.reduce, by_sample[:, part], None, None, total) for part, total in ends.parts]
    return calls if sums is values else [column_sums(values, sums), *calls]
