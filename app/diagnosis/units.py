"""Units that cannot learn: alike, dead, saturated."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app import nn
from app.diagnosis.case import Case, Finding

# f′(z) as a share of its largest value: below, 19 of 20 parts of an error do not get through.
SHUT = 0.05
SATURATED = 0.5  # more than this share of a layer is shut: the others can still learn
DEAD = 0.5  # this share of a layer is dead: a few are no harm, and may come to life as the layers below move
SAMPLES = 512  # of the training data, that have to leave a unit silent before it counts as dead
ALIKE = 0.5  # more than this share of a layer is one and the same unit


def _hidden(case: Case, *activations: str) -> Iterator[tuple[int, nn.Units]]:
    """Every layer with parameters but the last, and what it did; or those of them with these activations."""
    for k, activation in case.outline.hidden:
        if not activations or activation in activations:
            yield k, case.plan.did(k)


def symmetric(case: Case) -> Finding | None:
    """Units of a hidden layer that compute the same and get the same gradient: they stay the same for ever."""
    for k, did in _hidden(case):
        units = len(did.a)
        if units > 1 and (count := nn.alike(did)) > ALIKE * units:
            if any(below.a.max() <= 0.0 for number, below in _hidden(case) if number < k):
                return None  # behind it every unit gets the same: nothing
            return Finding("symmetric", k, {"count": count, "units": units})
    return None


def dead(case: Case) -> Finding | None:
    """ReLU units that answer 0 to every sample: f′(z) = 0, so nothing moves their weights."""
    suspects = [
        k
        for k, did in _hidden(case, "relu")
        if np.count_nonzero(did.a) <= (1 - DEAD) * did.a.size and nn.silent(did).mean() >= DEAD
    ]
    if not suspects or case.solved:
        return None
    inputs = case.setup.train.inputs
    count = min(inputs.count, SAMPLES)
    some = nn.Columns(inputs.values[..., :count, :], count)
    answers = nn.activations_over(case.setup.network, case.one.params, some)
    for k in suspects:
        units = case.setup.network.shapes[k][-1]
        gone = int((answers[k].reshape(units, -1).max(axis=1) <= 0.0).sum())
        if gone / units >= DEAD:
            return Finding("dead", k, {"count": gone, "units": units, "samples": count})
    return None


def saturated(case: Case) -> Finding | None:
    """Sigmoid or tanh units far out where the curve is flat: f′(z) is nearly 0 and lets no error through."""
    if case.solved:
        return None
    for k, did in _hidden(case, "sigmoid", "tanh"):
        layer = case.setup.network.layers[k]
        shares = nn.openness(layer, did)
        shut = [share for share in shares if share < SHUT]
        if len(shut) > SATURATED * len(shares):
            largest = {"sigmoid": 0.25, "tanh": 1.0}[nn.activation_of(layer) or ""]
            numbers = {"slope": largest * sum(shut) / len(shut), "largest": largest}
            return Finding("saturated", k, numbers | {"count": len(shut), "units": len(shares)})
    return None
