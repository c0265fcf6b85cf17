"""The result column and the pictures in the neurons, against what the API says of the same session."""

from __future__ import annotations

import re
from base64 import b64decode
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import expect

from app.datasets import DATASETS, build
from tests.browser.conftest import Open
from tests.browser.playground import Playground, eventually

HIGHEST = 254
PIXEL = """([selector, x, y]) => {
  const canvas = document.querySelector(selector);
  const [left, top] = [Math.floor(x * canvas.width), Math.floor(y * canvas.height)];
  return [...canvas.getContext("2d").getImageData(left, top, 1, 1).data];
}"""
NEURON = """place => {
  const circle = document.querySelector(`[data-neuron="${place}"] circle`).getBoundingClientRect();
  const canvas = document.querySelector("canvas.neurons"), box = canvas.getBoundingClientRect();
  const at = share => [(circle.left + share * circle.width - box.left) * canvas.width / box.width,
                       (circle.top + circle.height / 2 - box.top) * canvas.height / box.height];
  const context = canvas.getContext("2d");
  return [0.15, 0.85].map(share => [...context.getImageData(...at(share).map(Math.floor), 1, 1).data]);
}"""

NOTHING = "#00000000"
COLOUR_AT = """const canvas = document.querySelector("canvas.dots"), context = canvas.getContext("2d");
  const { width, height } = document.querySelector("#plane .frame").closest("svg").viewBox.baseVal;
  const hex = (values) => "#" + [...values].map(v => v.toString(16).padStart(2, "0")).join("");
  const at = (x, y) => hex(context.getImageData(x * canvas.width / width, y * canvas.height / height, 1, 1).data);
  const circles = (part) => [...document.querySelectorAll(`#plane [data-part=${part}] circle`)];"""
# The colour in the middle of every dot, without its opacity where it is opaque.
DOTS = f"""part => {{ {COLOUR_AT}
  return circles(part).map(c => at(c.cx.baseVal.value, c.cy.baseVal.value).replace(/ff$/, "")); }}"""
# Whether the dots are painted at these heights.
RISEN = f"""heights => {{ {COLOUR_AT}
  return circles("train").every((c, k) => at(c.cx.baseVal.value, heights[k]) !== "{NOTHING}"); }}"""


def predicted(playground: Playground, points: list[list[float]]) -> list[list[float]]:
    """The API's answers."""
    url = f"/api/sessions/{playground.session}/predict"
    answer = playground.page.request.post(url, data={"inputs": points})
    assert answer.ok, answer.text()
    return list(answer.json()["outputs"])


def data_of(playground: Playground) -> Any:
    """The data set of a session whose classes are 0 and 1, made anew."""
    given = playground.state()["spec"]["data"]
    return build(
        given["dataset"],
        given["samples"],
        given["noise"],
        given["test_fraction"],
        given["seed"],
        given["features"],
        "binary",
    )


@pytest.mark.parametrize("finish", ["Step", "Forward", "Backward", "Undo"])
def test_the_surface_is_what_the_api_predicts(playground: Playground, finish: str) -> None:
    playground.open("/p/circle").press("Step", "Step", finish)
    playground.expect_numbers()
    pictures = playground.brought("pictures")["pictures"]
    side = pictures["side"]
    surface = b64decode(pictures["levels"])[-(side**2) :]
    (left, right), (bottom, top) = DATASETS["circle"].domain
    places = [(row, column) for row in range(0, side, 7) for column in range(0, side, 7)]
    middles = [((r + 0.5) / side, (c + 0.5) / side) for r, c in places]
    points = [[left + x * (right - left), top - y * (top - bottom)] for y, x in middles]
    for (row, column), (output,) in zip(places, predicted(playground, points), strict=True):
        assert abs(surface[row * side + column] / HIGHEST - output) <= 0.51 / HIGHEST


