"""Building in place over HTTP: a network of its own, or a page that names what is wrong and keeps what was typed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from app.datasets import DATASETS
from app.errors import Fault
from app.i18n import translate
from app.options import CHOICES, FIELDS
from app.presets import PRESETS
from app.web.building import fault_text
from tests.clients import Client
from tests.specs import rows_spec
from tests.web.html import Element, Page

HTMX = {"hx-request": "true"}
KIND = {"content-type": "application/x-www-form-urlencoded"}


def fields_of(page: Page, form: str = "build") -> list[tuple[str, str]]:
    """What a browser sends of the form: radios and boxes that are ticked, the chosen option of every select."""
    sent: list[tuple[str, str]] = []
    select: Element | None = None
    for element in page.elements:
        if element.tag == "select":
            select = element
        chosen = element.tag == "option" and "selected" in element.attributes
        if chosen and select and select.attributes.get("form") == form:
            sent.append((select["name"], element["value"]))
        if element.tag == "input" and element.attributes.get("form") == form:
            ticked = (
                element.attributes.get("type") not in ("radio", "checkbox") or "checked" in element.attributes
            )
            if ticked:
                sent.append((element["name"], element["value"]))
    return sent


def submit(client: Client, session: str, sent: Any, headers: dict[str, str] | None = None) -> httpx2.Response:
    """The form `build`, sent."""
    return client.post(f"/n/{session}/build", content=urlencode(sent), headers=KIND | (headers or {}))


def built(client: Client, answer: httpx2.Response) -> Any:
    """State of the network that the answer leads to."""
    assert answer.status_code == 303, answer.text
    page = Page(client.get(answer.headers["location"]).text)
    return client.read(page.by_id("playground")["data-session"])


@pytest.mark.parametrize("preset", PRESETS)
def test_the_form_as_it_stands_builds_the_same_network(client: Client, preset: str) -> None:
    state = client.open(preset=preset)
    sent = fields_of(Page(client.get(f"/n/{state['id']}").text))
    made = built(client, submit(client, state["id"], sent))
    assert made["id"] != state["id"]
    assert made["parameters"] == state["parameters"]
    assert {**made["spec"], "name": ""} == {**state["spec"], "name": ""}


def test_settings_made_while_training_are_taken_along(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    client.change(session, optimizer={"name": "rmsprop", "rho": 0.5}, clip_norm=2.0)
    before = client.act(session, "step")
    made = built(client, submit(client, session, {"change": "add:1"}))
    assert made["spec"]["optimizer"] == before["spec"]["optimizer"]
    assert (made["spec"]["clip_norm"], made["step"]) == (2.0, 0)
    assert client.read(session) == before


def test_htmx_is_told_where_to_go(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    answer = submit(client, session, {"loss": "cross_entropy", "select": "edge:0,0,0"}, HTMX)
    assert (answer.status_code, answer.text) == (200, "")
    page = Page(client.get(answer.headers["hx-redirect"]).text)
    assert "2 × softmax, cross-entropy" in page.by_id("repaired").text
    assert page.by_id("inspector")["data-select"] == "edge:0,0,0"


REFUSED = [
    ({"noise": "abc"}, "noise", "data-faults", '"abc"'),
    ({"samples": "99999"}, "samples", "data-faults", "max_samples"),
    ({"data_seed": "-3"}, "data_seed", "data-faults", "-3"),
    ({"seed": "x<b>"}, "seed", "data-faults", "x<b>"),
    ({"loss": "magic"}, "loss", "data-faults", "magic"),
]


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(("typed", "field", "place", "said"), REFUSED)
def test_a_refusal_names_the_field_and_keeps_what_was_typed(
    client: Client, headers: dict[str, str], typed: dict[str, str], field: str, place: str, said: str
) -> None:
    state = client.open(preset="circle")
    answer = submit(client, state["id"], typed, headers)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert said in page.by_id(place).text
    assert not page.tagged("b")
    assert page.by_id("layer-faults").text == ""
    if not headers:
        assert page.by_id(field)["aria-invalid"] == "true"
        assert page.by_id(field).tag == "select" or page.by_id(field)["value"] == typed[field]
        assert page.by_id("playground")["data-session"] == state["id"]
    assert client.read(state["id"]) == state


@pytest.mark.parametrize(("language", "said"), [("en", "Learning rate is -1; "), ("zh", "学习率为 -1；")])
def test_faults_call_the_fields_as_the_page_does(client: Client, language: str, said: str) -> None:
    url = f"/n/{client.open(preset='xor')['id']}/settings?lang={language}"
    answer = client.post(url, content="learning_rate=-1", headers=KIND | HTMX)
    assert said in Page(answer.text).by_id("faults").text
    for field, option in FIELDS.items():
        loc = ("data", "seed") if field == "data_seed" else ("any", field)
        assert fault_text(Fault(loc, "…"), language).startswith(translate(language, option.title)), field


def test_layers_that_are_refused_stand_as_typed(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    sent = {"units-0": "x", "units-1": "3", "activation-0": "elu", "activation-2": "tanh", "noise": "0.3"}
    page = Page(submit(client, session, [*sent.items(), ("features", ""), ("features", "x2")]).text)
    assert page.by_id("layer-faults").text.startswith('Units of layer 1 is "x"')
    assert set(sent.items()) <= set(fields_of(page))
    assert [text for name, text in fields_of(page) if name == "features"] == ["", "x2"]


def test_forms_hide_what_the_data_do_not_have(client: Client) -> None:
    def fields(**given: Any) -> set[str]:
        page = Page(client.get(f"/n/{client.open(**given)['id']}").text)
        return {element["id"] for element in page.all("id")} & {
            "noise",
            "samples",
            "test_fraction",
            "feature-x1",
        }

    assert fields(preset="circle") == {"noise", "samples", "test_fraction", "feature-x1"}
    assert fields(preset="iris") == {"noise", "test_fraction"}
    assert fields(preset="and-gate") == {"noise", "feature-x1"}
    assert fields(spec=rows_spec()) == set()


def test_every_option_is_explained_on_the_page(client: Client) -> None:
    explained: set[str] = set()
    named: set[str] = set()
    told = ""
    for preset in ("circle", "cnn-digits", "char-rnn"):
        page = Page(client.get(f"/p/{preset}").text)
        told += " ".join(page.text_of("main"))
        ids = {element["id"] for element in page.all("id")}
        described = {
            i for element in page.all("aria-describedby") for i in element["aria-describedby"].split()
        }
        assert described <= ids
        for name in FIELDS.keys() & {i.removeprefix("about-") for i in ids if i.startswith("about-")}:
            assert page.by_id(f"about-{name}").text == FIELDS[name].sentence
            explained.add(name)
        controls = [e for e in page.elements if e.tag in ("select", "input") and "type" not in e.attributes]
        for control in controls:
            name = control.attributes.get("name", "").rpartition("-")[0] or control.attributes.get("name", "")
            other = control.attributes.get("id", "").startswith("other-")  # the same option in another window
            if name in FIELDS and not other:
                assert "about-" in control["aria-describedby"], control
                named.add(name)
    assert explained == set(FIELDS) - {"rate"}
    assert named > {"kernel", "padding", "type", "return_sequences", "units", "loss", "learning_rate"}
    for group in CHOICES.values():
        for option in group.values():
            assert option.sentence in told, option


def test_every_data_set_is_a_radio_with_a_thumbnail(client: Client) -> None:
    page = Page(client.get("/p/iris").text)
    radios = [element for element in page.all("type") if element.attributes.get("name") == "dataset"]
    assert {radio["type"] for radio in radios} == {"radio"}
    assert [radio["value"] for radio in radios] == list(DATASETS)
    assert [radio["value"] for radio in radios if "checked" in radio.attributes] == ["iris"]


ALL_SETTINGS = {
    "optimizer": "nesterov",
    "learning_rate": "0.2",
    "momentum": "0.5",
    "schedule": "step",
    "every": "7",
    "factor": "0.25",
    "clip_norm": "1.5",
    "l1": "0.001",
    "l2": "0.01",
    "max_steps": "9",
    "gradient_tolerance": "1e-5",
    "loss_tolerance": "",
    "batch_size": "3",
}


def settings(client: Client, session: str, **fields: str) -> httpx2.Response:
    """The settings form, sent."""
    return client.post(f"/n/{session}/settings", content=urlencode(fields), headers=KIND)


def test_every_setting_can_change_while_training(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    before = client.act(session, "step", steps=3)
    assert settings(client, session, **ALL_SETTINGS).status_code == 303
    state = client.read(session)
    spec = state["spec"]
    assert spec["optimizer"] == {"name": "nesterov", "learning_rate": 0.2, "momentum": 0.5}
    assert spec["schedule"] == {"name": "step", "every": 7, "factor": 0.25}
    assert (spec["clip_norm"], spec["regularization"], spec["batch_size"]) == (
        1.5,
        {"l1": 0.001, "l2": 0.01},
        3,
    )
    assert spec["stop"] == {"max_steps": 9, "gradient_tolerance": 1e-5, "loss_tolerance": None}
    assert (state["step"], state["parameters"]) == (3, before["parameters"])
    page = Page(client.get(f"/n/{session}").text)
    for name, given in ALL_SETTINGS.items():
        if page.by_id(name).tag == "input":
            assert page.by_id(name)["value"] == given.replace("1e-5", "0.00001")
    assert settings(client, session, **(ALL_SETTINGS | {"clip_norm": "", "max_steps": ""})).status_code == 303
    spec = client.read(session)["spec"]
    assert (spec["clip_norm"], spec["stop"]["max_steps"]) == (None, None)


def test_another_optimiser_comes_with_its_own_options(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    settings(client, session, optimizer="rmsprop", rho="", epsilon="1e-8", learning_rate="0.1")
    assert client.read(session)["spec"]["optimizer"] == {
        "name": "rmsprop",
        "learning_rate": 0.01,
        "rho": 0.99,
        "epsilon": 1e-8,
    }
    settings(client, session, schedule="cosine", steps="50")
    assert client.read(session)["spec"]["schedule"] == {"name": "cosine", "steps": 50, "floor": 0.0}
    assert client.read(session)["spec"]["optimizer"]["name"] == "rmsprop"


@pytest.mark.parametrize(
    ("field", "given"),
    [("momentum", "1"), ("every", "0"), ("l2", "x"), ("clip_norm", "0"), ("max_steps", "2.5")],
)
def test_a_bad_setting_is_named_beside_its_field(client: Client, field: str, given: str) -> None:
    session = client.open(preset="xor")["id"]
    answer = settings(client, session, **(ALL_SETTINGS | {field: given}))
    assert answer.status_code == 422
    page = Page(answer.text)
    assert FIELDS[field].title in page.by_id("faults").text
    assert (page.by_id(field)["value"], page.by_id(field)["aria-invalid"]) == (given, "true")
    assert page.by_id("learning_rate")["value"] == "0.2"
