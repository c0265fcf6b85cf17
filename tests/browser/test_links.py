"""Links: to a preset with overrides, to any network, to a state, to somebody else's session."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.playground import Playground, link_to

PARTS = ("step", "phase", "epoch", "loss", "parameters", "gradients", "spec")
BUTTONS = ("Step", "Play", "Forward", "Backward", "Update", "Undo", "Redo", "Reset")
SPEC: dict[str, Any] = {
    "name": "Two by hand & <more>",
    "data": {"inputs": [[0.5, -1.0], [2.0, 0.25], [1.0, 1.0]], "targets": [[1.0], [0.0], [1.0]]},
    "layers": [
        {"type": "dense", "units": 3, "activation": "gelu"},
        {"type": "dense", "units": 1, "activation": "sigmoid"},
    ],
    "loss": "squared_error",
    "optimizer": {"name": "momentum", "learning_rate": 0.2, "momentum": 0.7},
    "batch_size": 2,
    "seed": 5,
}


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Both are in the same state, to the last bit."""
    assert [one[part] for part in PARTS] == [other[part] for part in PARTS]


def test_a_preset_with_overrides(playground: Playground, visit: Open) -> None:
    link = "/p/circle?learning_rate=0.3&activation=relu"
    state = playground.open(link).expect_numbers()
    assert state["spec"]["optimizer"]["learning_rate"] == 0.3
    assert [layer["activation"] for layer in state["spec"]["layers"]] == ["relu", "relu", "sigmoid"]
    expect(playground.page.get_by_label("Learning rate")).to_have_value("0.3")
    other = visit(link)
    assert other.session != playground.session
    same(other.press("Step").expect_numbers(), playground.press("Step").expect_numbers())


def test_any_network_inside_a_link(playground: Playground, visit: Open) -> None:
    state = playground.open(link_to(SPEC)).expect_numbers()
    for name in ("name", "loss", "optimizer", "batch_size", "seed"):
        assert state["spec"][name] == SPEC[name]
    assert state["spec"]["data"]["inputs"] == SPEC["data"]["inputs"]
    expect(playground.page).to_have_title(f"{SPEC['name']} – Backprop playground")
    other = visit(link_to(SPEC))
    same(other.press("Step", "Step").expect_numbers(), playground.press("Step", "Step").expect_numbers())


@pytest.mark.parametrize("path", ["/p/circle", link_to(SPEC)], ids=["preset", "spec"])
def test_share_gives_a_link_to_exactly_this_state(playground: Playground, visit: Open, path: str) -> None:
    page = playground.open(path).press("Step", "Step", "Step", "Forward", "Backward").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    playground.press("Share")
    field = page.get_by_label("Link to the state of step 3")
    expect(field).to_be_visible()
    link = field.input_value()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    expect(field).to_be_focused()
    assert field.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == link

    playground.press("Update")
    other = visit(link)
    assert other.session != playground.session
    assert other.expect_numbers()["phase"] == "backward"
    same(other.press("Update").expect_numbers(), playground.expect_numbers())
    same(other.press("Step", "Step").expect_numbers(), playground.press("Step", "Step").expect_numbers())


def test_share_selects_the_link_where_copying_is_forbidden(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    page.context.grant_permissions([])
    playground.press("Share")
    field = page.get_by_label("Link to the state of step 0")
    expect(field).to_be_focused()
    assert field.evaluate("field => field.selectionEnd - field.selectionStart === field.value.length")


def test_share_gives_a_link_to_the_network_from_its_beginning(playground: Playground, visit: Open) -> None:
    start = playground.open(link_to(SPEC)).expect_numbers()
    playground.press("Step", "Step", "Share")
    link = playground.page.get_by_label("Link to this network from its beginning").input_value()
    same(visit(link).expect_numbers(), start)


def test_a_visitor_looks_on_and_forks(playground: Playground, visit: Open) -> None:
    mine = playground.open("/p/circle").press("Step", "Step", "Forward").expect_numbers()
    guest = visit(f"/n/{playground.session}")
    assert guest.session == playground.session
    seen = guest.expect_numbers()
    assert not seen["owner"]
    same(seen, mine)
    for name in BUTTONS:
        expect(guest.button(name)).to_be_disabled()
    for name in ("Circle", "Spiral"):
        expect(guest.page.get_by_role("radio", name=name, exact=True)).to_be_disabled()
    for label in ("Units of layer 1", "Activation of layer 1", "Batch size", "Optimiser", "Learning rate"):
        expect(guest.page.get_by_label(label)).to_be_disabled()
    guest.neuron("1,1").click()
    expect(guest.page.locator("#inspector").get_by_role("heading")).to_contain_text("b⁽¹⁾₂")

    with guest.page.expect_navigation():
        guest.button("Fork").click()
    assert guest.session != playground.session
    same(guest.expect_numbers(), mine)
    assert guest.press("Update", "Step").expect_numbers()["step"] == 4
    same(playground.state(), mine)
    playground.press("Update", "Step")
    same(playground.expect_numbers(), guest.state())


def test_a_visitor_cannot_change_anything(playground: Playground, visit: Open) -> None:
    mine = playground.open("/p/xor").press("Step").expect_numbers()
    guest = visit(f"/n/{playground.session}").page
    for action in ("step", "forward", "undo", "reset", "settings"):
        answer = guest.request.post(f"/n/{playground.session}/{action}", form={"batch_size": "1"})
        assert answer.status == 403
    assert playground.expect_numbers() == mine


def test_a_visitor_sees_the_network_train(playground: Playground, visit: Open) -> None:
    playground.open("/p/xor").press("Step")
    visitor = visit(f"/n/{playground.session}")
    visitor.expect_step(1)
    with visitor.page.expect_response(lambda answer: answer.url.endswith("/events")):
        visitor.page.reload()
    playground.press("Step", "Step", "Forward")
    visitor.expect_step(3)
    expect(visitor.page.locator("#phase")).to_have_attribute("data-phase", "forward")
    visitor.expect_numbers()


def test_a_page_that_fell_behind_catches_up_when_it_is_looked_at(playground: Playground) -> None:
    playground.open("/p/xor").press("Step")
    answer = playground.page.request.post(f"/api/sessions/{playground.session}/step", data={"steps": 4})
    assert answer.status == 200
    playground.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    playground.expect_step(5)
    playground.expect_numbers()
