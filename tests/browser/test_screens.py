"""Phones, tablets, paper and the system's own colours: everything is on the screen, in reach and told apart."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.playground import Playground, eventually

PHONES = (390, 844), (360, 640)
TOUCH = 40  # px
READ = 7.5  # px: the smallest letters of a drawing on a phone
BOXES = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  return { text: element.textContent.trim(), left, top, right, bottom };
}).filter(({ left, right, top, bottom }) => right > left && bottom > top)"""
SHOWN = """(selector) => [...document.querySelectorAll(selector)].filter((text) =>
  getComputedStyle(text).visibility === "visible" && text.getBoundingClientRect().width > 0)
  .map((text) => text.textContent.trim())"""
LETTERS = """() => {
  const scale = document.querySelector("#network").getScreenCTM().a;
  return [...document.querySelectorAll("#network .labels text")].map((text) =>
    scale * parseFloat(getComputedStyle(text).fontSize));
}"""
SIDEWAYS = "() => document.scrollingElement.scrollWidth - innerWidth"
UNDER_THE_BAR = """() => {
  const [stop, bar] = [document.activeElement, document.querySelector(".actions")];
  if (!stop || stop === document.body || bar.contains(stop)) return null;
  const { top, height } = stop.getBoundingClientRect();
  return height > 0 && top >= bar.getBoundingClientRect().top ? stop.outerHTML.slice(0, 80) : null;
}"""
LIGHT = """() => {
  const canvas = document.querySelector("#surface");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, x) => sum + x, 0) / data.length;
}"""
SPILLED = """(selector) => [...document.querySelectorAll(selector)].filter((element) =>
  element.offsetWidth && element.scrollWidth > element.clientWidth).map((element) => element.textContent.trim())"""


def on_phone(new_context: NewContext, size: tuple[int, int], path: str, **more: Any) -> Page:
    """A page on a phone held like that."""
    page = new_context(has_touch=True, is_mobile=True, **more).new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(path)
    return page


def colour(page: Page, selector: str, name: str = "background-color") -> str:
    """A computed colour of the first such element."""
    read = "([selector, name]) => getComputedStyle(document.querySelector(selector)).getPropertyValue(name)"
    return str(page.evaluate(read, [selector, name]))


def meet(a: Any, b: Any) -> bool:
    """Whether two boxes stand over one another."""
    wide = min(a["right"], b["right"]) - max(a["left"], b["left"])
    return bool(wide > 1 and min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) > 1)


@pytest.mark.parametrize("size", PHONES)
def test_names_of_inputs_and_classes_stay_on_the_screen(
    new_context: NewContext, size: tuple[int, int]
) -> None:
    page = on_phone(new_context, size, "/p/iris")
    names = page.evaluate(BOXES, "#network .beside")
    assert {name["text"] for name in names} >= {"sepal length", "setosa", "versicolor", "virginica"}
    assert [name["text"] for name in names if name["left"] < 0 or name["right"] > size[0]] == []
    discs = page.evaluate(BOXES, "#network .neuron circle")
    letters = [{**name, "top": name["top"] + 2, "bottom": name["bottom"] - 2} for name in names]
    assert [name["text"] for name in letters for disc in discs if meet(name, disc)] == []


@pytest.mark.parametrize("size", PHONES)
@pytest.mark.parametrize("scripted", [True, False])
def test_a_phone_shows_the_names_and_numbers_of_a_worked_example(
    new_context: NewContext, size: tuple[int, int], scripted: bool
) -> None:
    page = on_phone(new_context, size, "/p/worked-example", java_script_enabled=scripted)
    names = page.evaluate(SHOWN, "#network .neuron .name:not(.bias *)")
    assert names == ["x₁", "x₂", "h1", "h2", "o1", "o2"]
    labels = page.evaluate(SHOWN, "#network .labels text")
    weights = {1: 0.15, 2: 0.2, 3: 0.25, 4: 0.3, 5: 0.4, 6: 0.45, 7: 0.5, 8: 0.55}
    assert sorted(labels) == [f"w{k} {w:g}" for k, w in weights.items()]
    assert min(page.evaluate(LETTERS)) >= READ
    boxes = page.evaluate(BOXES, "#network .labels text, #network .neuron circle")
    assert [(a["text"], b["text"]) for k, a in enumerate(boxes) for b in boxes[k + 1 :] if meet(a, b)] == []


@pytest.mark.parametrize("size", PHONES)
def test_pages_beside_the_playground_fit_a_phone(new_context: NewContext, size: tuple[int, int]) -> None:
    page = on_phone(new_context, size, "/p/circle", java_script_enabled=False)
    session = page.locator("#playground").get_attribute("data-session")
    for path in ("/docs", f"/n/{session}/table", f"/n/{session}/landscape"):
        page.goto(path)
        assert page.evaluate(SIDEWAYS) <= 0, path
        for panel in page.evaluate(BOXES, "article"):
            parts = page.evaluate(BOXES, "article > *, article dl > *")
            assert [x["text"] for x in parts if x["right"] > panel["right"]] == [], path


