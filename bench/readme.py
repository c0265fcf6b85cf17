"""README's section on speed and its plot, out of bench/results.json."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

from bench.plot import plot
from bench.results import Results, read
from bench.words import RATIOS, grown, ratio, sides, wanted

ROOT = Path(__file__).parent.parent
README, PLOT = ROOT / "README.md", ROOT / "docs" / "growth.svg"
PART = re.compile(r"(<!-- bench -->\n).*(<!-- /bench -->)", re.DOTALL)


def table(results: Results) -> str:
    """The rows, section by section, with the date."""
    lines = [f"Measured on {results.date}: {results.machine}. {' '.join(results.missing)}".strip(), ""]
    for section, rows in groupby(results.figures, lambda row: row.section):
        lines += [f"| {section}: {RATIOS[section]} | beside | ratio | wanted | ours : beside |"]
        lines += ["|---|---|---|---|---|"]
        for row in rows:
            lines.append(f"| {row.title} | {row.against} | {ratio(row)} | {wanted(row)} | {sides(row)} |")
        lines.append("")
    lines += [f"![{spoken(results)}]({PLOT.relative_to(ROOT).as_posix()})", ""]
    return "\n".join(lines)


def spoken(results: Results) -> str:
    """The plot for who does not see it: the ends of every axis."""
    ends = []
    for _, places in groupby(results.growth, lambda row: row.axis):
        first, *_, last = places
        ends.append(f"from {grown(first)} to {grown(last)}")
    return "How a step grows, " + "; ".join(ends)


def main() -> None:
    """Put both in their places."""
    results = read()
    text = README.read_text(encoding="utf-8")
    README.write_text(PART.sub(lambda found: found[1] + table(results) + found[2], text), encoding="utf-8")
    PLOT.write_text(plot(results.growth), encoding="utf-8")


if __name__ == "__main__":
    main()
