"""A network over time on the page: every number is the API's, and everything can be chosen, by hand and by keys."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import NewContext
from tests.browser.playground import PATIENCE, PAUSE_MS, Playground, eventually, numbers_in, parsed

AXE = Axe()
PRESETS = ("rnn-echo", "lstm-remembers", "gru-remembers")
READ = """() => {
  const { dataset: phase } = document.querySelector("#phase");
  const read = (selector, ...names) =>
    [...document.querySelectorAll(selector)].map(({ dataset }) => names.map((name) => dataset[name]));
  return {
    step: Number(document.querySelector("#step").textContent), phase: phase.phase,
    parameters: read("#network [data-parameter]", "parameter", "weight", "gradient"),
    edges: read("#network [data-edge]", "edge", "weight"),
    bars: read("#network .bar", "norm").flat(),
  };
}"""


def flat(parameters: list[dict[str, Any]] | None) -> list[float] | None:
    """Every parameter, or gradient, in the order of the document."""
    return None if parameters is None else numbers_in(parameters)


def shown(playground: Playground) -> dict[str, Any]:
    """What stands on the drawing."""
    read = playground.page.evaluate(READ)
    values = [parsed(value) for _, value, _ in read["parameters"]]
    gradients = [parsed(gradient) for _, _, gradient in read["parameters"]]
    found = {"parameters": values, "gradients": None if None in gradients else gradients}
    bars = [parsed(norm) for norm in read["bars"]]
    return found | {"step": read["step"], "phase": read["phase"], "bars": None if None in bars else bars}


def expected(playground: Playground) -> dict[str, Any]:
    """What the API says should stand there."""
    state = playground.state()
    bars = None
    if state["gradients"] is not None and state["phase"] != "forward":
        dh = np.array(playground.api("/trace")["layers"][0]["dh"])[0]
        bars = np.linalg.norm(dh, axis=1).tolist()
    values = {"parameters": flat(state["parameters"]), "gradients": flat(state["gradients"]), "bars": bars}
    return {"step": state["step"], "phase": state["phase"]} | values


def expect_numbers(playground: Playground) -> dict[str, Any]:
    """Assert that the page comes to show the API's numbers, to the last bit."""
    for _ in range(PATIENCE):
        found, wanted = shown(playground), expected(playground)
        if found == wanted:
            return found
        playground.page.wait_for_timeout(PAUSE_MS)
    assert found == wanted
    return found


def chosen(playground: Playground, selector: str) -> None:
    """Click an element of the drawing; the inspector answers."""
    with playground.page.expect_response("**/inspect?**"):
        playground.page.locator(selector).click()


@pytest.mark.parametrize("preset", PRESETS)
def test_the_drawing_shows_the_numbers_of_the_api(playground: Playground, preset: str) -> None:
    playground.open(f"/p/{preset}")
    start = expect_numbers(playground)
    assert (start["phase"], start["gradients"], start["bars"]) == ("idle", None, None)
    expect(playground.page.locator("#network .cell.pos").first).to_be_visible()
    dense = playground.state()["parameters"][1]["W"]
    assert playground.page.locator("#network [data-edge]").count() == len(dense) * len(dense[0])
    playground.press("Forward")
    assert expect_numbers(playground)["bars"] is None
    playground.press("Backward")
    assert expect_numbers(playground)["bars"] is not None
    playground.press("Update")
    assert expect_numbers(playground)["parameters"] != start["parameters"]
    playground.press("Undo")
    assert expect_numbers(playground)["parameters"] == start["parameters"]