def test_with_colours_of_the_systems_own_what_is_chosen_is_seen(new_context: NewContext) -> None:
    page = new_context(forced_colors="active").new_page()
    playground = Playground(page).open("/p/circle").press("Step", "Backward")
    for chosen, other in (
        (".choice :checked + span", ".choice :not(:checked) + span"),
        (".segments label:has(:checked)", ".segments label:not(:has(:checked))"),
    ):
        assert colour(page, chosen) != colour(page, other), chosen
    assert colour(page, ".thumb:has(:checked)", "outline-style") == "solid"
    assert colour(page, ".thumb:not(:has(:checked))", "outline-style") == "none"
    expect(playground.button("Backward")).to_have_css("border-bottom-width", "4px")
    expect(playground.button("Update")).to_have_css("border-bottom-width", "1px")
    key = "selector => getComputedStyle(document.querySelector(selector), '::before').borderTopColor"
    assert page.evaluate(key, ".key.batch") != page.evaluate(key, ".key:not(.batch)")


def test_paper_is_white_and_has_nothing_to_press(new_context: NewContext) -> None:
    page = new_context(color_scheme="dark").new_page()
    playground = Playground(page).open("/p/circle").press("Step", "Backward")
    playground.edge("1,0,1").dispatch_event("click")
    expect(page.locator("#inspector [id='inspector-value']")).to_be_visible()
    dark = page.evaluate(LIGHT)
    page.set_viewport_size({"width": 703, "height": 1032})  # of A4, without its margins
    page.emulate_media(media="print")
    assert colour(page, "html", "--ink") == "#1b2126"
    assert page.evaluate(LIGHT) > dark
    assert page.evaluate(SIDEWAYS) <= 0
    for gone in ("#actions", ".views", ".layers", ".edit", "#card", ".preferences", ".side"):
        expect(page.locator(gone).first).to_be_hidden()
    for kept in ("#network", "#plane", "#batch", "#inspector", "#counters"):
        expect(page.locator(kept)).to_be_visible()
    panel, *formulas = page.evaluate(BOXES, "#inspector, #inspector math")
    assert len(formulas) > 3
    assert [x["text"] for x in formulas if x["right"] > panel["right"]] == []
    page.emulate_media(media="screen")
    eventually(page, lambda: page.evaluate(LIGHT) == pytest.approx(dark, abs=0.5), True)


def test_what_has_the_focus_stands_clear_of_the_actions(playground: Playground) -> None:
    page = playground.page
    page.set_viewport_size({"width": 640, "height": 512})  # 1280×1024 at 200 %
    playground.open("/p/circle")
    hidden = set()
    for _ in range(75):
        page.keyboard.press("Tab")
        hidden.add(page.evaluate(UNDER_THE_BAR))
    assert hidden == {None}


@pytest.mark.parametrize("size", [(844, 390), (820, 1180)])
def test_fingers_reach_everything_on_wider_screens(new_context: NewContext, size: tuple[int, int]) -> None:
    page = on_phone(new_context, size, "/p/circle")
    expect(page.get_by_role("button", name="Step", exact=True)).to_be_in_viewport()
    expect(page.get_by_role("button", name="Reset", exact=True)).to_be_in_viewport()
    low = [
        button.inner_text()
        for button in page.get_by_role("button").all()
        if (box := button.bounding_box()) and box["height"] < TOUCH
    ]
    assert low == []
    controls = page.evaluate(BOXES, ".layers :is(button, input, select)")
    crossed = [
        (a["text"], b["text"]) for k, a in enumerate(controls) for b in controls[k + 1 :] if meet(a, b)
    ]
    assert crossed == []
    assert page.evaluate(SIDEWAYS) <= 0


def test_figures_of_a_chart_are_no_larger_than_the_text_around_it(playground: Playground) -> None:
    page = playground.page
    page.set_viewport_size({"width": 1024, "height": 768})
    playground.open("/p/circle").press("Step")
    high = page.evaluate("""() => {
      const text = document.querySelector(".chart text");
      return parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a;
    }""")
    assert high < 16


def test_a_phone_leads_from_a_number_back_to_the_drawing(new_context: NewContext) -> None:
    page = on_phone(new_context, PHONES[0], "/p/circle")
    Playground(page).press("Backward").neuron("1,1").tap()
    expect(page.locator("#inspector").get_by_role("heading").first).to_be_in_viewport()
    expect(page.locator("#network")).not_to_be_in_viewport()
    page.get_by_role("link", name="Back to the drawing").tap()
    expect(page.locator("#network")).to_be_in_viewport()


@pytest.mark.parametrize("size", PHONES)
def test_nothing_spills_on_a_phone(new_context: NewContext, size: tuple[int, int]) -> None:
    page = on_phone(new_context, size, "/p/cnn-digits")
    page.locator("#probe-panel summary").tap()
    tools = page.evaluate(BOXES, "#probe :is(button, input, svg)")
    panel = page.evaluate(BOXES, "section.batch")[0]
    assert [x for x in tools if x["right"] > panel["right"]] == []
    page.goto("/p/circle?select=edge:0,0,0")
    playground = Playground(page)
    page.goto(f"/n/{playground.session}?select=edge:0,0,0")
    expect(playground.button("Cut")).to_be_visible()
    assert page.evaluate(SPILLED, ".edit button, .actions :is(button, select)") == []
    words = page.evaluate(BOXES, "#test-accuracy, #learning-rate")
    share, rate = words
    same_row = abs(share["top"] - rate["top"]) < TOUCH / 2
    assert not same_row or rate["left"] - share["right"] > 8


def test_layers_are_called_in_the_drawing_what_they_are_called_above(playground: Playground) -> None:
    page = playground.open("/p/cnn-digits?lang=zh").page
    for name in ("卷积", "最大池化", "展平", "全连接"):
        expect(page.locator("#network .captions", has_text=name)).to_be_visible()
    playground.open("/p/lstm-remembers?lang=zh")
    expect(page.locator("#network .title", has_text="2 · 全连接")).to_be_visible()
