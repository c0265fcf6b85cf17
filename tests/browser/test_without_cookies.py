"""A browser that keeps nothing, or has forgotten whose it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.browser.conftest import Faults
from tests.browser.playground import Playground

NO_COOKIES = {"profile": {"default_content_setting_values": {"cookies": 2}}}


@pytest.fixture
def blocking(
    tmp_path: Path,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    base_url: str,
    faults: Faults,
) -> Iterator[Page]:
    """A page in a Chromium that is set to block all cookies, and with them all storage."""
    kept = tmp_path / "Default"
    kept.mkdir()
    (kept / "Preferences").write_text(json.dumps(NO_COOKIES))
    context = browser_type.launch_persistent_context(tmp_path, base_url=base_url, **browser_type_launch_args)
    faults.watch(context)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", ["/p/circle", "/p/xor/pair?learning_rate=3"])
def test_without_cookies_a_page_works_and_says_why_it_stays_as_it_is(
    blocking: Page, faults: Faults, path: str
) -> None:
    faults.expect("status of 403")
    page = blocking
    page.goto(path)
    step = page.get_by_role("button", name="Step", exact=True)
    if "pair" in path:  # it is led to as a visitor
        expect(step).to_be_disabled()
        page.evaluate("document.querySelector('[data-action=step]').disabled = false")
    step.click()
    expect(page.locator("#messages")).to_contain_text("allow them for this page")
    expect(page.get_by_role("button", name="Fork").last).to_be_visible()


def test_storage_that_is_switched_off_stops_nothing_else(blocking: Page) -> None:
    page = blocking
    page.goto("/p/circle")
    page.locator("[data-neuron='1,0']").click()
    expect(page.locator("#inspector").get_by_role("heading")).to_be_visible()
    page.locator("#views label").filter(has_text="update").click()
    expect(page.locator("section.network")).to_have_attribute("data-view", "change")
    with page.expect_navigation():
        page.get_by_role("button", name="One unit more in layer 1").click()
    expect(page.locator("[data-neuron^='1,']")).to_have_count(5)


def test_who_no_longer_owns_a_pair_may_fork_it(page: Page, faults: Faults) -> None:
    faults.expect("status of 403")
    page.goto("/p/xor/pair?learning_rate=3")
    page.context.clear_cookies()
    step = page.get_by_role("button", name="Step", exact=True)
    step.click()
    expect(step).to_be_disabled()
    with page.expect_navigation():
        page.get_by_role("button", name="Fork").click()
    step.click()
    expect(page.locator("#pair-numbers td").filter(has_text="1").first).to_be_visible()


def test_who_is_no_longer_the_owner_may_fork_at_once(playground: Playground, faults: Faults) -> None:
    faults.expect("status of 403")
    page = playground.open("/p/circle").press("Step").page
    session, before = playground.session, playground.expect_numbers()
    page.context.clear_cookies()
    playground.button("Step").click()
    expect(page.locator("#messages")).to_contain_text("fork it")
    for name in ("Step", "Play", "Undo", "Reset"):
        expect(playground.button(name)).to_be_disabled()
    with page.expect_navigation():
        playground.button("Fork").click()
    assert playground.session != session
    assert playground.expect_numbers()["parameters"] == before["parameters"]
    playground.press("Step").expect_step(2)
