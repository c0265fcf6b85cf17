"""Divergence is said in plain words; the last finite state is one Undo away."""

from __future__ import annotations

from math import isfinite
from typing import Any

import pytest
from playwright.sync_api import expect

from app.i18n import translate
from tests.browser.conftest import Open
from tests.browser.playground import link_to, numbers_in

EXPLODING: dict[str, Any] = {
    "data": {"inputs": [[3.0], [5.0]], "targets": [[1.0], [-1.0]]},
    "layers": [
        {"type": "dense", "units": 2, "activation": "linear"},
        {"type": "dense", "units": 1, "activation": "linear"},
    ],
    "loss": "mse",
    "optimizer": {"name": "sgd", "learning_rate": 1e5},
    "batch_size": 2,
}
SAID = "A loss or a weight has grown beyond every number (infinity, NaN). Press Undo to return to the last finite state, then take a smaller learning rate."  # noqa: E501


@pytest.mark.parametrize("language", ["en", "zh"])
def test_divergence_is_said_and_undone(visit: Open, language: str) -> None:
    playground = visit(f"{link_to(EXPLODING)}&lang={language}")
    words = {name: translate(language, name) for name in ("Step", "Undo", "Play")}
    message = playground.page.get_by_text(translate(language, SAID))
    if language == "zh":
        assert translate(language, SAID) != SAID
    for _ in range(20):
        if playground.press(words["Step"]).state()["diverged"]:
            break
    state = playground.expect_numbers()
    assert state["diverged"]
    expect(message).to_be_visible()
    expect(playground.page.locator("#messages")).to_contain_text(str(state["step"]))
    expect(playground.button(words["Step"])).to_be_disabled()
    expect(playground.button(words["Play"])).to_be_disabled()

    playground.page.reload()
    expect(message).to_be_visible()
    undone = playground.press(words["Undo"]).expect_numbers()
    expect(message).to_have_count(0)
    assert not undone["diverged"]
    assert undone["step"] == state["step"] - 1
    assert all(isfinite(x) for x in numbers_in(undone["parameters"]))
    expect(playground.button(words["Step"])).to_be_enabled()


def test_play_stops_where_training_diverges(visit: Open) -> None:
    playground = visit(link_to(EXPLODING))
    playground.button("Play").click()
    expect(playground.page.get_by_text(SAID)).to_be_visible()
    expect(playground.button("Play")).to_be_disabled()
    step = playground.expect_numbers()["step"]
    playground.page.wait_for_timeout(200)
    assert playground.state()["step"] == step
    assert not playground.press("Undo").expect_numbers()["diverged"]


def test_an_output_that_leaves_the_range_of_the_data_is_said_to(visit: Open) -> None:
    playground = visit("/p/diverges")
    said = playground.page.get_by_text("The output is outside the range of the data.")
    expect(said).to_be_hidden()
    playground.press(*["Step"] * 5)
    expect(said).to_be_visible()
    playground.press("Reset")
    expect(said).to_be_hidden()
