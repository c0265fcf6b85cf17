"""Building in place: layers on the drawing, data by a picture, settings while training; nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Faults, NewContext, Open
from tests.browser.playground import Playground, eventually

PHONE = {"width": 390, "height": 844}
FOCUS = "document.activeElement.id"
OFFSETS = """() => [...document.querySelectorAll(".layers .cell")].map((cell) => {
  const circle = document.querySelector(`[data-neuron="${cell.dataset.column},0"] circle`).getBoundingClientRect();
  const box = cell.getBoundingClientRect();
  return Math.abs(circle.left + circle.width / 2 - box.left - box.width / 2);
})"""


def layers_of(state: dict[str, Any]) -> list[tuple[int, str]]:
    """Units and activations."""
    return [(layer["units"], layer["activation"]) for layer in state["spec"]["layers"]]


def build(playground: Playground, name: str) -> dict[str, Any]:
    """Press a button that builds; gives the State of the network it leads to."""
    with playground.page.expect_navigation():
        playground.button(name).click()
    return playground.expect_numbers()


def test_layers_are_built_on_the_drawing(playground: Playground) -> None:
    page = playground.open("/p/circle").press("Step", "Step").page
    first, before = playground.session, playground.expect_numbers()
    state = build(playground, "One unit more in layer 1")
    assert layers_of(state) == [(5, "tanh"), (2, "tanh"), (1, "sigmoid")]
    assert (state["step"], state["spec"]["seed"]) == (0, before["spec"]["seed"])
    assert page.evaluate(FOCUS) == "more-0"
    assert layers_of(build(playground, "One unit less in layer 2"))[1] == (1, "tanh")
    assert layers_of(build(playground, "Add a layer before layer 3"))[2] == (4, "tanh")
    assert layers_of(build(playground, "Remove layer 2")) == [(5, "tanh"), (4, "tanh"), (1, "sigmoid")]
    with page.expect_navigation():
        page.get_by_label("Activation of layer 1").select_option("relu")
    units = page.get_by_label("Units of layer 2")
    units.fill("3")
    with page.expect_navigation():
        units.press("Enter")
    state = playground.expect_numbers()
    assert layers_of(state) == [(5, "relu"), (3, "tanh"), (1, "sigmoid")]
    expect(units).to_be_focused()
    assert playground.press("Step").expect_numbers()["step"] == 1
    for _ in range(6):
        page.go_back()
    assert playground.session == first
    assert playground.expect_numbers() == before


@pytest.mark.parametrize("presses", [2, 5])
def test_quick_presses_add_up(playground: Playground, presses: int) -> None:
    page = playground.open("/p/circle").press("Step").page
    first = playground.session
    with page.expect_navigation():
        playground.button("One unit more in layer 1").click(click_count=presses, delay=10)
    assert layers_of(playground.expect_numbers())[0] == (4 + presses, "tanh")
    page.go_back()
    assert playground.session == first  # one new network, not one for every press


def test_presses_while_a_network_is_on_its_way_are_carried_over_to_it(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/build", hold, times=1)
    with page.expect_request("**/build"):
        playground.button("Add a layer before layer 1").click()
    for name in (
        "One unit more in layer 1",
        "One unit more in layer 1",
        "Remove layer 2",
        "One unit less in layer 1",
    ):
        playground.button(name).click()
    eventually(page, lambda: len(waiting), 1)
    waiting[0].continue_()
    built = [(5, "tanh"), (2, "tanh"), (1, "sigmoid")]
    eventually(page, lambda: layers_of(playground.state()), built)
    playground.expect_numbers()


@pytest.mark.parametrize("preset", ["circle", "iris", "and-gate", "worked-example"])
def test_every_control_stands_above_its_layer(playground: Playground, preset: str) -> None:
    page = playground.open(f"/p/{preset}").page
    assert max(page.evaluate(OFFSETS)) < 2
    page.set_viewport_size({"width": 1250, "height": 800})
    eventually(page, lambda: max(page.evaluate(OFFSETS)) < 2, True)


def test_typed_values_go_along_and_loss_and_output_follow_each_other(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    page.get_by_text("Samples and inputs").click()
    page.get_by_label("Noise").fill("0.2")
    with page.expect_navigation():
        page.get_by_label("sin x1").click()
    state = playground.expect_numbers()
    assert (state["spec"]["data"]["noise"], state["spec"]["data"]["features"]) == (
        0.2,
        ["x1", "x2", "sin(x1)"],
    )
    expect(page.get_by_label("Noise")).to_be_visible()
    page.get_by_text("Loss, initial weights, order, names").click()
    with page.expect_navigation():
        page.get_by_role("combobox", name="Loss").select_option("cross_entropy")
    state = playground.expect_numbers()
    assert layers_of(state)[-1] == (2, "softmax")
    expect(page.get_by_role("status").filter(has_text="2 × softmax, cross-entropy")).to_be_visible()
    playground.press("Step").expect_numbers()
    expect(page.locator("#repaired")).to_have_count(0)


def test_what_cannot_be_built_is_said_and_nothing_is_lost(playground: Playground, faults: Faults) -> None:
    faults.expect("status of 422")
    page = playground.open("/p/circle").press("Step").page
    before = playground.expect_numbers()
    page.get_by_label("Units of layer 2").fill("6")
    output = page.get_by_label("Activation of layer 3")
    with page.expect_response("**/build"):
        output.select_option("tanh")
    expect(page.locator("#layer-faults")).to_contain_text("binary_cross_entropy")
    expect(output).to_have_attribute("aria-invalid", "true")
    expect(output).to_have_value("tanh")
    expect(page.get_by_label("Units of layer 2")).to_have_value("6")
    assert playground.expect_numbers() == before
    with page.expect_navigation():
        output.select_option("sigmoid")
    assert layers_of(playground.expect_numbers())[1:] == [(6, "tanh"), (1, "sigmoid")]


def test_time_steps_go_along_to_other_sequences(playground: Playground) -> None:
    page = playground.open("/p/rnn-echo").page
    page.get_by_text("Samples and inputs").click()
    page.get_by_label("Time steps").fill("12")
    with page.expect_navigation():
        page.locator("#dataset-parity").click()
    data = playground.state()["spec"]["data"]
    assert (data["dataset"], data["time_steps"]) == ("parity", 12)
    expect(page.get_by_label("Time steps")).to_have_value("12")


def test_arrow_keys_walk_through_the_data_sets_and_enter_takes_one(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    session = playground.session
    page.locator("#dataset-circle").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#dataset-xor")).to_be_checked()
    expect(page.locator("#dataset-sentence")).to_contain_text("Four quadrants")
    assert playground.session == session
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert playground.expect_numbers()["spec"]["data"]["dataset"] == "xor"
    expect(page.locator("#dataset-xor")).to_be_focused()


def test_fields_follow_the_server(playground: Playground) -> None:
    page = playground.open("/p/xor").press("Step").page
    page.get_by_text("Options of the optimiser").click()
    expect(page.get_by_label("β₁")).to_have_value("0.9")
    with page.expect_response("**/settings"):
        page.get_by_label("Optimiser").select_option("momentum")
    expect(page.get_by_label("Momentum (μ)")).to_have_value("0.9")
    expect(page.get_by_label("β₁")).to_be_hidden()
    page.get_by_label("Momentum (μ)").fill("0.4")
    with page.expect_response("**/settings"):
        page.keyboard.press("Tab")
    assert playground.expect_numbers()["spec"]["optimizer"]["momentum"] == 0.4
    page.request.post(f"/api/sessions/{playground.session}/undo", data={"steps": 2})
    playground.press("Step")
    expect(page.get_by_label("Optimiser")).to_have_value("adam")
    expect(page.get_by_label("β₁")).to_have_value("0.9")
    expect(page.get_by_label("Momentum (μ)")).to_be_hidden()
    page.get_by_text("When to stop").click()
    page.get_by_label("Stop after steps").fill("3")
    playground.press("Step", "Step")
    playground.expect_step(3)
    expect(page.locator("#messages")).to_contain_text("Stopped")
    for panel in ("#more-stop", "#more-optimizer"):
        expect(page.locator(panel)).to_have_attribute("open", "")


def test_an_explanation_opens_by_key_and_closes(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    sentence = page.locator("#about-learning_rate")
    expect(sentence).to_be_hidden()
    page.locator(".field:has(#learning_rate) summary").focus()
    page.keyboard.press("Enter")
    expect(sentence).to_be_visible()
    page.locator(".field:has(#batch_size) summary").click()
    expect(sentence).to_be_hidden()
    expect(page.locator("#about-batch_size")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#about-batch_size")).to_be_hidden()


def test_a_thumb_builds_too(new_context: NewContext) -> None:
    page = new_context(has_touch=True).new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    playground = Playground(page).open("/p/circle")
    with page.expect_navigation():
        playground.button("One unit more in layer 1").tap()
    assert layers_of(playground.expect_numbers())[0] == (5, "tanh")
    with page.expect_navigation():
        page.locator("#dataset-moons").tap()
    assert playground.expect_numbers()["spec"]["data"]["dataset"] == "moons"


def test_building_without_scripts(visit: Open) -> None:
    plain = visit("/p/circle", java_script_enabled=False)
    page = plain.page
    page.get_by_label("Units of layer 1").fill("3")
    page.get_by_label("Activation of layer 2").select_option("elu")
    with page.expect_navigation():
        plain.button("Add a layer before layer 1").click()
    assert layers_of(plain.expect_numbers()) == [(4, "tanh"), (3, "tanh"), (2, "elu"), (1, "sigmoid")]
    page.get_by_text("Samples and inputs").click()
    page.get_by_label("Noise").fill("0.3")
    with page.expect_navigation():
        page.get_by_label("Noise").press("Enter")
    assert plain.expect_numbers()["spec"]["data"]["noise"] == 0.3
