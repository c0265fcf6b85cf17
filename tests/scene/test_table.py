"""The table of all parameters, and what is frozen and cut in drawing, numbers and inspector."""

from __future__ import annotations

import numpy as np
import pytest

from app.scene.drawing import drawing
from app.scene.inspector import state_of
from app.scene.inspector_words import named
from app.scene.numbers import numbers
from app.scene.places import Place, layer_sizes
from app.scene.table import ROWS, Row, table
from app.scene.view import View
from tests.answers import read, unpacked
from tests.scene.test_pictures import view_after
from tests.scene.views import view_of


def held(sizes: tuple[int, ...]) -> View:
    """A network with one weight cut, one frozen, one bias frozen at zero."""
    view = view_of(sizes)
    cut, frozen, bias = (
        view.network.index(*at) for at in ((0, "W", (0, 1)), (1, "W", (2, 0)), (0, "b", (2,)))
    )
    params = view.params.copy()
    params[[cut, bias]] = 0.0
    return view_of(sizes, params=params, frozen=frozenset([cut, frozen, bias]), change=-0.1 * params)


@pytest.mark.parametrize("sizes", [(2, 4, 2, 1), (12, 30, 3)])
def test_every_parameter_stands_in_the_table_once(sizes: tuple[int, ...]) -> None:
    view = view_of(sizes)
    found: list[Row] = []
    for layer in range(len(sizes) - 1):
        start, total = 0, 1
        while start < total:
            part = table(view, layer, start)
            assert part is not None
            assert part.first == start + 1
            assert len(part.rows) == part.last - start <= ROWS
            assert start in part.starts
            start, total = part.last, part.total
            found += part.rows
    places = {row.place: row for row in found}
    assert len(found) == len(places) == view.network.size
    for place, row in places.items():
        assert isinstance(place, Place)
        parameter = place.parameter
        assert parameter is not None
        at = view.network.index(*parameter)
        assert view.gradients is not None
        assert (row.value, row.gradient) == (view.params[at], view.gradients[at])
        assert (row.source == "") == (place.source is None)


@pytest.mark.parametrize(
    ("preset", "name"), [("lstm-remembers", "Wx⁽¹⁾₁₁"), ("cnn-shapes", "W⁽¹⁾₁₁₁₁"), ("worked-example", "w1")]
)
def test_names_follow_the_drawing(preset: str, name: str) -> None:
    view = view_after(preset)
    part = table(view, 0, 0)
    assert part is not None
    assert part.rows[0].name == name
    for row in part.rows:
        assert row.name == named(view, row.place).name


@pytest.mark.parametrize(("layer", "start"), [(-1, 0), (3, 0), (0, -1), (0, 12)])
def test_there_is_no_such_row(layer: int, start: int) -> None:
    assert table(view_of((2, 4, 2, 1)), layer, start) is None


def test_frozen_and_cut_look_different_everywhere() -> None:
    view = held((2, 4, 2, 1))
    edges = {edge.place: (edge.frozen, edge.cut) for edge in drawing(view).edges}
    assert {place for place, marks in edges.items() if marks != (False, False)} == {
        Place(0, 1, 0),
        Place(1, 0, 2),
    }
    assert edges[Place(0, 1, 0)] == (True, True)
    assert edges[Place(1, 0, 2)] == (True, False)
    biases = {n.place: n.bias.frozen for n in drawing(view).neurons if n.bias}
    assert [place for place, frozen in biases.items() if frozen] == [Place(1, 2)]
    states = {state_of(view, place) for place in edges}
    assert states == {"free", "frozen", "cut"}
    assert state_of(view, Place(1, 2)) == "frozen"  # a bias has no edge to cut
    packed = unpacked(read(numbers(view)))
    order = [edge.place for edge in drawing(view).edges]
    assert [order[e] for e in packed["frozen"]] == [Place(0, 1, 0), Place(1, 0, 2)]
    assert [order[e] for e in packed["cut"]] == [Place(0, 1, 0)]
    assert packed["bias_frozen"] == [2]


def test_the_update_is_packed_in_the_order_of_the_edges() -> None:
    view = held((2, 4, 2, 1))
    packed = unpacked(read(numbers(view)))
    np.testing.assert_allclose(packed["changes"], [-0.1 * edge.weight for edge in drawing(view).edges])
    assert len(packed["bias_changes"]) == sum(layer_sizes(view.network)[1:])
    assert unpacked(read(numbers(view_of((2, 4, 2, 1)))))["changes"] is None
