"""What one run of the bench found, as it is kept in a file."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench.figures import Figure, figure_of
from bench.growth import Growth

FILE = Path(__file__).parent / "results.json"
PACKAGES = {"NumPy": "numpy", "FastAPI": "fastapi", "PyTorch": "torch", "scikit-learn": "scikit-learn"}
Row = Figure | Growth | str


@dataclass(frozen=True)
class Results:
    """The rows of one run, the day it was made and what it ran on; `missing` says what was not measured."""

    date: str
    machine: str
    figures: list[Figure] = field(default_factory=list)
    growth: list[Growth] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Results:
        """Today's, of this machine."""
        return cls(
            datetime.now(UTC).date().isoformat(),
            machine(),
            [row for row in rows if isinstance(row, Figure)],
            [row for row in rows if isinstance(row, Growth)],
            [row for row in rows if isinstance(row, str)],
        )

    def write(self, file: Path) -> None:
        """As JSON."""
        content = {
            "date": self.date,
            "machine": self.machine,
            "figures": [row.as_json() for row in self.figures],
            "growth": [row.as_json() for row in self.growth],
            "missing": self.missing,
        }
        file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(file: Path = FILE) -> Results:
    """What `write` wrote."""
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Results(
        content["date"],
        content["machine"],
        [figure_of(row) for row in content["figures"]],
        [Growth(**row) for row in content["growth"]],
        content["missing"],
    )


def machine() -> str:
    """What the figures depend on: cores and versions."""
    parts = [f"{os.cpu_count()} cores", f"Python {platform.python_version()}"]
    for name, package in PACKAGES.items():
        try:
            parts.append(f"{name} {version(package).partition('+')[0]}")
        except PackageNotFoundError:
            continue
    if node := shutil.which("node"):
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        parts.append(f"Node.js {said.strip().lstrip('v')}")
    return ", ".join(parts)
