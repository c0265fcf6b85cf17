"""One row of the bench: what was measured, against what, and the figure that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal

Unit = Literal["µs", "ms", "s", "KB", "%", "/s", "×", "MB"]
Measure = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on the ratio of a row, or (`of` "ours") on our own number where that is what is asked for."""

    sign: Literal["≥", "≤"]
    bound: float
    of: Literal["ratio", "ours"] = "ratio"


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `peer` are medians in `unit`; `ratio`, with the smallest and largest round, is what the title
    says of the two. A row without a peer has no ratio."""

    section: str
    title: str
    against: str
    unit: Unit
    ours: float
    peer: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    target: Target | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the target is; None where there is none."""
        if self.target is None:
            return None
        value = self.ours if self.target.of == "ours" else self.ratio
        if value is None:
            return False
        return value >= self.target.bound if self.target.sign == "≥" else value <= self.target.bound

    def as_json(self) -> dict[str, Any]:
        """The row, nothing but JSON."""
        return asdict(self)


def figure_of(row: dict[str, Any]) -> Figure:
    """The row that `as_json` wrote."""
    target = row["target"]
    return Figure(**row | {"target": Target(**target) if target else None})


def interleaved(sides: Sequence[Measure], rounds: int) -> list[list[float]]:
    """What each side measured, round by round: A B A B …"""
    measured = [[side() for side in sides] for _ in range(rounds)]
    return [list(column) for column in zip(*measured, strict=True)]


def compared(
    section: str,
    title: str,
    against: str,
    unit: Unit,
    ours: Sequence[float],
    peer: Sequence[float],
    target: Target | None = None,
    *,
    upside_down: bool = False,
    scale: float = 1.0,
) -> Figure:
    """The row of two sides measured in the same rounds: ours ÷ the peer's, `upside_down` the peer's ÷ ours.

    `scale` takes what was measured to `unit`.
    """
    ratios = [b / a if upside_down else a / b for a, b in zip(ours, peer, strict=True)]
    return Figure(
        section,
        title,
        against,
        unit,
        median(ours) * scale,
        median(peer) * scale,
        median(ratios),
        min(ratios),
        max(ratios),
        target,
    )


def alone(
    section: str, title: str, unit: Unit, measured: Sequence[float], target: Target | None = None
) -> Figure:
    """The row of a number that stands for itself: its median, and no ratio."""
    return Figure(section, title, "", unit, median(measured), target=target)
