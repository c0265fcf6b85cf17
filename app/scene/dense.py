"""Which drawing a network has: unit by unit (dense layers on a row of numbers), over time, or by images."""

from __future__ import annotations

from typing import Literal

from app.layers import DenseSpec
from app.nn import Network
from app.spec import Spec

Drawn = Literal["units", "images", "time"]


def drawn_as(network: Network) -> Drawn:
    """units: every unit a neuron, every weight an edge; time: unrolled over the steps of a sequence; images:
    a column a layer, images as pictures (any other network too: one with dropout, say)."""
    if network.by_unit:
        return "units"
    return "time" if len(network.input_shape) == 2 else "images"


def dense_layers(spec: Spec, network: Network) -> tuple[DenseSpec, ...] | None:
    """The layers of a network that is drawn unit by unit; None of any other."""
    if not network.by_unit:
        return None
    return tuple(layer for layer in spec.layers if isinstance(layer, DenseSpec))
