"""Every number on the drawing is the API's, in every phase, to the last bit."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest
from playwright.sync_api import expect

from app.presets import PRESETS
from tests.answers import unpacked
from tests.browser.playground import Playground, eventually
from tests.specs import BY_UNIT

ON_CANVAS = "digits"


def test_every_preset_of_the_api_is_tested_here(playground: Playground) -> None:
    names = [one["name"] for one in playground.page.request.get("/api/presets").json()]
    assert names == list(PRESETS)
    assert ON_CANVAS in names


@pytest.mark.parametrize("preset", [name for name in BY_UNIT if name != ON_CANVAS])
def test_the_drawing_shows_the_numbers_of_the_api(playground: Playground, preset: str) -> None:
    playground.open(f"/p/{preset}")
    start = playground.expect_numbers()
    assert (start["step"], start["phase"], start["gradients"]) == (0, "idle", None)
    edges = sum(len(row) for layer in start["parameters"] for row in layer["W"])
    assert playground.page.locator("#network [data-edge]").count() == edges

    assert playground.press("Forward").expect_numbers()["phase"] == "forward"
    backward = playground.press("Backward").expect_numbers()
    assert (backward["phase"], backward["step"]) == ("backward", 0)
    assert backward["gradients"] is not None

    updated = playground.press("Update").expect_numbers()
    assert (updated["phase"], updated["step"]) == ("idle", 1)
    assert updated["parameters"] != start["parameters"]

    undone = playground.press("Undo").expect_numbers()
    assert undone["step"] == 0
    assert undone["parameters"] == start["parameters"]


def flat(parameters: list[dict[str, Any]], name: str) -> list[float]:
    """All W, or all b, in the order of the document: by layer, source, unit."""
    if name == "b":
        return list(chain.from_iterable(layer["b"] for layer in parameters))
    return list(chain.from_iterable(row for layer in parameters for row in layer["W"]))


def counters_of(state: dict[str, Any]) -> dict[str, Any]:
    """What the counters have to show of a State."""
    return {"step": state["step"], "phase": state["phase"], "loss": state["loss"]["batch"]}


def test_a_large_network_hands_its_numbers_to_the_canvas(playground: Playground) -> None:
    playground.open(f"/p/{ON_CANVAS}")
    expect(playground.page.locator("canvas")).to_be_visible()
    sizes = [64, 16, 10]
    assert playground.page.locator("#network [data-neuron]").count() == sum(sizes)
    for buttons in ([], ["Forward"], ["Backward"], ["Update"], ["Undo"]):
        state = playground.press(*buttons).state()
        eventually(playground.page, playground.shown, {**playground.shown(), **counters_of(state)})
        block = unpacked(playground.brought("numbers"))
        for packed, name in (("weights", "W"), ("biases", "b")):
            assert block[packed] == pytest.approx(flat(state["parameters"], name), rel=1e-6)
        for packed, name in (("gradients", "W"), ("bias_gradients", "b")):
            if state["gradients"] is None:
                assert block[packed] is None
            else:
                assert block[packed] == pytest.approx(flat(state["gradients"], name), rel=1e-6, abs=1e-30)
