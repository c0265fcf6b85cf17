"""The one command: every figure, section after section, printed as it is measured."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bench import crowd, engine, growth, page, server, surfaces
from bench.figures import Figure
from bench.growth import Growth
from bench.results import Results, Row, machine
from bench.words import RATIOS, grown, ratio, sides, wanted

SECTIONS: dict[str, Callable[[], Iterable[Row]]] = {
    engine.SECTION: engine.rows,
    surfaces.SECTION: surfaces.rows,
    server.SECTION: server.rows,
    growth.SECTION: growth.rows,
    crowd.SECTION: crowd.rows,
    page.SECTION: page.rows,
}


def main() -> int:
    """Measure and print; with --json also write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write what was measured to FILE")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="this section alone")
    arguments = parser.parse_args()
    print(machine(), flush=True)
    started, rows = time.monotonic(), list[Row]()
    for name in arguments.only or SECTIONS:
        print(f"\n{name}" + (f": {RATIOS[name]}" if name in RATIOS else ""), flush=True)
        for row in whole(name):
            print(line(row), flush=True)
            rows.append(row)
    print(f"\n{time.monotonic() - started:.0f} s")
    if arguments.json is not None:
        Results.of(rows).write(arguments.json)
    return 0


def whole(name: str) -> Iterator[Row]:
    """The rows of a section; where it cannot go on, why, and the next section comes all the same."""
    try:
        yield from SECTIONS[name]()
    except RuntimeError as error:
        yield f"The section {name} ends here: {error}."


def line(row: Row) -> str:
    """A row in the terminal."""
    if isinstance(row, Figure):
        return f"  {row.title:<66}{row.against:<24}{ratio(row):>22}{wanted(row):>15}   {sides(row)}"
    return f"  {grown(row) if isinstance(row, Growth) else row}"


if __name__ == "__main__":
    sys.exit(main())
