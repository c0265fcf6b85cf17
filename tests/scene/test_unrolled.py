"""The drawing over time shows what the trace holds, and its sums add up."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import numpy as np
import pytest

from app import looking
from app.nn import Recurrent
from app.scene import unrolled_numbers
from app.scene.cell import cell
from app.scene.columns import WIDTH, columns, drawn_steps
from app.scene.sheets import HEIGHT, SINGLE, sheets
from app.scene.strips import contributions, picked, reaching, strips
from app.scene.unrolled import STRONGEST, Unrolled, bar_heights, unrolled
from app.scene.view import View
from app.session import Session
from app.training import backward, forward
from app.web.view import view_of
from tests.specs import started

KINDS = ("rnn", "lstm", "gru")


def spec(
    kind: str, *, time: int = 5, units: int = 3, sequences: bool = False, **changes: Any
) -> dict[str, Any]:
    """A recurrent layer and a dense one over sequences of two numbers."""
    rng = np.random.default_rng(4)
    inputs = rng.normal(size=(6, time, 2))
    targets = rng.normal(size=(6, time, 2) if sequences else (6, 2))
    return {
        "data": {"inputs": inputs.tolist(), "targets": targets.tolist()},
        "layers": [
            {"type": kind, "units": units, "return_sequences": sequences},
            {"type": "dense", "units": 2, "activation": "tanh"},
        ],
        "loss": "mse",
        "batch_size": 4,
        "seed": 3,
    } | changes


def opened(session: Session, select: str = "", sample: str = "") -> View:
    """The view that a page of the session has."""
    return view_of(session, True, "en", select, sample)


def through(**given: Any) -> Session:
    """A session after a backward pass."""
    return backward(started(spec(**given)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sample", ["", "2"])
def test_strips_are_the_trace_of_one_sample(kind: str, sample: str) -> None:
    session = through(kind=kind, sequences=True)
    view, place = opened(session, sample=sample), int(sample or 0)
    trace = looking.shown_pass(session).trace
    own = trace.layers[0]
    assert own.dh is not None
    assert own.delta is not None
    found = {strip.symbol: strip for strip in strips(view)}
    assert "".join(found) == {"rnn": "xhay", "lstm": "xifgochay", "gru": "xrznhay"}[kind]
    np.testing.assert_array_equal(found["x"].values, trace.inputs[place])
    np.testing.assert_array_equal(found["h"].values, own.a[place])
    np.testing.assert_array_equal(found["h"].slopes, own.dh[place])
    np.testing.assert_array_equal(found["a"].values, trace.outputs[place])
    np.testing.assert_array_equal(found["a"].slopes, np.asarray(trace.layers[1].delta)[place])
    np.testing.assert_array_equal(found["y"].values, trace.targets[place])
    if own.gates is not None:
        gates = [strip for name, strip in found.items() if name in "ifgorzn"]
        np.testing.assert_array_equal(np.hstack([strip.values for strip in gates]), own.gates[place])
        np.testing.assert_array_equal(
            np.hstack([np.asarray(strip.slopes) for strip in gates]), own.delta[place]
        )
    if own.cells is not None:
        np.testing.assert_array_equal(found["c"].values, own.cells[place])
    known = picked(view)
    assert known is not None
    assert known.row == looking.shown_pass(session).rows[place]


@pytest.mark.parametrize("kind", KINDS)
def test_bars_are_the_lengths_of_what_reaches_each_step(kind: str) -> None:
    session = through(kind=kind)
    drawn = unrolled(opened(session, sample="1"))
    dh = looking.shown_pass(session).trace.layers[0].dh
    assert dh is not None
    expected = np.sqrt((dh[1] ** 2).sum(axis=1))
    np.testing.assert_allclose([bar.value or 0.0 for bar in drawn.bars], expected, rtol=1e-14)
    np.testing.assert_allclose(reaching(strips(opened(session, sample="1")))[1], expected, rtol=1e-14)
    talls = [bar.tall for bar in drawn.bars]
    assert np.argsort(talls).tolist() == np.argsort(expected).tolist()
    assert max(talls) == pytest.approx(drawn.places.bar_room, abs=0.01)
    before = unrolled(opened(forward(started(spec(kind)))))
    assert {bar.value for bar in before.bars} == {None}


def test_a_bar_loses_a_sixth_with_every_decade() -> None:
    found = bar_heights(np.array([1.0, 0.1, 1e-3, 1e-9, 0.0, np.nan]), 1.0, 60.0)
    np.testing.assert_allclose(found, [60, 50, 30, 1, 0, 0], atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "at"), [("Wx", (1, 2)), ("Wh", (2, 0)), ("b", (1,))])
def test_what_the_steps_add_makes_the_gradient(kind: str, name: str, at: tuple[int, ...]) -> None:
    session = through(kind=kind)
    key = ",".join(map(str, (f"param:0,{name}", *at)))
    view = opened(session, key)
    found = contributions(view)
    assert found is not None
    assert view.gradients is not None
    assert (found[0], found[1].shape) == (key, (5,))
    assert found[1].sum() == pytest.approx(view.gradients[view.network.index(0, name, at)], rel=1e-12)
    assert contributions(opened(session, "param:1,W,0,0")) is None
    assert contributions(opened(session, "spot:1,2,0")) is None
    assert contributions(opened(forward(started(spec(kind))), key)) is None


def test_before_the_first_batch_its_first_sample_is_drawn() -> None:
    session = started(spec("lstm"))
    rest = opened(session)
    assert rest.batch is None
    drawn = unrolled(rest)
    run = opened(forward(session))
    assert drawn.sample is not None
    assert drawn.sample.row == unrolled(run).sample.row  # type: ignore[union-attr]
    for before, after in zip(strips(rest), strips(run), strict=True):
        np.testing.assert_array_equal(before.values, after.values)


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_is_a_mark_and_every_number_a_cell(kind: str) -> None:
    view = opened(through(kind=kind, sequences=True), sample="3")
    drawn = unrolled(view)
    marks = [mark for leaf in drawn.leaves for mark in leaf.marks]
    assert [mark.value for mark in marks] == view.params.tolist()
    assert view.drawn_gradients is not None
    assert [mark.gradient for mark in marks] == view.drawn_gradients.tolist()
    assert [mark.edge for mark in marks if mark.edge] == [f"1,{a},{b}" for a in range(3) for b in range(2)]
    assert len({mark.place.key for mark in marks}) == len(marks)
    for strip in strips(view):
        assert drawn_values(drawn, strip.layer, strip.symbol) == strip.values.tolist()
    last = [unit.neuron for band in drawn.steps[-1].units for unit in band]
    assert last == ["0,0", "0,1", "1,0", "1,1", "1,2", "2,0", "2,1"]
    assert {unit.neuron for step in drawn.steps[:-1] for band in step.units for unit in band} == {""}


def drawn_values(drawn: Unrolled, layer: int, symbol: str) -> list[list[float | None]]:
    """(steps, units) of a symbol, as they stand in the columns."""
    place = drawn.places.bands[layer].letters.index(symbol)
    rows = [[unit.cells[place].value for unit in step.units[layer]] for step in drawn.steps]
    assert all(
        0 <= unit.cells[place].opacity <= STRONGEST for step in drawn.steps for unit in step.units[layer]
    )
    return rows


def test_the_numbers_of_an_answer() -> None:
    view = opened(through(kind="gru"), "param:0,bh,1")
    found = unrolled_numbers.numbers(view)
    for packed, strip in zip(found["strips"], strips(view), strict=True):
        values = np.frombuffer(b64decode(packed["values"]), "<f4").reshape(-1, packed["units"])
        np.testing.assert_array_equal(values, strip.values.astype(np.float32))
        assert (packed["slopes"] is None) == (packed["symbol"] in "xy")
    np.testing.assert_array_equal(found["weights"], view.params)
    np.testing.assert_array_equal(found["gradients"], view.gradients)
    assert found["contributions"]["key"] == "param:0,bh,1"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("step", [0, 2, 4])
def test_a_state_taken_apart_adds_up(kind: str, sequences: bool, step: int) -> None:
    session = through(kind=kind, sequences=sequences)
    own = looking.shown_pass(session).trace.layers[0]
    taken = cell(opened(session, f"spot:1,{step},1", "2"))
    assert taken is not None
    assert own.dh is not None
    assert own.delta is not None
    for k, gate in enumerate(taken.gates):
        assert gate.z == own.z[2, step, 3 * k + 1]
        assert gate.bias + gate.from_x + gate.from_h == pytest.approx(gate.z, rel=1e-12)
        assert gate.delta == own.delta[2, step, 3 * k + 1]
        assert (gate.plot is None) == (kind == "rnn")
        if gate.plot:
            slope = 1 - gate.value**2 if gate.letter in "gn" else gate.value * (1 - gate.value)
            assert (gate.plot.z, gate.plot.a) == (gate.z, gate.value)
            assert gate.plot.slope == pytest.approx(slope, rel=1e-12)
    assert {e.name: e.value for e in taken.equations}["h"] == own.a[2, step, 1]
    reached = taken.sources[0]
    assert reached.total == own.dh[2, step, 1]
    assert reached.own + reached.later == pytest.approx(reached.total, rel=1e-12)
    assert (reached.own == pytest.approx(0, abs=1e-15)) == (not sequences and step < 4)
    assert (reached.later == 0) == (step == 4)
    assert taken.last == (step == 4)


@pytest.mark.parametrize("place", ["", "spot:0,1,1", "spot:2,1", "param:0,b,0"])
def test_what_is_no_state_is_not_taken_apart(place: str) -> None:
    assert cell(opened(through(kind="rnn"), place)) is None


SHAPES = [(kind, time, units) for kind in KINDS for time in (1, 2, 12, 40) for units in (1, 8, 32)]


@pytest.mark.parametrize(("kind", "time", "units"), SHAPES)
@pytest.mark.parametrize("symbols", [False, True])
def test_everything_stands_inside_and_nothing_on_another(
    kind: str, time: int, units: int, symbols: bool
) -> None:
    network = started(spec(kind, time=time, units=units, sequences=True)).setup.network
    places = columns(network, symbols)
    folded = [column.folded for column in places.columns if column.folded is not None]
    assert (len(folded) < time) == (places.ellipsis is not None)
    for xs, width in ((folded, WIDTH), ([column.all for column in places.columns], places.whole)):
        assert xs[0] == places.left
        assert np.all(np.diff(xs) >= places.pitch - 0.02)
        assert xs[-1] + max(band.right for band in places.bands) <= width + 0.1
    for lower, upper in zip(places.bands, places.bands[1:], strict=False):
        assert upper.bottom < lower.top
    assert places.bands[-1].top >= -0.1
    assert places.bands[0].bottom < places.bars[0][1] - places.bar_room
    ends = [(column.folded, column.bar) for column in places.columns]
    assert all(places.left <= bar <= WIDTH for _, bar in ends)
    marks = sheets(network)
    if network.size <= SINGLE:
        spots = [mark for sheet in marks.sheets for mark in sheet.marks]
        spots += [(x + s.away[0], y + s.away[1]) for s in marks.sheets for x, y in s.marks]
        assert len(set(spots)) == 2 * network.size
        assert max(x for x, _ in spots) < places.left
        assert max(y for _, y in spots) < HEIGHT
    else:
        assert max(part.y + part.height for sheet in marks.sheets for part in sheet.parts) < HEIGHT


def test_of_very_many_parameters_every_array_has_a_line() -> None:
    session = through(kind="lstm", units=32)
    view = opened(session)
    assert view.network.size > SINGLE
    drawn = unrolled(view)
    assert not any(leaf.marks for leaf in drawn.leaves)
    assert [part.name for part in drawn.parts] == [slot.name for slot in view.network.slots]
    totals = unrolled_numbers.numbers(view)["totals"]
    state = [values for layer in view.network.unflatten(view.params) for values in layer.values()]
    assert [total for total, _ in totals] == pytest.approx([float(np.linalg.norm(one)) for one in state])


def test_very_long_sequences_are_drawn_at_their_ends() -> None:
    network = started(spec("lstm", time=60, units=32)).setup.network
    assert isinstance(network.layers[0], Recurrent)
    places = columns(network, False)
    drawn = [column.step for column in drawn_steps(places)]
    assert drawn[0] == 0
    assert drawn[-1] == 59
    assert len(drawn) < 20