@pytest.mark.parametrize(
    ("preset", "place"),
    [("rnn-echo", "0,Wh,1,2"), ("lstm-remembers", "0,Wx,0,5"), ("gru-remembers", "0,bh,9")],
)
def test_a_shared_weight_lights_its_uses_and_what_each_step_adds(
    playground: Playground, preset: str, place: str
) -> None:
    page = playground.open(f"/p/{preset}").page
    page.locator("#unfold").check() if preset != "rnn-echo" else None
    playground.press("Backward")
    expect_numbers(playground)
    chosen(playground, f'[data-parameter="{place}"]')
    layer, name, *index = place.split(",")
    explained = playground.api(f"/explain/{layer}/{name}/{','.join(index)}")
    steps = int(page.locator("#network").get_attribute("data-time") or 0)
    sums = np.zeros(steps)
    for term in explained["terms"]:
        sums[term["time"]] += term["product"]
    use = "on" if name in ("Wh", "bh") else "up"
    bars = page.locator(f'[data-share="1,{use}"]')
    expect(page.locator("[data-contribution]")).to_have_count(steps)
    found = [float(bar.get_attribute("data-contribution") or "nan") for bar in bars.all()]
    np.testing.assert_allclose(found, sums, rtol=1e-9, atol=1e-18)
    assert sum(found) == pytest.approx(explained["gradient"], rel=1e-9)
    assert playground.value("#inspector-gradient") == explained["gradient"]
    expect(page.locator(".flow.used")).to_have_count(steps - (use == "on"))
    playground.press("Update", "Forward")
    expect(page.locator("[data-contribution]")).to_have_count(0)


def test_a_state_is_taken_apart(playground: Playground) -> None:
    page = playground.open("/p/lstm-remembers").page
    playground.press("Backward")
    expect_numbers(playground)
    chosen(playground, '[data-spot="1,2,1"]')
    own = playground.api("/trace")["layers"][0]
    rows = page.locator("#gates tbody tr")
    expect(rows).to_have_count(4)
    for k, row in enumerate(rows.all()):
        bias, from_x, from_h, z, value, delta = (
            float(cell.get_attribute("value") or "nan") for cell in row.locator("data").all()
        )
        units = len(own["a"][0][0])
        assert z == own["z"][0][2][k * units + 1]
        assert value == own["gates"][0][2][k * units + 1]
        assert delta == own["delta"][0][2][k * units + 1]
        assert bias + from_x + from_h == pytest.approx(z, rel=1e-12)
    assert playground.value("#cell-c") == own["cells"][0][2][1]
    assert playground.value("#cell-h") == own["a"][0][2][1]
    above, later, total = (
        float(part.get_attribute("value") or "nan")
        for part in page.locator('[data-sources="∂L/∂h"] data').all()
    )
    assert total == own["dh"][0][2][1]
    assert above + later == pytest.approx(total, rel=1e-12)
    playground.press("Update")
    expect(page.locator("#gates")).to_be_visible()
    expect(page.locator('.unit.selected[data-spot="1,2,1"]')).to_have_count(1)


def test_keys_walk_over_cells_and_marks(playground: Playground) -> None:
    page = playground.open("/p/rnn-echo").page
    playground.press("Backward")
    expect_numbers(playground)
    assert page.locator('#network [tabindex="0"]').count() == 1
    page.locator("#open-table").focus()
    page.keyboard.press("Tab")
    for _ in range(PATIENCE):
        if page.evaluate("document.activeElement.closest('#network') !== null"):
            break
        page.keyboard.press("Tab")
    expect(page.locator('[data-parameter="0,Wx,0,0"]')).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator('[data-parameter="0,Wh,0,0"]')).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator('[data-parameter="0,Wh,0,1"]')).to_be_focused()
    with page.expect_response("**/inspect?**"):
        page.keyboard.press("Enter")
    expect(page.locator("#inspector")).to_have_attribute("data-select", "param:0,Wh,0,1")
    page.locator('[data-spot="1,2,1"]').focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator('[data-spot="1,3,1"]')).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator('[data-spot="1,3,0"]')).to_be_focused()
    expect(page.locator("#card .title")).to_have_text("h⁽¹⁾₁ at step 4")
    own = playground.api("/trace")["layers"][0]
    value = page.locator("#card .more dd").first.text_content()
    assert value is not None
    assert float(value.replace("−", "-")) == pytest.approx(own["a"][0][3][0], rel=1e-3)


