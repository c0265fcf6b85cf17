"""Building networks of any layers in place: cells above the drawing, folds that stay, and nothing typed lost."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Faults, Open
from tests.browser.playground import Playground, eventually


def types_of(state: dict[str, Any]) -> list[str]:
    """The types of the layers."""
    return [layer["type"] for layer in state["spec"]["layers"]]


def layers_after(playground: Playground) -> list[dict[str, Any]]:
    """The layers of the network that the page shows now."""
    expect(playground.page.locator("#playground")).to_be_visible()
    layers: list[dict[str, Any]] = playground.state()["spec"]["layers"]
    return layers


def add(page: Page, place: int, kind: str) -> None:
    """Add a layer from the fold before the layer at `place`."""
    page.locator(f"#adding-{place}").click()
    with page.expect_navigation():
        page.locator(f"#add-{place}-{kind}").click()


def test_convolutions_are_built_above_the_drawing(playground: Playground) -> None:
    page = playground.open("/p/cnn-shapes").press("Step").page
    first = playground.session
    add(page, 2, "conv2d")
    assert types_of(playground.state()) == ["conv2d", "maxpool2d", "conv2d", "dense"]
    expect(page.locator("#adding-2")).to_be_focused()
    with page.expect_navigation():
        for _ in range(3):
            playground.button("Filters of layer 3: one more").click()
    assert layers_after(playground)[2]["filters"] == 7
    page.locator("#layer-2").click()
    kernel = page.get_by_label("Kernel of layer 3")
    kernel.fill("1×2")
    with page.expect_navigation():
        kernel.press("Enter")
    assert layers_after(playground)[2]["kernel"] == [1, 2]
    expect(kernel).to_be_focused()
    expect(kernel).to_have_value("1×2")
    with page.expect_navigation():
        page.get_by_label("Type of layer 3").select_option("avgpool2d")
    assert layers_after(playground)[2] == {"type": "avgpool2d", "size": 2}
    with page.expect_navigation():
        playground.button("Remove layer 3").click()
    assert types_of(playground.state()) == ["conv2d", "maxpool2d", "dense"]
    assert playground.state()["step"] == 0
    for _ in range(5):
        page.go_back()
    assert playground.session == first
    playground.expect_step(1)


def test_recurrent_layers_are_stacked_and_told_what_was_made_to_fit(playground: Playground) -> None:
    page = playground.open("/p/rnn-forgets").page
    add(page, 1, "gru")
    layers = layers_after(playground)
    assert [layer.get("return_sequences") for layer in layers] == [True, False, None]
    expect(page.locator("#repaired")).to_contain_text("layer 1: every step")
    playground.press("Step")
    expect(page.locator("#repaired")).to_have_count(0)


def test_a_field_that_does_not_fit_keeps_what_was_typed(playground: Playground, faults: Faults) -> None:
    faults.expect("status of 422")
    page = playground.open("/p/cnn-padding").page
    session = playground.session
    page.locator("#layer-1").click()
    kernel = page.get_by_label("Kernel of layer 2")
    kernel.fill("11")
    with page.expect_response("**/build"):
        kernel.press("Enter")
    expect(page.locator("#layer-faults")).to_contain_text("Kernel of layer 2 is 11")
    expect(kernel).to_have_value("11")
    expect(kernel).to_be_focused()
    expect(kernel).to_have_attribute("aria-invalid", "true")
    assert playground.session == session


def test_a_fold_closes_by_key_and_gives_the_focus_back(playground: Playground) -> None:
    page = playground.open("/p/cnn-shapes").page
    page.locator("#layer-0").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Stride of layer 1")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Stride of layer 1")).to_be_hidden()
    expect(page.locator("#layer-0")).to_be_focused()


def test_a_dense_network_takes_dropout(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    page.locator("#adding-dropout").click()
    with page.expect_navigation():
        playground.button("before layer 2").click()
    assert types_of(playground.state()) == ["dense", "dropout", "dense", "dense"]
    rate = page.get_by_label("Rate of layer 2")
    rate.fill("0.25")
    with page.expect_navigation():
        rate.press("Enter")
    assert layers_after(playground)[1]["rate"] == 0.25
    with page.expect_navigation():
        playground.button("Remove layer 2").click()
    playground.expect_numbers()


def test_data_of_another_form_start_another_network(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    page.locator(".thumb:has(#dataset-echo)").hover()
    expect(page.locator("#dataset-sentence")).to_contain_text("Starts a small recurrent network")
    with page.expect_navigation():
        page.locator("#dataset-echo").click()
    assert types_of(playground.state()) == ["rnn", "dense"]
    expect(page.locator("#repaired")).to_contain_text("another kind of network")


def test_building_layers_without_scripts(visit: Open) -> None:
    plain = visit("/p/cnn-shapes", java_script_enabled=False)
    page = plain.page
    add(page, 1, "dropout")
    page.get_by_label("Rate of layer 2").fill("0.1")
    page.locator("#layer-0").click()
    page.get_by_label("Padding of layer 1").select_option("same")
    with page.expect_navigation():
        page.locator(".rebuilding .unscripted").click()
    layers = layers_after(plain)
    assert (layers[0]["padding"], layers[1]["rate"]) == ("same", 0.1)


def inside(panel: Locator, width: int) -> bool:
    """Whether a panel lies inside a window of that width."""
    box = panel.bounding_box()
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width


@pytest.mark.parametrize("preset", ["cnn-digits", "lstm-remembers"])
def test_cells_and_folds_stay_on_the_page(playground: Playground, preset: str) -> None:
    page = playground.open(f"/p/{preset}").page
    for width in (390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for fold in page.locator(".stack .fold").all():
            fold.locator("summary").first.click()
            panel = fold.locator(".sentences").first
            expect(panel).to_be_visible()
            eventually(page, partial(inside, panel, width), True)
            page.keyboard.press("Escape")
        assert page.evaluate("document.documentElement.scrollWidth") == width
