"""The inputs a network can be drawn over: a plane where its data have two inputs, a line where they have one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from app.datasets import DATASETS, Data, feature_matrix
from app.intervals import interval
from app.nn import Columns, Network
from app.setup import Setup
from app.spec import DatasetSpec

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]  # (low, high) of each raw input

SIDES = (40, 20, 10)  # cells along a side of the plane; the finest that the work allows
LINE = 121  # points along the line
WORK = 2_000_000  # multiplications that one pass over the plane may take
MARGIN = 0.1  # of the range of the data, where no domain is given


@dataclass(frozen=True, eq=False)
class Grid:
    """Places spread evenly over a domain: cells row by row from the upper left, or points from left to right.

    `features` is (network inputs, places): what the network is given there; `inputs` the same for the engine.
    """

    domain: Domain
    side: int
    features: Array
    inputs: Columns

    @cached_property
    def reach(self) -> tuple[float, ...]:
        """The largest size that each of the network's inputs has there."""
        return tuple(np.abs(self.features).max(axis=1).tolist())


def domain_of(setup: Setup) -> Domain:
    """The domain of the data set, or the range of the rows given and a margin; empty for three inputs or more."""
    named = setup.spec.data
    if isinstance(named, DatasetSpec):
        return DATASETS[named.dataset].domain
    return _range(setup.data)


def _range(data: Data) -> Domain:
    points = data.points
    if points.ndim != 2 or points.shape[1] > 2:
        return ()
    ends = zip(points.min(axis=0).tolist(), points.max(axis=0).tolist(), strict=True)
    return tuple(interval(low, high, MARGIN) for low, high in ends)


def grid_of(setup: Setup) -> Grid | None:
    """The grid over the domain; None where there is none."""
    named, domain = setup.spec.data, domain_of(setup)
    if not domain:
        return None
    if isinstance(named, DatasetSpec):
        return _grid(setup.network, domain, named.dataset, setup.data.feature_names)
    return _grid(setup.network, domain, None, ())


@lru_cache(maxsize=64)
def _grid(network: Network, domain: Domain, dataset: str | None, features: tuple[str, ...]) -> Grid:
    side = LINE
    if len(domain) == 2:
        side = next((n for n in SIDES if n * n * network.size <= WORK), SIDES[-1])
    points = _plane(domain, side) if len(domain) == 2 else np.linspace(*domain[0], side)[:, None]
    given = feature_matrix(points, features, DATASETS[dataset]) if dataset else points
    return Grid(domain, side, np.ascontiguousarray(given.T), network.inputs(given))


def _plane(domain: Domain, side: int) -> Array:
    """The centres of the cells, (side², 2)."""
    middles = (np.arange(side) + 0.5) / side
    (left, right), (bottom, top) = domain
    x, y = np.meshgrid(left + middles * (right - left), top - middles * (top - bottom))
    return np.column_stack((x.ravel(), y.ravel()))
