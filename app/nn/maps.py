"""What every unit answers over many inputs at once: a forward pass of which all layers are kept."""

from __future__ import annotations

from app.nn.arrays import Array
from app.nn.network import Columns, Network
from app.nn.plan import plan_for


def activations_over(network: Network, params: Array, inputs: Columns) -> tuple[Array, ...]:
    """a of every layer (units, N) of the network with `params` (P,), units first."""
    plan = plan_for(network, inputs.count)
    plan.load(params)
    plan.feed(inputs, None)
    plan.forward()
    return plan.activations()
