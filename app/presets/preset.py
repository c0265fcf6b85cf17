"""What a preset is, and the layers that its spec is written with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Layer = dict[str, Any]


@dataclass(frozen=True)
class Preset:
    """A spec as JSON, with a title and what to see in it (both msgids)."""

    name: str
    title: str
    description: str
    spec: dict[str, Any]


def dense(activation: str, *units: int) -> list[Layer]:
    """Dense layers of so many units each, all with one activation."""
    return [{"type": "dense", "units": count, "activation": activation} for count in units]
