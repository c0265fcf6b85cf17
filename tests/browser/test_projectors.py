"""Laptops and projectors: on what is lower or narrower than a desk's screen buttons, drawing and result stay together,
and what stands keeps its place while numbers come."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.playground import Playground

LOW = [(1366, 768), (1280, 720), (1024, 768)]
SLACK = 0.5  # px
PAIR = "/p/circle/pair?learning_rate=0.5"


def sized(page: Page, width: int, height: int) -> None:
    """Give the window a size."""
    page.set_viewport_size({"width": width, "height": height})


def box_of(page: Page, selector: str) -> dict[str, float]:
    """Where an element is in the window."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None, selector
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def over(a: dict[str, float], b: dict[str, float]) -> bool:
    """Whether two boxes lie over one another."""
    wide = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
    high = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
    return wide > SLACK and high > SLACK


@pytest.mark.parametrize(("width", "height"), LOW)
def test_what_is_chosen_and_the_buttons_are_in_sight_together(
    playground: Playground, width: int, height: int
) -> None:
    page = playground.page
    sized(page, width, height)
    playground.open("/p/worked-example").press("Step", "Backward")
    expect(page.locator(".stage .drawing")).to_be_in_viewport(ratio=0.95)
    expect(page.locator("#plane svg").first).to_be_in_viewport(ratio=1)
    playground.edge("0,0,0").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_have_attribute("data-select", "edge:0,0,0")
    expect(page.locator("#inspector")).to_be_in_viewport(ratio=0.9)
    expect(playground.button("Step")).to_be_in_viewport(ratio=1)
    page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
    expect(playground.button("Step")).to_be_in_viewport(ratio=1)
    playground.press("Step").expect_numbers()


@pytest.mark.parametrize(("width", "height"), LOW)
def test_the_buttons_that_stay_cover_nothing_that_has_the_focus(
    playground: Playground, width: int, height: int
) -> None:
    page = playground.page
    sized(page, width, height)
    playground.open("/p/circle")
    page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
    covered = []
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.closest('#actions, .bar, body:focus') !== null"):
            break
        place = page.evaluate(
            "(({x, y, width, height}) => ({x, y, width, height}))(document.activeElement.getBoundingClientRect())"
        )
        if over(place, box_of(page, "#actions")):
            covered.append(page.evaluate("document.activeElement.outerHTML.slice(0, 90)"))
    assert covered == []


