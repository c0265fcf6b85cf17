"""One network in several windows, a page made anew while it trains, and what visitors hear."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Faults, Open
from tests.browser.playground import Playground, eventually

SIGHT = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def started(page: Page) -> None:
    """Its modules, which start in a task of their own, are at work."""
    page.evaluate("new Promise((done) => setTimeout(done))")


def streams(page: Page) -> set[Request]:
    """The event streams that a page holds open, from now on."""
    held: set[Request] = set()

    def opened(request: Request) -> None:
        if request.url.endswith("/events"):
            held.add(request)

    def closed(request: Request) -> None:
        held.discard(request)

    page.on("request", opened)
    page.on("requestfinished", closed)
    page.on("requestfailed", closed)
    return held


@pytest.mark.parametrize("path", ["/p/circle", "/p/xor/pair?learning_rate=3"])
def test_a_page_made_anew_while_it_plays_shows_what_was_done_last(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("combobox", name="Batches a second").select_option("0")
    page.get_by_role("button", name="Play", exact=True).click()
    shown = page.locator("#step, #pair-numbers [data-side='0']").first
    expect(shown).to_have_text(re.compile(r"^\d{4,}$"), timeout=30_000)
    page.reload()
    session = (page.locator("main").get_attribute("data-session") or "").split()[0]
    page.wait_for_timeout(500)  # whatever is still under way ends
    state = page.request.get(f"/api/sessions/{session}").json()
    expect(shown).to_have_text(str(state["step"]))


def test_another_window_of_the_owner_follows(playground: Playground) -> None:
    playground.open("/p/circle")
    other = Playground(playground.page.context.new_page()).open(f"/n/{playground.session}")
    started(other.page)
    playground.press("Step", "Step", "Backward")
    eventually(other.page, other.shown, playground.shown())
    asked: list[str] = []
    playground.page.on("request", lambda request: asked.append(request.url))
    other.press("Update")
    playground.expect_step(3)
    eventually(playground.page, playground.shown, other.shown())
    assert [url.rsplit("/", 1)[1].split("?")[0] for url in asked] == ["now"]  # and that stirs nobody


def test_both_windows_of_a_pair_follow_one_another(page: Page) -> None:
    page.goto("/p/xor/pair?learning_rate=3")
    left = (page.locator("#pair").get_attribute("data-session") or "").split()[0]
    other = page.context.new_page()
    other.goto(page.url)
    alone = Playground(page.context.new_page()).open(f"/n/{left}")
    for each in (other, alone.page):
        started(each)
    page.get_by_role("button", name="Step", exact=True).click()
    expect(other.locator("#pair-numbers [data-side='0']").first).to_have_text("1")
    alone.expect_step(1)


def test_a_window_out_of_sight_waits_until_it_is_seen(playground: Playground) -> None:
    playground.open("/p/xor")
    other = Playground(playground.page.context.new_page()).open(f"/n/{playground.session}")
    started(other.page)
    other.page.evaluate(SIGHT, True)
    asked: list[str] = []
    other.page.on("request", lambda request: asked.append(request.url))
    playground.press("Step", "Step").expect_step(2)
    other.page.wait_for_timeout(300)
    assert asked == []
    other.page.evaluate(SIGHT, False)
    other.expect_step(2)


def test_a_visitor_out_of_sight_holds_no_connection(playground: Playground, visit: Open) -> None:
    playground.open("/p/xor").press("Step")
    visitor = visit("/p/xor")
    held = streams(visitor.page)
    visitor.open(f"/n/{playground.session}")
    eventually(visitor.page, lambda: len(held), 1)
    visitor.page.evaluate(SIGHT, True)
    eventually(visitor.page, lambda: len(held), 0)
    playground.press("Step")
    visitor.page.evaluate(SIGHT, False)
    visitor.expect_step(2)
    eventually(visitor.page, lambda: len(held), 1)
    playground.press("Step")
    visitor.expect_step(3)


def test_a_visitor_is_told_when_the_network_is_gone(
    playground: Playground, visit: Open, faults: Faults
) -> None:
    faults.expect("status of 404")
    playground.open("/p/xor")
    visitor = visit("/p/xor")
    with visitor.page.expect_response(lambda answer: answer.url.endswith("/events")):
        visitor.open(f"/n/{playground.session}")
    assert playground.page.request.delete(f"/api/sessions/{playground.session}").ok
    expect(visitor.page.locator("#messages")).to_contain_text(f"There is no session {playground.session}")
