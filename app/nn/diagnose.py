"""Measures of what can go wrong in training, read off what one step leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from operator import sub

import numpy as np

from app.nn.arrays import Array, BoolArray
from app.nn.conv import Conv2d
from app.nn.dense import Dense
from app.nn.layer import Layer
from app.nn.losses import LOSSES
from app.nn.network import Columns, Network
from app.nn.recurrent import Rnn
from app.nn.shapes import steps
from app.nn.trace import LayerTrace, Units

ALIKE_DIGITS = (
    9  # to which two units agree before they count as one: sums in another order differ in the last
)
APART = 1e-8  # of the largest: what differs by more differs in these digits
ROUNDING = 1e-13  # of the loss: a smaller curvature cannot be told from rounding
TINY = 1e-300  # below any probability that training data can have


@dataclass(frozen=True)
class Along:
    """The loss along a step Δ, φ(t) = L(θ + t·Δ) on one batch: φ(0), φ(1) and φ′(0) = g·Δ."""

    start: float
    end: float
    slope: float

    @property
    def curvature(self) -> float:
        """φ″ of the parabola through the three."""
        return 2.0 * (self.end - self.start - self.slope)

    @property
    def lowest(self) -> float:
        """The t at which that parabola is lowest; infinite where it does not turn upwards."""
        floor = ROUNDING * abs(self.start)
        return -self.slope / max(self.curvature, floor) if self.curvature > -floor else inf


def activation_of(layer: Layer) -> str | None:
    """The activation that a unit's output is; None for a gated unit, and for a layer that only passes on."""
    return layer.activation if isinstance(layer, Dense | Conv2d | Rnn) else None


def openness(layer: Layer, units: Units) -> list[float]:
    """f′(z) of every unit of a layer with sigmoid (f′ = a(1 − a), at most ¼) or tanh (f′ = 1 − a², at most 1), its mean
    over the batch as a share of the largest f′ there is."""
    a = units.a.reshape(len(units.a), -1)
    is_tanh, count = activation_of(layer) == "tanh", a.shape[1]
    sums = np.vecdot(1.0 - a, 1.0 + a if is_tanh else 4.0 * a)
    return [total / count for total in sums.tolist()]


def alike(units: Units) -> int:
    """The size of the largest group of units that compute and learn the same: equal outputs and equal ∂L/∂output
    all through the batch. 1 where every unit is its own."""
    first = sorted(units.first.tolist())
    if min(map(sub, first[1:], first), default=inf) > APART * max(first[-1], -first[0]):
        return 1  # they differ in the first place already
    rows = np.concatenate(
        [_scaled(each).reshape(len(each), -1) for each in (units.computed, units.back)], axis=1
    )
    if not np.isfinite(rows).all():
        return 1
    return int(np.unique(rows, axis=0, return_counts=True)[1].max())


def _scaled(values: Array) -> Array:
    size = np.maximum.reduce(np.abs(values), axis=None, initial=0.0)
    return np.asarray((values / (size or 1.0)).round(ALIKE_DIGITS) + 0.0)  # −0 is 0


def silent(units: Units) -> BoolArray:
    """(units,): the ones whose output is 0 all through the batch."""
    return np.asarray(units.a.reshape(len(units.a), -1).max(axis=1) <= 0.0)


def time_norms(traced: LayerTrace) -> Array:
    """‖∂L/∂h_t‖ over batch and units (time,), what reaches each step of a recurrent layer."""
    assert traced.dh is not None
    norms: Array = np.sqrt((traced.dh**2).sum(axis=(0, 2)))
    return norms


def constant_loss(network: Network, targets: Columns) -> float:
    """About the smallest loss of an answer that is the same for every input: what a network scores that has learned
    nothing but how often each answer is right."""
    loss, units = LOSSES[network.loss], network.output_shape[-1]
    y = targets.values.reshape(-1, units)
    mean = y.mean(axis=0, keepdims=True)
    others: dict[str, Array] = {
        "mae": np.asarray(np.median(y, axis=0, keepdims=True)),
        "hinge": np.sign(mean),
    }
    a = others.get(network.loss, mean)
    odds = np.maximum(mean, TINY)
    z = np.log(odds) if loss.after == "softmax" else np.log(odds / np.maximum(1.0 - mean, TINY))
    terms = loss.terms(*np.broadcast_arrays(z, a, y))
    return float(terms.sum() * loss.factor(targets.count, steps(network.output_shape), units))
