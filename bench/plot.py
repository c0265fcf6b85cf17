"""The growth as a picture: every line a multiple of its first place, both axes in powers of ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby
from math import log10

from bench.growth import Growth

WIDTH, HEIGHT = 960, 290
TOP, BOTTOM, LEFT, GAP = 52, 40, 52, 40
PANEL = (WIDTH - LEFT - 3.5 * GAP) / 4
MOST = 1_000.0  # of the first place
INK, GRID = "#7d8590", "#7d859050"  # in the middle: to be read on white and on black

Line = tuple[str, str, str, Callable[[Growth], float | None]]
LINES: tuple[Line, ...] = (
    ("the engine's step", "#3b82f6", "", lambda row: row.engine),
    ("a Step of the server", "#e8762d", "6 3", lambda row: row.step),
    ("bytes of its answer", "#2ea36a", "1.5 3", lambda row: float(row.size)),
)


def plot(rows: Sequence[Growth]) -> str:
    """An SVG: a panel for each axis."""
    parts = [_legend()]
    for number, (axis, places) in enumerate(groupby(rows, lambda row: row.axis)):
        parts.append(_panel(LEFT + number * (PANEL + GAP), axis, list(places), with_scale=number == 0))
    title = escape("How the time of a step and the size of its answer grow")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="{INK}">\n'
        f"<title>{title}</title>\n" + "\n".join(parts) + "\n</svg>\n"
    )


def _legend() -> str:
    parts, x = [], float(LEFT)
    for name, colour, dashes, _ in LINES:
        parts.append(_line(((x, 16.0), (x + 34, 16.0)), colour, dashes))
        parts.append(f'<text x="{x + 42:.0f}" y="20">{escape(name)}</text>')
        x += 200
    parts.append(
        f'<text x="{LEFT + 4 * PANEL + 3 * GAP:.0f}" y="20" text-anchor="end">times the first place of the axis</text>'
    )
    return "\n".join(parts)


def _panel(left: float, axis: str, places: Sequence[Growth], with_scale: bool) -> str:
    first, last = log10(places[0].at), log10(places[-1].at)
    bottom = HEIGHT - BOTTOM

    def x(at: float) -> float:
        return left + (log10(at) - first) / (last - first) * PANEL

    def y(times: float) -> float:
        return bottom - log10(max(times, 0.5)) / log10(MOST) * (bottom - TOP)

    parts = []
    for power in range(4):
        level = y(10.0**power)
        parts.append(f'<path d="M{left:.1f} {level:.1f}H{left + PANEL:.1f}" stroke="{GRID}"/>')
        if with_scale:
            parts.append(
                f'<text x="{left - 8:.1f}" y="{level + 4:.1f}" text-anchor="end">{10**power}×</text>'
            )
    parts += [
        f'<text x="{x(place.at):.1f}" y="{bottom + 18}" text-anchor="middle">{_mark(place.at)}</text>'
        for place in places
    ]
    parts.append(f'<text x="{left + PANEL / 2:.1f}" y="{bottom + 35}" text-anchor="middle">{axis}</text>')
    for _, colour, dashes, read in LINES:
        values = [(place.at, value) for place in places if (value := read(place)) is not None]
        if values:
            points = [(x(at), y(value / values[0][1])) for at, value in values]
            parts.append(_line(points, colour, dashes))
            parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" fill="{colour}"/>' for a, b in points]
    return "\n".join(parts)


def _line(points: Sequence[tuple[float, float]], colour: str, dashes: str) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'


def _mark(at: int) -> str:
    return f"{round(at / 1000)}k" if at >= 1_000 else str(at)
