"""Networks that are drawn as a box a layer: every button, every number, and no fault in the browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.playground import Playground, eventually, link_to, parsed
from tests.web.test_pages_by_layer import SPECS, length

NAMES = ["conv", "dropout"]


def drawn(playground: Playground) -> list[float | None]:
    """‖gradient‖ on every box of a layer."""
    boxes = playground.page.locator("[data-block]:not(.input)").all()
    return [parsed(box.get_attribute("data-norm")) for box in boxes]


def expect_state(playground: Playground) -> dict[str, Any]:
    """Assert that counters and boxes come to show the API's State; gives the State."""
    state = playground.state()
    playground.expect_step(state["step"])
    expect(playground.page.locator("#phase")).to_have_attribute("data-phase", state["phase"])
    gradients = state["gradients"]
    if gradients is None:
        eventually(playground.page, lambda: any(drawn(playground)), False)
        return state
    held = [pytest.approx(length(layer), rel=1e-9) if layer else None for layer in gradients]
    eventually(playground.page, lambda: drawn(playground) == held, True)
    return state


@pytest.mark.parametrize("name", NAMES)
def test_the_buttons(playground: Playground, name: str) -> None:
    playground.open(link_to(SPECS[name]))
    start = expect_state(playground)
    boxes = playground.page.locator("#network [data-block]")
    expect(boxes).to_have_count(1 + len(SPECS[name]["layers"]))
    one = expect_state(playground.press("Step"))
    assert one["parameters"] != start["parameters"]
    for verb in ("Forward", "Backward", "Update"):
        expect_state(playground.press(verb))
    assert playground.state()["step"] == 2
    assert expect_state(playground.press("Undo"))["parameters"] == one["parameters"]
    assert expect_state(playground.press("Undo"))["parameters"] == start["parameters"]
    assert expect_state(playground.press("Redo"))["parameters"] == one["parameters"]
    playground.button("Play").click()
    eventually(playground.page, lambda: int(playground.page.locator("#step").inner_text()) > 3, True)
    playground.button("Pause").click()
    assert expect_state(playground.press("Reset"))["parameters"] == start["parameters"]


def test_keys_table_and_samples(playground: Playground) -> None:
    page = playground.open(link_to(SPECS["conv"])).press("Backward").page
    for key in ("e", "Escape", "ArrowRight", "t"):
        page.keyboard.press(key)
    expect(page.locator("#parameters tbody tr").first).to_contain_text("W[0][0,0,0,0]")
    page.keyboard.press("Escape")
    row = page.locator("#batch tbody tr").nth(1)
    number = row.locator("th").inner_text()
    row.click()
    expect(page.locator("#following")).to_contain_text(number)
    expect(page.locator("#guess-row")).to_have_text(number)


@pytest.mark.parametrize("layer", [1, 2, 3, 4])
def test_one_layer_at_a_press(playground: Playground, layer: int) -> None:
    page = playground.open(link_to(SPECS["conv"])).page
    page.locator("#by-layer").check()
    playground.press("Forward")
    for _ in range(layer - 1):
        playground.button("Forward").click()
    covered = page.locator("#network .block.covered")
    expect(covered).to_have_count(4 - layer)


def test_a_phone_does_not_scroll_sideways_and_holds_its_texts(playground: Playground) -> None:
    page = playground.page
    page.set_viewport_size({"width": 390, "height": 844})
    playground.open(link_to(SPECS["conv-pool-dense"])).press("Step")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    outside = page.evaluate("""() => [...document.querySelectorAll("#network .block")].flatMap((block) => {
      const box = block.querySelector("rect").getBoundingClientRect();
      return [...block.querySelectorAll("text")].filter((text) => text.textContent).filter((text) => {
        const { left, right, bottom } = text.getBoundingClientRect();
        return left < box.left || right > box.right || bottom > box.bottom + 1;
      }).map((text) => text.textContent);
    })""")
    assert outside == []
