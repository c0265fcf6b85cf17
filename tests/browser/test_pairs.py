"""Two networks side by side in a browser: both drawings show what the API says, whatever is pressed."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.scene.format import short
from tests.browser.conftest import Faults, NewContext
from tests.browser.playground import Playground, eventually, parsed, shown_of

AXE = Axe()
READ = """(side) => {
  const room = document.getElementById(side);
  const all = (selector, key, weight, gradient) => Object.fromEntries(
    [...room.querySelectorAll(selector)].map(({ dataset: d }) => [d[key], [d[weight], d[gradient]]]));
  return {
    edges: all("[data-edge]", "edge", "weight", "gradient"),
    biases: all("[data-neuron][data-bias]", "neuron", "bias", "biasGradient"),
  };
}"""


def states(page: Page) -> list[dict[str, Any]]:
    """The State of either side, as the API gives it."""
    ids = (page.locator("#pair").get_attribute("data-session") or "").split()
    origin = page.url.split("/pair")[0]
    return [page.request.get(f"{origin}/api/sessions/{one}").json() for one in ids]


def drawn(page: Page, side: str) -> dict[str, Any]:
    """Every number on the drawing of a side."""
    read = page.evaluate(READ, side)
    return {
        kind: {place: [parsed(text) for text in texts] for place, texts in read[kind].items()}
        for kind in read
    }


def wanted(state: dict[str, Any]) -> dict[str, Any]:
    """The same, as the State has it."""
    shown = shown_of(state)
    return {kind: shown[kind] for kind in ("edges", "biases")}


def press(page: Page, *names: str) -> None:
    """One button after the other, each when the server has answered the one before."""
    for name in names:
        with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            page.get_by_role("button", name=name, exact=True).click()
        answer.value.finished()


def expect_both(page: Page) -> list[dict[str, Any]]:
    """Assert that both drawings come to show the API's States, and the table their losses."""
    both = states(page)
    for place, (side, state) in enumerate(zip(("left", "right"), both, strict=True)):
        eventually(page, lambda side=side: drawn(page, side), wanted(state))  # type: ignore[misc]
        cells = page.locator(f'#pair-numbers td[data-side="{place}"]')
        expect(cells.nth(0)).to_have_text(str(state["step"]))
        expect(cells.nth(1)).to_have_text(short(state["loss"]["batch"]))
    return both


def test_both_sides_show_what_the_api_says_in_every_phase(page: Page) -> None:
    page.goto("/p/circle/pair?learning_rate=0.5")
    for names in (
        ("Step",),
        ("Forward",),
        ("Backward",),
        ("Update",),
        ("Undo", "Undo"),
        ("Redo",),
        ("Reset",),
    ):
        press(page, *names)
        left, right = expect_both(page)
        assert (left["step"], left["phase"]) == (right["step"], right["phase"])
    assert left["step"] == 0


def test_what_neurons_put_out_follows_on_both_sides(page: Page) -> None:
    read = """(html) => {
      const made = html === null ? document : new DOMParser().parseFromString(html, "text/html");
      return [...made.querySelectorAll("#pair .activation")].map((text) => text.textContent);
    }"""
    page.goto("/p/circle/pair?learning_rate=0.5")
    for name in ("Step", "Forward", "Reset"):
        press(page, name)
        made = page.evaluate(read, page.request.get(page.url).text())
        eventually(page, lambda: page.evaluate(read, None), made)
        assert any(made) == (name != "Reset")


def test_a_place_is_compared_on_both_sides_and_follows_the_steps(page: Page) -> None:
    page.goto("/p/xor/pair?learning_rate=3")
    press(page, "Backward")
    page.locator('#left [data-neuron="1,1"]').click()
    compared = page.locator("#compared")
    for _ in range(2):
        expect(compared.locator("thead th").first).to_have_text("Neuron a⁽¹⁾₂")
        values = compared.locator("tbody tr").first.locator("data")
        for k, state in enumerate(states(page)):
            expect(values.nth(k)).to_have_text(short(state["parameters"][0]["b"][1]))
        press(page, "Update", "Backward")
    expect(page.locator('#right [data-neuron="1,1"]')).to_have_class("neuron selected")
    page.keyboard.press("Escape")
    expect(compared).to_be_hidden()
    page.locator('#right [data-neuron="1,1"]').click()
    compared.get_by_role("link", name="Left").click()
    expect(page.locator("#inspector")).to_contain_text("Neuron")


def test_they_play_until_neither_can_go_on(page: Page) -> None:
    page.goto("/p/xor/pair?max_steps=12")
    ends = {"left": "30", "right": "12"}
    page.locator('[data-setting="max_steps"] input[name="left-max_steps"]').fill(ends["left"])
    with page.expect_navigation():
        page.get_by_role("button", name="Apply").first.click()
    page.locator("#speed").select_option("0")
    page.get_by_role("button", name="Play", exact=True).click()
    for k, side in enumerate(ends):
        expect(page.locator(f'#pair-numbers td[data-side="{k}"]').first).to_have_text(ends[side])
    expect(page.locator("#messages")).to_contain_text("Right: Stopped at step 12")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()
    expect_both(page)
    press(page, "Undo")
    assert [state["step"] for state in expect_both(page)] == [29, 12]


