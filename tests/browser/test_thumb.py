"""A thumb on a phone: it scrolls the page wherever it moves, and sets or drags the point of one's own."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.playground import Playground, eventually

PHONE: Any = {"width": 390, "height": 844}
DOMAIN = """() => document.querySelector("#plane").dataset.domain.split(",").map(Number)"""
AWAY_PX = 12  # from the middle of the point: the handle is held there


@pytest.fixture
def phone(new_context: NewContext) -> Playground:
    """A page on a phone; nothing is opened yet."""
    page = new_context(has_touch=True, is_mobile=True).new_page()
    page.set_viewport_size(PHONE)
    return Playground(page)


def swipe(page: Page, start: tuple[float, float], *through: tuple[float, float]) -> None:
    """One finger down, over the places and up."""
    devtools = page.context.new_cdp_session(page)
    x, y = start
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for to_x, to_y in through:
        for share in (0.2, 0.4, 0.6, 0.8, 1.0):
            point = {"x": x + share * (to_x - x), "y": y + share * (to_y - y)}
            devtools.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        x, y = to_x, to_y
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    devtools.detach()


def plane_of(page: Page) -> Any:
    """The box of the plane, in the middle of the screen."""
    frame = page.locator("#plane .frame")
    frame.evaluate("(frame) => frame.scrollIntoView({ block: 'center' })")
    box = frame.bounding_box()
    assert box is not None
    return box


def inputs_at(page: Page, box: Any, x: float, y: float) -> list[float]:
    """The inputs that a place on the screen stands for."""
    x1, x2, y1, y2 = page.evaluate(DOMAIN)
    across, up = (x - box["x"]) / box["width"], 1 - (y - box["y"]) / box["height"]
    return [x1 + across * (x2 - x1), y1 + up * (y2 - y1)]


def typed(page: Page) -> list[float]:
    """The inputs of one's own as the form has them."""
    return [float(page.locator(f"#probe [name=probe-{k}]").input_value() or "nan") for k in (0, 1)]


@pytest.mark.parametrize("across", [0, 0.4])
def test_a_finger_that_scrolls_the_page_sets_no_point(phone: Playground, across: float) -> None:
    page = phone.open("/p/circle").page
    box = plane_of(page)
    x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.8 * box["height"]
    before, untouched = page.evaluate("scrollY"), typed(page)
    swipe(page, (x, y), (x + across * box["width"], y - 0.7 * box["height"]))
    assert page.evaluate("scrollY") > before
    expect(page.locator(".probe-point")).to_be_hidden()
    assert typed(page) == untouched


def test_a_tap_sets_the_point_and_a_thumb_drags_it(phone: Playground) -> None:
    page = phone.open("/p/circle").page
    box = plane_of(page)
    x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"]
    page.touchscreen.tap(x, y)
    expect(page.locator(".probe-point")).to_be_visible()
    eventually(page, lambda: typed(page) == pytest.approx(inputs_at(page, box, x, y), abs=0.02), True)
    scrolled = page.evaluate("scrollY")
    to = box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"]
    swipe(page, (x + AWAY_PX, y + AWAY_PX), (x + AWAY_PX, to[1]), (to[0] + AWAY_PX, to[1] + AWAY_PX))
    assert page.evaluate("scrollY") == scrolled
    eventually(page, lambda: typed(page) == pytest.approx(inputs_at(page, box, *to), abs=0.02), True)
    point = page.locator(".probe-point").bounding_box()
    assert point is not None
    assert point["x"] + point["width"] / 2 == pytest.approx(to[0], abs=1)
    assert point["y"] + point["height"] / 2 == pytest.approx(to[1], abs=1)
