"""Changing a number by hand without scripts, and the table of all parameters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.clients import Client
from tests.web.html import Page
from tests.web.test_forms import HTMX, followed, submit

NewClient = Callable[[], Client]
EDGE, BIAS = "edge:0,1,2", "neuron:2,0"


def edited(client: Client, session: str, action: str, select: str = EDGE, value: str = "") -> Page:
    """The page after an edit that is taken."""
    return followed(client, submit(client, f"/n/{session}/edit", action=action, select=select, value=value))


def weight(client: Client, session: str) -> float:
    """What the API says of the edge."""
    return float(client.read(session)["parameters"][0]["W"][1][2])


@pytest.mark.parametrize(("text", "value"), [("0.25", 0.25), (" −1.5e-3 ", -0.0015), ("7", 7.0)])
def test_a_typed_number_is_set(client: Client, text: str, value: float) -> None:
    session = client.open(preset="xor")["id"]
    page = edited(client, session, "set", value=text)
    assert weight(client, session) == value
    assert page.by_id("inspector")["data-value"] == page.by_id("edit-value")["value"]
    assert float(page.by_id("edit-value")["value"]) == value
    edited(client, session, "set", select=BIAS, value=text)
    state = client.read(session)
    assert state["parameters"][1]["b"][0] == value
    assert state["can_undo"] == 2


@pytest.mark.parametrize("text", ["abc", "", "inf", "nan", "1,5", "1e999"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_no_number_is_said_beside_the_field(
    client: Client, text: str, headers: dict[str, str]
) -> None:
    session = client.open(preset="xor")["id"]
    before = client.read(session)
    answer = submit(client, f"/n/{session}/edit", headers, action="set", select=EDGE, value=text)
    assert answer.status_code == 422
    page = Page(answer.text)
    fault = page.by_id("edit_fault").text
    assert "number" in fault
    assert text in fault or text in ("", "1e999")
    if not headers:
        assert page.by_id("edit-value")["value"] == text
        assert page.by_id("edit-value")["aria-invalid"] == "true"
        assert page.by_id("inspector")["data-select"] == EDGE
    assert client.read(session) == before


def test_freeze_cut_and_put_back_are_steps_of_the_history(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    start = weight(client, session)
    page = edited(client, session, "freeze")
    assert page.by_id("inspector")["data-state"] == "frozen"
    assert page.by_id("edit-freeze")["value"] == "unfreeze"
    page = edited(client, session, "cut")
    assert (page.by_id("inspector")["data-state"], weight(client, session)) == ("cut", 0.0)
    assert "cut" in next(e for e in page.all("data-edge") if e["data-edge"] == "0,1,2")["class"].split()
    assert client.act(session, "step", steps=3)["parameters"][0]["W"][1][2] == 0.0
    page = edited(client, session, "restore")
    assert (page.by_id("inspector")["data-state"], weight(client, session)) == ("free", start)
    state = client.read(session)
    assert (state["can_undo"], state["frozen"]) == (6, [])
    assert client.act(session, "undo", steps=6)["parameters"][0]["W"][1][2] == start


def test_what_cannot_be_done_is_refused(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    url = f"/n/{session}/edit"
    refused = {
        ("set", "", "1"): 422,
        ("set", "neuron:0,0", "1"): 422,
        ("set", "edge:9,9,9", "1"): 422,
        ("cut", BIAS, ""): 422,
        ("restore", EDGE, ""): 409,
        ("mend", EDGE, ""): 404,
    }
    for (action, select, value), status in refused.items():
        answer = submit(client, url, action=action, select=select, value=value)
        assert (action, answer.status_code) == (action, status)
    assert client.read(session)["can_undo"] == 0


def test_only_the_owner_edits(new_client: NewClient) -> None:
    owner, visitor = new_client(), new_client()
    session = owner.open(preset="xor")["id"]
    before = weight(owner, session)
    answer = submit(visitor, f"/n/{session}/edit", action="set", select=EDGE, value="3")
    assert answer.status_code == 403
    assert weight(owner, session) == before
    page = Page(visitor.get(f"/n/{session}?select={EDGE}").text)
    assert "hidden" in page.by_id("edit").attributes
    assert "hidden" not in Page(owner.get(f"/n/{session}?select={EDGE}").text).by_id("edit").attributes


def test_the_table_holds_every_parameter_of_a_layer(client: Client) -> None:
    session = client.open(preset="digits")["id"]
    state = client.act(session, "backward")
    found: dict[str, list[str]] = {}
    for start in range(0, 65 * 16, 200):
        page = Page(client.get(f"/n/{session}/table?layer=0&from={start}").text)
        for link in page.all("data-select"):
            assert link["href"] == f"/n/{session}?select={link['data-select']}"
            found[link["data-select"]] = []
    weights, biases = state["parameters"][0]["W"], state["parameters"][0]["b"]
    assert len(found) == len(weights) * len(biases) + len(biases)
    page = Page(client.get(f"/n/{session}/table?layer=1").text)
    shown = [float(e["value"]) for e in page.all("value") if e.tag == "data"]
    assert shown[:2] == [state["parameters"][1]["W"][0][0], state["gradients"][1]["W"][0][0]]
    assert "rows 1 to 170 of 170" in page.by_id("table").text
    assert "hx-swap-oob" in client.get(f"/n/{session}/table", headers=HTMX).text


@pytest.mark.parametrize("query", ["layer=7", "layer=-1", "layer=x", "from=100000", "layer=0&from=1e3"])
def test_a_table_that_is_not_there(client: Client, query: str) -> None:
    session = client.open(preset="xor")["id"]
    assert client.get(f"/n/{session}/table?{query}").status_code == 404