@pytest.mark.parametrize("preset", ["cnn-shapes", "rnn-echo"])
def test_drawings_of_every_kind_stand_twice(page: Page, preset: str) -> None:
    page.goto(f"/p/{preset}/pair?learning_rate=0.2")
    press(page, "Step", "Backward")
    for side, state in zip(("left", "right"), states(page), strict=True):
        mark = page.locator(f'#{side} [data-parameter^="0,W"]').first
        name, *index = (mark.get_attribute("data-parameter") or "").split(",")[1:]
        value, slope = state["parameters"][0][name], state["gradients"][0][name]
        for i in map(int, index):
            value, slope = value[i], slope[i]
        expect(mark).to_have_attribute("data-weight", str(value))
        assert float(mark.get_attribute("data-gradient") or "nan") == pytest.approx(slope, rel=1e-12)


def test_a_network_is_compared_from_its_own_page(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    playground.button("Compare").click()
    expect(page.locator("#other-learning_rate")).to_be_focused()
    page.keyboard.press("Escape")
    expect(playground.button("Compare")).to_be_focused()
    playground.button("Compare").click()
    page.locator("#other-learning_rate").fill("3")
    page.locator("#other-activation").select_option("relu")
    page.get_by_role("button", name="Side by side").click()
    expect(page.locator("#pair")).to_be_visible()
    settings = page.locator("[data-setting]").evaluate_all("all => all.map(({ dataset }) => dataset.setting)")
    assert settings == ["learning_rate", "activation"]
    expect(page.locator("#right h2")).to_have_text("Right Learning rate 3 Activation ReLU")


def test_the_list_of_keys(page: Page) -> None:
    page.goto("/p/xor/pair?learning_rate=3")
    press(page, "Step")
    expect_both(page)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("its numbers of both sides")
    expect(keys).not_to_contain_text("table of all weights")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    expect(keys).to_be_visible()


def test_what_a_screen_reader_is_told_of_both(page: Page) -> None:
    page.goto("/p/xor/pair?learning_rate=3")
    press(page, "Step", "Step")
    rows = expect_both(page)
    left, right = (short(state["loss"]["train"]) for state in rows)
    assert left != right
    said = page.locator("#announcement")
    expect(said).to_contain_text("Steps 2;")
    expect(said).to_contain_text(f"Training loss Left {left}, Right {right}")


def test_a_wrong_setting_is_told_and_stands_as_typed(page: Page, faults: Faults) -> None:
    faults.expect("422")
    page.goto("/p/xor/pair?learning_rate=3")
    url, right = page.url, page.locator("#right-learning_rate")
    right.fill("abc")
    right.press("Enter")
    expect(page.locator("#messages")).to_contain_text('Right: Learning rate is "abc"')
    expect(right).to_have_value("abc")
    expect(right).to_be_focused()
    assert page.url == url
    right.fill("0.5")
    right.press("Enter")
    expect(page.locator("#right h2")).to_contain_text("0.5")
    assert [state["spec"]["optimizer"]["learning_rate"] for state in states(page)] == [0.1, 0.5]


def test_every_setting_can_be_reached_in_another_setting(page: Page) -> None:
    page.goto("/p/xor/pair?learning_rate=3")
    page.get_by_text("Another setting").click()
    page.get_by_text("All other settings").click()
    page.locator("#other-seed").fill("7")
    page.locator(".compare").get_by_role("button", name="Apply").click()
    expect(page.locator('[data-setting="seed"]')).to_be_visible()


def test_a_visitor_follows_both(page: Page, new_context: NewContext) -> None:
    page.goto("/p/xor/pair?learning_rate=3")
    theirs = new_context().new_page()
    theirs.goto(page.url)
    expect(theirs.get_by_role("button", name="Step", exact=True)).to_be_disabled()
    press(page, "Step", "Backward")
    for side, state in zip(("left", "right"), states(page), strict=True):
        eventually(theirs, lambda side=side: drawn(theirs, side), wanted(state))  # type: ignore[misc]
    theirs.get_by_role("button", name="Fork").click()
    expect(theirs.get_by_role("button", name="Step", exact=True)).to_be_enabled()
    assert theirs.url != page.url


def test_without_scripts_both_move_too(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/p/xor/pair?learning_rate=3")
    for name in ("Step", "Backward"):
        page.get_by_role("button", name=name, exact=True).click()
    for side, state in zip(("left", "right"), states(page), strict=True):
        edge = page.locator(f'#{side} [data-edge="0,0,1"]')
        assert float(edge.get_attribute("data-weight") or "nan") == state["parameters"][0]["W"][0][1]
        assert edge.get_attribute("data-gradient")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_nothing_is_cut_off_and_axe_finds_nothing(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/p/circle/pair?learning_rate=0.5")
    press(page, "Step", "Backward")
    page.locator('#left [data-neuron="1,1"]').click()
    expect(page.locator("#compared")).to_be_visible()
    wide, tall = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert wide == width
    assert tall == height or width < 1000
    found = AXE.run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    page.get_by_text("Another setting").click()
    expect(page.locator("#other-batch_size")).to_be_in_viewport(ratio=1)
    found = AXE.run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
