"""Our own side: the plan that trains and explains."""

from __future__ import annotations

import numpy as np

from app.nn import Array, optimizer, plan_for
from bench.peers.side import Case, Here


class Ours:
    """See Peer."""

    name = "ours"
    tolerance = 0.0

    def has(self, case: Case) -> bool:  # noqa: ARG002
        """See Peer."""
        return True

    def side(self, case: Case) -> Here:
        """See Peer."""
        network, (x, y) = case.network, case.data()
        plan = plan_for(network, case.batch)
        descent = plan.descent(optimizer(case.optimizer, case.rate))
        descent.load(np.zeros(descent.state.size))
        plan.load(case.parameters())
        plan.feed(network.inputs(x), network.targets(y))
        t = 0

        def step() -> None:
            nonlocal t
            t += 1
            descent.apply(case.rate, t)

        def outputs() -> Array:
            plan.forward()
            return plan.outputs()

        return Here(step, outputs)


def gradients(case: Case) -> Array:
    """∂L/∂params (P,) at the parameters that every side begins with, as the first step leaves them."""
    network, (x, y) = case.network, case.data()
    plan = plan_for(network, case.batch)
    plan.load(case.parameters())
    plan.feed(network.inputs(x), network.targets(y))
    plan.descent(optimizer(case.optimizer, case.rate)).apply(case.rate, 1)
    return plan.grads.copy()
