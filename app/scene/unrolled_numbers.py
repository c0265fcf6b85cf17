"""The numbers of one answer for a network over time, packed: what js/unrolled.js sets on the standing drawing."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np

from app.scene.sheets import SINGLE
from app.scene.strips import Strip, contributions, largest_of, reaching, strips
from app.scene.view import Array, View


def numbers(view: View) -> dict[str, Any]:
    """Parameters in the order of the flat vector, to the last digit; strips as float32 in base64."""
    gradients, single = view.drawn_gradients, view.network.size <= SINGLE
    chosen, found = contributions(view), strips(view)
    frozen = np.array(sorted(view.frozen), dtype=np.int64)
    cut = frozen
    if view.frozen:
        cut = frozen[(view.params[frozen] == 0) & view.network.weights()[frozen]]
    return {
        "weights": view.params if single else (),
        "gradients": gradients if single else None,
        "changes": view.change if single else None,
        "totals": None if single else _totals(view),
        "frozen": frozen,
        "cut": cut,
        "largest_weight": largest_of(view.params),
        "largest_gradient": None if gradients is None else largest_of(gradients),
        "row": view.drawn_row,
        "strips": [_packed(strip) for strip in found],
        "reaching": [[layer, values] for layer, values in reaching(found).items()],
        "contributions": chosen and {"key": chosen[0], "values": chosen[1]},
    }


def _packed(strip: Strip) -> dict[str, Any]:
    return {
        "layer": strip.layer,
        "symbol": strip.symbol,
        "slope": strip.slope_symbol,
        "scale": strip.scale,
        "units": strip.values.shape[1],
        "values": _text(strip.values),
        "slopes": None if strip.slopes is None else _text(strip.slopes),
    }


def _text(values: Array) -> str:
    with np.errstate(over="ignore"):
        return b64encode(values.astype("<f4", order="C").data).decode()


def _totals(view: View) -> list[tuple[float, float | None]]:
    """‖W‖ and ‖∂L/∂W‖ of every parameter array."""
    slopes = view.drawn_gradients
    with np.errstate(all="ignore"):
        return [
            (
                float(np.linalg.norm(view.params[slot.start : slot.stop])),
                None if slopes is None else float(np.linalg.norm(slopes[slot.start : slot.stop])),
            )
            for slot in view.network.slots
        ]
