"""What goes wrong, through the API and on the page; a remedy opens beside the network as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.i18n import translate
from app.presets.troubled import TROUBLED
from app.scene.findings import WHY
from tests.clients import Client
from tests.web.html import Page

NewClient = Callable[[], Client]
HTMX = {"HX-Request": "true"}


def opened(client: Client, preset: str, steps: int) -> str:
    session = str(client.open(preset=preset)["id"])
    client.act(session, "step", steps=steps)
    return session


def findings(client: Client, session: str) -> list[dict[str, Any]]:
    answer = client.read(session, "/diagnosis")
    assert answer["step"] == client.read(session)["step"]
    return list(answer["findings"])


def test_findings_have_their_layer_their_numbers_and_what_helps(client: Client) -> None:
    session = opened(client, "deep-fives", 3)
    (finding,) = findings(client, session)
    norms = client.read(session, "/history")["gradient_norm"][-1]
    assert (finding["kind"], finding["layer"]) == ("vanishing", 0)
    assert finding["value"] == finding["numbers"]["ratio"] == pytest.approx(norms[0] / norms[-1])
    assert finding["title"] == "Vanishing gradients"
    assert "layer 1" in finding["what"]
    assert finding["why"] == WHY["vanishing"]
    assert finding["remedies"][0] == {"name": "relu", "title": "ReLU in the hidden layers"}


def test_findings_speak_the_language_of_who_asks(client: Client) -> None:
    session = opened(client, "deep-fives", 3)
    answer = client.get(f"/api/sessions/{session}/diagnosis", headers={"Accept-Language": "zh-CN"}).json()
    assert answer["findings"][0]["title"] == translate("zh", "Vanishing gradients") != "Vanishing gradients"


def test_nothing_wrong_is_an_empty_list(client: Client) -> None:
    assert findings(client, opened(client, "circle", 5)) == []
    assert findings(client, str(client.open(preset="symmetric")["id"])) == []


def test_infinite_numbers_are_null(client: Client) -> None:
    session = opened(client, "diverges", 10)
    (finding,) = findings(client, session)
    assert finding["kind"] == "divergence"
    assert client.read(session)["diverged"]


def test_anybody_may_look(new_client: NewClient) -> None:
    owner, visitor = new_client(), new_client()
    session = opened(owner, "deep-fives", 3)
    assert findings(visitor, session) == findings(owner, session)
    assert visitor.get("/api/sessions/none/diagnosis").status_code == 404


@pytest.mark.parametrize("preset", [one.name for one in TROUBLED])
def test_the_page_tells_what_the_api_tells(client: Client, preset: str) -> None:
    session = opened(client, preset, 120)
    told = findings(client, session)
    page = Page(client.get(f"/n/{session}").text)
    assert told
    assert page.by_id("findings").text.count(told[0]["what"]) == 1
    for one in told:
        assert one["why"] in page.by_id(f"finding-{one['kind']}").text
        assert one["title"] in page.by_id("findings").text


def test_the_panel_is_empty_where_nothing_is_wrong(client: Client) -> None:
    page = Page(client.get("/p/circle").text)
    assert page.by_id("found").text == page.by_id("found-kinds").text == ""
    assert not [element for element in page.all("name") if element["name"] == "remedy"]


def test_a_step_brings_what_it_found(client: Client) -> None:
    session = str(client.open(preset="deep-fives")["id"])
    answer = client.post(f"/n/{session}/step", headers=HTMX)
    part = Page(answer.text).by_id("found")
    assert part["hx-swap-oob"] == "innerMorph"
    assert findings(client, session)[0]["what"] in part.text


def test_a_remedy_opens_beside_the_network_with_one_change(client: Client) -> None:
    session = opened(client, "deep-fives", 3)
    answer = client.post(f"/n/{session}/remedy", data={"remedy": "relu"})
    assert answer.status_code == 303
    _, pair, left, right = answer.headers["location"].split("/")
    assert pair == "pair"
    ill, healed = client.read(left), client.read(right)
    assert ill["owner"]
    assert healed["owner"]
    assert (ill["step"], healed["step"]) == (0, 0)
    assert ill["preset"] == "deep-fives"
    assert ill["parameters"] == healed["parameters"]
    assert [layer["activation"] for layer in healed["spec"]["layers"]] == ["relu"] * 6 + ["sigmoid"]
    for field in set(ill["spec"]) - {"layers", "parameters"}:
        assert ill["spec"][field] == healed["spec"][field]
    assert client.read(session)["step"] == 3


def test_fresh_weights_are_not_those_that_were_wrong(client: Client) -> None:
    session = opened(client, "saturated", 20)
    answer = client.post(f"/n/{session}/remedy", data={"remedy": "initial_weights"})
    left, right = (client.read(name) for name in answer.headers["location"].split("/")[2:])
    largest = [max(abs(x) for row in state["parameters"][0]["W"] for x in row) for state in (left, right)]
    assert largest[0] > 3 > largest[1]


def test_a_visitor_tries_a_remedy_on_networks_of_their_own(new_client: NewClient) -> None:
    owner, visitor = new_client(), new_client()
    session = opened(owner, "deep-fives", 3)
    answer = visitor.post(f"/n/{session}/remedy", data={"remedy": "adam"})
    left, right = answer.headers["location"].split("/")[2:]
    assert visitor.read(left)["owner"]
    assert visitor.read(right)["owner"]
    assert not owner.read(right)["owner"]


def test_remedies_that_are_not_known_or_change_nothing_are_refused(client: Client) -> None:
    session = opened(client, "deep-fives", 1)
    answer = client.post(f"/n/{session}/remedy", data={"remedy": "prayer"})
    assert answer.status_code == 404
    assert "prayer" in answer.text
    answer = client.post(f"/n/{session}/remedy", data={"remedy": "gates"})
    assert 400 <= answer.status_code < 500
    assert "gates" in answer.text
