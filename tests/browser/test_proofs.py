"""The optimiser's rule and the proofs of gradients by finite differences, on the page as on the API."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.playground import Playground, eventually, link_to, parsed
from tests.browser.test_inspecting import choose
from tests.browser.test_keyboard import violations
from tests.web.test_inspecting import ALL

RECTS = "(all) => all.map((one) => one.getBoundingClientRect().toJSON())"


def expect_difference(playground: Playground, path: str) -> None:
    """Press the button of the inspector; its numbers are the API's."""
    page = playground.page
    page.get_by_role("button", name="Check by finite differences").click()
    expect(page.locator("#difference-value")).to_be_visible()
    found = playground.api(f"/difference/{path}")
    assert playground.value("#difference-value") == found["value"]
    assert playground.value("#difference-gradient") == found["gradient"]
    assert playground.value("#difference-error") == found["relative_error"]


@pytest.mark.parametrize(
    ("name", "key", "path"),
    [("conv", "param:0,W,2,0,1,2", "0/W/2,0,1,2"), ("gated", "param:3,Wh,0,2", "3/Wh/0,2")],
)
def test_a_gradient_is_proved_and_its_update_followed(
    playground: Playground, name: str, key: str, path: str
) -> None:
    spec = {**ALL[name], "optimizer": "adam", "clip_norm": 0.5}
    page = playground.open(link_to(spec)).press("Step", "Backward").page
    choose(playground, key)
    expect_difference(playground, path)
    rule = playground.api(f"/explain/{path}")["optimizer"]["rule"]
    lines = page.locator("#rule [data-line]")
    expect(lines).to_have_count(len(rule))
    values = [parsed(line.get_attribute("data-value")) for line in lines.all()]
    assert values == pytest.approx([line["value"] for line in rule], rel=1e-15)
    playground.press("Update")
    expect(page.locator("#difference-value")).to_have_count(0)  # of numbers that are no longer there
    new = values[-1]
    assert new is not None
    eventually(page, lambda: playground.value("#inspector-value") == pytest.approx(new, rel=1e-12), True)
    expect_difference(playground, path)


@pytest.mark.parametrize("width", [1440, 390])
def test_formula_and_figures_of_a_proof_stand_below_one_another(playground: Playground, width: int) -> None:
    page = playground.page
    page.set_viewport_size({"width": width, "height": 900})
    playground.open("/p/cnn-shapes").press("Backward")
    choose(playground, "param:0,W,0,0,0,0")
    expect_difference(playground, "0/W/0,0,0,0")
    button, formula, figures = page.locator("#difference :is(button, .sum, dl)").evaluate_all(RECTS)
    assert button["bottom"] <= formula["top"]
    assert formula["bottom"] <= figures["top"]
    for one, other in pairwise(page.locator("#difference .sum math").evaluate_all(RECTS)):
        assert one["right"] <= other["left"] + 1 or one["bottom"] <= other["top"]


def test_what_is_open_stays_when_a_gradient_is_checked(playground: Playground) -> None:
    page = playground.open("/p/xor").press("Backward").page
    playground.edge("0,0,1").focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Check by finite differences")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#difference-error")).to_be_in_viewport()
    expect(button).to_be_focused()
    expect(page.locator("#inspector")).to_have_attribute("data-select", "edge:0,0,1")


def test_all_gradients_are_checked_beside_the_table(playground: Playground) -> None:
    page = playground.open("/p/circle").press("Step", "Backward").page
    before = playground.state()
    page.get_by_role("link", name="Table").click()
    page.get_by_role("button", name="Check all gradients").click()
    expect(page.locator("#gradcheck")).to_contain_text("The gradients agree")
    expect(page.locator("#gradcheck [data-layer]")).to_have_count(3)
    page.locator("#table").get_by_role("link", name="Layer 2", exact=True).click()
    expect(page.locator("#table")).to_contain_text("Layer 2, rows")
    expect(page.locator("#gradcheck [data-layer]")).to_have_count(
        3
    )  # it stands while layers are leafed through
    assert playground.state() == before


def test_before_a_backward_pass_the_check_says_what_to_press(playground: Playground, faults: object) -> None:
    faults.expect("409")  # type: ignore[attr-defined]
    page = playground.open("/p/circle").page
    page.get_by_role("link", name="Table").click()
    page.get_by_role("button", name="Check all gradients").click()
    expect(page.locator("#gradcheck")).to_contain_text(re.compile("run Backward first"))


def test_axe_finds_nothing(playground: Playground) -> None:
    page = playground.open("/p/circle?optimizer=adamw").press("Step", "Backward").page
    playground.edge("0,0,1").focus()
    page.keyboard.press("Enter")
    expect_difference(playground, "0/W/0,1")
    assert violations(page) == []
    page.get_by_role("link", name="Table").click()
    page.get_by_role("button", name="Check all gradients").click()
    expect(page.locator("#gradcheck")).to_contain_text("The gradients agree")
    assert violations(page) == []
