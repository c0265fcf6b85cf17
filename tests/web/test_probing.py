"""Inputs of one's own on the page: drawn and typed ones run forward for everybody, and change nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.clients import Client
from tests.web.html import Page
from tests.web.test_pages_by_layer import SPECS, golden

NewClient = Callable[[], Client]
HTMX = {"hx-request": "true"}
PRESETS = [
    "digits",
    "cnn-digits",
    "cnn-shapes",
    "rnn-echo",
    "rnn-parity",
    "char-rnn",
    "gru-remembers",
    "iris",
]


def shown_on(page: Page) -> dict[str, Any]:
    """The numbers of the example."""
    packed: dict[str, Any] = json.loads(page.by_id("example").text)
    return packed


def probe(client: Client, session: str, fields: dict[str, str], **headers: str) -> Page:
    """The answer to inputs of one's own."""
    answer = client.get(f"/n/{session}/probe", params=fields, headers=headers)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


@pytest.mark.parametrize("name", PRESETS)
def test_a_sample_as_it_is_typed_gives_what_the_network_predicts(
    client: Client, new_client: NewClient, name: str
) -> None:
    session = client.open(preset=name)["id"]
    client.post(f"/n/{session}/step")
    sample = shown_on(Page(client.get(f"/n/{session}/follow", headers=HTMX).text))
    fields = sample["typed"] or {f"probe-{k}": str(0.3 * k) for k in range(4)}
    state = client.get(f"/api/sessions/{session}").json()
    page = probe(new_client(), session, fields, **HTMX)
    shown = shown_on(page)["shown"]
    trace = client.get(f"/api/sessions/{session}/trace").json()
    inputs = [trace["batch"]["inputs"][0]] if sample["typed"] else [[0.3 * k for k in range(4)]]
    body = {"inputs": inputs}
    outputs = np.array(client.post(f"/api/sessions/{session}/predict", json=body).json()["outputs"][0])
    assert shown["row"] is None
    if shown["shares"]:
        assert shown["shares"] == outputs.reshape(-1, outputs.shape[-1])[-1].tolist()
    if shown["strip"] and shown["strip"]["answers"]:
        assert shown["strip"]["shares"] == outputs.tolist()
        assert not any(shown["strip"]["targets"])
    if shown["course"] and not shown["shares"]:
        values = shown["course"]["lines"][-1]["values"].split(",")
        assert [float(value) for value in values] == outputs[:, 0].tolist()
    assert client.get(f"/api/sessions/{session}").json() == state
    assert json.loads(page.by_id("numbers").text)["probe"] is not None


@pytest.mark.parametrize("name", ["cnn-digits", "char-rnn", "rnn-echo"])
def test_without_scripts_the_whole_page_keeps_what_was_typed(client: Client, name: str) -> None:
    session = client.open(preset=name)["id"]
    page = Page(client.get(f"/n/{session}").text)
    (field,) = [e for e in page.elements if e.attributes.get("name") in ("pixels", "sequence")]
    typed = field.attributes.get("value") or field.text
    assert typed
    shown = probe(client, session, {field["name"]: typed})
    (again,) = [e for e in shown.elements if e.attributes.get("name") == field["name"]]
    assert (again.attributes.get("value") or again.text) == typed
    assert shown.by_id("guess-row").text == ""


def test_what_is_wrong_is_said_and_what_was_typed_stays(client: Client) -> None:
    session = client.open(preset="char-rnn")["id"]
    for headers in ({}, HTMX):
        answer = client.get(f"/n/{session}/probe?sequence=xyz", headers=headers)
        assert answer.status_code == 422
        said = Page(answer.text).by_id("probe-faults").text
        assert "holds x y z" in said
        assert "exactly 8" in said
    chinese = client.get(f"/n/{session}/probe?sequence=xyz&lang=zh")
    assert "sequence" not in Page(chinese.text).by_id("probe-faults").text


@pytest.mark.parametrize("name", SPECS)
def test_a_follow_answer_is_small_and_brings_the_example(client: Client, name: str) -> None:
    session = client.open(spec=SPECS[name])["id"]
    client.post(f"/n/{session}/forward")
    answer = client.get(f"/n/{session}/follow?sample=1", headers=HTMX)
    page = Page(answer.text)
    assert not [e for e in page.elements if e.attributes.get("id") == "pictures"]
    packed, trace = shown_on(page), client.get(f"/api/sessions/{session}/trace").json()
    if packed["shown"] is None:  # over a plane of inputs
        assert name == "dropout"
        return
    assert packed["shown"]["row"] == trace["batch"]["indices"][1]


def test_an_answer_at_the_end_stands_at_the_last_step(client: Client) -> None:
    session = client.open(spec=golden("rnn-last-step"))["id"]
    shown = shown_on(Page(client.post(f"/n/{session}/forward", headers=HTMX).text))["shown"]
    trace = client.get(f"/api/sessions/{session}/trace").json()
    target, output = (line["values"].split(",") for line in shown["course"]["lines"][-2:])
    assert not any(target[:-1] + output[:-1])
    assert float(target[-1]) == trace["batch"]["targets"][0][0]
    assert float(output[-1]) == pytest.approx(trace["outputs"][0][0], rel=1e-12)
