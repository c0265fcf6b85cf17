"""The page fits: one screen at a desk, no sideways scrolling on a phone, no text over another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from app.presets import PRESETS, Preset
from app.spec import DatasetSpec, parse_spec
from tests.browser.conftest import NewContext
from tests.browser.playground import Playground, link_to, numbers_in
from tests.specs import BY_UNIT, dense_of
from tests.web.test_pages_by_layer import SPECS

PHONE = {"width": 390, "height": 844}
SCREENS = ((320, 568), (360, 740), (390, 844), (768, 1024), (1024, 768), (1440, 900))
ONE_SCREEN = 40  # the most edges of a network that has to fit on one screen at 1440×900
TOUCH = 40  # px
BOXES = """() => [...document.querySelectorAll("#network text")].map((text) => {
  const { left, top, right, bottom } = text.getBoundingClientRect();
  return { text: text.textContent, left, top, right, bottom };
}).filter(({ text, left, right, top, bottom }) => text.trim() && right > left && bottom > top)"""
SLACK = 0.5  # px; boxes are taller than their letters by more than this
HUGE = 1e20
EXPLODING = {
    "data": {"dataset": "circle"},
    "layers": [{"type": "dense", "units": units, "activation": "linear"} for units in (4, 2, 1)],
    "loss": "mse",
    "optimizer": {"name": "sgd", "learning_rate": 1000},
}
PAGE = """() => {
  const page = document.scrollingElement;
  return { right: page.scrollWidth - innerWidth, down: page.scrollHeight - innerHeight };
}"""

FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def edges_of(preset: Preset) -> int:
    """How many edges the network of a preset has."""
    spec = parse_spec(preset.spec)
    inputs = len(spec.data.features) if isinstance(spec.data, DatasetSpec) else len(spec.data.inputs[0])
    return sum(a * b for a, b in pairwise([inputs, *(layer.units for layer in dense_of(spec))]))


SMALL = [name for name in BY_UNIT if edges_of(PRESETS[name]) <= ONE_SCREEN]


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language of the page."""
    return request.param  # type: ignore[no-any-return]


def backward(page: Page, session: str) -> None:
    """Bring the session to the phase that shows the most numbers, and show it with an edge chosen."""
    page.request.post(f"/api/sessions/{session}/step")
    page.request.post(f"/api/sessions/{session}/backward")
    page.goto(f"/n/{session}?select=edge:0,0,0")


def overlaps(page: Page) -> list[tuple[str, str]]:
    """Pairs of texts of the drawing that stand over one another."""
    boxes = page.evaluate(BOXES)
    assert len(boxes) >= 2
    found = []
    for k, a in enumerate(boxes):
        for b in boxes[k + 1 :]:
            wide = min(a["right"], b["right"]) - max(a["left"], b["left"])
            high = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
            if wide > SLACK and high > SLACK:
                found.append((a["text"], b["text"]))
    return found


def test_one_screen_at_a_desk(playground: Playground, language: str) -> None:
    page = playground.page
    assert {"circle", "iris", "hidden-five", "numbered-nodes", "worked-example"} <= set(SMALL)
    scrolled = {}
    for name in SMALL:
        playground.open(f"/p/{name}?lang={language}")
        scrolled[name] = page.evaluate(PAGE)
        backward(page, playground.session)
        scrolled[f"{name}, backward"] = page.evaluate(PAGE)
    assert {name: by for name, by in scrolled.items() if by["right"] > 0 or by["down"] > 0} == {}


def test_no_text_of_the_drawing_over_another(playground: Playground) -> None:
    page, found = playground.page, {}
    for name in SMALL:
        playground.open(f"/p/{name}")
        backward(page, playground.session)
        found[name] = overlaps(page)
    assert {name: pairs for name, pairs in found.items() if pairs} == {}


def test_huge_numbers_have_room(playground: Playground) -> None:
    page = playground.page
    playground.open(link_to(EXPLODING)).press("Step", "Step")
    state = playground.expect_numbers()
    assert max(map(abs, numbers_in(state["parameters"]))) > HUGE
    assert overlaps(page) == []
    standing = page.locator("#network .labels text").all_inner_texts()
    page.reload()
    assert page.locator("#network .labels text").all_inner_texts() == standing


def test_a_phone(new_context: NewContext, language: str) -> None:
    page = new_context().new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    playground, sideways, low, over = Playground(page), {}, {}, {}
    for name in PRESETS:
        playground.open(f"/p/{name}?lang={language}")
        backward(page, playground.session)
        sideways[name] = page.evaluate(PAGE)["right"]
        low[name] = [
            button.inner_text()
            for button in page.get_by_role("button").all()
            if (box := button.bounding_box()) and box["height"] < TOUCH
        ]
        if name in SMALL:
            over[name] = overlaps(page)
    assert {name: by for name, by in sideways.items() if by > 0} == {}
    assert {name: buttons for name, buttons in low.items() if buttons} == {}
    assert {name: pairs for name, pairs in over.items() if pairs} == {}


def test_nothing_scrolls_sideways(playground: Playground, language: str) -> None:
    page, sideways = playground.page, {}
    for link in ("/p/circle", "/p/deep-fives", "/p/digits", link_to(SPECS["conv"])):
        playground.open(link + ("&" if "?" in link else "?") + f"lang={language}")
        backward(page, playground.session)
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(FRAMES)
            sideways[link, width] = page.evaluate(PAGE)["right"]
    assert {place: by for place, by in sideways.items() if by > 0} == {}


def test_the_buttons_of_a_phone_are_in_reach(new_context: NewContext) -> None:
    page = new_context().new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    playground = Playground(page).open("/p/xor")
    for name in ("Step", "Play", "Forward", "Backward", "Update", "Undo", "Redo", "Reset"):
        expect(playground.button(name)).to_be_in_viewport()
    playground.press("Step").expect_numbers()
    playground.neuron("1,0").click()
    expect(page.locator("#inspector").get_by_role("heading")).to_be_in_viewport()


def test_the_colours_chosen_stay_on_every_page(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    root = page.locator("html")
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.get_by_role("button", name="Light or dark").click()
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).not_to_have_css("background-color", ground)
    for path in ("/docs", "/p/xor"):
        page.goto(path)
        expect(root).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Light or dark").click()
    expect(root).to_have_css("background-color", ground)
