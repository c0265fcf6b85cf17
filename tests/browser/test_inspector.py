"""The inspector: what it says of an edge and a neuron is what the API explains, and its sums add up."""

from __future__ import annotations

import re
from math import fsum

import pytest
from playwright.sync_api import Locator, Page, expect

from app.presets import PRESETS
from tests.browser.playground import Playground, eventually

CLICKABLE = """edge => {
  const { left, top, right, bottom } = edge.querySelector("line").getBoundingClientRect();
  const line = edge.querySelector("line"), frame = line.getScreenCTM();
  const end = k => new DOMPoint(line[`x${k}`].baseVal.value, line[`y${k}`].baseVal.value).matrixTransform(frame);
  const [from, to] = [end(1), end(2)];
  for (let share = 0.02; share < 1; share += 0.02) {
    const [x, y] = [from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)];
    if (edge.contains(document.elementFromPoint(x, y))) return [x, y];
  }
  return null;
}"""


def click_edge(page: Page, edge: Locator) -> None:
    """Click where the pointer reaches this edge and no other."""
    place = edge.evaluate(CLICKABLE)
    assert place, f"nothing of {edge} can be clicked"
    page.mouse.click(*place)


def products(page: Page) -> list[float]:
    """The last number of each line of the table, sums at its foot left out."""
    cells = page.locator("#terms tbody tr td:last-child data")
    return [float(cell.get_attribute("value") or "nan") for cell in cells.all()]


def expect_explanation(playground: Playground, heading: str, path: str) -> None:
    """The inspector shows what the API explains of the parameter."""
    page = playground.page
    expect(page.locator("#inspector").get_by_role("heading")).to_contain_text(heading)
    explained = playground.api(f"/explain/{path}")
    eventually(page, lambda: playground.value("#inspector-gradient"), explained["gradient"])
    assert playground.value("#inspector-value") == explained["value"]
    assert playground.value("#inspector-old") == explained["optimizer"]["old"]
    assert playground.value("#inspector-new") == explained["optimizer"]["new"]
    assert playground.value("#inspector-sum") == pytest.approx(explained["sum"], rel=1e-12, abs=1e-15)
    shown = products(page)
    assert len(shown) >= min(9, len(explained["terms"]))
    assert fsum(shown) == pytest.approx(explained["sum"], rel=1e-9, abs=1e-15)
    whole = [term["product"] for term in explained["terms"]]
    if page.locator(".inspection.parameter").count():  # a neuron lists its samples in order
        whole = sorted(whole, key=abs, reverse=True)
    assert shown[:9] == whole[:9]


@pytest.mark.parametrize("finish", ["Backward", "Step"])
def test_clicks_and_enter_on_edges_and_neurons(playground: Playground, finish: str) -> None:
    page = playground.open("/p/circle").press("Step", "Forward", finish).page
    playground.expect_numbers()
    click_edge(page, playground.edge("0,1,2"))
    expect_explanation(playground, "W⁽¹⁾₂₃", "0/W/1,2")
    playground.neuron("2,1").click()
    expect_explanation(playground, "b⁽²⁾₂", "1/b/1")
    playground.edge("2,0,0").focus()
    page.keyboard.press("Enter")
    expect_explanation(playground, "W⁽³⁾₁₁", "2/W/0,0")
    playground.neuron("1,3").focus()
    page.keyboard.press("Enter")
    expect_explanation(playground, "b⁽¹⁾₄", "0/b/3")
    expect(page.locator("#network .selected")).to_have_count(1)


def test_every_line_is_local_times_delta(playground: Playground) -> None:
    page = playground.open("/p/xor").press("Step", "Backward").page
    click_edge(page, playground.edge("1,2,0"))
    expect_explanation(playground, "W⁽²⁾₃₁", "1/W/2,0")
    terms = playground.api("/explain/1/W/2,0")["terms"]
    rows = page.locator("#terms tbody tr").all()
    shown = [[float(x.get_attribute("value") or "nan") for x in row.locator("data").all()] for row in rows]
    terms = sorted(terms, key=lambda term: -abs(term["product"]))
    assert shown == [[term["local"], term["delta"], term["product"]] for term in terms]
    for local, delta, product in shown:
        assert product == pytest.approx(local * delta, rel=1e-12)


