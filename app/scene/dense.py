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
    if drawn_by_unit(network):
        return "units"
    return "time" if len(network.input_shape) == 2 else "images"


def drawn_by_unit(network: Network) -> bool:
    """Whether every unit is a neuron of the drawing and every weight an edge; else a layer is a box."""
    return len(network.input_shape) == 1 and all(layer.type == "dense" for layer in network.layers)


def dense_layers(spec: Spec, network: Network) -> tuple[DenseSpec, ...] | None:
    """The layers of a network that is drawn unit by unit; None of any other."""
    if not drawn_by_unit(network):
        return None
    return tuple(layer for layer in spec.layers if isinstance(layer, DenseSpec))
