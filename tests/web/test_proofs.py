"""On the page: the optimiser's rule under a gradient, finite differences beside one and beside all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.nn import OPTIMIZERS
from app.scene.format import short
from tests.clients import Client
from tests.specs import named_spec, rows_spec
from tests.web.html import Page
from tests.web.test_inspecting import ALL
from tests.web.test_pages_by_layer import HTMX

NewClient = Callable[[], Client]


def page_of(client: Client, url: str, status: int = 200, **given: object) -> Page:
    """The page, or the part of one, at `url`."""
    answer = client.get(url, **given)
    assert answer.status_code == status, answer.text
    return Page(answer.text)


def trained(client: Client, **changes: object) -> str:
    """A session in its third batch, after the backward pass."""
    session: str = client.open(spec=rows_spec(**changes))["id"]
    client.act(session, "step", steps=2)
    client.act(session, "backward")
    return session


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_rule_stands_under_the_terms(client: Client, optimizer: str) -> None:
    session = trained(client, optimizer=optimizer, clip_norm=0.1, schedule="warmup", notation="nodes")
    rule = client.read(session, "/explain/1/W/2,0")["optimizer"]["rule"]
    page = page_of(client, f"/n/{session}?select=edge:1,2,0")
    lines = page.all("data-line")
    assert [line["data-line"] for line in lines] == [line["name"] for line in rule]
    assert [float(line["data-value"]) for line in lines] == pytest.approx(
        [line["value"] for line in rule], rel=1e-15
    )
    assert "w56←w56−" in lines[-1].text.replace(" ", "").replace("\u2062", "")
    chinese = page_of(client, f"/n/{session}?select=edge:1,2,0&lang=zh")
    assert "更新" in chinese.by_id("update-title").text
    client.act(session, "update")
    applied = page_of(client, f"/n/{session}?select=edge:1,2,0").all("data-line")
    assert [line["data-value"] for line in applied] == [line["data-value"] for line in lines]


def test_a_rule_that_is_not_known_says_so(client: Client) -> None:
    session = trained(client)
    client.act(session, "update")
    slug = client.post(f"/api/sessions/{session}/share").json()["slug"]
    page = page_of(client, f"/s/{slug}?select=edge:0,0,0")
    assert page.all("data-line") == []
    assert any("no longer kept" in text for text in page.text_of("p"))


@pytest.mark.parametrize("fragment", [False, True])
def test_a_gradient_beside_differences(client: Client, new_client: NewClient, fragment: bool) -> None:
    session = trained(client, regularization={"l2": 0.3})
    before = client.read(session)
    url, headers = f"/n/{session}/difference?select=edge:1,2,0", HTMX if fragment else {}
    for browser in (client, new_client()):  # a visitor may ask too
        page = page_of(browser, url, headers=headers)
        found = client.read(session, "/difference/1/W/2,0")
        assert float(page.by_id("difference-value")["value"]) == found["value"]
        assert float(page.by_id("difference-gradient")["value"]) == found["gradient"]
        assert float(page.by_id("difference-error")["value"]) == found["relative_error"] < 1e-6
        text = page.by_id("difference").text
        assert short(found["loss_above"], 17) in text
        assert short(found["loss_below"], 17) in text
        assert (len(page.tagged("html")) == 0) == fragment
    assert client.read(session) == before


def test_the_button_stands_where_there_is_a_gradient(client: Client) -> None:
    session = client.open(spec=rows_spec())["id"]
    place = f"/n/{session}?select=edge:1,2,0"
    buttons = [
        one for one in page_of(client, place).elements if one.attributes.get("id") == "check-difference"
    ]
    assert buttons == []
    client.act(session, "backward")
    assert page_of(client, place).by_id("check-difference").text == "Check by finite differences"
    page = page_of(client, f"/n/{session}/difference?select=neuron:0,1", 422, headers=HTMX)
    assert "Choose a weight or a bias" in page.by_id("messages").text


def test_a_kink_is_named(client: Client) -> None:
    layers = [{"type": "dense", "units": 1, "activation": "relu"}, {"type": "dense", "units": 1}]
    data = {"inputs": [[1.0]], "targets": [[3.0]]}
    parameters = [{"W": [[4e-6]], "b": [0.0]}, {"W": [[1.0]], "b": [0.0]}]
    session = client.open(spec={"data": data, "layers": layers, "loss": "mse"}, parameters=parameters)["id"]
    client.act(session, "backward")
    page = page_of(client, f"/n/{session}/difference?select=edge:0,0,0", headers=HTMX)
    assert float(page.by_id("difference-error")["value"]) > 0.1
    gradient = client.read(session)["gradients"][0]["W"][0][0]
    assert float(page.by_id("difference-limit")["value"]) == pytest.approx(gradient, rel=1e-5)
    assert "kink" in page.by_id("difference").text


@pytest.mark.parametrize("name", ALL)
def test_all_gradients_layer_by_layer(client: Client, name: str) -> None:
    session = client.open(spec=ALL[name])["id"]
    before = client.act(session, "backward")
    found = client.post(f"/api/sessions/{session}/gradcheck").json()
    worst: dict[int, float] = {}
    for one in found["layers"]:
        worst[one["layer"]] = max(one["max_relative_error"], worst.get(one["layer"], 0.0))
    section = page_of(client, f"/n/{session}/gradcheck", headers=HTMX)
    assert [int(row["data-layer"]) for row in section.all("data-layer")] == list(worst)
    assert [float(one["value"]) for one in section.tagged("data")] == list(worst.values())
    whole = page_of(client, f"/n/{session}/gradcheck")
    assert whole.by_id("gradcheck").text == section.by_id("gradcheck").text
    assert "The gradients agree" in section.by_id("gradcheck").text
    assert whole.by_id("table").text
    assert client.read(session) == before


def test_of_a_large_network_some_are_drawn(client: Client) -> None:
    layers = [
        {"type": "dense", "units": 120, "activation": "tanh"},
        {"type": "dense", "units": 1, "activation": "sigmoid"},
    ]
    session = client.open(spec=named_spec(layers=layers))["id"]
    client.act(session, "backward")
    checked = client.post(f"/api/sessions/{session}/gradcheck").json()["checked"]
    assert (
        f"{checked} of 481 parameters" in page_of(client, f"/n/{session}/gradcheck").by_id("gradcheck").text
    )


@pytest.mark.parametrize(("preset", "batch_size"), [("digits", 512), ("cnn-digits", 128)])
def test_a_large_batch_is_checked_too(client: Client, preset: str, batch_size: int) -> None:
    session = client.open(preset=preset)["id"]
    client.change(session, batch_size=batch_size)
    client.act(session, "backward")
    found = client.post(f"/api/sessions/{session}/gradcheck").json()
    assert found["max_relative_error"] < 1e-5
    assert found["checked"] > 250
    said = page_of(client, f"/n/{session}/gradcheck").by_id("gradcheck").text
    assert f"{found['checked']} of " in said
    page_of(client, f"/n/{session}/difference?select=param:0,b,0", headers=HTMX)


@pytest.mark.parametrize("fragment", [False, True])
def test_before_a_backward_pass_there_is_nothing_to_check(client: Client, fragment: bool) -> None:
    session = client.open(spec=rows_spec())["id"]
    client.act(session, "forward")
    headers = HTMX if fragment else {}
    page = page_of(client, f"/n/{session}/gradcheck", 409, headers=headers)
    assert "run Backward first" in page.by_id("gradcheck").text
    page = page_of(client, f"/n/{session}/difference?select=edge:0,0,0", 409, headers=headers)
    assert any("run Backward first" in one.text for one in page.elements)


def test_the_gradients_that_are_shown_are_checked(client: Client) -> None:
    session = trained(client)
    client.act(session, "update")
    shown = page_of(client, f"/n/{session}/gradcheck").by_id("gradcheck").text
    client.act(session, "forward")  # another batch; the gradients are still those of the last one
    assert page_of(client, f"/n/{session}/gradcheck").by_id("gradcheck").text == shown
