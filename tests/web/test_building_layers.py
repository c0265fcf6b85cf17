"""Layers of every type built in place over HTTP: what is offered can be built, what does not fit is named."""

from __future__ import annotations

import pytest

from app.datasets import DATASETS
from tests.clients import Client
from tests.web.html import Page
from tests.web.test_building import HTMX, built, fields_of, submit


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("preset", "field", "given", "said"),
    [
        ("cnn-padding", "kernel-1", "11", "Kernel of layer 2 is 11; the image it gets is 8×8"),
        ("cnn-padding", "kernel-0", "3×", 'Kernel of layer 1 is "3×"'),
        ("cnn-padding", "stride-0", "0", "Stride of layer 1 is 0"),
        ("cnn-padding", "type-0", "rnn", "Type of layer 1 is rnn; it stands behind sequences"),
        ("rnn-echo", "return_sequences-0", "false", "Output of layer 1 is the last step alone"),
        ("rnn-forgets", "return_sequences-0", "true", "Output of layer 1 is every step"),
    ],
)
def test_a_layer_that_does_not_fit_is_refused_beside_its_field(
    client: Client, headers: dict[str, str], preset: str, field: str, given: str, said: str
) -> None:
    state = client.open(preset=preset)
    answer = submit(client, state["id"], {field: given}, headers)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.by_id("layer-faults").text.startswith(said)
    assert page.by_id("data-faults").text == ""
    if not headers:
        assert page.by_id(field)["aria-invalid"] == "true"
        assert (field, given) in fields_of(page) or field.startswith("type-")
        open_folds = [e for e in page.tagged("details") if "open" in e.attributes]
        assert len([e for e in open_folds if e.attributes.get("class") == "fold more"]) == 1
    assert client.read(state["id"]) == state


def offered(page: Page, place: int) -> list[str]:
    """The types of layers that the page offers before a place."""
    start = f"add:{place}:"
    values = [e["value"] for e in page.tagged("button") if e.attributes.get("name") == "change"]
    return [value.removeprefix(start) for value in values if value.startswith(start)]


@pytest.mark.parametrize("preset", ["cnn-digits", "cnn-padding", "rnn-echo", "lstm-remembers", "char-rnn"])
def test_whatever_is_offered_can_be_built(client: Client, preset: str) -> None:
    session = client.open(preset=preset)["id"]
    page = Page(client.get(f"/n/{session}").text)
    layers = client.read(session)["spec"]["layers"]
    for place in range(len(layers)):
        for kind in offered(page, place):
            made = built(client, submit(client, session, {"change": f"add:{place}:{kind}"}))["spec"]["layers"]
            assert [layer["type"] for layer in made] == [
                *(layer["type"] for layer in layers[:place]),
                kind,
                *(layer["type"] for layer in layers[place:]),
            ]
    for button in [e for e in page.tagged("button") if e.attributes.get("value", "").startswith("remove:")]:
        answer = submit(client, session, {"change": button["value"]})
        assert (answer.status_code == 303) == ("disabled" not in button.attributes), button


def test_a_dense_network_takes_dropout_and_gives_it_back(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    assert offered(Page(client.get(f"/n/{session}").text), 1) == ["dropout"]
    made = built(client, submit(client, session, {"change": "add:1:dropout"}))
    assert [layer["type"] for layer in made["spec"]["layers"]] == ["dense", "dropout", "dense", "dense"]
    again = built(client, submit(client, made["id"], {"change": "remove:1", "rate-1": "x"}))
    assert again["spec"]["layers"] == client.read(session)["spec"]["layers"]


def test_what_was_made_to_fit_is_said(client: Client) -> None:
    layers = [{"type": "rnn", "units": 2, "return_sequences": True}, {"type": "gru", "units": 2}]
    layers.append({"type": "dense", "units": 3, "activation": "softmax"})
    spec = {"data": {"dataset": "recall"}, "layers": layers, "loss": "cross_entropy"}
    session = client.open(spec=spec)["id"]
    answer = submit(client, session, {"change": "remove:1"})
    said = Page(client.get(answer.headers["location"]).text).by_id("repaired").text
    assert "layer 1: the last step" in said
    answer = submit(client, session, {"dataset": "circle"})
    said = Page(client.get(answer.headers["location"]).text).by_id("repaired").text
    assert "another kind of network" in said


def test_data_of_another_form_say_beforehand_what_they_start(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    page = Page(client.get(f"/n/{session}").text)
    titles = {e["title"] for e in page.tagged("label") if e.attributes.get("class") == "thumb"}
    started = [title for title in titles if "Starts a small" in title]
    kinds = [kind for kind in DATASETS.values() if kind.form != "row"]
    assert len(started) == len(kinds)
    assert all(any(kind.title in title for title in started) for kind in kinds)
