"""README says of speed what the last run of the bench found, and the plot shows it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from bench.__main__ import SECTIONS
from bench.engine import CASES, TARGETS
from bench.growth import Growth
from bench.plot import LINES, plot
from bench.readme import PART, PLOT, README, table
from bench.results import read
from bench.words import RATIOS

SVG = "{http://www.w3.org/2000/svg}"


def test_the_table_is_that_of_the_results() -> None:
    found = PART.search(README.read_text(encoding="utf-8"))
    assert found
    assert found[0] == found[1] + table(read()) + found[2]


def test_the_plot_is_that_of_the_results() -> None:
    assert PLOT.read_text(encoding="utf-8") == plot(read().growth)


def test_the_results_have_every_row_of_the_issue() -> None:
    rows = read().figures
    for name, bounds in TARGETS.items():
        measured = [row for row in rows if row.against == name]
        assert [row.target.bound if row.target else None for row in measured] == [
            bound for case, bound in zip(CASES, bounds, strict=True) if bound or name == "PyTorch"
        ]
    assert {row.section for row in rows} == set(SECTIONS) - {"growth"}
    assert set(SECTIONS) - {"growth"} <= set(RATIOS)


def test_the_plot_draws_every_place_of_every_line() -> None:
    rows = [Growth("batch", at, at * 1e-6, 1e-3, 1_000) for at in (1, 10, 100)]
    rows += [Growth("sessions", at, None, 1e-3 * at, 1_000) for at in (10, 1_000)]
    drawn = ElementTree.fromstring(plot(rows))
    circles = drawn.findall(f"{SVG}circle")
    assert len(circles) == 3 * 3 + 2 * 2
    engine = [circle for circle in circles if circle.get("fill") == LINES[0][1]]
    heights = [float(circle.get("cy", "")) for circle in engine]
    assert heights[0] - heights[1] == heights[1] - heights[2] > 0
    assert not re.search(r"nan|inf", plot(rows))
