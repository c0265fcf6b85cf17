"""What every neuron answers over the plane of inputs, a byte a cell: what the module in the browser paints.

A byte runs from 0 (the low end of the scale) over 127 (its middle) to 254 (the high end); 255 is no number.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scene.view import Maps, View

Values = NDArray[np.floating[Any]]
Bytes = NDArray[np.uint8]
Scale = tuple[float, float]

HIGHEST, NOTHING = 254, 255
COARSER = 2  # the plane has so many times the cells of a neuron's picture along a side
FIXED: dict[str, Scale] = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """`neurons` is (neurons, small²) in the order of the document, `scales` their ends by neuron.

    `surface` is (side²) of the output, or of the winning output where `winners` (side²) names it: there a
    byte is the winner's share.
    """

    side: int
    small: int
    neurons: Bytes
    scales: tuple[Scale, ...]
    surface: Bytes
    scale: Scale
    winners: Bytes | None


def pictures(view: View) -> Pictures | None:
    """The pictures of a network over a plane; None where its inputs are not two."""
    maps = view.maps
    if maps is None or len(maps.domain) != 2:
        return None
    side, outputs = maps.side, maps.layers[-1]
    scales = [scale for number in range(len(maps.layers)) for scale in _scales(view, maps, number)]
    seen = [layer.reshape(-1, side, side)[:, ::COARSER, ::COARSER] for layer in maps.layers]
    values = np.concatenate(seen, dtype=np.float32, casting="same_kind")
    low, high = np.array(scales, np.float32).T[:, :, None]
    neurons = levels(values.reshape(len(values), -1), low, high)
    classes = len(outputs) if view.answers and view.answers.kind == "argmax" else 1
    if classes < 3:
        surface, winners = levels(outputs[classes - 1], *scales[-1]), None
    else:
        surface, winners = levels(outputs.max(axis=0), *scales[-1]), outputs.argmax(axis=0).astype(np.uint8)
    return Pictures(side, side // COARSER, neurons, tuple(scales), surface, scales[-1], winners)


def levels(values: Values, low: Values | float, high: Values | float) -> Bytes:
    """Bytes on a scale; what lies beyond an end is shown as that end."""
    with np.errstate(all="ignore"):
        step = HIGHEST / (high - low)
        level = values * step
        level += 0.5 - low * step
        np.clip(level, 0.0, HIGHEST + 0.5, level)
        missing = np.isnan(level)
        if missing.any():
            level[missing] = NOTHING
        return level.astype(np.uint8)  # cut, so that with the half above it is rounded


def packed(values: Bytes) -> str:
    """Bytes as text."""
    return b64encode(values.tobytes()).decode()


def _scales(view: View, maps: Maps, number: int) -> list[Scale]:
    """The scale of each unit: fixed for bounded activations, else even to both sides of 0.

    That one reaches to the largest value: of each input alone, of a whole layer, of the targets for the output.
    """
    values = maps.layers[number]
    if number == 0:
        return [(-largest or -1.0, largest or 1.0) for largest in maps.reach]
    fixed = FIXED.get(view.network.layers[number - 1].laid_activation)
    is_output = number == len(maps.layers) - 1 and view.answers is not None
    return [fixed or _even(view.answers.train_targets if is_output and view.answers else values)] * len(
        values
    )


def _even(values: Values) -> Scale:
    size = np.abs(values)
    largest = float(size.max())
    if not isfinite(largest):
        largest = float(size.max(where=np.isfinite(size), initial=0.0))
    return (-largest, largest) if largest > 0 else (-1.0, 1.0)
