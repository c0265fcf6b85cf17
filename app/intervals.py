"""Intervals that numbers are drawn over: finite, and wide enough to be told from a point."""

from __future__ import annotations

FARTHEST = 1e300  # what is farther out lies outside: what is computed over an interval stays finite
CLOSE = 1e-12  # of the larger end: ends closer together are one number
TINY = 1e-300
AROUND = 0.1  # of a large number, on either side of it alone


def interval(low: float, high: float, margin: float) -> tuple[float, float]:
    """From below `low` to above `high`, `margin` times their distance to either side; around a single number 1, or a
    share of a large one."""
    low, high = (min(max(end, -FARTHEST), FARTHEST) for end in (low, high))
    size = max(abs(low), abs(high))
    are_apart = high - low > max(CLOSE * size, TINY)
    room = margin * (high - low) if are_apart else max(1.0, AROUND * size)
    return low - room, high + room
