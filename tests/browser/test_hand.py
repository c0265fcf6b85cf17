"""Looking closer and changing numbers by hand: the switch, the card, the form beside the inspector, the table."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from app.scene.format import short
from tests.browser.conftest import NewContext, Open
from tests.browser.playground import Playground, eventually
from tests.browser.test_inspector import click_edge

SECTION = "section.network"


def choose(page: Page, view: str) -> None:
    """Press one of the switch's four."""
    page.locator("#views").get_by_text(view, exact=True).click()
    expect(page.get_by_role("radio", name=view, exact=True)).to_be_checked()


def label(page: Page, place: str) -> Locator:
    """The numbers on an edge."""
    return page.locator(f'[data-label="{place}"]')


def widths(page: Page, kind: str) -> list[float]:
    """The widths of all strokes of a kind, in the order of the edges."""
    script = f"els => els.map(e => Number(e.querySelector('.{kind}').getAttribute('stroke-width')))"
    return list(page.locator("[data-edge]").evaluate_all(script))


def test_the_switch_shows_weight_gradient_both_or_the_update(playground: Playground) -> None:
    page = playground.open("/p/xor").press("Step", "Backward").page
    state = playground.expect_numbers()
    weight, gradient = state["parameters"][0]["W"][1][2], state["gradients"][0]["W"][1][2]
    update = playground.api("/explain/0/W/1,2")["optimizer"]
    shown = {
        "weight": [short(weight)],
        "gradient": [f"∂ {short(gradient)}"],
        "both": [short(weight), f"∂ {short(gradient)}"],
        "update": [f"Δ {short(update['new'] - update['old'])}"],
    }
    edge = playground.edge("0,1,2")
    for view, texts in shown.items():
        choose(page, view)
        for text in texts:
            expect(label(page, "0,1,2")).to_contain_text(text)
        others = {text for other in shown.values() for text in other} - set(texts)
        assert not [text for text in others if text in (label(page, "0,1,2").text_content() or "")]
        expect(edge.locator(".gradient")).to_be_visible(visible=view in ("gradient", "both"))
        expect(page.locator(".of-gradient")).to_be_visible(visible=view in ("gradient", "both"))
        expect(page.locator(".of-weight")).to_be_visible(visible=view in ("weight", "both"))
        expect(page.locator(".of-change")).to_be_visible(visible=view == "update")
        playground.expect_numbers()  # what the edges carry does not depend on what they show


def test_the_update_is_coming_then_the_last(playground: Playground) -> None:
    page = playground.open("/p/xor").press("Backward").page
    choose(page, "update")
    expect(page.locator(".of-change .coming")).to_be_visible()
    playground.press("Update")
    expect(page.locator(".of-change .last")).to_be_visible()
    expect(page.locator(".of-change .coming")).to_be_hidden()
    update = playground.api("/explain/1/W/2,0")["optimizer"]
    expect(label(page, "1,2,0")).to_contain_text(f"Δ {short(update['new'] - update['old'])}")


def test_a_linear_scale_is_to_scale(playground: Playground) -> None:
    page = playground.open("/p/xor").press("Backward").page
    gradients = [abs(g or 0.0) for _, g in playground.shown()["edges"].values()]
    biases = [abs(g or 0.0) for _, g in playground.shown()["biases"].values()]
    before = widths(page, "gradient")
    page.get_by_label("linear scale").check()
    widest = float((page.locator("#network").get_attribute("data-widest") or "").split(",")[1])
    largest = max(gradients + biases)
    for width, gradient in zip(widths(page, "gradient"), gradients, strict=True):
        assert width == pytest.approx(0.5 + (widest - 0.5) * gradient / largest, abs=0.0501)
    expect(page.locator(".of-scale .linear")).to_be_visible()
    page.get_by_label("linear scale").uncheck()
    assert widths(page, "gradient") == before


