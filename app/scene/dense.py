"""Which networks are drawn unit by unit: those of dense layers on a row of numbers."""

from __future__ import annotations

from app.layers import DenseSpec
from app.nn import Network
from app.spec import Spec


def drawn_by_unit(network: Network) -> bool:
    """Whether every unit is a neuron of the drawing and every weight an edge; else a layer is a box."""
    return len(network.input_shape) == 1 and all(layer.type == "dense" for layer in network.layers)


def dense_layers(spec: Spec, network: Network) -> tuple[DenseSpec, ...] | None:
    """The layers of a network that is drawn unit by unit; None of any other."""
    if not drawn_by_unit(network):
        return None
    return tuple(layer for layer in spec.layers if isinstance(layer, DenseSpec))
