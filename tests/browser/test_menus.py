"""Menus that start another network: by keys, and after Back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.playground import Playground

PRESET, ACTIVATION = "#preset", "#activation-0"


def test_arrow_keys_walk_through_the_presets_and_enter_takes_one(playground: Playground) -> None:
    page = playground.open("/p/circle").press("Step").page
    session, menu = playground.session, page.locator(PRESET)
    names = menu.locator("option").evaluate_all("all => all.map(({ value }) => value)")
    wanted = names[names.index("circle") + 2]
    menu.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(menu).to_have_value(wanted)
    page.wait_for_timeout(300)
    assert playground.session == session
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/p/{wanted}")
    expect(menu).to_be_focused()
    expect(menu).to_have_value(wanted)


@pytest.mark.parametrize("leave", ["Enter", "Tab"])
def test_arrow_keys_walk_through_activations_and_one_network_is_started(
    playground: Playground, leave: str
) -> None:
    page = playground.open("/p/circle").press("Step").page
    session, menu = playground.session, page.locator(ACTIVATION)
    menu.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "r"):
        page.keyboard.press(key)
    chosen = menu.input_value()
    page.wait_for_timeout(300)
    assert playground.session == session
    with page.expect_navigation():
        page.keyboard.press(leave)
    assert playground.session != session
    assert playground.state()["spec"]["layers"][0]["activation"] == chosen
    if leave == "Enter":
        expect(menu).to_be_focused()
    page.go_back()
    expect(page.locator("#playground")).to_have_attribute("data-session", session)
    expect(menu).to_have_value(playground.state()["spec"]["layers"][0]["activation"])


def test_who_walks_there_and_back_starts_nothing(playground: Playground) -> None:
    page = playground.open("/p/circle").press("Step").page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator(ACTIVATION).focus()
    for key in ("ArrowDown", "ArrowUp", "Tab"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert asked == []


def test_after_back_the_menu_names_the_network_that_stands_there(playground: Playground) -> None:
    page = playground.open("/p/circle").press("Step").page
    session, menu = playground.session, page.get_by_label("Preset")
    for _ in range(2):
        with page.expect_navigation(url="**/p/xor"):
            menu.select_option("xor")
        page.go_back()
        expect(page.locator("#playground")).to_have_attribute("data-session", session)
        expect(menu).to_have_value("circle")


def test_a_page_that_the_browser_has_kept_names_its_own_network_again(playground: Playground) -> None:
    page = playground.open("/p/circle").press("Step").page
    page.evaluate(
        """() => {
          document.querySelector("#preset").value = "xor";
          dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
        }"""
    )
    expect(page.get_by_label("Preset")).to_have_value("circle")
