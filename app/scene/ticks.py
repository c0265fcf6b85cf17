"""Round numbers for axes."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10

from app.intervals import TINY


def ticks(low: float, high: float, whole: bool = False) -> list[float]:
    """Three to six round numbers from `low` or just above it to `high` or just above it; `low` alone where the two are
    too close to be told apart."""
    raw = high / 4 - low / 4
    if raw < TINY:
        return [low]
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * (1 - 1e-9))
    if whole:
        step = max(1.0, ceil(step))
    first, last = ceil(low / step - 1e-9), ceil(high / step - 1e-9)
    marks = (round(i * step, 12 - floor(log10(step))) for i in range(first, last + 1))
    return [mark for mark in marks if isfinite(mark)]


def log_ticks(low: float, high: float) -> list[float]:
    """Two to six round numbers around `low` … `high`, from TINY to FARTHEST: powers of ten, or 1, 2, 5 within a few."""
    first, last = floor(log10(low)), ceil(log10(high))
    if last - first > 2:
        stride = ceil((last - first) / 5)
        return [10.0**power for power in range(first, last + stride, stride)]
    marks = [factor * 10.0**power for power in range(first, last + 1) for factor in (1, 2, 5)]
    below = [mark for mark in marks if mark <= low * (1 + 1e-9)]  # log10 rounds up to a power just above
    above = [mark for mark in marks if mark >= high and mark > below[-1]]
    return [*below[-1:], *(mark for mark in marks if below[-1] < mark < above[0]), above[0]]