@pytest.mark.parametrize(("width", "height"), LOW)
def test_two_networks_stand_side_by_side(page: Page, width: int, height: int) -> None:
    sized(page, width, height)
    page.goto(PAIR)
    left, right = box_of(page, "#left .stage"), box_of(page, "#right .stage")
    assert (left["y"], left["height"]) == pytest.approx((right["y"], right["height"]), abs=SLACK)
    assert right["x"] > left["x"] + left["width"]
    page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
    expect(page.get_by_role("button", name="Step", exact=True)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_less_is_less_where_layers_stand_close(playground: Playground, width: int) -> None:
    page = playground.page
    sized(page, width, 900)
    playground.open("/p/deep-fives")
    field = box_of(page, "#units-1")
    page.mouse.move(field["x"] + field["width"] / 2, field["y"] + field["height"] / 2)
    less = box_of(page, "#fewer-1")
    assert not over(less, box_of(page, "#add-1"))
    with page.expect_navigation():
        page.mouse.click(less["x"] + 1, less["y"] + less["height"] / 2)
    units = [layer["units"] for layer in playground.expect_numbers()["spec"]["layers"]]
    assert units == [5, 4, 5, 5, 5, 5, 1]


def test_fingers_find_every_control_of_a_deep_network(new_context: NewContext) -> None:
    page = new_context(has_touch=True, is_mobile=True).new_page()
    sized(page, 1280, 800)
    Playground(page).open("/p/deep-fives")
    for control in ("#add-1", "#fewer-1", "#more-1", "#activation-1", "#remove-1"):
        expect(page.locator(control)).to_be_visible()


def test_the_drawing_stands_still(playground: Playground) -> None:
    page = playground.open("/p/deep-fives").press("Step").page
    playground.button("Got it").click()
    expect(page.locator("#welcome")).to_be_hidden()

    def places() -> list[dict[str, float]]:
        return [box_of(page, selector) for selector in ('[data-neuron="0,0"] circle', "#counters", ".stage")]

    before = places()
    playground.edge("0,0,0").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Freeze").click()
    expect(page.locator(".legend .of-frozen")).to_be_visible()
    assert places() == before
    for opener, panel in (("Share", "#share"), ("Compare", "#compare")):
        playground.button(opener).click()
        expect(page.locator(panel)).to_be_visible()
        assert places() == before
        page.keyboard.press("Escape")


def test_counters_begin_at_one_place(playground: Playground) -> None:
    page = playground.open("/p/circle").press("Step").page
    before = [box_of(page, f"#counters {each}")["x"] for each in ("#step", "#phase", "#batch-loss")]
    page.locator("#batch-loss").evaluate("(data) => { data.textContent = '0.0001234'; }")
    assert [box_of(page, f"#counters {each}")["x"] for each in ("#step", "#phase", "#batch-loss")] == before
    page.locator("#counters div[hidden]").evaluate("(each) => { each.hidden = false; }")
    assert not over(box_of(page, "#counters #step"), box_of(page, "#action-reset"))
    assert page.evaluate("document.scrollingElement.scrollWidth") == 1440


def test_a_new_choice_is_read_from_its_beginning(playground: Playground) -> None:
    page = playground.open("/p/worked-example").press("Backward").page
    playground.edge("0,0,0").click()
    page.get_by_role("button", name="Check by finite differences").click()
    expect(page.locator("#difference-error")).to_be_visible()
    scrolled = "document.getElementById('inspector').scrollTop"
    assert page.evaluate(scrolled) > 0
    playground.press("Forward", "Backward")
    assert page.evaluate(scrolled) > 0
    playground.neuron("2,0").click()
    expect(page.locator("#inspector")).to_have_attribute("data-select", "neuron:2,0")
    assert page.evaluate(scrolled) == 0


def test_two_targets_and_two_outputs_have_one_head_each_over_both(playground: Playground) -> None:
    page = playground.open("/p/worked-example").press("Forward").page
    for k, head in ((0, "target"), (1, "output")):
        middle = page.get_by_role("columnheader", name=head).evaluate(
            "(th) => { const range = document.createRange(); range.selectNodeContents(th);"
            " const { left, right } = range.getBoundingClientRect(); return (left + right) / 2; }"
        )
        cells = page.locator("#batch tbody tr").first.locator("td").all()[2 + 2 * k : 4 + 2 * k]
        boxes = [cell.bounding_box() for cell in cells]
        assert boxes[0]
        assert boxes[1]
        assert boxes[0]["x"] < middle < boxes[1]["x"] + boxes[1]["width"]
        assert abs(middle - boxes[1]["x"]) < 0.2 * boxes[1]["width"]
    page.locator("#batch tbody a").first.click()
    expect(page.locator("#batch tbody tr[aria-current]")).to_have_count(1)
    expect(page.locator("#batch tfoot")).to_contain_text("mean of the batch")


def test_layers_are_told_apart_in_the_chart_and_its_reading_is_whole(playground: Playground) -> None:
    page = playground.open("/p/deep-fives").press(*["Step"] * 3).page
    page.get_by_text("‖Gradient‖").click()
    expect(page.locator(".series.layer")).to_have_count(7)
    looks = page.locator(".series.layer").evaluate_all(
        "(all) => all.map((path) => { const { stroke, strokeDasharray } = getComputedStyle(path);"
        " return [stroke, strokeDasharray]; })"
    )
    assert len({stroke for stroke, _ in looks}) == len({dashes for _, dashes in looks}) == 7
    box = box_of(page, "#chart svg")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    reading = page.locator("#chart-reading")
    expect(reading).to_contain_text("layer 7")
    expect(reading).to_be_in_viewport(ratio=1)
    assert not over(box_of(page, "#chart-reading"), box_of(page, ".findings"))
    assert box_of(page, "#chart svg") == box


def test_a_sequence_shows_all_of_its_steps(playground: Playground) -> None:
    page = playground.open("/p/lstm-remembers").page
    strip = page.locator(".strip")
    assert strip.evaluate("({ scrollWidth, clientWidth }) => scrollWidth - clientWidth") <= 0


@pytest.mark.parametrize(("width", "language"), [(1440, "zh"), (1280, "zh"), (1024, "zh"), (1024, "en")])
def test_names_of_classes_are_not_broken(playground: Playground, width: int, language: str) -> None:
    page = playground.page
    sized(page, width, 900)
    playground.open(f"/p/iris?lang={language}")
    heads = page.locator("#confusion thead th")
    tall = heads.evaluate_all("(all) => all.map((th) => th.getBoundingClientRect().height)")
    assert max(tall) < 1.5 * 20
    inside = box_of(page, "#confusion")
    table = box_of(page, "#confusion table")
    assert table["x"] + table["width"] <= inside["x"] + inside["width"] + SLACK


def test_pages_of_their_own_find_all_they_name(playground: Playground) -> None:
    warned: list[str] = []
    page = playground.open("/p/xor").press("Backward").page
    page.on("console", lambda line: warned.append(line.text) if line.type == "warning" else None)
    page.goto(f"/n/{playground.session}/table")
    page.get_by_role("button", name="Check all gradients").click()
    expect(page.locator("#gradcheck table")).to_be_visible()
    page.get_by_role("link", name="Layer 2", exact=True).click()
    expect(page.locator("#table")).to_contain_text("Layer 2, rows")
    assert warned == []
