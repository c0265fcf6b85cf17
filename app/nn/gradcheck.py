"""The backward pass held against central differences of the forward pass, in float64.

Ridders, "Accurate computation of F'(x) and F'(x)F''(x)" (1982); Press et al., Numerical Recipes, section 5.7:
differences over ever smaller steps, extrapolated to step 0, and of all estimates the one with the smallest
error *by its own reckoning* is taken. Large steps find gradients of 1e-8 above the rounding of the loss,
small ones stay on one side of a kink (ReLU, |·|, hinge).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from app.nn.arrays import Array, IntArray
from app.nn.explain import penalty_gradient
from app.nn.lockstep import Lockstep
from app.nn.network import Columns, Network, Slot
from app.nn.plan import plan_for

FIRST_STEP, SHRINK, STEPS = 1e-2, 4.0, 9  # down to 1.5e-7
DERIVATIVE_PASSES = 1 + 2 * STEPS  # forward passes for one parameter
SMALLEST = 1e-8  # gradients below count as this large in a relative error
ROUNDING = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class LayerCheck:
    """What was found for one parameter array: the largest relative error, over how many of its numbers."""

    layer: int
    name: str
    max_relative_error: float
    checked: int


@dataclass(frozen=True)
class GradCheck:
    """What was found for the whole network."""

    max_relative_error: float
    checked: int
    layers: tuple[LayerCheck, ...]


@dataclass(frozen=True)
class Derivative:
    """A numeric derivative. Where the function has a kink, `jump` is by how much the slope to its right
    exceeds the one to its left, and `value` lies halfway between the two; else 0."""

    value: float
    jump: float = 0.0

    def relative_error(self, analytic: float) -> float:
        """|n - a| / max(|n|, |a|, 1e-8); at a kink every slope between the two is right. Infinite for NaN."""
        distance = max(0.0, abs(self.value - analytic) - abs(self.jump) / 2.0)
        error = distance / max(abs(self.value), abs(analytic), SMALLEST)
        return float(error) if np.isfinite(error) else float("inf")


def derivative(f: Callable[[float], float], x: float) -> Derivative:
    """f′(x) by Ridders' method."""
    return _extrapolated(x, [f(place) for place in _places(x)])


def _places(x: float) -> list[float]:
    """Where f is asked: at x, and to the right and the left of it by ever smaller steps."""
    scale = FIRST_STEP * max(1.0, abs(x))  # a step lost in the rounding of a large x would measure nothing
    steps = [scale / SHRINK**k for k in range(STEPS)]
    return [x, *(place for step in steps for place in (x + step, x - step))]


def _extrapolated(x: float, values: Sequence[float]) -> Derivative:
    """The derivative from the values at the `_places`."""
    places, middle = _places(x), values[0]
    best, smallest_error = float("nan"), float("inf")
    above: list[float] = []
    gaps: list[float] = []
    noise = 0.0
    for k in range(STEPS):
        right, left = values[2 * k + 1], values[2 * k + 2]
        width = places[2 * k + 1] - places[2 * k + 2]  # as rounded
        noise = 2.0 * ROUNDING * max(abs(right), abs(left)) / width
        row = [(right - left) / width]
        if k == 0:
            best = row[0]
        for order, coarser in enumerate(above, start=1):
            weight = SHRINK ** (2 * order)
            finer = row[-1]
            row.append((weight * finer - coarser) / (weight - 1.0))
            error = max(abs(row[-1] - finer), abs(row[-1] - coarser)) + noise
            if error < smallest_error:
                best, smallest_error = row[-1], error
        above = row
        gaps.append((right - 2.0 * middle + left) * 2.0 / width)
    # the two one-sided slopes differ by jump + f″·step: extrapolated to step 0
    jump = (SHRINK * gaps[-1] - gaps[-2]) / (SHRINK - 1.0)
    doubt = abs(jump - gaps[-1]) + 8.0 * noise
    return Derivative(above[0], jump) if abs(jump) > 10.0 * doubt else Derivative(best)


def gradcheck(
    network: Network,
    params: Array,
    inputs: Columns,
    targets: Columns,
    indices: IntArray | None,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    limit: int,
    rng: Generator,
    gradients: Array | None = None,
    noise: Sequence[int] | None = None,
) -> GradCheck:
    """Check the gradients (P,) of the batch at `indices` (None: of everything): the engine's, or those given.

    Every parameter is checked up to `limit` of them, else at most `limit`, drawn by `rng`: some of every array, at
    least one.
    With `noise` the pass is the training pass that draws it.
    """
    rows = np.arange(inputs.count) if indices is None else indices
    if gradients is None:
        plan = plan_for(network, len(rows))
        plan.load(params)
        plan.feed(inputs, targets, rows, noise)
        plan.forward()
        plan.backward(l1, l2)
        gradients = plan.grads.copy()
    lockstep = Lockstep(network, inputs, targets, rows, noise)
    layers = []
    for slot in network.slots:
        chosen = _chosen(network, slot, limit, rng)
        numeric = _derivatives(lockstep, params, chosen)
        # the penalty's own derivative is known: taken off, it cannot hide an error of the backward pass
        analytic = [
            float(gradients[at]) - penalty_gradient(float(params[at]), slot.name, l1, l2) for at in chosen
        ]
        worst = max(n.relative_error(a) for n, a in zip(numeric, analytic, strict=True))
        layers.append(LayerCheck(slot.layer, slot.name, worst, len(chosen)))
    worst = max((check.max_relative_error for check in layers), default=0.0)
    return GradCheck(worst, sum(check.checked for check in layers), tuple(layers))


def _derivatives(lockstep: Lockstep, params: Array, chosen: IntArray) -> list[Derivative]:
    """The derivative of the loss by each parameter chosen, all others as in `params`."""
    at = np.repeat(chosen, DERIVATIVE_PASSES)
    places = np.array([place for x in params[chosen].tolist() for place in _places(x)])
    values = np.empty(len(places))
    lockstep.params[:] = params
    for start in range(0, len(places), lockstep.together):
        part = slice(start, min(start + lockstep.together, len(places)))
        here = np.arange(part.stop - part.start), at[part]
        lockstep.params[here] = places[part]
        values[part] = lockstep.losses()[: len(here[0])]
        lockstep.params[here] = params[at[part]]
    each = values.reshape(len(chosen), -1).tolist()
    return [_extrapolated(x, of_one) for x, of_one in zip(params[chosen].tolist(), each, strict=True)]


def _chosen(network: Network, slot: Slot, limit: int, rng: Generator) -> IntArray:
    """Which of a slot's parameters are checked: one, and its share of what `limit` leaves then."""
    everything, arrays = np.arange(slot.start, slot.stop), len(network.slots)
    if network.size <= limit:
        return everything
    others = network.size - arrays
    share = 1 + (max(0, limit - arrays) * (len(everything) - 1) // others if others else 0)
    return np.sort(rng.choice(everything, size=share, replace=False))
