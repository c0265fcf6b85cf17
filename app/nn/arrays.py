"""The arrays everything is laid over: float64, C-contiguous, on 64-byte boundaries.

The boundary makes the vector kernels of NumPy and BLAS take the same path in every buffer, so the same inputs
give the same bits in a fresh plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import Context
from functools import lru_cache, partial
from math import prod

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Shape = tuple[int, ...]
Call = Callable[[], object]

LINE = 64  # bytes in a cache line
DOUBLES = LINE // 8


def aligned(*shape: int) -> Array:
    """Zeros of `shape`, starting on a 64-byte boundary."""
    size = prod(shape)
    raw = np.zeros(size + DOUBLES, dtype=np.float64)
    start = (-raw.ctypes.data % LINE) // 8
    return raw[start : start + size].reshape(shape)


def constant(value: float) -> Array:
    """A 0-d array: as an operand it costs a ufunc less than a Python float does."""
    return np.array(value, dtype=np.float64)


ZERO, HALF, ONE = constant(0.0), constant(0.5), constant(1.0)


def call(function: Callable[..., object], *operands: object, **out: Array) -> Call:
    """`function` bound to its operands; the result goes into the last, or into a named `out`.

    An operand that is the result's own place is given as the same object: otherwise NumPy looks at every call
    how the two overlap, for 0.2 µs.
    """
    result = out.get("out", operands[-1] if operands else None)
    return partial(function, *(result if _are_one(each, result) else each for each in operands), **out)


def _are_one(one: object, other: object) -> bool:
    """Whether two arrays are views of the same numbers in the same order."""
    if one is other or not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return one is other
    if one.shape != other.shape or one.base is not other.base or one.base is None:
        return False
    return one.strides == other.strides and one.dtype == other.dtype and one.ctypes.data == other.ctypes.data


def column_sums(block: Array, out: Array) -> Call:
    """Column sums of `block` into `out` (1, columns); a product is twice as fast as np.add.reduce."""
    return call(np.ones((1, len(block))).dot, block, out)


SMALL = 100**3  # multiplications


def product(A: Array, B: Array, out: Array) -> list[Call]:
    """A·B into `out`, B not transposed.

    OpenBLAS multiplies small matrices where they lie, and copies larger ones first: in pieces of whole rows that
    are small enough a product is up to twice as fast.
    """
    rows = SMALL // B.size
    if rows >= len(A) or rows < 4:
        return [call(A.dot, B, out)]
    rows -= rows % 8 if rows > 8 else 0
    return [call(A[k : k + rows].dot, B, out[k : k + rows]) for k in range(0, len(A), rows)]


LONGEST = 64  # calls in one function


@lru_cache(maxsize=LONGEST + 1)
def _function(count: int) -> Callable[..., None]:
    """Takes `count` functions, each with its operands behind it, and calls one after the other.

    Written out, as no loop can be: that costs 25 ns a call less than a loop over bound calls.
    """
    names = [f"f{k}, x{k}" for k in range(count)]
    lines = [f"    f{k}(*x{k})" for k in range(count)]
    made: dict[str, Callable[..., None]] = {}
    exec("\n".join((f"def run({', '.join(names)}):", *lines, "    return None")), made)
    return made["run"]


def straight(calls: Sequence[Call]) -> Call:
    """What makes all calls, in order; a long list in pieces."""
    if len(calls) > LONGEST:
        return straight([straight(calls[k : k + LONGEST]) for k in range(0, len(calls), LONGEST)])
    parts: list[object] = []
    for each in calls:
        if isinstance(each, partial) and not each.keywords:
            parts += (each.func, each.args)
        else:
            parts += (each, ())
    return partial(_function(len(calls)), *parts)


class Runner:
    """Runs lists of calls with floating-point warnings off: a diverged network is shown, not reported.

    Its own context, entered at every run, holds NumPy's error state: that costs 0.1 µs, np.errstate 0.8. For
    one thread at a time, and not from within itself.
    """

    def __init__(self) -> None:
        self._context = Context()
        self._context.run(np.seterr, all="ignore")

    def run(self, calls: Sequence[Call]) -> None:
        """Run all, in order."""
        self._context.run(_run, calls)

    def bound(self, calls: Sequence[Call]) -> Call:
        """What runs them, laid once to be run often."""
        return partial(self._context.run, straight(calls))


def _run(calls: Sequence[Call]) -> None:
    for each in calls:
        each()
