"""The loss as a landscape: what it is at other parameters than the present ones, over a plane or along a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from app.nn.arrays import Array, IntArray
from app.nn.evaluation import PIECE, PIECE_NUMBERS, penalty
from app.nn.lockstep import Lockstep
from app.nn.network import Columns, Network


@dataclass(frozen=True, eq=False)
class Grid:
    """The objective over a plane: `values[i, j]` at the coordinates x[j], y[i]."""

    x: Array
    y: Array
    values: Array


@dataclass(frozen=True, eq=False)
class Slice:
    """The objective along an update: `values` at θ + t·Δ, `slope` = ∂L/∂θ·Δ its derivative at t = 0."""

    t: Array
    values: Array
    slope: float


def objectives(
    network: Network,
    origin: Array,
    directions: Array,
    steps: Array,
    inputs: Columns,
    targets: Columns,
    indices: IntArray,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    noise: Sequence[int] | None = None,
) -> Array:
    """Mean loss over the samples at `indices` plus penalty at every origin + steps[k]·directions, (K,).

    origin (P,), directions (D, P), steps (K, D). With `noise` it is the training pass that draws it, run whole;
    without, the samples are fed in pieces of bounded size, each once. Not finite where the loss is not.
    """
    count = len(indices)
    size = count if noise is not None else max(1, min(PIECE, PIECE_NUMBERS // network.room))
    totals = np.zeros(len(steps))
    with np.errstate(all="ignore"):
        for start in range(0, count, size):
            piece = indices[start : start + size]
            lockstep = Lockstep(network, inputs, targets, piece, noise)
            for first in range(0, len(steps), lockstep.together):
                part = steps[first : first + lockstep.together]
                np.add(part @ directions, origin, lockstep.params[: len(part)])
                values = lockstep.losses()[: len(part)]
                totals[first : first + len(part)] += values * (len(piece) / count)
        if l1 or l2:
            totals += [penalty(network, origin + at @ directions, l1, l2) for at in steps]
    return totals


def random_directions(network: Network, params: Array, rng: Generator) -> Array:
    """Two random directions (2, P), each filter as long as the same filter of `params`; biases stay.

    Filter normalisation after Li, Xu, Taylor, Studer and Goldstein, "Visualizing the Loss Landscape of Neural
    Nets" (2018): what is drawn for a unit, a filter or a unit of a gate (the last axis of a W…) is scaled to the
    length of the weights that lead there, so that a picture does not depend on the scale of the weights.
    """
    drawn = rng.normal(size=(2, network.size))
    for slot in network.slots:
        part = drawn[:, slot.start : slot.stop]
        if not slot.name.startswith("W"):
            part[:] = 0.0
            continue
        filters = part.reshape(2, -1, slot.shape[-1])
        lengths = np.linalg.norm(params[slot.start : slot.stop].reshape(-1, slot.shape[-1]), axis=0)
        part[:] = (filters * (lengths / np.linalg.norm(filters, axis=1, keepdims=True))).reshape(2, -1)
    return drawn


def coordinates(directions: Array, differences: Array) -> Array:
    """Where `differences` (N, P) from the origin lie in the plane of `directions` (2, P): the nearest point, (N, 2)."""
    solved = np.linalg.solve(directions @ directions.T, directions @ differences.T)
    return np.ascontiguousarray(solved.T)
