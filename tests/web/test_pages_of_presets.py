"""The pages of the presets on images and sequences: every phase, the fields of their data, what is refused."""

from __future__ import annotations

import json

import pytest

from app.i18n import translate
from app.options import FIELDS
from app.presets import PRESETS
from tests.clients import Client
from tests.specs import BY_UNIT
from tests.web.html import Page

OTHERS = [name for name in PRESETS if name not in BY_UNIT]
SEQUENCES = [name for name in OTHERS if "time_steps" in PRESETS[name].spec["data"]]
HTMX = {"hx-request": "true"}


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("name", OTHERS)
def test_every_phase_has_its_page(client: Client, name: str, headers: dict[str, str]) -> None:
    page = Page(client.get(f"/p/{name}").text)
    assert PRESETS[name].description in " ".join(page.text_of("main"))
    session = page.by_id("playground")["data-session"]
    for action, phase, step in (
        ("forward", "forward", 0),
        ("backward", "backward", 0),
        ("update", "idle", 1),
        ("step", "idle", 2),
        ("undo", "idle", 1),
    ):
        answer = client.post(f"/n/{session}/{action}", headers=headers, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        state = client.read(session)
        assert (state["phase"], state["step"]) == (phase, step)
        shown = Page(answer.text)
        if headers:
            packed = json.loads(shown.by_id("numbers").text)
            assert (packed["step"], packed["counters"]["batch_loss"]) == (step, state["loss"]["batch"])
            continue
        assert shown.by_id("step").text == str(step)
        loss = shown.by_id("batch-loss")["value"]
        assert loss == "" if state["loss"]["batch"] is None else float(loss) == state["loss"]["batch"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", OTHERS)
def test_the_data_panel_has_the_fields_of_the_data(client: Client, name: str, lang: str) -> None:
    page = Page(client.get(f"/p/{name}", params={"lang": lang}).text)
    ids = {element["id"] for element in page.all("id")}
    assert {"noise", "test_fraction", "data_seed"} <= ids
    assert ("time_steps" in ids) == (name in SEQUENCES)
    assert not any(each.startswith("feature-") for each in ids)
    if name in SEQUENCES:
        assert page.by_id("time_steps")["value"] == str(PRESETS[name].spec["data"]["time_steps"])
        assert page.by_id("about-time_steps").text == translate(lang, FIELDS["time_steps"].sentence)


def test_rows_have_no_time_steps(client: Client) -> None:
    page = Page(client.get("/p/circle").text)
    assert not any(element["id"] == "time_steps" for element in page.all("id"))


def test_a_link_says_how_long_the_sequences_are(client: Client) -> None:
    page = Page(client.get("/p/lstm-remembers?time_steps=12").text)
    state = client.read(page.by_id("playground")["data-session"])
    assert state["spec"]["data"]["time_steps"] == 12
    assert state["parameters"] == PRESETS["lstm-remembers"].spec["parameters"]
    refused = client.get("/p/lstm-remembers?time_steps=999")
    assert refused.status_code == 422
    assert "200" in refused.text
    assert client.get("/p/circle?time_steps=5").status_code == 422


def test_time_steps_are_typed_in_the_form(client: Client) -> None:
    state = client.open(preset="gru-remembers")
    answer = client.post(f"/n/{state['id']}/build", data={"time_steps": "30"}, headers=HTMX)
    page = Page(client.get(answer.headers["hx-redirect"]).text)
    made = client.read(page.by_id("playground")["data-session"])
    assert made["spec"]["data"]["time_steps"] == 30
    assert made["parameters"] == state["parameters"]
    wrong = client.post(f"/n/{state['id']}/build", data={"time_steps": "1"}, headers=HTMX)
    assert wrong.status_code == 422
    assert Page(wrong.text).by_id("data-faults").text.endswith("; the smallest allowed is 2")