def test_the_view_is_kept_by_the_browser(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    choose(page, "gradient")
    page.get_by_label("linear scale").check()
    playground.open("/p/circle")
    expect(page.get_by_role("radio", name="gradient", exact=True)).to_be_checked()
    expect(page.get_by_label("linear scale")).to_be_checked()
    expect(page.locator(SECTION)).to_have_attribute("data-view", "gradient")


def test_the_card_follows_pointer_and_numbers(playground: Playground) -> None:
    page = playground.open("/p/xor").press("Step", "Backward").page
    card = page.locator("#card")
    expect(card).to_be_hidden()
    playground.neuron("1,1").hover()
    expect(card).to_be_visible()
    trace, state = playground.api("/trace"), playground.state()
    layer = trace["layers"][0]
    for row, values in (("z", layer["z"]), ("a", layer["a"])):
        mean = sum(value[1] for value in values) / len(values)
        assert number_in(card, row) == pytest.approx(mean, rel=2e-3)
    mean = sum(abs(delta[1]) for delta in layer["delta"]) / len(layer["delta"])
    assert number_in(card, "delta") == pytest.approx(mean, rel=2e-3)
    expect(card.locator('[data-row="bias"] dd')).to_have_text(short(state["parameters"][0]["b"][1]))
    page.keyboard.press("s")
    playground.expect_step(2)
    bias = playground.expect_numbers()["parameters"][0]["b"][1]
    expect(card.locator('[data-row="bias"] dd')).to_have_text(short(bias))
    expect(card.locator('[data-row="last"]')).to_be_visible()
    page.mouse.move(2, 2)
    expect(card).to_be_hidden()


def number_in(card: Locator, row: str) -> float:
    """A number of the card as it is read there."""
    text = card.locator(f'[data-row="{row}"] dd').inner_text().replace("−", "-")
    mantissa, _, power = text.partition("×10")
    plain = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(f"{mantissa}e{plain or 0}")


def test_no_card_for_a_finger(new_context: NewContext) -> None:
    page = new_context(has_touch=True).new_page()
    playground = Playground(page).open("/p/xor")
    playground.neuron("1,1").tap()
    expect(page.locator("#inspector").get_by_role("heading")).to_contain_text("a⁽¹⁾₂")
    expect(page.locator("#card")).to_be_hidden()


def test_large_networks_are_read_on_the_card(playground: Playground) -> None:
    page = playground.open("/p/digits").press("Backward").page
    source, target = (playground.neuron(place).bounding_box() for place in ("1,0", "2,0"))
    assert source
    assert target
    y = source["y"] + source["height"] / 2
    page.mouse.move(source["x"] + source["width"] + 8, y)
    title = page.locator("#card .title")
    expect(title).to_have_text(re.compile(r"Weight from a⁽¹⁾₁ to a⁽²⁾\S+"))
    unit = int(
        (title.inner_text().rsplit("₁ to a⁽²⁾", 1)[1]).translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    )
    weight = playground.state()["parameters"][1]["W"][0][unit - 1]
    assert number_in(page.locator("#card"), "value") == pytest.approx(weight, rel=1e-3)
    playground.neuron("2,3").hover()
    expect(title).to_contain_text("Neuron")
    expect(page.locator("#network")).to_have_class(re.compile("pointing"))


def test_pointing_at_a_neuron_shows_its_own_edges(playground: Playground) -> None:
    page = playground.open("/p/circle").page
    playground.neuron("2,1").hover()
    own = page.locator("#network .edge.own")
    places = sorted(edge.get_attribute("data-edge") or "" for edge in own.all())
    assert places == ["1,0,1", "1,1,1", "1,2,1", "1,3,1", "2,1,0"]


def value_field(page: Page) -> Locator:
    """Where a value is typed."""
    return page.get_by_label("Value", exact=True)


def test_a_number_is_typed(playground: Playground) -> None:
    page = playground.open("/p/xor").press("Backward").page
    expect(page.locator("#edit")).to_be_hidden()
    click_edge(page, playground.edge("0,1,2"))
    expect(page.locator("#edit")).to_contain_text("W⁽¹⁾₂₃")
    value_field(page).fill("-1.25")
    value_field(page).press("Enter")
    eventually(page, lambda: playground.shown()["edges"]["0,1,2"][0], -1.25)
    assert playground.expect_numbers()["parameters"][0]["W"][1][2] == -1.25
    expect(value_field(page)).to_be_focused()
    page.keyboard.press("Escape")
    playground.press("Undo").expect_numbers()
    assert playground.state()["parameters"][0]["W"][1][2] != -1.25


def test_what_is_no_number_is_said_and_stays(playground: Playground, faults: object) -> None:
    faults.expect("422")  # type: ignore[attr-defined]
    page = playground.open("/p/xor").page
    playground.neuron("2,0").click()
    value_field(page).fill("abc")
    value_field(page).press("Enter")
    expect(page.locator("#edit_fault")).to_contain_text("abc is not a number")
    expect(value_field(page)).to_have_value("abc")
    expect(value_field(page)).to_have_attribute("aria-invalid", "true")
    playground.press("Step")
    expect(value_field(page)).to_have_value("abc")
    value_field(page).press("Escape")
    bias = playground.state()["parameters"][1]["b"][0]
    assert float(value_field(page).input_value()) == bias
    expect(page.locator("#edit_fault")).to_be_empty()


def test_what_is_typed_outlives_playing(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    click_edge(page, playground.edge("0,0,1"))
    expect(value_field(page)).not_to_have_value("")
    playground.button("Play").click()
    value_field(page).fill("0.5")
    before = int(page.locator("#step").inner_text())
    page.wait_for_function(
        "before => Number(document.querySelector('#step').textContent) > before + 3", arg=before
    )
    expect(value_field(page)).to_have_value("0.5")
    expect(value_field(page)).to_be_focused()
    playground.button("Pause").click()
    playground.expect_numbers()
    value_field(page).press("Enter")
    eventually(page, lambda: playground.shown()["edges"]["0,0,1"][0], 0.5)


def test_a_number_is_dragged(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    click_edge(page, playground.edge("0,0,1"))
    expect(value_field(page)).not_to_have_value("")
    start = playground.state()["parameters"][0]["W"][0][1]
    box = page.locator("#edit .drag").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    previewed = playground.shown()["edges"]["0,0,1"][0]
    assert previewed == pytest.approx(start + 0.4, abs=1e-5)
    assert playground.state()["can_undo"] == 0
    page.mouse.up()
    eventually(page, lambda: playground.state()["can_undo"], 1)
    assert playground.state()["parameters"][0]["W"][0][1] == pytest.approx(start + 0.4, abs=1e-5)


def test_freeze_and_cut(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    edge = playground.edge("0,0,1")
    click_edge(page, edge)
    start = playground.state()["parameters"][0]["W"][0][1]
    playground.press("Freeze")
    expect(edge).to_have_class(re.compile(r"\bfrozen\b"))
    expect(page.locator(".of-frozen")).to_be_visible()
    expect(playground.button("Unfreeze")).to_be_focused()
    playground.press("Step").expect_numbers()
    assert playground.state()["parameters"][0]["W"][0][1] == start
    playground.press("Cut")
    expect(edge).to_have_class(re.compile(r"\bcut\b"))
    expect(page.locator(".of-cut")).to_be_visible()
    expect(playground.button("Put back")).to_be_focused()
    playground.press("Step").expect_numbers()
    assert playground.shown()["edges"]["0,0,1"][0] == 0
    playground.press("Put back")
    expect(edge).not_to_have_class(re.compile(r"\bcut|frozen\b"))
    playground.expect_numbers()
    assert playground.state()["parameters"][0]["W"][0][1] == start


def test_a_visitor_sees_no_form(playground: Playground, visit: Open) -> None:
    playground.open("/p/xor")
    visitor = visit(f"/n/{playground.session}?select=edge:0,0,0")
    expect(visitor.page.locator("#edit")).to_be_hidden()
    visitor.neuron("1,1").click()
    expect(visitor.page.locator("#inspector").get_by_role("heading")).to_contain_text("a⁽¹⁾₂")
    expect(visitor.page.locator("#edit")).to_be_hidden()


def test_the_table_leads_to_the_inspector(playground: Playground) -> None:
    page = playground.open("/p/xor").press("Backward").page
    page.get_by_role("link", name="Table", exact=True).click()
    dialog = page.get_by_role("dialog", name="All weights and biases")
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Layer 2").click()
    state = playground.state()
    row = dialog.get_by_role("row").filter(has_text="W⁽²⁾₃₁")
    expect(row).to_be_visible()
    shown = [float(x.get_attribute("value") or "nan") for x in row.locator("data").all()]
    assert shown[:2] == [state["parameters"][1]["W"][2][0], state["gradients"][1]["W"][2][0]]
    row.get_by_role("link").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#inspector").get_by_role("heading")).to_contain_text("W⁽²⁾₃₁")
