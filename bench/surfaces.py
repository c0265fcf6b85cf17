"""The pictures of every neuron: what each answers over the plane of inputs, as grey levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from time import process_time

import numpy as np
from numpy.typing import NDArray

from app.area import Grid
from app.nn import Array
from app.scene.painting import HIGHEST, Painting
from bench.engine import dense
from bench.figures import Figure, Target, compared, interleaved

SECTION = "surfaces"
ROUNDS = 11
ROUND_SECONDS = 0.05
SIDES = {50: 0.3, 100: 1.1}  # cells along a side; milliseconds
NETWORK = dense("tanh", 2, 8, 8, 8, 1)
LOW, HIGH = -1.0, 1.0

Bytes = NDArray[np.uint8]


def rows() -> Iterator[Figure]:
    """The map of every neuron, beside the same in plain NumPy. RuntimeError if they differ by more than a level."""
    params = NETWORK.initial("xavier_uniform", np.random.default_rng(1))
    for side, bound in SIDES.items():
        middles = (np.arange(side) + 0.5) / side * (HIGH - LOW) + LOW
        points = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)
        grid = Grid(((LOW, HIGH),) * 2, side, points.T.copy(), NETWORK.inputs(points))
        ours = partial(maps, Painting(NETWORK, grid, classes=1, coarser=1), params)
        plain = partial(plain_maps, params, points)
        off = np.abs(ours().astype(int) - plain()).max()
        if off > 1:
            raise RuntimeError(f"{side}×{side}: the grey levels differ from plain NumPy's by {off}")
        times = interleaved([partial(seconds, work, times_of(work)) for work in (ours, plain)], ROUNDS)
        title = f"{side}×{side} map of every neuron of 2-8-8-8-1"
        target = Target("≤", bound, "ours")
        yield compared(
            SECTION,
            title,
            "plain NumPy, float64",
            "ms",
            times[0],
            times[1],
            target,
            upside_down=True,
            scale=1e3,
        )


def maps(painting: Painting, params: Array) -> Bytes:
    """(neurons, cells) as the page gets them: the engine's activations, then their levels."""
    cells = painting.side**2  # the first are those of the inputs, the last the surface
    return painting.paint(params, HIGH).levels.reshape(-1, cells)[2:-1]


def plain_maps(params: Array, points: Array) -> Bytes:
    """The same, written down as it is said."""
    made, a = [], points
    for own, layer in zip(NETWORK.unflatten(params), NETWORK.layers, strict=True):
        z = a @ own["W"] + own["b"]
        a = np.tanh(z) if layer.laid_activation == "tanh" else z
        level = np.rint((a.T - LOW) * (HIGHEST / (HIGH - LOW)))
        made.append(np.clip(level, 0, HIGHEST).astype(np.uint8))
    return np.concatenate(made)


def times_of(work: Callable[[], object]) -> int:
    """How often it fits in ROUND_SECONDS."""
    return max(1, round(ROUND_SECONDS / seconds(work, 20)))


def seconds(work: Callable[[], object], times: int) -> float:
    """CPU seconds of one."""
    start = process_time()
    for _ in range(times):
        work()
    return (process_time() - start) / times
