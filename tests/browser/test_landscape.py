"""The loss as a landscape: opened, followed, read point by point, as the API has it."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Faults
from tests.browser.playground import Playground, eventually

LARGE_STEPS = "/p/two-parameters?learning_rate=1.0"


def place_of(page: Page) -> list[float]:
    """Where the present point stands on the map, in the coordinates of its axes."""
    place: list[float] = page.evaluate(
        """() => {
          const map = document.querySelector("#landscape-map");
          const { x, y } = JSON.parse(map.querySelector("#landscape-grid").textContent);
          const { left, top, size } = map.querySelector(".ground svg").dataset;
          const here = map.querySelector(".ground .here");
          const across = (here.getAttribute("cx") - left) / size;
          const up = 1 - (here.getAttribute("cy") - top) / size;
          return [x[0] + across * (x.at(-1) - x[0]), y[0] + up * (y.at(-1) - y[0])];
        }"""
    )
    return place


def expect_here(playground: Playground) -> None:
    """The point of the map comes to stand at the present parameters."""
    page, state = playground.page, playground.state()
    expected = [state["parameters"][0]["W"][0][0], state["parameters"][0]["b"][0]]
    eventually(page, lambda: place_of(page) == pytest.approx(expected, abs=0.01), True)


def test_two_parameters_open_with_it_and_it_follows(playground: Playground) -> None:
    page = playground.open("/p/two-parameters").page
    expect(page.locator("#landscape .level").first).to_be_attached()
    expect_here(playground)
    grid = page.locator("#landscape-grid").text_content()
    playground.press("Step", "Step", "Backward")
    expect_here(playground)
    expect(page.locator("#landscape-map line.update")).to_have_attribute("visibility", "visible")
    assert page.locator("#landscape-grid").text_content() == grid
    page.get_by_text("Slice", exact=True).click()
    along = playground.api("/landscape")["along"]
    line = dict(zip(along["t"], along["loss"], strict=True))
    eventually(page, lambda: playground.value("#line-before"), line[0])
    assert playground.value("#line-after") == line[1]
    assert playground.value("#line-slope") == along["slope"]


def test_a_rate_that_oversteps_is_said_to(playground: Playground) -> None:
    page = playground.open(LARGE_STEPS).press("Backward").page
    page.get_by_text("Slice", exact=True).click()
    playground.press("Update", "Backward")
    expect(page.locator("#landscape-line")).to_contain_text("It goes too far")


def test_values_are_read_by_keys_and_pointer(playground: Playground) -> None:
    page = playground.open("/p/two-parameters").page
    reading, ground = page.locator("#landscape-reading"), page.locator("#landscape .ground")
    expect(reading).to_contain_text("lowest here")
    ground.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    api = playground.api("/landscape")
    expect(reading).to_contain_text(f"L {api['loss'][21][20]:.6g}"[:8])
    box = ground.locator("svg").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"])
    expect(page.locator("#landscape .cursor")).not_to_have_attribute("d", "")
    page.mouse.move(5, 5)
    expect(reading).to_contain_text("lowest here")


def test_it_is_closed_elsewhere_and_open_again_where_it_was_left_open(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    expect(page.locator("#landscape")).to_be_hidden()
    page.locator("#open-landscape").click()
    expect(page.locator("#landscape .level").first).to_be_attached()
    playground.open("/p/xor")
    expect(page.locator("#landscape .level").first).to_be_attached()
    page.locator("#close-landscape").click()
    expect(page.locator("#landscape")).to_be_hidden()
    expect(page.locator("#open-landscape")).to_be_focused()
    playground.open("/p/two-parameters")
    expect(page.locator("#landscape")).to_be_hidden()


def test_the_chosen_edge_is_an_axis_and_other_planes_are_a_choice_away(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    page.locator("#open-landscape").click()
    expect(page.locator("#landscape-map text.name.x")).to_have_text("W⁽¹⁾₁₁")
    playground.edge("1,2,0").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_have_attribute("data-select", "edge:1,2,0")
    page.locator("#landscape-x").select_option("chosen")
    expect(page.locator("#landscape-map text.name.x")).to_have_text("W⁽²⁾₃₁")
    playground.edge("0,1,0").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#landscape-map text.name.x")).to_have_text("W⁽¹⁾₂₁")
    page.locator("#landscape-axes").select_option("directions")
    expect(page.locator("#landscape-map text.name.x")).to_have_text("direction 1")
    wide = page.locator("#landscape-grid").text_content()
    page.get_by_role("button", name="Closer").click()
    expect(page.locator("#landscape-grid")).not_to_have_text(wide or "")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_scrolls_sideways_and_axe_finds_nothing(playground: Playground, width: int) -> None:
    page = playground.page
    page.set_viewport_size({"width": width, "height": 900})
    playground.open("/p/two-parameters").press("Step", "Backward")
    expect(page.locator("#landscape .level").first).to_be_attached()
    sizes: dict[str, Any] = page.evaluate(
        "() => ({ page: document.scrollingElement.scrollWidth - innerWidth,"
        " down: document.scrollingElement.scrollHeight - innerHeight })"
    )
    assert sizes["page"] <= 0
    assert width < 1000 or sizes["down"] <= 0
    found = Axe().run(page, context="#landscape").response["violations"]
    assert [violation["id"] for violation in found] == []


def test_a_plane_that_cannot_be_drawn_is_refused_once(playground: Playground, faults: Faults) -> None:
    faults.expect("409")
    page = playground.open("/p/two-parameters").page
    expect(page.locator("#landscape .level").first).to_be_attached()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/landscape?" in request.url else None)
    page.locator("#landscape-axes").select_option("directions")
    expect(page.locator("#messages")).to_contain_text("two random directions")
    playground.press("Step", "Step")
    playground.expect_step(2)
    assert len(asked) == 1
    page.locator("#landscape-axes").select_option("parameters")
    expect_here(playground)
