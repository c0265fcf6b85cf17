"""What somebody chooses to watch: it travels with every form, and no session changes by it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.clients import Client
from tests.web.html import Page

HTMX = {"HX-Request": "true"}


def numbers_in(text: str) -> Any:
    """The block of numbers of a page or a fragment."""
    return json.loads(Page(text).by_id("numbers").text)


@pytest.fixture
def session(client: Client) -> str:
    """A session after a backward pass."""
    made = str(client.open(preset="circle")["id"])
    client.act(made, "backward")
    return made


def test_a_sample_s_activations_and_shares_are_those_of_the_trace(client: Client, session: str) -> None:
    text = client.get(f"/n/{session}/follow", params={"sample": "3"}, headers=HTMX).text
    numbers, trace = numbers_in(text), client.read(session, "/trace")
    expected = [*trace["batch"]["inputs"][3], *(a for layer in trace["layers"] for a in layer["a"][3])]
    assert numbers["activations"] == expected
    assert numbers["followed"] == trace["batch"]["indices"][3]
    x, delta = trace["batch"]["inputs"][3], trace["layers"][0]["delta"][3]
    products = [a * d for a in x for d in delta]
    assert numbers["gradients"][: len(products)] == pytest.approx(products, rel=1e-9)


def test_the_sample_followed_survives_a_step_and_is_dropped_where_the_batch_is_shorter(
    client: Client, session: str
) -> None:
    text = client.post(f"/n/{session}/step", data={"sample": "3"}, headers=HTMX).text
    assert numbers_in(text)["followed"] == client.read(session, "/trace")["batch"]["indices"][3]
    text = client.post(f"/n/{session}/step", data={"sample": "99999"}, headers=HTMX).text
    assert numbers_in(text)["followed"] is None


def test_without_javascript_the_choice_stands_in_the_link(client: Client, session: str) -> None:
    answer = client.post(f"/n/{session}/forward", data={"sample": "3", "select": "edge:0,1,2"})
    assert answer.status_code == 303
    text = client.get(answer.headers["location"]).text
    assert 'aria-current="true"' in text
    assert 'name="sample" value="3"' in text
    assert 'name="select" value="edge:0,1,2"' in text


@pytest.mark.parametrize("sample", ["-1", "x", "1e3", "³", "9" * 40])
def test_a_sample_that_is_none_is_the_whole_batch(client: Client, session: str, sample: str) -> None:
    answer = client.get(f"/n/{session}", params={"sample": sample})
    assert answer.status_code == 200
    assert numbers_in(answer.text)["followed"] is None


def test_a_probe_is_the_forward_pass_of_what_was_typed(client: Client, session: str) -> None:
    before = client.read(session)
    typed = {"probe-0": "1.5", "probe-1": "-0.25"}
    numbers = numbers_in(client.get(f"/n/{session}/probe", params=typed, headers=HTMX).text)
    predicted = client.post(f"/api/sessions/{session}/predict", json={"inputs": [[1.5, -0.25]]}).json()
    assert numbers["probe"] == numbers["activations"][:2] == [1.5, -0.25]
    assert numbers["activations"][-1] == predicted["outputs"][0][0]
    assert numbers["gradients"] is None
    assert client.read(session) == before


def test_what_is_no_number_is_named_and_stays_in_its_field(client: Client, session: str) -> None:
    answer = client.get(f"/n/{session}/probe", params={"probe-0": "abc", "probe-1": "7.125"})
    assert answer.status_code == 422
    assert 'value="abc"' in answer.text
    assert 'value="7.125"' in answer.text
    assert "is abc; a finite number is expected" in answer.text


def test_the_choice_of_curves_is_kept_by_the_browser(client: Client, session: str) -> None:
    client.post(f"/n/{session}/step", data={"steps": "5"}, headers=HTMX)
    answer = client.get(
        f"/n/{session}/chart", params={"chart": "gradient", "gradient_log": "1"}, headers=HTMX
    )
    norms = client.read(session, "/history")["gradient_norm"]
    values = re.findall(r'data-values="([^"]*)"', answer.text)
    shown = [[float(x) for x in text.split(",")] for text in values]
    assert shown == [pytest.approx(column, rel=1e-6) for column in zip(*norms, strict=True)]
    assert "layer-0" in client.get(f"/n/{session}").text
    client.get(f"/n/{session}/chart", params={"chart": "loss"})
    assert "layer-0" not in client.get(f"/n/{session}").text


@pytest.mark.parametrize("cookie", ["", "gradient", "nonsense.11", "loss.2x", "gradient.111"])
def test_a_strange_cookie_is_no_choice(client: Client, session: str, cookie: str) -> None:
    answer = client.get(f"/n/{session}", headers={"Cookie": f"playground_chart={cookie}"})
    assert answer.status_code == 200


def test_many_updates_in_one_request_are_single_steps_of_the_history(client: Client, session: str) -> None:
    client.post(f"/n/{session}/step", data={"steps": "7"}, headers=HTMX)
    state = client.read(session)
    assert (state["step"], state["can_undo"]) == (7, 7)


@pytest.mark.parametrize("steps", ["0", "-1", "1.5", "many", "9" * 12, "100000"])
def test_a_number_of_steps_that_cannot_be_is_refused(client: Client, session: str, steps: str) -> None:
    assert client.post(f"/n/{session}/step", data={"steps": steps}, headers=HTMX).status_code == 422
    assert client.read(session)["step"] == 0


def test_the_first_visit_is_told_what_to_press(client: Client) -> None:
    assert 'id="welcome"' in client.get("/").text
    assert 'id="welcome"' not in client.get("/").text


def test_the_share_panel_has_both_links_and_a_code(client: Client, session: str) -> None:
    text = client.post(f"/n/{session}/share", headers=HTMX).text
    assert 'id="share-link"' in text
    assert 'id="network-link"' in text
    assert 'class="qr"' in text
