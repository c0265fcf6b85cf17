"""The walk from a parameter to the loss: every step adds up, as it is and as it is shown, whatever the layers."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import training
from app.nn import ACTIVATIONS, LOSSES, Slope, value_of
from app.presets import PRESETS
from app.scene.equation import Equation
from app.scene.factors import Reading
from app.scene.format import plain, read, short, unit
from app.scene.inspector import inspector
from app.scene.openings import NONE, openings_in
from app.scene.view import View
from app.scene.walk import Opened, opened, reading_of
from app.session import Session
from app.web.view import view_of
from tests.nn.naive import last_activation
from tests.specs import LIMITS, rows_spec, started
from tests.web.mathml import text_of, worth
from tests.web.test_inspecting import ALL, close

DIGITS = 4  # of the result of a formula


@cache
def layered(name: str, seed: int) -> Session:
    """A network of several types of layers, after the backward pass of its second batch."""
    spec = {**ALL[name], "seed": seed}
    if "parameters" in spec:
        spec.pop("parameters")
    return training.backward(training.step(started(spec), LIMITS))


def dense(units: list[tuple[int, str]], loss: str, seed: int) -> Session:
    """A dense network after its first backward pass."""
    layers = [{"type": "dense", "units": count, "activation": name} for count, name in units]
    layers.append({"type": "dense", "units": 2, "activation": last_activation(loss, "tanh")})
    targets = [[0.2, 0.8], [1.0, 0.0], [0.4, 0.6], [0.3, 0.7], [0.5, 0.5], [0.0, 1.0], [0.1, 0.9]]
    if loss == "hinge":
        targets = [[1.0 if y > 0.4 else -1.0 for y in row] for row in targets]
    data = {**rows_spec()["data"], "targets": targets}
    return training.backward(
        started(rows_spec(data=data, layers=layers, loss=loss, seed=seed, clip_norm=0.1))
    )


@st.composite
def networks(draw: st.DrawFn) -> Session:
    """Any of them."""
    seed = draw(st.integers(0, 3))
    if draw(st.booleans()):
        return layered(draw(st.sampled_from(list(ALL))), seed)
    inner = st.tuples(st.integers(1, 8), st.sampled_from(list(ACTIVATIONS)))
    units = draw(st.lists(inner, min_size=1, max_size=3))
    return dense(units, draw(st.sampled_from(list(LOSSES))), seed)


def keys_of(session: Session, draw: st.DataObject) -> str:
    """The key of one of its parameters."""
    slot = draw.draw(st.sampled_from(session.setup.network.slots))
    index = [draw.draw(st.integers(0, size - 1)) for size in slot.shape]
    return ",".join(map(str, (f"param:{slot.layer}", slot.name, *index)))


def slope_of(step: str) -> Slope:
    """The slope that a step of a way names."""
    layer, *index = map(int, step[1:].split(","))
    return Slope(step[0], layer, tuple(index))  # type: ignore[arg-type]


def numbers_of(equation: Equation) -> float:
    """What the terms between the symbols and the result come to; a number alone is its own result."""
    return sum(map(worth, equation.parts[1:-1] or equation.parts[-1:]))


def check(found: Opened, expected: float) -> None:
    """A slope taken apart comes to it, and what is shown to what is shown."""
    assert found.value == close(expected)
    assert sum(term.product for term in found.terms) + found.rest_sum == close(found.total)
    result = found.equation.parts[-1]
    assert worth(result) == pytest.approx(read(short(found.value, DIGITS)), rel=1e-12)
    within = unit(found.value, DIGITS) * 1.01 + 1e-15
    assert abs(numbers_of(found.equation) - worth(result)) <= within, found.equation.parts
    shown = [read(short(term.product, found.digits)) for term in found.terms]
    rest = read(short(found.rest_sum, found.digits)) if found.rest else 0.0
    assert abs(sum(shown) + rest - read(short(found.total))) <= unit(found.total, 4) * 1.01 + 1e-15
    for term in found.terms:
        product = read(short(term.product, found.digits))
        assert abs(worth(term.numbers) - product) <= unit(term.product, found.digits) * 1.01 + 1e-15


def walk_on(reading: Reading, found: Opened, data: st.DataObject) -> int:
    """From there to the loss, one factor at a time; the number of steps."""
    steps = 0
    while found.at_loss is None:
        ahead = [term for term in found.terms if term.way]
        if not ahead:
            break
        term = data.draw(st.sampled_from(ahead))
        to = slope_of(term.way[-1])
        value = value_of(reading.view.network, reading.params, reading.trace, reading.sample, to)
        found = opened(reading, to, term.way, NONE)
        check(found, value)
        steps += 1
    if found.at_loss is not None:
        assert found.at_loss == reading.trace.loss_per_sample[reading.sample]
    return steps


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_the_whole_way_to_the_loss_adds_up(session: Session, data: st.DataObject) -> None:
    key = keys_of(session, data)
    view = view_of(session, True, "en", select=key)
    shown = inspector(view)
    assert shown is not None
    assert shown.made.equation is not None
    row = data.draw(st.sampled_from(shown.rows))
    assert row.delta is not None
    view = view_of(session, True, "en", select=key, open=row.way[0])
    shown = inspector(view)
    assert shown is not None
    found = shown.made.walks[row.way[0]]
    check(found, row.delta)
    reading = reading_of(view, row.place[0])
    assert reading is not None
    walk_on(reading, found, data)


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_the_gradient_comes_out_as_it_is_shown(session: Session, data: st.DataObject) -> None:
    shown = inspector(view_of(session, True, "en", select=keys_of(session, data)))
    assert shown is not None
    assert shown.gradient is not None
    made = shown.made
    assert made.equation is not None
    off = abs(numbers_of(made.equation) - worth(made.equation.parts[-1]))
    assert off <= unit(shown.gradient, 4) * 1.01 + 1e-15
    if shown.kind == "neuron":  # a bias: its rows are those of the neuron, and have no factor
        return
    for row in shown.rows:
        assert row.local is not None
        assert row.delta is not None
        assert row.product is not None
        local, delta = (read(short(x, made.factor_digits)) for x in (row.local, row.delta))
        within = unit(row.product, made.product_digits) * 1.01
        assert abs(local * delta - read(short(row.product, made.product_digits))) <= within
    sizes = [abs(row.product or 0.0) for row in shown.rows]
    assert sizes == sorted(sizes, reverse=True)


def worked(**chosen: Any) -> View:
    """The worked example after its first backward pass."""
    session = training.backward(started(PRESETS["worked-example"].spec))
    return view_of(session, True, "en", **chosen)


def test_formulas_speak_the_names_of_the_worked_example() -> None:
    shown = inspector(worked(select="edge:0,0,0", open="0/z1,0"))
    assert shown is not None
    assert shown.made.equation is not None
    assert text_of(shown.made.equation.parts[0]).replace("\u2062", "") == "∂L∂w1=x1δh1"
    walk = shown.made.walks["0"]
    assert walk.equation.latex == (
        r"\delta_{h_{1}} = \left(w_{5} \, \delta_{o_{1}} + w_{7} \, \delta_{o_{2}}\right) "
        r"\, h_{1} \, \left(1 - h_{1}\right)"
    )
    assert walk.terms[0].marks == "edge:1,0,0 neuron:2,0"
    further = walk.terms[0].opened
    assert further is not None
    assert (
        further.equation.latex
        == r"\delta_{o_{1}} = \left(o_{1} - y_{1}\right) \, o_{1} \, \left(1 - o_{1}\right)"
    )
    assert further.at_loss == pytest.approx(0.298371109, abs=5e-10)


def test_all_digits_are_the_whole_numbers() -> None:
    shown = inspector(worked(select="edge:0,0,0", open="0", all_digits=True))
    assert shown is not None
    assert "<mn>0.008771354689486937</mn>" in shown.made.walks["0"].equation.parts[-1]
    assert shown.update is not None
    (new,) = [line for line in shown.update.lines if line.name == "new"]
    assert f"<mn>{plain(new.value)}</mn>" in new.parts[-1]


def test_in_a_sum_every_number_says_what_it_is() -> None:
    data = {"inputs": [[0.5, 1.0], [-0.3, 1.0], [0.2, 1.0], [0.7, 1.0]], "targets": [[1], [0], [1], [0]]}
    spec = rows_spec(data=data, batch_size=4, regularization={"l1": 0.0, "l2": 0.1})
    view = view_of(training.backward(started(spec)), True, "en", select="edge:0,1,0")
    found = inspector(view)
    assert found is not None
    assert found.made.equation is not None
    *terms, rest, penalty = map(text_of, found.made.equation.parts[1:-1])
    assert len(terms) == 2
    assert all(re.match(r"[=+]1·", term) for term in terms)
    assert "⋯" in rest
    assert "λ" in penalty
    bias = inspector(view_of(training.backward(started(spec)), True, "en", select="neuron:1,0"))
    assert bias is not None
    assert bias.made.equation is not None
    assert "·" not in "".join(map(text_of, bias.made.equation.parts[1:]))


@pytest.mark.parametrize(
    "text", ["x" * 4000, "0/z9,9", "+/+", ";;/;", "0,0,0", "99", "²", "0/" + "z1,0/" * 60]
)
def test_an_opening_that_is_none_opens_nothing(text: str) -> None:
    shown = inspector(worked(select="edge:0,0,0", open=text))
    assert shown is not None
    walks = shown.made.walks
    assert all(not term.opened for walk in walks.values() for term in walk.terms)


def test_opening_and_closing() -> None:
    none = openings_in("")
    one = openings_in(none.toggled(("0", "z1,0")))
    assert one.text == "0/z1,0"
    assert one.has(("0",))
    assert openings_in(one.toggled(("0", "z1,1"))).text == "0/z1,0;0/z1,1"
    assert openings_in(one.toggled(("0", "z1,0", "z2,0"))).text == "0/z1,0/z2,0"
    assert one.toggled(("0", "z1,0")) == "0"
    assert one.toggled(("0",)) == ""
