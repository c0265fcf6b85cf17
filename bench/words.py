"""The numbers of a row as they are printed, in the terminal and in README alike."""

from __future__ import annotations

from bench.figures import Figure
from bench.growth import Growth

# What the ratio of a section's rows is.
RATIOS = {
    "engine": "one training step, the peer's time ÷ ours",
    "surfaces": "the peer's time ÷ ours",
    "server": "ours ÷ that beside it",
    "sessions": "ours ÷ that beside it",
    "page": "ours ÷ that beside it",
}


def short(number: float) -> str:
    """Three significant digits, or all in front of the point."""
    size = abs(number)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2
    return f"{number:,.{digits}f}"


def ratio(row: Figure) -> str:
    """The median with the smallest and the largest round."""
    if row.ratio is None or row.low is None or row.high is None:
        return "–"
    return f"{short(row.ratio)} ({short(row.low)}–{short(row.high)})"


def sides(row: Figure) -> str:
    """Our number, and the peer's."""
    if row.peer is None:
        return f"{short(row.ours)} {row.unit}"
    return f"{short(row.ours)} : {short(row.peer)} {row.unit}"


def wanted(row: Figure) -> str:
    """The target, and whether it is reached."""
    if row.target is None:
        return ""
    unit = f" {row.unit}" if row.target.of == "ours" else ""
    return f"{row.target.sign} {row.target.bound:g}{unit} {'✓' if row.reached else '✗'}"


def grown(row: Growth) -> str:
    """One place on an axis."""
    engine = "" if row.engine is None else f"engine {short(1e6 * row.engine)} µs, "
    return f"{row.at:,} {row.axis}: {engine}server {short(1e3 * row.step)} ms, answer {row.size:,} bytes"
