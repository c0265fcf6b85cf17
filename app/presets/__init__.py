"""Presets: named specs, simple to large. Each says what to see in it, and a test holds it to that."""

from __future__ import annotations

from app.errors import NotFoundError
from app.i18n import N_
from app.presets.convolutional import CONVOLUTIONAL
from app.presets.feedforward import FEEDFORWARD
from app.presets.preset import Preset
from app.presets.recurrent import RECURRENT
from app.presets.troubled import TROUBLED

__all__ = ["DEFAULT_PRESET", "PRESETS", "Preset", "preset"]

DEFAULT_PRESET = "circle"
PRESETS: dict[str, Preset] = {one.name: one for one in (*FEEDFORWARD, *CONVOLUTIONAL, *RECURRENT, *TROUBLED)}


def preset(name: str) -> Preset:
    """The preset of that name. Raises NotFoundError naming it and what there is."""
    if name not in PRESETS:
        raise NotFoundError(
            N_("There is no preset '{name}'; there are {available}."),
            name=name,
            available=", ".join(PRESETS),
        )
    return PRESETS[name]