def test_the_canvas_is_blue_where_the_output_is_high(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    for _ in range(60):
        playground.press("Step")
    red, _, blue, alpha = page.evaluate(PIXEL, ["#surface", 0.5, 0.5])
    assert alpha == 255
    assert blue > red
    red, _, blue, _ = page.evaluate(PIXEL, ["#surface", 0.03, 0.03])
    assert red > blue
    page.get_by_label("Discretise").check()
    colours = {tuple(page.evaluate(PIXEL, ["#surface", k / 23, 0.5])) for k in range(23)}
    assert len(colours) == 2


def test_the_dots_have_the_colours_of_the_output_that_is_shown(playground: Playground) -> None:
    page = playground.open("/p/worked-example").press("Forward").page
    kind, shown = page.locator("#plane .train .dots circle"), page.locator("#pictured")
    expect(shown).to_have_text("output o1")
    expect(kind).to_have_class("v0")  # its target is 0.01
    painted = page.evaluate(DOTS, "train")
    playground.neuron("2,1").hover()
    expect(shown).to_have_text("o2")
    expect(kind).to_have_class("v8")  # 0.99
    eventually(page, lambda: page.evaluate(DOTS, "train") != painted, True)
    playground.neuron("1,1").hover()
    expect(kind).to_have_class("v0")
    page.mouse.move(0, 0)
    eventually(page, lambda: page.evaluate(DOTS, "train"), painted)


def test_a_neuron_shows_its_picture_small_and_large(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    low, high = page.evaluate(NEURON, "0,0")  # x1 grows from left to right
    assert low[0] > low[2]
    assert high[2] > high[0]
    expect(page.locator("#pictured")).to_have_text("output")
    playground.neuron("0,0").hover()
    expect(page.locator("#pictured")).to_have_text("x₁")
    assert page.evaluate(PIXEL, ["#surface", 0.03, 0.5])[0] > page.evaluate(PIXEL, ["#surface", 0.97, 0.5])[0]
    playground.press("Step")
    page.mouse.move(0, 0)
    expect(page.locator("#pictured")).to_have_text("output")
    playground.neuron("1,2").focus()
    expect(page.locator("#pictured")).to_have_text("a⁽¹⁾₃")


def test_crosses_and_rings_are_on_the_samples_the_api_names(playground: Playground) -> None:
    page = playground.open("/p/circle").press("Step", "Step", "Backward").page
    data = data_of(playground)
    for part, inputs, targets in (
        ("train", data.train_inputs, data.train_targets),
        ("test", data.test_inputs, data.test_targets),
    ):
        outputs = predicted(playground, inputs.tolist())
        wrong = [
            k for k, (y, t) in enumerate(zip(outputs, targets, strict=True)) if (y[0] > 0.5) != (t[0] > 0.5)
        ]
        assert playground.brought("pictures")[part]["wrong"] == wrong
        crosses = page.locator(f"#plane [data-part={part}] .crosses").get_attribute("d") or ""
        assert crosses.count("M") == len(wrong) > 0
    batch = playground.api("/trace")["batch"]["indices"]
    assert playground.brought("pictures")["train"]["ringed"] == batch
    rings = page.locator("#plane [data-part=train] .rings").get_attribute("d") or ""
    assert rings.count("M") == len(batch)


def dots(playground: Playground, part: str) -> tuple[float, set[str]]:
    """How many of the dots of one part of the data are painted, a share of all, and the two colours that most have."""
    found = playground.page.evaluate(DOTS, part)
    painted = [colour for colour in found if colour != NOTHING]
    return len(painted) / len(found), {colour for colour, _ in Counter(painted).most_common(2)}


def test_every_sample_has_its_dot_in_the_colours_of_the_page(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    colours = """() => ["--class-0", "--class-1"].map(
      (name) => getComputedStyle(document.documentElement).getPropertyValue(name))"""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        eventually(page, lambda: dots(playground, "train"), (1.0, set(page.evaluate(colours))))
    assert page.locator("#plane [data-part=train] circle").count() == 250


def test_test_data_can_be_hidden(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    crosses = page.locator("#plane [data-part=test] .crosses")
    eventually(page, lambda: dots(playground, "test")[0], 1.0)
    expect(crosses).to_be_visible()
    page.get_by_label("Show test data").uncheck()
    playground.press("Step")
    expect(crosses).to_be_hidden()
    assert dots(playground, "test")[0] < 0.5  # those that lie under one of the training data
    assert dots(playground, "train")[0] == 1.0
    page.get_by_label("Show test data").check()
    eventually(page, lambda: dots(playground, "test")[0], 1.0)


def test_dots_that_stand_for_outputs_move_with_them(playground: Playground) -> None:
    page = playground.open("/p/worked-example-b").page
    for _ in range(3):
        playground.press("Step")
        eventually(
            page, lambda: page.evaluate(RISEN, playground.brought("pictures")["train"]["heights"]), True
        )


def test_the_table_follows_the_accuracy(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    page.locator("#confusion summary").click()
    for _ in range(3):
        state = playground.press("Step").expect_numbers()
        eventually(page, lambda: playground.value("#confusion-accuracy"), state["accuracy"]["test"])
        cells = [int(text) for text in page.locator("#confusion tbody td").all_text_contents()]
        assert (cells[0] + cells[3]) / sum(cells) == state["accuracy"]["test"]
        expect(page.locator("#confusion")).to_have_attribute("open", "")  # stays open through a step


@pytest.mark.parametrize("preset", ["digits", "iris"])
def test_the_probabilities_of_the_sample(playground: Playground, preset: str) -> None:
    page = playground.open(f"/p/{preset}").press("Step", "Forward").page
    batch = playground.api("/trace")["batch"]
    outputs = predicted(playground, batch["inputs"][:1])[0]
    expect(page.locator("#guess-row")).to_have_text(str(batch["indices"][0]))
    shown = [float(x.get_attribute("value") or "nan") for x in page.locator("#guess tbody data").all()]
    assert shown == pytest.approx(outputs, abs=1e-6)
    target = batch["targets"][0].index(1.0)
    assert page.locator("#guess tbody tr.target").count() == 1
    expect(page.locator("#guess tbody tr").nth(target)).to_have_class("target")
    if preset == "digits":
        ink = page.locator("#guess .image rect").evaluate_all(
            "all => all.map(r => +r.getAttribute('fill-opacity'))"
        )
        assert ink == pytest.approx(batch["inputs"][0], abs=5e-5)


def test_the_curve_follows_the_network(playground: Playground) -> None:
    page = playground.open("/p/regression-sine").page
    curve = page.locator("#plane .curve")
    before = curve.get_attribute("d")
    playground.press("Step")
    after = curve.get_attribute("d") or ""
    heights = [float(up) for up in re.findall(r"[ML][\d.]+ (-?[\d.]+)", after)]
    assert heights == playground.brought("pictures")["curves"][0]
    assert after != before


def test_without_javascript_the_surface_is_of_cells(visit: Open) -> None:
    page = visit("/p/circle", java_script_enabled=False).page
    expect(page.locator("#plane .cells path").first).to_be_visible()
    expect(page.locator("#plane canvas")).to_be_hidden()
    expect(page.locator("#plane [data-part=train] circle")).to_have_count(250)
    page.locator("#confusion summary").click()
    expect(page.locator("#confusion table")).to_be_visible()
    page.get_by_label("Show test data").uncheck()
    expect(page.locator("#plane [data-part=test] circle").first).to_be_hidden()


def test_outputs_beyond_the_colours_that_there_are_take_turns(playground: Playground) -> None:
    page = playground.open("/p/rnn-echo").press("Step").page  # eight outputs
    page.locator("details:has(#plane) > summary").click()
    heights = playground.brought("pictures")["train"]["heights"]
    eventually(page, lambda: page.evaluate(RISEN, heights), True)
    fills = "all => [...new Set(all.map(c => [getComputedStyle(c).fill, getComputedStyle(c).stroke].join()))]"
    looks = page.locator("#plane .dots circle").evaluate_all(fills)
    assert len(looks) == 12  # six of the training, six of the test data
    assert not any("none" in look for look in looks)


def test_the_dots_are_sharp_at_every_zoom(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    session = page.context.new_cdp_session(page)
    missing = "canvas => canvas.width - Math.round(canvas.getBoundingClientRect().width * devicePixelRatio)"
    for ratio in (1.0, 1.25, 1.5, 1.0):  # the square is as wide in units of the page at all of them
        width, height = round(2400 / ratio), round(1350 / ratio)
        screen = {"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": False}
        session.send("Emulation.setDeviceMetricsOverride", screen)
        assert page.evaluate("devicePixelRatio") == ratio
        eventually(page, lambda: page.locator("canvas.dots").evaluate(missing), 0)
        eventually(page, lambda: dots(playground, "train")[0], 1.0)
