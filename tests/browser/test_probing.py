"""Inputs of one's own: drawn by mouse and keyboard, typed, taken from a sample; the page says what the API says."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.playground import Playground, eventually

AXE = Axe()
SHARES = """() => [...document.querySelectorAll("#guess .shares data")].map(({ value }) => Number(value))"""
SHADES = """() => [...document.querySelectorAll("#drawpad rect")].map((r) => Number(r.getAttribute("fill-opacity")))"""


def predicted(playground: Playground, inputs: Any) -> Any:
    """What the network answers to one input, says the API."""
    url = f"/api/sessions/{playground.session}/predict"
    answer = playground.page.request.post(url, data={"inputs": [inputs]})
    assert answer.ok, answer.text()
    return answer.json()["outputs"][0]


def image_of(page: Page) -> list[list[list[float]]]:
    """The pixels on the grid, 8×8×1."""
    shades = page.evaluate(SHADES)
    return [[[shade] for shade in shades[8 * row : 8 * row + 8]] for row in range(8)]


def expect_answer(playground: Playground) -> None:
    """The probabilities come to be those of the pixels on the grid."""
    page = playground.page
    eventually(page, lambda: page.evaluate(SHARES), predicted(playground, image_of(page)))


def test_a_digit_is_drawn_by_mouse(playground: Playground) -> None:
    page = playground.open("/p/cnn-digits").press("Step").page
    page.get_by_text("Draw an image of your own").click()
    page.get_by_role("button", name="Clear").click()
    eventually(page, lambda: page.evaluate(SHADES), [0.0] * 64)
    box = page.locator("#drawpad svg").bounding_box()
    assert box is not None
    cell = box["width"] / 8
    page.mouse.move(box["x"] + 4.5 * cell, box["y"] + 0.5 * cell)
    page.mouse.down()
    page.mouse.move(box["x"] + 4.5 * cell, box["y"] + 7.5 * cell)
    page.mouse.up()
    inked = [k for k, shade in enumerate(page.evaluate(SHADES)) if shade]
    assert inked == [8 * row + 4 for row in range(8)]
    expect_answer(playground)
    expect(page.locator("#guess .of-probe")).to_be_visible()
    expect(page.locator("#guess .target")).to_have_count(0)
    drawn = page.locator("#guess .image rect").evaluate_all(
        "all => all.map((r) => r.getAttribute('fill-opacity'))"
    )
    assert [float(shade) for shade in drawn] == page.evaluate(SHADES)
    before = playground.state()
    page.mouse.click(box["x"] + 4.5 * cell, box["y"] + 0.5 * cell)  # over ink the pen rubs out
    eventually(page, lambda: page.evaluate(SHADES)[4], 0)
    expect_answer(playground)
    assert playground.state() == before


def test_a_digit_is_drawn_by_keyboard_and_goes_with_the_next_step(playground: Playground) -> None:
    page = playground.open("/p/cnn-digits").page
    page.get_by_text("Draw an image of your own").click()
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("slider", name="Ink").fill("0.5")
    page.locator("#drawpad [tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowRight", "Space", "ArrowLeft", "ArrowLeft", "Space"):
        page.keyboard.press(key)
    focused = page.locator("#drawpad rect:focus")
    expect(focused).to_have_attribute("aria-label", "row 2, column 1: 0.5")
    assert [k for k, shade in enumerate(page.evaluate(SHADES)) if shade == 0.5] == [8, 9]
    expect_answer(playground)
    assert playground.state()["step"] == 0
    playground.press("Step")
    expect(page.locator("#guess .of-sample")).to_be_visible()
    row = playground.api("/trace")["batch"]["indices"][0]
    expect(page.locator("#guess-row")).to_have_text(str(row))
    assert page.evaluate(SHADES)[9] == 0.5


def test_a_sample_is_taken_to_be_changed(playground: Playground) -> None:
    page = playground.open("/p/cnn-digits").press("Forward").page
    page.locator("#batch-2").click()
    sample = playground.api("/trace")["batch"]["inputs"][2]
    row = playground.api("/trace")["batch"]["indices"][2]
    expect(page.locator("#guess-row")).to_have_text(str(row))
    eventually(page, lambda: page.evaluate(SHARES), predicted(playground, sample))
    page.get_by_text("Draw an image of your own").click()
    page.get_by_role("button", name="Take this sample").click()
    eventually(page, lambda: image_of(page), sample)
    expect(page.locator("#guess .of-probe")).to_be_visible()
    expect_answer(playground)


def one_hot(text: str, alphabet: list[str]) -> list[list[float]]:
    """A sequence as the network takes it."""
    return [[float(letter == symbol) for symbol in alphabet] for letter in text]


def test_a_typed_text_runs_forward(playground: Playground, faults: Any) -> None:
    page = playground.open("/p/char-rnn").press("Step").page
    page.get_by_text("Type a sequence of your own").click()
    field = page.locator("[name=sequence]")
    field.fill("she sell")
    field.press("Enter")
    expect(page.locator("#guess .of-probe")).to_be_visible()
    alphabet = page.locator("#guess .shares th").evaluate_all(
        "all => all.map((th) => th.firstChild.textContent)"
    )
    outputs = predicted(playground, one_hot("she␣sell", alphabet))
    expect(page.locator("#guess .strip .inputs td")).to_have_text(list("she␣sell"))
    answers = [alphabet[row.index(max(row))] for row in outputs]
    expect(page.locator("#guess .strip .answers td")).to_have_text(answers)
    eventually(page, lambda: page.evaluate(SHARES), outputs[-1])
    page.get_by_role("radio", name="3", exact=True).check(force=True)
    eventually(page, lambda: page.evaluate(SHARES), outputs[2])
    expect(page.locator("#shares-step")).to_have_text("3")

    faults.expect("422")
    field.fill("she sold")
    field.press("Enter")
    expect(page.locator("#probe-faults")).to_contain_text("holds d o")
    expect(field).to_have_value("she sold")
    expect(page.locator("#messages")).to_be_empty()


def test_typed_numbers_run_forward_and_are_read_under_the_pointer(playground: Playground) -> None:
    page = playground.open("/p/rnn-echo").press("Step").page
    page.get_by_text("Type a sequence of your own").click()
    field = page.locator("[name=sequence]")
    typed = [float(x) for x in field.input_value().split()]
    typed[1] = 0.25
    field.fill(" ".join(map(str, typed)))
    page.get_by_role("button", name="Run forward").click()
    outputs = [row[0] for row in predicted(playground, [[x] for x in typed])]
    line = page.locator("#course .series.output")
    eventually(
        page, lambda: [float(x) for x in (line.get_attribute("data-values") or "").split(",")], outputs
    )
    cells = page.locator(".course-values tr td:last-child data")
    assert [float(x) for x in cells.evaluate_all("all => all.map(({ value }) => value)")] == outputs
    box = page.locator("#course .grid").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"], box["y"] + 4)
    expect(page.locator("#course-reading")).to_contain_text(f"step {len(typed)}")
    expect(page.locator("#course-reading")).not_to_contain_text("target")


def test_the_batch_over_time_follows_a_sample(playground: Playground) -> None:
    page = playground.open("/p/rnn-echo").press("Backward").page
    expect(page.locator("#batch .spark").first).to_be_visible()
    page.locator("#batch-3").click()
    trace = playground.api("/trace")
    expect(page.locator("#guess-row")).to_have_text(str(trace["batch"]["indices"][3]))
    line = page.locator("#course .series.target")
    values = [row[0] for row in trace["batch"]["targets"][3]]
    eventually(page, lambda: [float(x) for x in (line.get_attribute("data-values") or "").split(",")], values)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_output_and_batch(new_context: NewContext, scheme: str) -> None:
    page = new_context(color_scheme=scheme).new_page()
    playground, found = Playground(page), {}
    for preset in ("cnn-digits", "char-rnn", "rnn-echo"):
        playground.open(f"/p/{preset}").press("Forward")
        page.locator("#batch-1").click()
        page.locator("#probe-panel summary").click()
        page.get_by_role("button", name="Run forward").click()
        expect(page.locator("#guess .of-probe")).to_be_visible()
        for part in (".result", "section.batch"):
            found[f"{preset} {part}"] = [
                (each["id"], [node["target"] for node in each["nodes"]])
                for each in AXE.run(page, context=part).response["violations"]
            ]
    assert {where: what for where, what in found.items() if what} == {}
