"""What goes wrong appears over the foot of the result, moves nothing, and leads to its remedy."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from app.i18n import translate
from tests.browser.conftest import Open
from tests.browser.playground import Playground

PLACES = """() => Object.fromEntries(["#network", "#actions", "#counters", "#chart", "#settings", "#inspector"].map(
  (place) => { const box = document.querySelector(place).getBoundingClientRect(); return [place, [box.x, box.y, box.width, box.height]]; }))"""  # noqa: E501


def opened(visit: Open, preset: str, steps: int = 1, **args: object) -> Playground:
    playground = visit(f"/p/{preset}", **args)
    expect(playground.page.locator("#findings")).to_be_hidden()
    for _ in range(steps):
        playground.press("Step")
    return playground


def test_it_appears_with_the_numbers_of_the_api_and_moves_nothing(visit: Open) -> None:
    playground = visit("/p/deep-fives")
    playground.press("Step", "Undo")  # the chart is there
    page = playground.page
    expect(page.locator("#findings")).to_be_hidden()
    before = page.evaluate(PLACES)
    playground.press("Step")
    expect(page.locator("#findings summary")).to_be_visible()
    expect(page.locator("#findings .kinds")).to_have_text("Vanishing gradients")
    said = page.get_by_role("status").filter(has_text="What goes wrong here")
    expect(said).to_have_text("What goes wrong here: Vanishing gradients")
    assert {name: box for name, box in page.evaluate(PLACES).items() if name != "#chart"} == {
        name: box for name, box in before.items() if name != "#chart"
    }
    (finding,) = playground.api("/diagnosis")["findings"]
    expect(page.locator("#finding-vanishing")).to_contain_text(finding["what"])
    playground.press("Undo")
    expect(page.locator("#findings")).to_be_hidden()
    expect(said).to_have_count(0)


def test_it_stays_open_while_training_goes_on(visit: Open) -> None:
    playground = opened(visit, "deep-fives")
    page = playground.page
    page.locator("#findings summary").click()
    button = page.get_by_role("button", name="ReLU in the hidden layers")
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("s")
    playground.expect_step(2)
    expect(button).to_be_focused()
    expect(page.locator("#findings-more")).to_have_attribute("open", "")
    (finding,) = playground.api("/diagnosis")["findings"]
    expect(page.locator("#finding-vanishing")).to_contain_text(finding["what"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_remedy_opens_side_by_side(visit: Open, language: str) -> None:
    playground = visit(f"/p/too-large?lang={language}")
    words = [
        translate(language, name) for name in ("Step", "Smaller learning rate", "Learning rate too large")
    ]
    for _ in range(4):
        playground.press(words[0])
    page = playground.page
    expect(page.locator("#findings .kinds")).to_have_text(words[2])
    page.locator("#findings summary").click()
    page.get_by_role("button", name=words[1]).click()
    expect(page).to_have_url(re.compile(r"/pair/[\w-]+/[\w-]+"))
    expect(page.locator("main")).to_contain_text("0.75")


@pytest.mark.parametrize("javascript", [True, False])
def test_it_is_there_without_javascript_on_a_telephone(visit: Open, javascript: bool) -> None:
    playground = visit("/p/symmetric", java_script_enabled=javascript)
    page = playground.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Step", exact=True).click()
    playground.expect_step(1)
    page.locator("#findings summary").click()
    button = page.get_by_role("button", name="Xavier or He initialisation")
    button.scroll_into_view_if_needed()
    expect(button).to_be_visible()
    assert page.locator("html").evaluate("(html) => html.scrollWidth <= html.clientWidth")
    button.click()
    expect(page).to_have_url(re.compile(r"/pair/[\w-]+/[\w-]+"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_it(visit: Open, scheme: str) -> None:
    playground = opened(visit, "deep-fives", color_scheme=scheme)
    playground.page.locator("#findings summary").click()
    found = Axe().run(playground.page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
