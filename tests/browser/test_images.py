"""A network drawn by images: its numbers are the API's in every phase; everything is chosen by hand and by keys."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.scene.format import short
from tests.browser.playground import Playground, eventually, link_to
from tests.browser.test_by_layer import drawn, held
from tests.scene.test_images import wide_spec
from tests.web.test_pages_by_layer import SPECS

PRESETS = ("cnn-shapes", "cnn-padding", "cnn-digits")
INSPECT = "**/inspect?**"
SHOWN = """(all) => all.filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one) => one.textContent)"""
AXE = Axe()


def expect_numbers(playground: Playground) -> dict[str, Any]:
    """Assert that every parameter drawn comes to be the API's, and the sample's numbers those of the trace."""
    state = playground.state()
    wanted = held(state)
    eventually(
        playground.page, lambda: bool(drawn(playground)) and drawn(playground).items() <= wanted.items(), True
    )
    playground.expect_step(state["step"])
    return state


def sample_of(playground: Playground, name: str) -> np.ndarray:
    """What the page holds of the sample drawn: a, da, delta of all layers in a row."""
    block = playground.brought("numbers")
    return np.frombuffer(base64.b64decode(block[name]), np.float32)


def point(
    page: Page, layer: int, channel: int, row: int, column: int, shape: tuple[int, int]
) -> tuple[float, float]:
    """The middle of a pixel on the screen."""
    box = page.locator(f'[data-map="{layer},{channel}"] .frame').first.bounding_box()
    assert box is not None
    return (
        box["x"] + (column + 0.5) * box["width"] / shape[1],
        box["y"] + (row + 0.5) * box["height"] / shape[0],
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_the_numbers_are_the_apis_in_every_phase(playground: Playground, preset: str) -> None:
    playground.open(f"/p/{preset}")
    assert expect_numbers(playground)["gradients"] is None
    for verb in ("Forward", "Backward", "Update", "Step", "Undo"):
        state = expect_numbers(playground.press(verb))
        if state["step"] == 0 and state["phase"] == "idle":
            continue
        trace = playground.api("/trace")
        values = [
            np.ravel(trace["batch"]["inputs"][0]),
            *(np.ravel(layer["a"][0]) for layer in trace["layers"]),
        ]
        assert np.array_equal(sample_of(playground, "a"), np.concatenate(values).astype(np.float32))
        row = trace["batch"]["indices"][0]
        expect(playground.page.locator("#network .row")).to_have_text(f"sample {row}")


def test_a_neuron_and_an_edge_of_a_dense_layer(playground: Playground) -> None:
    page = playground.open("/p/cnn-shapes").press("Backward").page
    state = playground.state()
    W, b = state["parameters"][2]["W"], state["parameters"][2]["b"]
    for unit, bias in enumerate(b):
        expect(playground.neuron(f"3,{unit}")).to_have_attribute("data-bias", repr(bias).removesuffix(".0"))
    edges = page.locator("#network a[data-edge]")
    assert edges.count() == len(W) * len(W[0])
    trace = playground.api("/trace")
    outputs = trace["layers"][2]["a"][0]
    shown = [
        float(page.locator(f'[data-neuron="3,{u}"]').get_attribute("data-activation") or "nan")
        for u in range(3)
    ]
    assert shown == pytest.approx(outputs, rel=1e-9)


def test_one_edge_for_every_channel_and_filter(playground: Playground) -> None:
    page = playground.open("/p/cnn-digits").page
    found = page.locator("#network .kernel").evaluate_all("all => all.map((k) => k.dataset.edge)")
    first, second = [f"0,0,{f}" for f in range(4)], [f"2,{c},{f}" for f in range(8) for c in range(4)]
    assert sorted(found) == sorted(first + second)


def test_choosing_a_tap_by_hand_lists_its_terms_and_marks_what_it_touches(playground: Playground) -> None:
    page = playground.open("/p/cnn-padding").press("Backward").page
    with page.expect_response(INSPECT):
        page.locator('[data-parameter="1,W,0,2,1,0"] rect.weight').click()
    wanted = playground.api("/explain/1/W/0,2,1,0")
    eventually(page, lambda: math.isclose(playground.value("#inspector-gradient"), wanted["gradient"]), True)
    assert math.isclose(playground.value("#inspector-value"), wanted["value"])
    expect(page.locator('[data-parameter="1,W,0,2,1,0"].selected')).to_have_count(1)
    touched = page.locator(".reaching .chosen.touched").bounding_box()
    image = page.locator('[data-map="1,1"] .frame').first.bounding_box()
    assert touched is not None
    assert image is not None
    pixel = image["width"] / 8
    assert touched["x"] - image["x"] == pytest.approx(2 * pixel, abs=2)
    assert touched["y"] - image["y"] == pytest.approx(0, abs=2)
    assert touched["width"] == pytest.approx(6 * pixel, abs=3)
    expect(page.locator(".reaching .chosen.made")).to_have_count(2)


def test_a_position_under_a_chosen_tap_shows_the_product(playground: Playground) -> None:
    page = playground.open("/p/cnn-shapes").press("Backward").page
    with page.expect_response(INSPECT):
        page.locator('[data-parameter="0,W,1,1,0,1"] rect.gradient').click()
    trace = playground.api("/trace")
    delta = np.array(trace["layers"][0]["delta"][0])[..., 1]
    row, column = (int(i) for i in np.unravel_index(np.abs(delta).argmax(), delta.shape))
    page.mouse.move(*point(page, 1, 1, row, column, (6, 6)))
    pixel = trace["batch"]["inputs"][0][row + 1][column + 1][0]
    rows = page.locator("#card .more")
    expect(rows.last).to_contain_text("pixel · δ")
    expect(rows.last.locator("dd")).to_have_text(short(pixel * delta[row, column]))


def test_the_card_tells_a_pixel_and_a_click_takes_it_apart(playground: Playground) -> None:
    page = playground.open("/p/cnn-shapes").press("Backward").page
    layer = playground.api("/trace")["layers"][0]
    a = np.array(layer["a"][0])
    row, column, channel = (int(i) for i in np.unravel_index(a.argmax(), a.shape))
    page.mouse.move(*point(page, 1, channel, row, column, (6, 6)))
    expect(page.locator("#card .title")).to_have_text(
        f"Map {channel + 1} of layer 1: row {row + 1}, column {column + 1}"
    )
    shown = {
        d.locator("dt").inner_text(): d.locator("dd").inner_text() for d in page.locator("#card .more").all()
    }
    assert float(shown["a"]) == pytest.approx(a[row, column, channel], rel=1e-3)
    assert set(shown) == {"z", "a", "∂L/∂a", "δ = ∂L/∂z"}
    with page.expect_response(INSPECT):
        page.mouse.click(*point(page, 1, channel, row, column, (6, 6)))
    expect(page.locator("#story")).to_be_visible()
    for name in ("z", "a", "da", "delta"):
        value = layer[name][0][row][column][channel]
        assert playground.value(f"#spot-{name}") == pytest.approx(value, rel=1e-12)
    products = page.locator(".window .grid").nth(2).locator("data").all()
    total = sum(float(each.get_attribute("value") or "nan") for each in products)
    bias = playground.state()["parameters"][0]["b"][channel]
    assert total + bias == pytest.approx(layer["z"][0][row][column][channel], rel=1e-9)
    expect(page.locator(".reaching .chosen.patch")).to_have_count(1)


def test_keys_lead_from_pixel_to_pixel_and_out_of_the_picture(playground: Playground) -> None:
    page = playground.open("/p/cnn-shapes").press("Backward").page
    stops = page.locator('#network [tabindex="0"]')
    expect(stops).to_have_count(1)
    expect(stops).to_have_attribute("data-map", "0,0")
    stops.focus()
    page.keyboard.press("ArrowRight")
    cursor = page.locator("#network .pixel")
    expect(cursor).to_be_focused()
    expect(cursor).to_have_attribute("aria-label", "Channel 1 of the image: row 5, column 6")
    expect(page.locator("#card .title")).to_have_text("Channel 1 of the image: row 5, column 6")
    with page.expect_response(INSPECT):
        page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_have_attribute("data-select", "spot:0,4,5,0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    tap = page.locator(".tap:focus")
    expect(tap).to_have_count(1)
    with page.expect_response(INSPECT):
        page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_have_attribute(
        "data-select", tap.get_attribute("data-select") or ""
    )
    page.keyboard.press("Tab")
    expect(page.locator("#network :focus")).to_have_count(0)


def test_layers_are_uncovered_one_at_a_press(playground: Playground) -> None:
    page = playground.open("/p/cnn-shapes").page
    page.locator("#by-layer").check()
    playground.press("Forward")
    expect(page.locator(".map.covered")).to_have_count(2)
    expect(page.locator(".neuron.covered")).to_have_count(3)
    playground.button("Forward").click()
    expect(page.locator(".map.covered")).to_have_count(0)
    playground.button("Forward").click()
    expect(page.locator("#network .covered")).to_have_count(0)
    playground.press("Backward")
    covered = page.locator(".kernel, .tap.bias, .map").and_(page.locator("[data-layer='1'].covered"))
    expect(covered).to_have_count(6)
    for kind in (".kernel .slope", ".kernel .gradient", ".tap.bias[data-layer='1'] .gradient"):
        assert page.locator(kind).evaluate_all(SHOWN) == []
    expect(page.locator(".map > .veil ~ .frame.of-slope")).to_have_count(
        4
    )  # drawn over what covers the picture
    expect(page.locator(".map > .frame ~ .veil")).to_have_count(0)
    while page.locator("#network .covered").count():
        playground.button("Backward").click()
    assert len(page.locator(".kernel .slope").evaluate_all(SHOWN)) == 18


def test_every_number_there_is_room_for_one_is_written_and_inside_its_place(playground: Playground) -> None:
    playground.open("/p/cnn-shapes").press("Backward")
    expect_numbers(playground)
    outside = """(all) => all.map((text) => {
      const [{ width }, place] = [text.getBBox(), text.parentElement.querySelector(".weight, circle").getBBox()];
      return [text.textContent, width <= place.width + 1];
    })"""
    written = playground.page.locator(".kernel :is(.value, .slope), .neuron .answer").evaluate_all(outside)
    assert len(written) == 36 + 3
    assert [one for one in written if not (one[0] and one[1])] == []
    playground.open("/p/cnn-digits").press("Forward")
    expect_numbers(playground)
    assert "" not in playground.page.locator(".neuron .answer").all_inner_texts()


@pytest.mark.parametrize(
    "spec", [wide_spec(), SPECS["dropout"], SPECS["conv-pool-dense"]], ids=["wide", "rows", "golden"]
)
def test_other_networks_stand_and_step(playground: Playground, spec: dict[str, Any]) -> None:
    page = playground.open(link_to(spec)).page
    for verb in ("Step", "Backward", "Update", "Undo"):
        expect_numbers(playground.press(verb))
    page.locator(".map, .neuron").last.hover()
    expect(page.locator("#card")).to_be_visible()


def test_the_filter_pointed_out_shows_its_kernels(playground: Playground) -> None:
    page = playground.open(link_to(wide_spec())).press("Backward").page
    assert all(place.split(",")[-1] == "0" for place in drawn(playground) if place.startswith("0,W"))
    with page.expect_response(INSPECT):
        page.locator('[data-map="1,7"] .frame').first.click()
    eventually(
        page, lambda: {place.split(",")[-1] for place in drawn(playground) if place.startswith("0,W")}, {"7"}
    )
    expect_numbers(playground)


def test_a_phone_scrolls_the_drawing_and_not_the_page(playground: Playground) -> None:
    page = playground.page
    page.set_viewport_size({"width": 390, "height": 844})
    playground.open("/p/cnn-digits").press("Step")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.querySelector('.stage').scrollWidth") > 700


def test_views_show_the_update_to_come(playground: Playground) -> None:
    page = playground.open("/p/cnn-shapes").press("Backward").page
    before = playground.state()["parameters"][0]["W"]
    page.locator("#views label", has_text="update").click()
    tap = page.locator('[data-parameter="0,W,0,0,0,0"] rect.weight')
    shown = tap.get_attribute("class") or ""
    playground.press("Update")
    change = playground.state()["parameters"][0]["W"][0][0][0][0] - before[0][0][0][0]
    assert ("pos" in shown) == (change > 0)


@pytest.mark.parametrize("preset", PRESETS)
def test_axe_finds_no_violation(playground: Playground, preset: str) -> None:
    page = playground.open(f"/p/{preset}").press("Backward").page
    with page.expect_response(INSPECT):
        page.mouse.click(*point(page, 1, 0, 2, 3, (8, 8) if preset == "cnn-padding" else (6, 6)))
    expect(page.locator("#story")).to_be_visible()
    for part in ("section.network", ".inspecting"):
        wrong = AXE.run(page, context=part).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in wrong] == []
