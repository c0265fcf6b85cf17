"""What stands over the page for a moment: one at a time, and Escape closes it before it does anything else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playground import Playground


def test_of_share_and_compare_one_is_open(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    share, compare = page.locator("#share"), page.locator("#compare")
    playground.button("Compare").click()
    expect(compare).to_be_visible()
    playground.press("Share")
    expect(page.locator("#share-link")).to_be_focused()
    expect(compare).to_be_hidden()
    playground.button("Compare").click()
    expect(page.locator("#other-learning_rate")).to_be_focused()
    expect(share).to_be_hidden()


def test_escape_closes_what_is_open_wherever_the_focus_is_and_keeps_the_choice(
    playground: Playground,
) -> None:
    page = playground.open("/p/circle").page
    playground.neuron("1,0").click()
    inspector = page.locator("#inspector")
    expect(inspector).to_have_attribute("data-select", "neuron:1,0")
    playground.press("Share")
    expect(page.locator("#share-link")).to_be_focused()
    page.locator("#inspector h2").click()
    page.keyboard.press("Escape")
    expect(page.locator("#share")).to_be_hidden()
    page.locator(".why summary").first.click()
    expect(page.locator(".why[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".why[open]")).to_have_count(0)
    expect(inspector).to_have_attribute("data-select", "neuron:1,0")
    page.keyboard.press("Escape")
    expect(inspector).to_have_attribute("data-select", "")


@pytest.mark.parametrize("name", ["Another setting", "Link"])
def test_folds_of_a_pair_close_by_escape_and_by_a_click_elsewhere(page: Page, name: str) -> None:
    page.goto("/p/xor/pair?learning_rate=3")
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator("#pair-numbers [data-side='0']").first).to_have_text("1")  # the page has started
    fold = page.locator("details.compare").filter(has_text=name)
    summary = fold.locator("> summary")
    summary.click()
    expect(fold).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(fold).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    summary.click()
    page.locator("h1").click(position={"x": 300, "y": 2}, force=True)
    expect(fold).not_to_have_attribute("open", "")
