"""The inspector of any layer: what it shows of a parameter adds up to its gradient, whatever is folded."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import following, looking, training
from app.scene.inspector import Inspector, inspector
from app.scene.inspector_rows import ROWS, STEPS
from app.scene.places import Spot, spot_shape
from app.session import Session
from app.web.view import view_of
from tests.clients import Client
from tests.specs import LIMITS, started
from tests.web.html import Page
from tests.web.test_forms import HTMX, followed, submit
from tests.web.test_pages_by_layer import LEARNING, SEQUENCES, SPECS
from tests.web.test_pages_by_layer import STEPS as TARGETS

NewClient = Callable[[], Client]
LONG = np.round(np.sin(np.arange(13 * 40 * 2)).reshape(13, 40, 2), 3).tolist()


def gated_spec() -> dict[str, Any]:
    """Recurrent layers of all kinds over each other, one that leaves numbers out, penalties."""
    layers = [
        {"type": "rnn", "units": 2, "return_sequences": True},
        {"type": "dropout", "rate": 0.4},
        {"type": "gru", "units": 2, "return_sequences": True},
        {"type": "lstm", "units": 2, "return_sequences": True},
        {"type": "dense", "units": 1},
    ]
    data = {"inputs": SEQUENCES, "targets": TARGETS}
    return {**SPECS["lstm"], "data": data, "layers": layers, "regularization": {"l1": 0.01, "l2": 0.1}}


def long_spec() -> dict[str, Any]:
    """More steps and more samples than are shown one by one."""
    layers = [{"type": "gru", "units": 2}, {"type": "dense", "units": 1}]
    data = {"inputs": LONG, "targets": [[row[0][0]] for row in LONG]}
    return {"data": data, "layers": layers, "loss": "mse", "batch_size": 13, "shuffle": False}


def many_spec() -> dict[str, Any]:
    """Small images, more of them in a batch than are shown one by one."""
    rng = np.random.default_rng(0)
    data = {"inputs": rng.normal(size=(14, 4, 4, 1)).tolist(), "targets": rng.normal(size=(14, 2)).tolist()}
    layers = [
        {"type": "conv2d", "filters": 2, "kernel": [2, 2], "stride": 2, "activation": "tanh"},
        {"type": "dropout", "rate": 0.3},
        {"type": "flatten"},
        {"type": "dense", "units": 2},
    ]
    return {"data": data, "layers": layers, "loss": "mse", "batch_size": 14, "regularization": {"l2": 0.2}}


ALL = {**LEARNING, "gated": gated_spec(), "long": long_spec(), "many": many_spec()}


close = partial(pytest.approx, rel=1e-9, abs=1e-14)


@cache
def trained(name: str) -> Session:
    """A session in its second batch, after the backward pass."""
    return training.backward(training.step(started(ALL[name]), LIMITS))


def shown(session: Session, key: str, sample: str = "") -> Inspector:
    """The inspector of a place."""
    found = inspector(view_of(session, True, "en", select=key, sample=sample))
    assert found is not None
    return found


@st.composite
def chosen(draw: st.DrawFn) -> tuple[str, str, str]:
    """A network, the key of one of its parameters, and a sample to follow or none."""
    name = draw(st.sampled_from(list(ALL)))
    slot = draw(st.sampled_from(trained(name).setup.network.slots))
    index = [draw(st.integers(0, size - 1)) for size in slot.shape]
    key = ",".join(map(str, (f"param:{slot.layer}", slot.name, *index)))
    return name, key, draw(st.sampled_from(["", "0", "1", "12"]))


@given(chosen())
def test_what_is_shown_adds_up_to_the_gradient(case: tuple[str, str, str]) -> None:
    name, key, sample = case
    session = trained(name)
    found = shown(session, key, sample)
    assert isinstance(found.place.parameter, tuple)
    explained = looking.explain(session, *found.place.parameter)
    products = [row.product for row in found.rows]
    assert sum(p or 0.0 for p in products) + (found.rest_sum or 0.0) == close(found.total)
    assert found.total is not None
    assert found.total + explained.penalty_gradient == close(found.gradient)
    assert found.gradient == explained.gradient
    assert len(found.rows) + found.rest == len(explained.terms.product)
    assert len(found.rows) <= ROWS
    for row in found.rows:
        assert row.local is not None
        assert row.delta is not None
        assert row.product == row.local * row.delta
    view = view_of(session, True, "en", select=key, sample=sample)
    if view.followed is not None:
        mine = explained.rows[explained.terms.sample] == view.followed
        assert found.share == close(explained.terms.product[mine].sum())
        assert view.followed in [row.sample for row in found.rows]


@given(chosen())
def test_the_groups_are_the_terms_added_up(case: tuple[str, str, str]) -> None:
    name, key, sample = case
    session = trained(name)
    found = shown(session, key, sample)
    assert isinstance(found.place.parameter, tuple)
    explained = looking.explain(session, *found.place.parameter)
    terms, groups = explained.terms, found.groups
    if terms.time is None and terms.position is None:
        assert groups is None
        return
    assert groups is not None
    assert sum(each.total for each in groups.shown) + groups.rest_sum == close(found.total)
    of = explained.rows[terms.sample] if terms.time is None else terms.time + 1
    assert groups.by == ("sample" if terms.time is None else "step")
    assert len(groups.shown) + groups.rest == len(np.unique(of))
    assert len(groups.shown) <= (ROWS if terms.time is None else STEPS)
    for each in groups.shown:
        assert each.total == close(terms.product[of == each.number].sum())
    if terms.time is not None and found.share is not None and not groups.rest:
        assert sum(each.own or 0.0 for each in groups.shown) == close(found.share)


@pytest.mark.parametrize("name", ALL)
def test_the_shares_of_all_samples_add_up_to_the_gradient_without_penalties(name: str) -> None:
    session = training.backward(started({**ALL[name], "regularization": {}}))
    shares = [following.share(session, s) for s in range(len(looking.shown_pass(session).rows))]
    gradients = looking.gradients(session)
    assert gradients is not None
    total = np.sum([share for share in shares if share is not None], axis=0)
    np.testing.assert_allclose(total, gradients, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["conv", "gated", "long", "many"])
def test_an_output_shows_what_the_trace_holds_of_it(name: str) -> None:
    session = trained(name)
    network, trace = session.setup.network, looking.shown_pass(session).trace
    for layer in range(len(network.layers) + 1):
        shape = spot_shape(network, layer)
        index = tuple(size - 1 for size in shape)
        found = shown(session, Spot(layer, index).key)
        values = trace.inputs if layer == 0 else trace.layers[layer - 1].a
        held = [values[(s, *index)] for s in range(len(values))]
        assert [row.a for row in found.rows] == held[: len(found.rows)]
        assert (found.value, found.gradient, found.name) == (None, None, "")


def test_a_unit_of_a_dense_layer_lists_its_bias_and_its_largest_weights() -> None:
    found = shown(trained("conv"), "spot:4,1")
    assert found.incoming[0].place.key == "param:3,b,1"
    sizes = [abs(each.weight) for each in found.incoming[1:]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(found.incoming) - 1 + found.incoming_rest == trained("conv").setup.network.slots[2].shape[0]


TITLES = {
    ("conv", "param:0,W,2,0,1,2"): "Weight W⁽¹⁾₃₁₂₃: row 3, column 1, channel 2 → filter 3",
    ("conv", "param:0,b,1"): "Bias b⁽¹⁾₂: filter 2",
    ("conv", "param:3,W,4,1"): "Weight W⁽⁴⁾₅₂: a⁽³⁾₅ (row 1, column 2, channel 2) → a⁽⁴⁾₂ (1)",
    ("gated", "param:0,Wh,1,0"): "Weight Wh⁽¹⁾₂₁: h⁽¹⁾₂ of the step before → h⁽¹⁾₁",
    ("gated", "param:2,Wx,0,3"): "Weight Wx⁽³⁾₁₄: a⁽²⁾₁ → update gate, unit 2",
    ("gated", "param:2,bh,5"): "Bias bh⁽³⁾₆: candidate, unit 2",
    ("gated", "param:3,Wh,0,2"): "Weight Wh⁽⁴⁾₁₃: h⁽⁴⁾₁ of the step before → forget gate, unit 1",
    ("gated", "param:3,b,6"): "Bias b⁽⁴⁾₇: output gate, unit 1",
    ("gated", "spot:3,4,1"): "h⁽³⁾₂ at step 5",
    ("conv", "spot:1,2,3,0"): "Map a⁽¹⁾₁: row 3, column 4",
    ("conv", "spot:4,0"): "Neuron a⁽⁴⁾₁ (0)",
    ("dropout", "param:1,W,1,3"): "Weight W⁽²⁾₂₄: a⁽¹⁾₂ → a⁽²⁾₄",
    ("dropout", "neuron:0,1"): "Input x₂",
}


@pytest.mark.parametrize(("name", "key"), TITLES)
def test_what_is_chosen_is_said_in_words(client: Client, name: str, key: str) -> None:
    session = client.open(spec=ALL[name])["id"]
    client.act(session, "backward")
    page = Page(client.get(f"/n/{session}/inspect?select={key}", headers=HTMX).text)
    assert page.by_id("inspector-title").text == TITLES[name, key]
    chinese = Page(client.get(f"/n/{session}?select={key}&lang=zh").text)
    assert chinese.by_id("inspector")["data-select"] == page.by_id("inspector")["data-select"]
    assert chinese.by_id("inspector-title").text != TITLES[name, key]


EDITED = {
    "conv": ("param:0,W,1,1,0,2", (0, "W", (1, 1, 0, 2))),
    "lstm": ("param:0,Wh,2,7", (0, "Wh", (2, 7))),
}


@pytest.mark.parametrize("name", EDITED)
def test_any_weight_can_be_set_frozen_cut_and_put_back(client: Client, name: str) -> None:
    select, (layer, kind, index) = EDITED[name]
    session = client.open(spec=SPECS[name])["id"]

    def edit(action: str, value: str = "") -> Page:
        answer = submit(client, f"/n/{session}/edit", action=action, select=select, value=value)
        return followed(client, answer)

    def weight() -> float:
        return float(np.array(client.read(session)["parameters"][layer][kind])[index])

    start = weight()
    assert edit("set", "0.75").by_id("inspector")["data-value"] == "0.75"
    assert weight() == 0.75
    assert edit("freeze").by_id("inspector")["data-state"] == "frozen"
    client.act(session, "step")
    assert weight() == 0.75
    assert edit("cut").by_id("inspector")["data-state"] == "cut"
    assert weight() == 0
    page = edit("restore")
    assert (page.by_id("inspector")["data-state"], weight()) == ("free", 0.75)
    assert "hidden" not in page.by_id("edit-cut").attributes
    assert start != 0.75


def test_a_bias_of_any_layer_has_no_edge_to_cut(client: Client) -> None:
    session = client.open(spec=gated_spec())["id"]
    page = Page(client.get(f"/n/{session}?select=param:2,bh,5").text)
    assert "hidden" in page.by_id("edit-cut").attributes
    assert submit(client, f"/n/{session}/edit", action="cut", select="param:2,bh,5").status_code == 422


@pytest.mark.parametrize("name", ["conv", "gated"])
def test_a_visitor_sees_the_numbers_and_no_form(new_client: NewClient, name: str) -> None:
    owner, visitor = new_client(), new_client()
    session = owner.open(spec=ALL[name])["id"]
    owner.act(session, "backward")
    key = f"param:0,{'W' if name == 'conv' else 'Wx'},{'0,0,0,0' if name == 'conv' else '0,0'}"
    mine, theirs = (Page(one.get(f"/n/{session}?select={key}").text) for one in (owner, visitor))
    assert theirs.by_id("inspector").text == mine.by_id("inspector").text
    assert "hidden" in theirs.by_id("edit").attributes
    assert "hidden" not in mine.by_id("edit").attributes


@pytest.mark.parametrize("name", SPECS)
def test_every_row_of_the_table_leads_to_its_place(client: Client, name: str) -> None:
    session = client.open(spec=SPECS[name])["id"]
    state = client.act(session, "backward")
    for layer, parameters in enumerate(state["parameters"]):
        page = Page(client.get(f"/n/{session}/table?layer={layer}").text)
        keys = [link["data-select"] for link in page.all("data-select")]
        assert len(keys) == len(set(keys)) == min(200, sum(np.size(values) for values in parameters.values()))
        for key in keys[:: max(1, len(keys) // 3)]:
            found = Page(client.get(f"/n/{session}/inspect?select={key}", headers=HTMX).text).by_id(
                "inspector"
            )
            _, kind, *index = key.split(",")
            value = np.array(parameters[kind])[tuple(map(int, index))]
            assert (found["data-select"], float(found["data-value"])) == (key, value)


@pytest.mark.parametrize("name", ["conv", "lstm"])
def test_nothing_chosen_says_where_the_numbers_are(client: Client, name: str) -> None:
    session = client.open(spec=SPECS[name])["id"]
    page = Page(client.get(f"/n/{session}").text)
    assert "All weights and biases" in page.by_id("inspector").text
    assert page.by_id("inspector")["data-select"] == ""


def test_the_choice_stays_through_steps_and_samples(client: Client) -> None:
    session, key = client.open(spec=gated_spec())["id"], "param:2,Wh,1,5"
    for action in ("forward", "backward", "update", "step", "undo"):
        answer = submit(client, f"/n/{session}/{action}", HTMX, select=key, sample="1")
        assert Page(answer.text).by_id("inspector")["data-select"] == key
    page = Page(client.get(f"/n/{session}/follow?select={key}&sample=2", headers=HTMX).text)
    assert page.by_id("inspector")["data-select"] == key
    assert "sample" in page.by_id("groups").text


@pytest.mark.parametrize(("name", "key"), [("conv", "param:0,W,0,0,0,0"), ("gated", "param:2,Wh,1,5")])
def test_a_diverged_network_can_still_be_looked_at(client: Client, name: str, key: str) -> None:
    spec = {**ALL[name], "optimizer": {"name": "sgd", "learning_rate": 1e6}, "regularization": {"l2": 1e6}}
    session = client.open(spec=spec)["id"]
    assert client.act(session, "step", steps=60)["diverged"]
    for sample in ("", "1"):
        page = Page(client.get(f"/n/{session}?select={key}&sample={sample}").text)
        assert page.by_id("inspector")["data-select"] == key
