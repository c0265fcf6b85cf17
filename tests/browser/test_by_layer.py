"""Networks of layers of every type: every button, every number, and no fault in the browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.playground import Playground, eventually, link_to, parsed
from tests.web.test_pages_by_layer import SPECS

NAMES = ["conv", "lstm", "dropout"]
READ = """() => [...document.querySelectorAll("#network [data-weight][data-parameter]")].map(
  ({ dataset: d }) => [d.parameter, d.weight, d.gradient])"""


def drawn(playground: Playground) -> dict[str, list[float | None]]:
    """Every parameter on the drawing, and its gradient."""
    read = playground.page.evaluate(READ)
    return {place: [parsed(value), parsed(slope)] for place, value, slope in read}


def held(state: dict[str, Any]) -> dict[str, list[float | None]]:
    """The same from a State."""
    found: dict[str, list[float | None]] = {}
    for layer, parameters in enumerate(state["parameters"]):
        for name, values in parameters.items():
            slopes = np.array(state["gradients"][layer][name]) if state["gradients"] else None
            for index, value in np.ndenumerate(values):
                slope = None if slopes is None else float(slopes[index])
                found[",".join(map(str, (layer, name, *index)))] = [float(value), slope]
    return found


def expect_state(playground: Playground) -> dict[str, Any]:
    """Assert that counters and drawing come to show the API's State, to the last bit; gives the State."""
    state = playground.state()
    playground.expect_step(state["step"])
    expect(playground.page.locator("#phase")).to_have_attribute("data-phase", state["phase"])
    eventually(playground.page, lambda: drawn(playground), held(state))
    return state


@pytest.mark.parametrize("name", NAMES)
def test_the_buttons(playground: Playground, name: str) -> None:
    playground.open(link_to(SPECS[name]))
    start = expect_state(playground)
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
    expect(page.locator("#parameters tbody tr").first).to_contain_text("W⁽¹⁾₁₁₁₁")
    page.keyboard.press("Escape")
    row = page.locator("#batch tbody tr").nth(1)
    number = row.locator("th").inner_text()
    row.click()
    expect(page.locator("#following")).to_contain_text(number)
    expect(page.locator("#guess-row")).to_have_text(number)
