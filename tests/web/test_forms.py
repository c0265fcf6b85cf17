"""The forms on the page without scripts (POST, 303, a full page), and the fragments that htmx gets instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from tests.answers import unpacked
from tests.clients import BASE, Client
from tests.specs import rows_spec
from tests.web.html import Page

NewClient = Callable[[], Client]
HTMX = {"hx-request": "true"}


def submit(client: Client, url: str, headers: Any = None, **fields: str) -> httpx2.Response:
    """A form sent by a browser."""
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return client.post(url, content=urlencode(fields), headers=kind | (headers or {}))


def followed(client: Client, answer: httpx2.Response) -> Page:
    """The page a form leads to."""
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"])
    assert page.status_code == 200
    return Page(page.text)


def test_a_whole_step_without_scripts(client: Client) -> None:
    page = Page(client.get("/p/xor").text)
    session = page.by_id("playground")["data-session"]
    straight = client.open(preset="xor")["id"]
    for action, phase, step in (
        ("forward", "forward", "0"),
        ("backward", "backward", "0"),
        ("update", "idle", "1"),
        ("step", "idle", "2"),
        ("undo", "idle", "1"),
        ("redo", "idle", "2"),
    ):
        url = page.by_id(f"action-{action}")["formaction"]
        page = followed(client, submit(client, url))
        assert page.by_id("playground")["data-session"] == session
        assert (page.by_id("phase")["data-phase"], page.by_id("step").text) == (phase, step)
    state, expected = client.read(session), client.act(straight, "step", steps=2)
    assert state["parameters"] == expected["parameters"]
    page = followed(client, submit(client, page.by_id("action-reset")["formaction"]))
    assert page.by_id("step").text == "0"


def test_buttons_that_can_do_nothing_are_off(client: Client) -> None:
    page = Page(client.get("/p/xor").text)
    off = {e["data-action"] for e in page.all("data-action") if "disabled" in e.attributes}
    assert off == {"undo", "redo"}
    page = followed(client, submit(client, page.by_id("action-step")["formaction"]))
    off = {e["data-action"] for e in page.all("data-action") if "disabled" in e.attributes}
    assert off == {"redo"}


def test_nothing_to_undo_is_said_on_the_page(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    answer = submit(client, f"/n/{session}/undo")
    assert answer.status_code == 409
    page = Page(answer.text)
    assert page.by_id("playground")["data-session"] == session
    assert "nothing to undo" in page.by_id("messages").text


def test_the_chosen_place_stays_chosen(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    answer = submit(client, f"/n/{session}/step", select="edge:1,2,0")
    assert answer.headers["location"] == f"/n/{session}?select=edge:1,2,0"
    page = followed(client, answer)
    gradient = client.read(session, "/explain/1/W/2,0")["gradient"]
    inspector = page.by_id("inspector")
    assert f"{abs(gradient):.3g}"[:4] in inspector.text
    (chosen,) = [e for e in page.all("data-edge") if "selected" in e["class"].split()]
    assert chosen["data-edge"] == "1,2,0"


@pytest.mark.parametrize(
    "select", ["", "edge:9,9,9", "neuron:1,x", "<b>", "edge:1", "neuron:0,0", "neuron:2,0"]
)
def test_any_choice_of_a_place_gives_a_page(client: Client, select: str) -> None:
    session = client.open(preset="xor")["id"]
    for action in ("forward", "backward", "update"):
        answer = client.get(f"/n/{session}", params={"select": select})
        assert answer.status_code == 200
        assert not Page(answer.text).tagged("b")
        client.act(session, action)


def test_settings(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    fields = {"batch_size": "2", "optimizer": "adam", "learning_rate": "0.5"}
    page = followed(client, submit(client, f"/n/{session}/settings", **fields))
    assert (page.by_id("batch_size")["value"], page.by_id("learning_rate")["value"]) == ("2", "0.5")
    other = {"batch_size": " 2 ", "optimizer": "sgd", "learning_rate": "0.5"}
    page = followed(client, submit(client, f"/n/{session}/settings", **other))
    spec = client.read(session)["spec"]
    assert spec["optimizer"] == {"name": "sgd", "learning_rate": 0.1}
    assert page.by_id("learning_rate")["value"] == "0.1"
    typed = {"batch_size": "２", "optimizer": "momentum", "learning_rate": "０．７"}
    followed(client, submit(client, f"/n/{session}/settings", **typed))
    assert client.read(session)["spec"]["optimizer"]["learning_rate"] == 0.7


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        (
            {"batch_size": "0", "optimizer": "adam", "learning_rate": "0.1"},
            "batch_size",
            "smallest allowed is 1",
        ),
        ({"batch_size": "many", "optimizer": "adam", "learning_rate": "0.1"}, "batch_size", '"many"'),
        ({"batch_size": "9999", "optimizer": "adam", "learning_rate": "0.1"}, "batch_size", "max_batch_size"),
        ({"batch_size": "2", "optimizer": "adam", "learning_rate": "-1"}, "learning_rate", "-1"),
        ({"batch_size": "2", "optimizer": "adam", "learning_rate": "1e99"}, "learning_rate", "1e99"),
        ({"batch_size": "2", "optimizer": "adam", "learning_rate": "<i>"}, "learning_rate", "<i>"),
    ],
)
def test_settings_that_are_refused_stay_as_typed(
    client: Client, headers: dict[str, str], fields: dict[str, str], field: str, said: str
) -> None:
    session = client.open(preset="xor")["id"]
    before = client.act(session, "step")
    answer = submit(client, f"/n/{session}/settings", headers, **fields)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert said in page.by_id("faults").text
    assert not page.tagged("i")
    if not headers:
        assert page.by_id(field)["value"] == fields[field]
        assert page.by_id(field)["aria-invalid"] == "true"
    assert client.read(session) == before


def test_other_data_start_a_network_of_their_own(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    before = client.act(session, "step")
    page = followed(client, submit(client, f"/n/{session}/build", dataset="blobs"))
    made = client.read(page.by_id("playground")["data-session"])
    assert made["id"] != session
    assert made["owner"]
    assert made["spec"]["data"]["dataset"] == "blobs"
    assert made["spec"]["loss"] == "cross_entropy"
    assert [layer["units"] for layer in made["spec"]["layers"]] == [4, 2, 3]
    assert client.read(session) == before
    answer = submit(client, f"/n/{session}/build", dataset="nowhere")
    assert answer.status_code == 422
    assert "nowhere" in Page(answer.text).tagged("main")[0].text


def test_fork(new_client: NewClient) -> None:
    owner, visitor = new_client(), new_client()
    session = owner.open(preset="xor")["id"]
    state = owner.act(session, "step", steps=3)
    page = followed(visitor, submit(visitor, f"/n/{session}/fork"))
    copy = visitor.read(page.by_id("playground")["data-session"])
    assert copy | {"id": session} == state
    followed(visitor, submit(visitor, f"/n/{copy['id']}/step"))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_share(new_client: NewClient, headers: dict[str, str]) -> None:
    owner, visitor = new_client(), new_client()
    session = owner.open(preset="xor")["id"]
    state = owner.act(session, "step", steps=3)
    answer = submit(owner, f"/n/{session}/share", headers)
    made = Page(answer.text) if headers else followed(owner, answer)
    link = made.by_id("share-link")
    assert "readonly" in link.attributes
    assert link["value"].startswith(f"{BASE}/s/")
    opened = Page(visitor.get(link["value"].removeprefix(BASE)).text)
    copy = visitor.read(opened.by_id("playground")["data-session"])
    assert copy["parameters"] == state["parameters"]
    if not headers:  # of another state there is no link to be shown
        owner.act(session, "step")
        assert "share-link" not in owner.get(answer.headers["location"]).text


@pytest.mark.parametrize(("rows", "offered"), [(7, True), (5000, False)])
def test_the_link_to_a_network_is_offered_where_it_can_be_opened(
    client: Client, rows: int, offered: bool
) -> None:
    data = {"inputs": [[0.25, 0.5]] * rows, "targets": [[1.5]] * rows}
    state = client.open(spec=rows_spec(data=data))
    page = followed(client, submit(client, f"/n/{state['id']}/share"))
    assert page.by_id("share-link")["value"]
    links = [element["value"] for element in page.all("id") if element["id"] == "network-link"]
    assert bool(links) == offered
    for link in links:
        opened = Page(client.get(link.removeprefix(BASE)).text).by_id("playground")["data-session"]
        assert client.read(opened)["spec"] == state["spec"]


ACTIONS = ["forward", "backward", "update", "step", "undo", "redo", "reset", "settings"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_only_the_owners_buttons_work(new_client: NewClient, action: str, headers: dict[str, str]) -> None:
    owner, visitor = new_client(), new_client()
    session = owner.open(preset="xor")["id"]
    before = owner.act(session, "step")
    answer = submit(visitor, f"/n/{session}/{action}", headers, batch_size="2", learning_rate="1")
    assert answer.status_code == 403
    assert "fork it" in answer.text
    assert owner.read(session) == before


@pytest.mark.parametrize("page", ["/n/{0}", "/pair/{0}/{1}"])
def test_a_refused_button_brings_the_fork_along(new_client: NewClient, page: str) -> None:
    owner, visitor = new_client(), new_client()
    path = page.format(*(owner.open(preset="xor")["id"] for _ in range(2)))
    visitor.open(preset="xor")  # that one is its own
    answer = submit(visitor, f"{path}/step", HTMX)
    assert answer.status_code == 403
    forms = [form for form in Page(answer.text).tagged("form") if form["method"] == "post"]
    assert [form["action"] for form in forms] == [f"{path}/fork"]
    followed(visitor, submit(visitor, forms[0]["action"]))


@pytest.mark.parametrize("has_cookie", [True, False])
def test_a_browser_without_cookies_is_told_that_they_are_needed(
    new_client: NewClient, has_cookie: bool
) -> None:
    session = new_client().open(preset="xor")["id"]
    visitor = new_client()
    if has_cookie:
        visitor.open(preset="xor")
    for url in (f"/n/{session}/step", f"/api/sessions/{session}/step"):
        answer = visitor.post(url)
        assert answer.status_code == 403
        assert ("cookies" in answer.text) != has_cookie


@pytest.mark.parametrize("action", [*ACTIONS, "fork", "share", "data"])
def test_buttons_of_an_unknown_session(client: Client, action: str) -> None:
    assert submit(client, f"/n/nope/{action}", batch_size="2", dataset="xor").status_code == 404


def test_an_unknown_button(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    assert submit(client, f"/n/{session}/explode").status_code == 404


def numbers(answer: httpx2.Response) -> Any:
    """The packed numbers of a fragment."""
    return unpacked(json.loads(Page(answer.text).by_id("numbers").text))


@pytest.mark.parametrize("preset", ["xor", "digits", "deep-fives"])
def test_a_fragment_carries_the_new_numbers_and_no_drawing(client: Client, preset: str) -> None:
    session = client.open(preset=preset)["id"]
    for action in ("forward", "backward", "step", "undo"):
        answer = submit(client, f"/n/{session}/{action}", HTMX)
        assert answer.status_code == 200
        page, state = Page(answer.text), client.read(session)
        assert not page.all("data-edge")
        packed = numbers(answer)
        for name in ("step", "phase", "owner", "can_undo", "can_redo", "diverged", "stopped"):
            assert packed[name] == state[name]
        weights = [w for layer in state["parameters"] for row in layer["W"] for w in row]
        assert sorted(packed["weights"]) == pytest.approx(sorted(weights), rel=1e-6)
        assert len(packed["biases"]) == sum(len(layer["b"]) for layer in state["parameters"])
        assert (packed["gradients"] is None) == (state["gradients"] is None)
        counters = packed["counters"]
        shown = {part: counters[f"{part}_loss"] for part in ("batch", "train", "test")}
        assert (packed["step"], shown) == (state["step"], state["loss"])
        trace = client.read(session, "/trace") if shown["batch"] is not None else None
        assert (packed["table"] and packed["table"]["numbers"]) == (trace and trace["batch"]["indices"][:32])
        if trace:
            assert packed["table"]["losses"] == trace["loss_per_sample"][:32]
        out_of_band = [element["id"] for element in page.all("hx-swap-oob")]
        wrong = (
            ["found-kinds", "found", "found-said"] if client.read(session, "/diagnosis")["findings"] else []
        )
        assert out_of_band == [*wrong, "chart"]


def fresh(client: Client, session: str, action: str, seen: str) -> Any:
    """The new points of the curves that an action answers to a page which has `seen` them."""
    answer = submit(client, f"/n/{session}/{action}", HTMX, seen=seen)
    packed, out_of_band = numbers(answer), [e["id"] for e in Page(answer.text).all("hx-swap-oob")]
    assert (packed["curve"] is None) == ("chart" in out_of_band) == ("chart" in packed["markup"])
    return packed["curve"] and packed["curve"] | {"version": packed["version"]}


def test_a_page_is_sent_only_the_points_it_does_not_have(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    first = numbers(submit(client, f"/n/{session}/step", HTMX))
    told = f"{first['version']}:1:loss"
    second = fresh(client, session, "step", told)
    curves = client.read(session, "/history")
    assert (second["since"], second["until"], second["steps"]) == (1, 2, [2.0])
    assert second["values"] == [curves[f"{part}_loss"][1:] for part in ("batch", "train", "test")]
    assert [[last] for last in second["last"]] == second["values"]
    undone = fresh(client, session, "undo", f"{second['version']}:2:loss")
    assert (undone["until"], undone["steps"]) == (1, [])
    assert undone["last"] == [curves[f"{part}_loss"][0] for part in ("batch", "train", "test")]
    redone = fresh(client, session, "redo", f"{undone['version']}:1:gradient")
    assert redone["values"] == [[norm] for norm in curves["gradient_norm"][1]]
    assert fresh(client, session, "forward", told) is None  # a page that has fallen behind
    endless = "9" * 5000
    for seen in ("", "x:1:loss", "9:-1:loss", "9:1:nothing", f"{redone['version']}:2", f"{endless}:1:loss"):
        assert fresh(client, session, "forward", seen) is None


def test_the_table_of_the_batch_has_the_digits_of_the_counters(client: Client) -> None:
    session = client.open(preset="worked-example")["id"]
    submit(client, f"/n/{session}/forward")
    page = Page(client.get(f"/n/{session}").text)
    assert page.by_id("batch-loss").text == "0.2984"
    table = page.by_id("batch").text
    assert [table.count(loss) for loss in ("0.298 ", "0.2984")] == [1, 1]  # of the sample, of the batch


def test_after_a_reset_the_curves_come_whole(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    version = numbers(submit(client, f"/n/{session}/step", HTMX))["version"]
    assert fresh(client, session, "reset", f"{version}:1:loss") is None


def test_parts_that_have_something_to_say_come_as_markup(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    chosen = {"select": "edge:0,0,0", "sample": "1"}
    answer = submit(client, f"/n/{session}/step", HTMX, **chosen)
    assert numbers(answer)["markup"] == ["following", "chart"]
    assert Page(answer.text).by_id("inspector")["data-select"] == chosen["select"]


def test_a_refused_button_is_a_message_on_the_standing_page(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    answer = submit(client, f"/n/{session}/undo", HTMX)
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "nothing to undo" in page.by_id("messages").text
    assert not page.tagged("html")


def test_the_inspector_alone(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    client.act(session, "backward")
    answer = client.get(f"/n/{session}/inspect", params={"select": "edge:0,1,2"}, headers=HTMX)
    page = Page(answer.text)
    assert page.by_id("inspector")
    assert not page.tagged("html")
    plain = client.get(f"/n/{session}/inspect", params={"select": "edge:0,1,2"})
    assert plain.headers["location"] == f"/n/{session}?select=edge:0,1,2"


@pytest.mark.parametrize("code", ["en", "zh"])
def test_divergence_is_said_in_plain_words(client: Client, code: str) -> None:
    layers = [{"type": "dense", "units": 1}]
    rate = {"name": "sgd", "learning_rate": 1e6}
    session = client.open(spec=rows_spec(layers=layers, optimizer=rate))["id"]
    state = client.act(session, "step", steps=400)
    page = Page(client.get(f"/n/{session}", params={"lang": code}).text)
    message = page.by_id("messages").text
    assert str(state["step"]) in message
    assert {"en": "Undo", "zh": "撤销"}[code] in message
    assert "disabled" in page.by_id("action-step").attributes
    assert "disabled" not in page.by_id("action-undo").attributes
    for headers in ({}, HTMX):
        refused = client.post(f"/n/{session}/update", headers=headers | {"accept-language": code})
        assert refused.status_code == 409
        said = Page(refused.text).by_id("messages").text
        assert {"en": "The network has diverged; no", "zh": "网络已发散"}[code] in said
        assert client.read(session)["phase"] == "idle"
    page = followed(client, submit(client, f"/n/{session}/undo"))
    assert page.by_id("messages").text == ""
    assert page.by_id("step").text == str(state["step"] - 1)


def test_a_form_that_is_none(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = client.post(f"/n/{session}/settings", content=b"--y\r\nnonsense", headers=kind)
    assert answer.status_code in (400, 422)
    assert Page(answer.text).tagged("html")
