"""From the loss to a weight on the page: opened link by link, marked on the drawing, copied as LaTeX."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.playground import Playground, eventually
from tests.browser.test_keyboard import violations


def numbers_of(place: Locator) -> list[float]:
    """Every number of a formula, in their order."""
    texts = place.locator("mn").all_text_contents()
    return [float(text) for text in texts]


def follow(page: Page, name: str) -> None:
    """Open what a factor is made of."""
    link = page.locator(".walk").get_by_role("link", name=f"What {name} is made of", exact=True)
    link.click()
    expect(link).to_have_attribute("aria-expanded", "true")


def test_the_worked_example_is_walked_to_every_printed_digit(playground: Playground) -> None:
    page = playground.open("/p/worked-example").press("Forward", "Backward").page
    playground.edge("0,0,0").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="All digits").click()
    expect(page.get_by_role("button", name="All digits")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="What δ of sample 0 is made of").click()
    follow(page, "δo1")
    follow(page, "δo2")
    gradient, hidden, first, second = (
        lines.locator("math").all() for lines in page.locator(".lines").all()[:4]
    )
    expect(page.locator(".walk")).to_have_count(3)
    assert numbers_of(gradient[1]) == pytest.approx([0.05, 0.008771355], abs=5e-10)
    assert numbers_of(gradient[2]) == pytest.approx([0.000438568], abs=5e-10)
    factors = [0.40, 0.138498562, 0.50, 0.038098237, 0.593269992, 1, 0.593269992]
    assert numbers_of(hidden[1]) == pytest.approx(factors, abs=5e-10)
    assert numbers_of(hidden[2]) == pytest.approx([0.008771355], abs=5e-10)
    assert numbers_of(first[1]) == pytest.approx([0.751365070, 0.01, 0.751365070, 1, 0.751365070], abs=5e-10)
    assert numbers_of(first[2]) == pytest.approx([0.138498562], abs=5e-10)
    assert numbers_of(second[1]) == pytest.approx([0.772928465, 0.99, 0.772928465, 1, 0.772928465], abs=5e-10)
    assert numbers_of(second[2]) == pytest.approx([0.038098237], abs=5e-10)
    expect(page.locator(".walk .walk").first).to_contain_text(
        "reaches the loss: that of this sample is 0.298371"
    )
    page.reload()
    expect(page.get_by_role("button", name="All digits")).to_have_attribute("aria-pressed", "true")


def test_what_is_open_follows_the_training_and_closes(playground: Playground) -> None:
    page = playground.open("/p/worked-example").press("Backward").page
    playground.edge("0,0,0").focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="What δ of sample 0 is made of")
    link.focus()
    page.keyboard.press("Enter")
    follow(page, "δo1")
    expect(page.locator(".walk")).to_have_count(2)
    before = page.locator(".walk .walk data, .walk .walk mn").all_text_contents()
    playground.press("Update", "Backward")
    expect(page.locator(".walk")).to_have_count(2)
    delta = playground.api("/trace")["layers"][0]["delta"][0][0]
    eventually(
        page, lambda: page.locator("#terms tbody td data").nth(1).get_attribute("value") or "", str(delta)
    )
    assert page.locator(".walk .walk data, .walk .walk mn").all_text_contents() != before
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".walk")).to_have_count(0)
    expect(link).to_be_focused()
    playground.neuron("2,1").click()
    expect(page.locator(".walk")).to_have_count(0)


def test_pointing_at_a_term_marks_its_edge_and_neuron(playground: Playground) -> None:
    page = playground.open("/p/worked-example").press("Backward").page
    playground.edge("0,0,0").focus()
    page.keyboard.press("Enter")
    page.locator("#terms tbody tr").first.hover()
    expect(playground.neuron("0,0")).to_have_class(re.compile(r"\btold\b"))
    expect(playground.neuron("1,0")).to_have_class(re.compile(r"\btold\b"))
    page.get_by_role("link", name="What δ of sample 0 is made of").click()
    page.locator(".walk").get_by_role("link", name="What δo2 is made of").focus()
    expect(playground.edge("1,0,1")).to_have_class(re.compile(r"\btold\b"))
    expect(playground.neuron("2,1")).to_have_class(re.compile(r"\btold\b"))
    playground.button("Forward").focus()
    expect(page.locator("#network .told")).to_have_count(0)


@pytest.mark.parametrize(("preset", "key"), [("cnn-digits", "param:4,W,3,1"), ("rnn-echo", "param:0,Wx,0,1")])
def test_marks_in_the_other_drawings(playground: Playground, preset: str, key: str) -> None:
    page = playground.open(f"/p/{preset}").press("Backward").page
    page.goto(f"/n/{playground.session}?select={key}")
    page.locator("#terms tbody tr a.opener").first.click()
    page.locator("[data-marks]").first.hover()
    expect(page.locator("#network .told, #network .pointed").first).to_be_attached()


def test_latex_to_copy(visit: Open) -> None:
    playground = visit("/p/worked-example", permissions=["clipboard-read", "clipboard-write"]).press(
        "Backward"
    )
    page = playground.page
    playground.edge("1,0,0").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copy the formula as LaTeX").first.click()
    copied = r"\frac{\partial L}{\partial w_{5}} = h_{1} \, \delta_{o_{1}}"
    eventually(page, lambda: page.evaluate("navigator.clipboard.readText()"), copied)
    page.get_by_role("button", name="Copy the formula with its numbers as LaTeX").first.click()
    explained = playground.api("/explain/1/W/0,0")
    (term,) = explained["terms"]
    numbers = rf"{term['local']} \cdot {term['delta']} = {explained['gradient']}"
    copied = rf"\frac{{\partial L}}{{\partial w_{{5}}}} = {numbers}"
    eventually(page, lambda: page.evaluate("navigator.clipboard.readText()"), copied)


def test_the_walk_works_without_javascript(visit: Open) -> None:
    page = visit("/p/numbered-nodes", java_script_enabled=False).page
    for name in ("Forward", "Backward"):
        page.get_by_role("button", name=name, exact=True).click()
    page.locator('[data-edge="0,0,0"]').focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="What δ of sample 4 is made of").click()
    page.locator(".walk").get_by_role("link", name="What δ4 is made of").click()
    expect(page.locator(".walk")).to_have_count(2)
    expect(page.locator(".walk .walk")).to_contain_text("Here the way reaches the loss")
    page.locator(".latex summary").first.click()
    expect(page.locator("code").first).to_have_text(
        r"\frac{\partial L}{\partial w_{12}} = \sum_{s} x_{1}(s) \, \delta_{2}(s)"
    )
    page.get_by_role("button", name="Update", exact=True).click()
    expect(page.locator(".walk")).to_have_count(2)


def test_a_neuron_is_a_weighted_sum_on_its_activation(playground: Playground) -> None:
    page = playground.open("/p/worked-example").press("Forward").page
    playground.neuron("1,0").click()
    expect(page.locator("#incoming tbody tr")).to_have_count(3)
    assert playground.value("#weighted-sum") == pytest.approx(0.3775, abs=5e-10)
    products = page.locator("#incoming tbody td:nth-child(5) data")
    shown = [float(cell.get_attribute("value") or "nan") for cell in products.all()]
    assert shown == pytest.approx([0.35, 0.02, 0.0075], abs=5e-10)
    assert playground.value("#unit-z") == pytest.approx(0.3775, abs=5e-10)
    assert playground.value("#unit-a") == pytest.approx(0.593269992, abs=5e-10)
    assert playground.value("#unit-slope") == pytest.approx(0.593269992 * (1 - 0.593269992), abs=5e-10)
    page.locator("#incoming tbody tr").nth(1).hover()
    expect(playground.edge("0,1,0")).to_have_class(re.compile(r"\btold\b"))


def test_the_font_of_formulas_is_its_own(playground: Playground) -> None:
    page = playground.open("/p/worked-example").page
    assert not page.evaluate("[...document.fonts].some(font => font.status === 'loaded')")
    playground.press("Backward")
    with page.expect_response(re.compile(r"stix-two-math.*\.woff2")) as answer:
        playground.edge("0,0,0").focus()
        page.keyboard.press("Enter")
    assert answer.value.ok
    eventually(page, lambda: page.evaluate("[...document.fonts].map(font => font.status)"), ["loaded"])


@pytest.mark.parametrize(
    ("preset", "key"), [("circle", "edge:0,0,0"), ("circle", "neuron:1,1"), ("gru-remembers", "spot:1,2,1")]
)
def test_axe_finds_nothing(playground: Playground, preset: str, key: str) -> None:
    page = playground.open(f"/p/{preset}").press("Backward").page
    page.goto(f"/n/{playground.session}?select={key}")
    page.locator(".inspection a.opener").first.click()
    expect(page.locator(".walk")).to_have_count(1)
    assert violations(page) == []
