"""The landscape over HTTP: what the page draws is what the API says; a standing map is sent once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.clients import Client
from tests.web.html import Page

HTMX = {"HX-Request": "true"}


def block(text: str, name: str) -> Any:
    """The JSON of a block of a page or a fragment."""
    found = re.search(rf'<script type="application/json" id="{name}"[^>]*>(.*?)</script>', text)
    assert found, text
    return json.loads(found[1])


@pytest.fixture
def session(client: Client) -> str:
    """Two parameters, two steps, a backward pass."""
    made = str(client.open(preset="two-parameters")["id"])
    client.act(made, "step", steps=2)
    client.act(made, "backward")
    return made


def test_the_api_gives_plane_way_arrows_and_line(client: Client, session: str) -> None:
    found, state = client.read(session, "/landscape"), client.read(session)
    assert found["axes"] == {"x": "W[0][0,0]", "y": "b[0][0]"}
    assert (found["samples"], found["of"]) == (20, 20)
    here = [state["parameters"][0]["W"][0][0], state["parameters"][0]["b"][0]]
    assert found["point"] == here
    assert [found["path"]["x"][-1], found["path"]["y"][-1]] == here
    assert found["path"]["step"] == [0, 1, 2]
    assert [found["x"][20], found["y"][20]] == pytest.approx(here)
    assert found["loss"][20][20] == pytest.approx(state["loss"]["train"], rel=1e-12)
    gradient = [state["gradients"][0]["W"][0][0], state["gradients"][0]["b"][0]]
    assert found["gradient"] == pytest.approx(gradient)
    assert found["update"] == pytest.approx([-0.1 * slope for slope in gradient])
    line = dict(zip(found["along"]["t"], found["along"]["loss"], strict=True))
    assert line[0.0] == pytest.approx(state["loss"]["batch"])
    assert found["along"]["slope"] == pytest.approx(-0.1 * sum(slope**2 for slope in gradient))
    assert client.act(session, "update")["loss"]["train"] == pytest.approx(line[1.0])


def test_axes_reach_and_directions_are_asked_for_in_the_query(client: Client) -> None:
    session = str(client.open(preset="circle")["id"])
    found = client.read(session, "/landscape?x=param:1,W,0,1&y=edge:0,1,2&reach=0.5")
    assert found["axes"] == {"x": "W[1][0,1]", "y": "W[0][1,2]"}
    assert found["x"][-1] - found["x"][0] == pytest.approx(1.0)
    assert found["along"] is None
    random = client.read(session, "/landscape?directions=7")
    assert random["axes"] == {"directions": 7}
    assert random["point"] == [0, 0]
    assert random["loss"] == client.read(session, "/landscape?directions=7")["loss"]
    assert random["loss"] != client.read(session, "/landscape?directions=8")["loss"]


@pytest.mark.parametrize(
    "query",
    [
        *("x=param:9,W,0,0", "x=neuron:0,0", "x=param:0,W,0,0&y=param:0,W,0,0"),
        *("directions=-1", "directions=x", "axes=directions"),
        *("reach=0", "reach=x", "reach=inf", "reach=1e99"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_name(client: Client, session: str, query: str) -> None:
    answer = client.get(f"/api/sessions/{session}/landscape?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_the_page_draws_what_the_api_says_and_then_only_what_moves(client: Client, session: str) -> None:
    text = client.get(f"/n/{session}/landscape", headers=HTMX).text
    api, grid, marks = (
        client.read(session, "/landscape"),
        block(text, "landscape-grid"),
        block(text, "landscape-marks"),
    )
    assert grid["x"] == api["x"]
    assert np.array(grid["values"]) == pytest.approx(np.array(api["loss"]), rel=1e-6)
    assert 'class="level"' in text
    client.act(session, "update")
    again = client.get(f"/n/{session}/landscape", params={"at": marks["at"]}, headers=HTMX).text
    assert "landscape-grid" not in again
    assert len(again) < 4000
    moved = block(again, "landscape-marks")
    assert moved["at"] == marks["at"]
    assert moved["point"] != marks["point"]
    assert moved["path"].startswith(marks["path"])
    assert not moved["stale"]
    wide = client.get(f"/n/{session}/landscape", params={"at": marks["at"], "zoom": "out"}, headers=HTMX).text
    bounds = block(wide, "landscape-grid")["x"]
    assert bounds[-1] - bounds[0] == pytest.approx(2 * (grid["x"][-1] - grid["x"][0]))
    assert (
        "landscape-grid"
        in client.get(f"/n/{session}/landscape", params={"at": marks["at"], "redraw": "1"}, headers=HTMX).text
    )


def test_the_numbers_of_the_line_are_those_of_the_api(client: Client, session: str) -> None:
    page = Page(client.get(f"/n/{session}/landscape", headers=HTMX).text)
    along = client.read(session, "/landscape")["along"]
    line = dict(zip(along["t"], along["loss"], strict=True))
    shown = [float(page.by_id(f"line-{name}")["value"]) for name in ("before", "after", "slope")]
    assert shown == [line[0.0], line[1.0], along["slope"]]


def test_what_is_chosen_in_the_drawing_is_an_axis(client: Client) -> None:
    session = str(client.open(preset="circle")["id"])
    asked = {"axes": "parameters", "x": "chosen", "y": "", "select": "edge:1,2,0"}
    text = client.get(f"/n/{session}/landscape", params=asked, headers=HTMX).text
    assert ">W⁽²⁾₃₁</text>" in text
    assert ">b⁽²⁾₁</text>" in text
    asked |= {"y": "param:1,W,2,0"}  # the same one: its neighbour instead
    assert ">b⁽²⁾₁</text>" in client.get(f"/n/{session}/landscape", params=asked, headers=HTMX).text


def test_without_javascript_it_is_a_page_with_a_form(client: Client, session: str) -> None:
    asked = {"axes": "parameters", "x": "param:0,b,0", "y": "param:0,W,0,0", "zoom": "in"}
    answer = client.get(f"/n/{session}/landscape", params=asked)
    assert answer.status_code == 200
    assert 'class="level"' in answer.text
    chosen = [o for o in Page(answer.text).tagged("option") if "selected" in o.attributes]
    assert [option["value"] for option in chosen] == ["param:0,b,0", "param:0,W,0,0"]
    same = client.get(f"/n/{session}/landscape?axes=directions&directions=3")
    assert same.status_code == 409  # one weight: both directions are the same


def test_a_visitor_sees_it_too_and_a_diverged_network_has_none(
    client: Client, new_client: Callable[[], Client], session: str
) -> None:
    assert new_client().get(f"/n/{session}/landscape").status_code == 200
    wild = str(client.open(preset="two-parameters")["id"])
    client.change(wild, optimizer={"name": "sgd", "learning_rate": 1000.0})
    client.act(wild, "step", steps=200)
    assert client.get(f"/api/sessions/{wild}/landscape").status_code == 409


@pytest.mark.parametrize("preset", ["cnn-shapes", "rnn-forgets", "char-rnn"])
def test_networks_of_other_layers_have_one(client: Client, preset: str) -> None:
    session = str(client.open(preset=preset)["id"])
    client.act(session, "step")
    text = client.get(f"/n/{session}/landscape?lang=zh", headers=HTMX).text
    assert 'class="level"' in text
    assert 'class="level"' in client.get(f"/n/{session}/landscape?directions=1", headers=HTMX).text
