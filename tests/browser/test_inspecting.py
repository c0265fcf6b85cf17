"""The inspector of convolutions and recurrent layers: what it shows is what the API explains."""

from __future__ import annotations

import re
from math import fsum
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Playground, eventually, link_to, parsed
from tests.web.test_inspecting import ALL, TITLES

PLACES = {
    "tap of a kernel": ("conv", "param:0,W,2,0,1,2", "0/W/2,0,1,2"),
    "weight of a gate": ("gated", "param:3,Wh,0,2", "3/Wh/0,2"),
    "bias of a gru": ("gated", "param:2,bh,5", "2/bh/5"),
}


def numbers_of(cells: Locator) -> list[float]:
    """The whole numbers that <data> elements carry."""
    return [parsed(cell.get_attribute("value")) or 0.0 for cell in cells.all()]


def choose(playground: Playground, key: str) -> None:
    """Choose a parameter in the table of all."""
    page = playground.page
    page.get_by_role("link", name="Table").click()
    layer = int(key.removeprefix("param:").partition(",")[0])
    page.locator("#table").get_by_role("link", name=f"Layer {layer + 1}", exact=True).click()
    page.locator(f'#table a[data-select="{key}"]').click()
    expect(page.locator("#inspector")).to_have_attribute("data-select", key)


def expect_explained(playground: Playground, path: str) -> dict[str, Any]:
    """The numbers of the inspector are those of the API's explanation; gives it."""
    page = playground.page
    explained: dict[str, Any] = playground.api(f"/explain/{path}")
    eventually(page, lambda: playground.value("#inspector-gradient"), explained["gradient"])
    assert playground.value("#inspector-value") == explained["value"]
    assert playground.value("#inspector-old") == explained["optimizer"]["old"]
    assert playground.value("#inspector-new") == explained["optimizer"]["new"]
    assert playground.value("#inspector-sum") == pytest.approx(explained["sum"], rel=1e-9, abs=1e-14)
    products = numbers_of(page.locator("#terms tbody td:last-child data"))
    assert fsum(products) == pytest.approx(explained["sum"], rel=1e-9, abs=1e-14)
    largest = sorted((abs(term["product"]) for term in explained["terms"]), reverse=True)
    assert [abs(product) for product in products[:9]] == largest[:9]
    foot = numbers_of(page.locator("#terms tfoot data"))
    if explained["penalty_gradient"]:
        assert foot[1:] == [explained["penalty_gradient"], explained["gradient"]]
    return explained


@pytest.mark.parametrize("place", PLACES)
def test_what_the_inspector_shows_is_what_the_api_explains(playground: Playground, place: str) -> None:
    name, key, path = PLACES[place]
    page = playground.open(link_to(ALL[name])).press("Step", "Backward").page
    choose(playground, key)
    expect(page.locator("#inspector-title")).to_have_text(TITLES[name, key])
    explained = expect_explained(playground, path)
    sums: dict[int, list[float]] = {}
    for term in explained["terms"]:
        number = term["time"] + 1 if "time" in term else term["row"]
        sums.setdefault(number, []).append(term["product"])
    rows = page.locator("#groups tbody tr")
    numbers = [int(text) for text in rows.locator("th").all_inner_texts()]
    totals = numbers_of(rows.locator("data"))
    for number, total in zip(numbers, totals, strict=True):
        assert total == pytest.approx(fsum(sums[number]), rel=1e-9, abs=1e-14)
    assert sorted(numbers) == sorted(sums)
    playground.press("Update")
    expect_explained(playground, path)
    playground.press("Backward")
    expect_explained(playground, path)


def test_a_number_of_any_layer_is_changed_by_hand(playground: Playground) -> None:
    name, key, _ = PLACES["tap of a kernel"]
    page = playground.open(link_to(ALL[name])).press("Step").page
    choose(playground, key)
    field = page.get_by_label("Value", exact=True)
    field.fill("0.5")
    field.press("Enter")
    expect(page.locator("#inspector")).to_have_attribute("data-value", "0.5")
    assert playground.state()["parameters"][0]["W"][2][0][1][2] == 0.5
    playground.press("Cut")
    expect(page.locator("#inspector")).to_have_attribute("data-state", "cut")
    playground.press("Put back")
    expect(page.locator("#inspector")).to_have_attribute("data-value", "0.5")
    choose(playground, "param:0,b,1")
    expect(page.locator("#edit-cut")).to_be_hidden()
    expect(page.locator("#edit-freeze")).to_be_visible()


def test_the_choice_outlives_samples_a_reload_and_a_change_of_language(playground: Playground) -> None:
    name, key, path = PLACES["weight of a gate"]
    page = playground.open(link_to(ALL[name])).press("Backward").page
    choose(playground, key)
    page.locator("#batch tbody tr").nth(1).click()
    expect(page.locator("#inspector-share")).to_be_visible()
    sample = int(page.locator("#batch tbody tr").nth(1).locator("th").inner_text())
    mine = [t["product"] for t in playground.api(f"/explain/{path}")["terms"] if t["row"] == sample]
    assert playground.value("#inspector-share") == pytest.approx(fsum(mine), rel=1e-9, abs=1e-14)
    expect(page.locator("#inspector")).to_have_attribute("data-select", key)
    expect(page).to_have_url(re.compile(rf"select={re.escape(key)}"))
    page.reload()
    expect(page.locator("#inspector")).to_have_attribute("data-select", key)
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("#inspector")).to_have_attribute("data-select", key)
    expect(page.locator("#inspector-title")).to_contain_text("遗忘门")
