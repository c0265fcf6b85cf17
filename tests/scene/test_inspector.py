"""The inspector: rows that add up to the gradient, in the names of the drawing."""

from __future__ import annotations

import pytest

from app.scene.inspector import INCOMING, inspector
from app.scene.inspector_rows import ROWS
from app.scene.places import Place
from tests.scene.views import view_of


@pytest.mark.parametrize("place", [Place(0, 2, 1), Place(1, 0, 3), Place(1, 2), Place(2, 0)])
@pytest.mark.parametrize("batch", [1, ROWS, ROWS + 1, 40])
def test_the_rows_and_the_rest_add_up_to_the_gradient(place: Place, batch: int) -> None:
    shown = inspector(view_of((2, 4, 1), select=place, batch=batch))
    assert shown is not None
    assert len(shown.rows) <= ROWS
    assert len(shown.rows) + shown.rest == batch
    products = [row.product for row in shown.rows if row.product is not None]
    assert len(products) == len(shown.rows)
    assert sum(products) + (shown.rest_sum or 0.0) == pytest.approx(shown.total, rel=1e-12)
    assert shown.total == pytest.approx(shown.gradient, rel=1e-12)


def test_an_edge_shows_its_factors() -> None:
    shown = inspector(view_of((2, 4, 1), select=Place(0, 2, 1)))
    assert shown is not None
    assert (shown.name, shown.local_name, shown.delta_name) == ("W⁽¹⁾₂₃", "x₂", "δ⁽¹⁾₃")
    for row in shown.rows:
        assert row.local is not None
        assert row.delta is not None
        assert row.local * row.delta == row.product


def test_a_formula_speaks_the_notation_of_the_network() -> None:
    shown = inspector(view_of((1, 2, 2), notation="nodes", select=Place(1, 1, 0)))
    assert shown is not None
    assert shown.made.equation is not None
    assert (
        shown.made.equation.latex
        == r"\frac{\partial L}{\partial w_{25}} = \sum_{s} a_{2}(s) \, \delta_{5}(s)"
    )
    for letter, below in (("w", 25), ("a", 2), ("δ", 5)):
        assert f"<msub><mi>{letter}</mi><mrow><mn>{below}</mn></mrow></msub>" in shown.made.equation.parts[0]


def test_a_neuron_lists_its_largest_weights() -> None:
    shown = inspector(view_of((12, 3), select=Place(1, 0)))
    assert shown is not None
    sizes = [abs(each.weight) for each in shown.incoming]
    assert sizes == sorted(sizes, reverse=True)
    assert (len(sizes), shown.incoming_rest) == (INCOMING, 12 - INCOMING)


def test_an_input_has_no_parameter() -> None:
    shown = inspector(view_of((2, 4, 1), select=Place(0, 1)))
    assert shown is not None
    assert (shown.value, shown.gradient, shown.total) == (None, None, None)
    assert all(row.a is not None and row.z is None for row in shown.rows)


def test_before_any_pass_only_the_value_is_known() -> None:
    shown = inspector(view_of((2, 4, 1), phase="idle", select=Place(0, 2, 1)))
    assert shown is not None
    assert shown.value is not None
    assert (shown.gradient, shown.rows, shown.explanation) == (None, (), None)


def test_nothing_chosen_nothing_shown() -> None:
    assert inspector(view_of((2, 4, 1))) is None
