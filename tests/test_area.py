"""The inputs a network is drawn over: their domain, and the grid laid over it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.area import LINE, SIDES, WORK, domain_of, grid_of
from app.datasets import DATASETS
from app.setup import Setup, prepare
from app.spec import parse_spec
from tests.specs import LIMITS, ROWS, named_spec, rows_spec


def setup_of(spec: dict[str, Any]) -> Setup:
    """The setup of a spec."""
    return prepare(parse_spec(spec), LIMITS)


def test_a_plane_runs_row_by_row_from_the_upper_left() -> None:
    setup = setup_of(named_spec())
    grid = grid_of(setup)
    assert grid is not None
    assert grid.domain == domain_of(setup) == DATASETS["circle"].domain == ((-6.0, 6.0), (-6.0, 6.0))
    x, y = grid.features.reshape(2, grid.side, grid.side)
    half = 6.0 / grid.side
    assert x[0, 0] == pytest.approx(-6.0 + half)
    assert y[0, 0] == pytest.approx(6.0 - half)
    assert (np.diff(x, axis=1) > 0).all()
    assert (np.diff(x, axis=0) == 0).all()
    assert (np.diff(y, axis=0) < 0).all()
    assert np.array_equal(grid.inputs.values[:, :-1].T, grid.features)


def test_the_features_of_the_network_stand_at_every_place() -> None:
    features = ["x2", "x1*x2", "sin(x1)"]
    grid = grid_of(setup_of(named_spec(data={"dataset": "circle", "features": features})))
    plain = grid_of(setup_of(named_spec()))
    assert grid is not None
    assert plain is not None
    x1, x2 = plain.features
    assert np.array_equal(grid.features, np.stack((x2, x1 * x2, np.sin(x1))))


def test_rows_of_two_numbers_reach_over_their_range_and_a_margin() -> None:
    points = np.array(ROWS)
    for (low, high), column in zip(domain_of(setup_of(rows_spec())), points.T, strict=True):
        margin = 0.1 * np.ptp(column)
        assert (low, high) == pytest.approx((column.min() - margin, column.max() + margin))


def test_a_line_and_what_cannot_be_drawn() -> None:
    one = rows_spec(data={"inputs": [[2.0], [2.0]], "targets": [[0.0], [1.0]]})
    grid = grid_of(setup_of(one))
    assert grid is not None
    assert (grid.domain, grid.side) == (((1.0, 3.0),), LINE)
    assert grid.features[0] == pytest.approx(np.linspace(1.0, 3.0, LINE))
    three = rows_spec(data={"inputs": [[1.0, 2.0, 3.0]], "targets": [[0.0]]}, batch_size=1)
    assert grid_of(setup_of(three)) is None


@pytest.mark.parametrize("column", [[1.7e18, 1.7e18], [1e308, -1e308], [-1.7e308, -1.7e308], [0.0, 5e-324]])
def test_numbers_of_every_size_have_a_plane(column: list[float]) -> None:
    rows = [[x, y] for x, y in zip(column, (0.0, 1.0), strict=True)]
    grid = grid_of(setup_of(rows_spec(data={"inputs": rows, "targets": [[0.0], [1.0]]})))
    assert grid is not None
    x = grid.features[0].reshape(grid.side, -1)[0]
    assert np.isfinite(x).all()
    assert (np.diff(x) > 0).all()


def test_a_large_network_gets_a_coarser_grid() -> None:
    wide = [{"type": "dense", "units": 60, "activation": "tanh"}] * 2
    setup = setup_of(named_spec(layers=[*wide, {"type": "dense", "units": 1, "activation": "sigmoid"}]))
    grid = grid_of(setup)
    assert grid is not None
    assert grid.side == SIDES[1]
    assert grid.side**2 * setup.network.size <= WORK < SIDES[0] ** 2 * setup.network.size