def test_a_penalty_stands_under_the_sum(playground: Playground) -> None:
    page = playground.open("/p/xor?l2=0.25").press("Backward").page
    click_edge(page, playground.edge("0,0,1"))
    expect_explanation(playground, "W⁽¹⁾₁₂", "0/W/0,1")
    state = playground.state()
    penalty = 0.25 * state["parameters"][0]["W"][0][1]
    foot = [float(x.get_attribute("value") or "nan") for x in page.locator("#terms tfoot data").all()]
    total, shown_penalty, gradient = foot
    assert shown_penalty == pytest.approx(penalty, rel=1e-12)
    assert gradient == pytest.approx(total + shown_penalty, rel=1e-12)
    assert gradient == state["gradients"][0]["W"][0][1]


def test_before_a_backward_pass_the_inspector_says_what_to_press(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    click_edge(page, playground.edge("0,0,0"))
    expect(page.locator("#inspector")).to_contain_text("Press Forward, then Backward")
    playground.press("Forward")
    expect(page.locator("#inspector")).to_contain_text("Press Forward, then Backward")
    playground.press("Backward")
    expect_explanation(playground, "W⁽¹⁾₁₁", "0/W/0,0")


@pytest.mark.parametrize("preset", ["circle", "numbered-nodes", "deep-fives"])
def test_every_edge_and_neuron_can_be_reached(playground: Playground, preset: str) -> None:
    playground.open(f"/p/{preset}")
    edges = playground.page.locator("[data-edge]").all()
    unreachable = [edge.get_attribute("data-edge") for edge in edges if not edge.evaluate(CLICKABLE)]
    assert unreachable == []
    for place in playground.page.locator("[data-edge], [data-neuron]").all():
        place.focus()
        expect(place).to_be_focused()
        expect(place).to_have_accessible_name(re.compile(r"\w"))


def test_weights_of_a_large_network_are_chosen_on_the_canvas_and_in_the_list(playground: Playground) -> None:
    page = playground.open("/p/digits").press("Backward").page
    playground.neuron("2,4").click()
    expect_explanation(playground, "b⁽²⁾₅", "1/b/4")
    page.locator("#incoming").get_by_role("link").first.click()
    expect(page.locator("#inspector").get_by_role("heading")).to_contain_text("Weight W⁽²⁾")
    playground.neuron("1,0").click()
    expect(page.locator("#inspector").get_by_role("heading")).to_contain_text("Neuron a⁽¹⁾₁")
    source, target = (playground.neuron(place).bounding_box() for place in ("1,7", "2,5"))
    assert source
    assert target
    page.mouse.click((source["x"] + target["x"] + target["width"]) / 2, (source["y"] + target["y"]) / 2)
    expect(page.locator("#inspector").get_by_role("heading")).to_contain_text("Weight W⁽²⁾")
    key = page.locator("#inspector").get_attribute("data-select") or ""
    layer, unit, to = re.findall(r"\d+", key)
    expect_explanation(playground, "Weight W", f"{layer}/W/{unit},{to}")


def names_in(page: Page, pattern: str) -> list[str]:
    """The names of that form on the drawing, each as often as it stands there."""
    return sorted(
        name
        for text in page.locator("#network text").all_text_contents()
        for name in re.findall(pattern, text)
    )


def test_numbered_nodes(playground: Playground) -> None:
    page = playground.open("/p/numbered-nodes").page
    names = {"w12": "0,0,0", "w13": "0,0,1", "w24": "1,0,0", "w25": "1,0,1", "w34": "1,1,0", "w35": "1,1,1"}
    assert names_in(page, r"\bw\d+") == sorted(names)
    neurons = ["0,0", "1,0", "1,1", "2,0", "2,1"]
    for number, place in enumerate(neurons, start=1):
        expect(playground.neuron(place).locator("text.name")).to_have_text(str(number))
    playground.press("Backward")
    for name, place in names.items():
        expect(playground.edge(place)).to_have_accessible_name(re.compile(rf"\b{name}\b"))
        click_edge(page, playground.edge(place))
        layer, source, unit = place.split(",")
        expect_explanation(playground, name, f"{layer}/W/{source},{unit}")


def test_the_worked_example_to_every_printed_digit(playground: Playground) -> None:
    page = playground.open("/p/worked-example").page
    assert names_in(page, r"\bw\d+") == [f"w{k}" for k in range(1, 9)]
    places = [f"{layer},{source},{unit}" for layer in (0, 1) for unit in (0, 1) for source in (0, 1)]
    for number, place in enumerate(places, start=1):
        expect(playground.edge(place)).to_have_accessible_name(re.compile(rf"\bw{number}\b"))

    def shown(kind: int) -> list[float]:
        return [playground.shown()["edges"][place][kind] for place in places]

    assert shown(0) == [0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55]
    playground.press("Forward", "Backward").expect_numbers()
    assert playground.shown()["loss"] == pytest.approx(0.298371109, abs=5e-10)
    gradients = [0.000438568, 0.000877135, 0.000497713, 0.000995425]
    gradients += [0.082167041, 0.082667628, -0.022602540, -0.022740242]
    assert shown(1) == pytest.approx(gradients, abs=5e-10)
    playground.press("Update").expect_numbers()
    new = [
        0.149780716,
        0.199561432,
        0.249751144,
        0.299502287,
        0.358916480,
        0.408666186,
        0.511301270,
        0.561370121,
    ]
    assert shown(0) == pytest.approx(new, abs=5e-10)
    playground.press("Forward").expect_numbers()
    assert playground.shown()["loss"] == pytest.approx(0.291027774, abs=5e-10)
    assert PRESETS["worked-example"].spec["frozen"] == ["b[0]", "b[1]"]


def test_the_choice_outlives_a_reload_and_a_change_of_language(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    playground.edge("0,1,0").dispatch_event("click")
    expect(page.locator("#inspector")).to_have_attribute("data-select", "edge:0,1,0")
    playground.press("Step")
    expect(page).to_have_url(re.compile(rf"/n/{playground.session}\?select=edge:0,1,0$"))
    page.reload()
    expect(page.locator("#inspector")).to_have_attribute("data-select", "edge:0,1,0")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("#inspector")).to_have_attribute("data-select", "edge:0,1,0")
    playground.expect_step(1)


def test_a_step_sets_the_texts_of_the_inspector_and_leaves_its_elements(playground: Playground) -> None:
    playground.open("/p/circle?select=edge:0,0,0").press("Step", "Step")
    page = playground.page
    page.evaluate("document.querySelector('#terms tbody tr').standing = true")
    for _ in range(3):
        playground.press("Step")
        state = playground.state()
        playground.expect_step(state["step"])
        for name, parameters in (("value", state["parameters"]), ("gradient", state["gradients"])):
            held = page.locator(f"#inspector-{name}").get_attribute("value")
            assert held is not None
            assert float(held) == parameters[0]["W"][0][0]
    assert page.evaluate("document.querySelector('#terms tbody tr').standing === true")


def test_what_is_out_of_sight_is_left_out_only_while_steps_come(playground: Playground) -> None:
    playground.open("/p/circle?select=edge:0,0,0").press("Step", "Step", "Step")
    proofs = playground.page.locator("#inspector .proofs")
    expect(proofs).to_have_css("content-visibility", "visible")
    proofs.scroll_into_view_if_needed()
    playground.press("Step", "Step")
    expect(proofs).to_have_css("content-visibility", "visible")
    expect(playground.page.locator("#check-difference")).to_be_visible()