def test_long_sequences_fold_and_unfold_inside_the_panel(playground: Playground) -> None:
    page = playground.open("/p/lstm-remembers").page
    columns = page.locator("#network .column")
    expect(columns).to_have_count(20)
    visible = [column for column in columns.all() if column.is_visible()]
    assert 6 <= len(visible) < 20
    expect(page.locator("#network .ellipsis")).to_be_visible()
    bars = page.locator("#network .bar")
    expect(bars).to_have_count(20)
    page.locator("#unfold").check()
    eventually(page, lambda: all(column.is_visible() for column in columns.all()), True)
    expect(page.locator("#network .ellipsis")).to_be_hidden()
    room = "document.querySelector('#unrolled-room')"
    assert page.evaluate(f"{room}.scrollWidth > {room}.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    playground.press("Backward")
    expect_numbers(playground)
    page.reload()
    expect(page.locator("#unfold")).to_be_checked()
    page.locator("#unfold").uncheck()
    expect(page.locator("#network .ellipsis")).to_be_visible()


def test_a_followed_sample_is_the_one_that_is_drawn(playground: Playground) -> None:
    page = playground.open("/p/rnn-echo").page
    playground.press("Backward")
    expect_numbers(playground)
    with page.expect_response("**/follow?**"):
        page.locator("#batch tbody tr a").nth(2).click()
    trace = playground.api("/trace")
    row = trace["batch"]["indices"][2]
    expect(page.locator("#drawn-sample")).to_have_text(f"sample {row}")
    norms = np.linalg.norm(np.array(trace["layers"][0]["dh"])[2], axis=1).tolist()
    eventually(page, lambda: shown(playground)["bars"], norms)
    block = json.loads(page.locator("#numbers").text_content() or "{}")
    assert block["row"] == row
    assert shown(playground)["gradients"] != flat(playground.state()["gradients"])


def test_the_gradient_can_be_seen_in_the_cells_and_vanishes(playground: Playground) -> None:
    page = playground.open("/p/rnn-forgets").page
    playground.press("Step", "Backward")
    bars = expect_numbers(playground)["bars"]
    assert bars[0] < 1e-3 * bars[-1]
    heights = [
        float(bar.get_attribute("height") or "nan") for bar in page.locator("#network .bar .length").all()
    ]
    assert 1 <= heights[0] < 0.6 * heights[-1]
    page.get_by_label("linear scale").check()
    eventually(
        page,
        lambda: float(page.locator("#network .bar .length").first.get_attribute("height") or "nan"),
        1.0,
    )
    page.locator("#views").get_by_text("gradient", exact=True).click()
    own = playground.api("/trace")["layers"][0]
    sign = "neg" if own["dh"][0][19][0] < 0 else "pos"
    expect(page.locator('[data-neuron="1,0"] .cell').last).to_have_class(f"cell {sign}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_drawing(new_context: NewContext, scheme: str) -> None:
    page = new_context(color_scheme=scheme).new_page()
    playground, found = Playground(page), {}
    for preset in PRESETS:
        playground.open(f"/p/{preset}").press("Backward")
        chosen(playground, '[data-spot="1,2,1"]')
        expect(page.locator("#gates")).to_be_visible()
        for part in ("section.network", ".inspecting"):
            wrong = AXE.run(page, context=part).response["violations"]
            found[f"{preset} {part}"] = [(each["id"], [n["target"] for n in each["nodes"]]) for each in wrong]
    assert {where: what for where, what in found.items() if what} == {}


def test_one_layer_at_a_press(playground: Playground) -> None:
    page = playground.open("/p/rnn-echo").page
    page.locator("#by-layer").check()
    playground.press("Forward")
    covered = page.locator("#network .band.covered")
    expect(covered).to_have_count(8)
    expect(covered.first.locator(".cell").first).to_have_css("fill-opacity", "0")
    playground.button("Forward").click()
    expect(covered).to_have_count(0)
    playground.press("Backward")
    expect(page.locator("#network .bars.covered")).to_have_count(1)
    reached = page.locator("#network [data-ends='1']")
    expect(reached).to_contain_text("1: ")
    expect(reached).to_be_hidden()
    playground.button("Backward").click()
    expect(page.locator("#network .bars.covered")).to_have_count(0)
    expect(reached).to_be_visible()
    expect_numbers(playground)


def test_a_sequence_of_ones_own_is_drawn(playground: Playground) -> None:
    page = playground.open("/p/rnn-echo").page
    playground.press("Backward")
    expect_numbers(playground)
    page.locator("#probe-panel summary").click()
    page.locator('#probe [name="sequence"]').fill("1 -1 1 -1 1 -1 1 -1")
    page.get_by_role("button", name="Run forward").click()
    expect(page.locator("#drawn-sample")).to_have_text("your own inputs")
    cells = page.locator('[data-spot^="0,"] .number')
    expect(cells).to_have_text(["1", "−1"] * 4)
    expect(page.locator("#network .bar[data-norm]")).to_have_count(0)
