"""How wide weights and gradients are drawn: decided here, for the page and for the module in the browser.

Widths are whole tenths of a user unit. Weights are to scale: |w| relative to the largest. Gradients are on
a logarithmic scale over six decades below the largest, so that vanishing ones still show; 0 is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.nn import Network
from app.scene.layout import layout
from app.scene.places import layer_sizes
from app.scene.view import View

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

DECADES = 6.0
THINNEST = 5  # tenths of a user unit


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """Values and widths of the edges, then of the biases, in the order in which they are drawn.

    `changes` are new − old of the update to come or just made. What is `cut` is a weight frozen at zero.
    """

    weights: Array
    weight_widths: IntArray
    gradients: Array | None
    gradient_widths: IntArray
    changes: Array | None
    frozen: BoolArray
    cut: BoolArray
    edges: int
    largest_weight: float
    largest_gradient: float


def strokes(view: View) -> Strokes:
    """The strokes of a session's parameters: every weight by layer, source, unit; then every bias."""
    place = layout(layer_sizes(view.network))
    order = drawing_order(view.network)
    weights = view.params[order]
    gradients = None if view.drawn_gradients is None else view.drawn_gradients[order]
    frozen = np.isin(order, list(view.frozen))
    return Strokes(
        weights,
        weight_widths(weights, place.widest_weight),
        gradients,
        np.zeros(len(order), np.int64)
        if gradients is None
        else gradient_widths(gradients, place.widest_gradient),
        None if view.change is None else view.change[order],
        frozen,
        frozen & (weights == 0) & (np.arange(len(order)) < place.edges),
        place.edges,
        _largest(weights),
        0.0 if gradients is None else _largest(gradients),
    )


@lru_cache(maxsize=256)
def drawing_order(network: Network) -> IntArray:
    """Places in the flat vector of all weights, in the order of the edges, then of all biases."""
    return np.concatenate(
        [np.arange(s.start, s.stop) for name in ("W", "b") for s in network.slots if s.name == name]
    )


def weight_widths(values: Array, widest: float) -> IntArray:
    """Widths in tenths: proportional to |w|, the largest `widest` units."""
    return _tenths(weight_shares(values), widest)


def gradient_widths(values: Array, widest: float, decades: float = DECADES) -> IntArray:
    """Widths in tenths: by the logarithm of |g| below the largest; 0 for one that is 0 or no number."""
    return np.where(np.nan_to_num(values) != 0, _tenths(gradient_shares(values, decades), widest), 0)


def weight_shares(values: Array) -> Array:
    """|w| over the largest, 0 for no number."""
    share = np.nan_to_num(np.abs(values) / (_largest(values) or 1.0), nan=0.0, posinf=1.0)
    return np.minimum(share, 1.0)


def gradient_shares(values: Array, decades: float = DECADES) -> Array:
    """From 0 to 1 by the logarithm of |g| below the largest; 0 for one that is 0 or no number."""
    largest = _largest(values)
    size = np.nan_to_num(np.abs(values), nan=0.0, posinf=largest)
    if largest == 0.0:
        return np.zeros(len(values))
    with np.errstate(divide="ignore"):
        share: Array = np.clip(1 + (np.log10(size) - np.log10(largest)) / decades, 0.0, 1.0)
    return share


def _largest(values: Array) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0


def _tenths(share: Array, widest: float) -> IntArray:
    return np.rint(THINNEST + share * (10 * widest - THINNEST)).astype(np.int64)
