"""The page without a mouse: shortcuts, the walk over the network, what a screen reader is told; axe finds nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.scene.format import short
from tests.browser.conftest import Faults, NewContext
from tests.browser.playground import Playground, link_to
from tests.browser.test_divergence import EXPLODING

AXE = Axe()


def focused(page: Page) -> str:
    """The key of what has the focus."""
    return str(page.evaluate("document.activeElement.dataset.select ?? ''"))


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def test_the_shortcuts_press_the_buttons(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    for key, phase, step in (
        ("f", "forward", 0),
        ("b", "backward", 0),
        ("u", "idle", 1),
        ("s", "idle", 2),
        ("z", "idle", 1),
        ("Shift+Z", "idle", 2),
        ("r", "idle", 0),
    ):
        press(page, key)
        expect(page.locator("#phase")).to_have_attribute("data-phase", phase)
        playground.expect_step(step)
    for key in ("p", "Space"):
        press(page, key)
        expect(playground.button("Pause")).to_be_visible()
        press(page, key)
        expect(playground.button("Play")).to_be_visible()
    playground.expect_numbers()


def test_a_button_that_may_not_be_pressed_any_more_keeps_the_focus(playground: Playground) -> None:
    page = playground.open("/p/xor").press("Step").page
    undo, redo = playground.button("Undo"), playground.button("Redo")
    for button, other, step in ((undo, redo, 0), (redo, undo, 1)):
        button.focus()
        press(page, "Enter")
        playground.expect_step(step)
        expect(button).to_be_focused()
        expect(button).to_be_disabled()
        press(page, "Enter", "Space")
        expect(other).to_be_enabled()
        playground.expect_numbers()
        playground.expect_step(step)
    other.focus()
    expect(redo).to_have_js_property("disabled", True)
    press(page, "Enter")
    playground.expect_step(0)
    expect(redo).to_be_enabled()


def test_where_training_diverges_step_keeps_the_focus(playground: Playground) -> None:
    page = playground.open(link_to(EXPLODING)).page
    step = playground.button("Step")
    step.focus()
    for _ in range(20):
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            press(page, "Enter")
        if playground.state()["diverged"]:
            break
    expect(page.locator("#messages")).to_contain_text("diverged")
    expect(step).to_be_disabled()
    expect(step).to_be_focused()
    playground.press("Undo").expect_numbers()
    expect(step).to_be_enabled()


def test_no_shortcut_while_typing_or_with_a_modifier(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    playground.neuron("2,0").click()
    value = page.get_by_label("Value", exact=True)
    expect(value).to_be_visible()  # once the inspector has been filled
    value.focus()
    press(page, "s", "p", "?", "Control+z")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(playground.button("Play")).to_be_visible()
    page.locator("#open-table").focus()
    press(page, "Control+f", "Alt+b", "Escape")
    expect(page.locator("#inspector")).to_have_attribute("data-select", "")
    assert playground.state()["can_undo"] == 0


def test_tab_enters_the_drawing_once_and_arrows_walk_it(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    assert page.locator('#network [tabindex="0"]').count() == 1
    page.locator(".layers .cell :is(select, button):enabled").last.focus()  # the last stop before the drawing
    press(page, "Tab")
    assert focused(page) == "neuron:0,0"
    walk = [
        ("ArrowDown", "neuron:0,1"),
        ("ArrowRight", "edge:0,1,0"),
        ("ArrowDown", "edge:0,1,1"),
        ("ArrowRight", "neuron:1,1"),
        ("ArrowLeft", "edge:0,0,1"),
        ("ArrowDown", "edge:0,1,1"),
        ("ArrowLeft", "neuron:0,1"),
        ("ArrowUp", "neuron:0,0"),
        ("ArrowUp", "neuron:0,0"),
        ("ArrowLeft", "neuron:0,0"),
    ]
    for key, place in walk:
        press(page, key)
        assert focused(page) == place, (key, place)
    press(page, "ArrowRight")
    expect(page.locator("#card")).to_contain_text("Weight W⁽¹⁾₁₁ from x₁ to a⁽¹⁾₁")
    press(page, "Enter")
    expect(page.locator("#inspector")).to_have_attribute("data-select", "edge:0,0,0")
    press(page, "s")
    playground.expect_step(1)
    assert focused(page) == "edge:0,0,0"
    press(page, "Tab")
    assert focused(page) == ""


def test_arrows_reach_every_edge_and_neuron(playground: Playground) -> None:
    page = playground.open("/p/numbered-nodes").page
    places = {e.get_attribute("data-select") for e in page.locator("#network [data-select]").all()}
    page.locator('#network [tabindex="0"]').focus()
    reached, waiting = {focused(page)}, [focused(page)]
    while waiting:
        place = waiting.pop()
        for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
            page.locator(f'#network [data-select="{place}"]').focus()
            press(page, key)
            if focused(page) not in reached:
                reached.add(focused(page))
                waiting.append(focused(page))
    assert reached == places


def test_in_a_large_network_arrows_walk_the_neurons(playground: Playground) -> None:
    page = playground.open("/p/digits").page
    playground.neuron("1,2").focus()
    press(page, "ArrowRight", "ArrowDown", "ArrowLeft")
    assert focused(page) == "neuron:1,3"
    press(page, "Enter")
    expect(page.locator("#inspector").get_by_role("heading")).to_contain_text("a⁽¹⁾₄")


def test_the_list_of_keys(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    press(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    press(page, "s")
    press(page, "Escape")
    expect(dialog).to_be_hidden()
    assert playground.state()["step"] == 0
    playground.button("Keys").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_what_a_screen_reader_is_told(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    said = page.locator("#announcement")
    expect(said).to_be_empty()
    playground.press("Step")
    loss = short(playground.state()["loss"]["batch"])
    expect(said).to_have_text(f"Steps 1, Phase at rest, Batch loss {loss}")
    playground.press("Backward")
    expect(said).to_contain_text("backward done")
    playground.edge("0,0,1").focus()
    press(page, "Enter")
    weight = short(playground.state()["parameters"][0]["W"][0][1], 9)
    expect(said).to_contain_text(f"Weight W⁽¹⁾₁₂: x₁ → a⁽¹⁾₂, W⁽¹⁾₁₂ {weight}")


def test_nothing_is_said_while_playing_fast(playground: Playground) -> None:
    page = playground.open("/p/xor").press("Step").page
    page.evaluate("""() => {
      window.said = 0;
      const count = () => { window.said += 1; };
      new MutationObserver(count).observe(document.getElementById("announcement"), { childList: true });
    }""")
    press(page, "p")
    page.wait_for_function("() => Number(document.querySelector('#step').textContent) > 20")
    press(page, "p")
    steps = int(page.locator("#step").inner_text())
    assert page.evaluate("window.said") < steps / 4


def violations(page: Page) -> list[Any]:
    """What axe finds wrong: the rule, and where."""
    found = AXE.run(page).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(new_context: NewContext, scheme: str, faults: Faults) -> None:
    faults.expect("404")
    page = new_context(color_scheme=scheme).new_page()
    playground, found = Playground(page), {}
    for preset in ("circle", "digits"):
        playground.open(f"/p/{preset}")
        found[f"{preset}, at rest"] = violations(page)
        playground.press("Step", "Backward")
        playground.neuron("1,1").click()
        expect(page.locator("#inspector").get_by_role("heading")).to_contain_text("Neuron")
        found[f"{preset}, inspecting"] = violations(page)
    press(page, "t")
    expect(page.locator("#parameters")).to_be_visible()
    found["table"] = violations(page)
    press(page, "Escape", "?")
    expect(page.locator("#help")).to_be_visible()
    found["keys"] = violations(page)
    for path in (f"/n/{playground.session}/table", "/docs", "/p/nothing"):
        page.goto(path)
        found[path] = violations(page)
    assert {where: what for where, what in found.items() if what} == {}
    assert re.search(r"no preset|nothing", page.locator("article").inner_text())
