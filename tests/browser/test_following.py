"""A sample, a probe, the curves, the phases: what the page shows is what the API says, and it stays."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Request, expect

from app.scene.format import read, short
from tests.browser.playground import Playground, eventually

ACTIVATIONS = (
    """() => [...document.querySelectorAll("[data-neuron]")].map((n) => Number(n.dataset.activation))"""
)
BOXES = """() => ["#actions", "#counters"].map((s) => document.querySelector(s).getBoundingClientRect())
  .map(({left, right, top, bottom}) => [left, right, top, bottom])"""


def steps_in(form: str) -> int:
    """How many updates a form asks for."""
    found = re.search(r"(?:^|&)steps=(\d+)", form)
    assert found, form
    return int(found[1])


def activations_of(playground: Playground, sample: int) -> list[float]:
    """What every neuron puts out for one sample of the batch, says the API."""
    trace = playground.api("/trace")
    return [*trace["batch"]["inputs"][sample], *(a for layer in trace["layers"] for a in layer["a"][sample])]


def test_a_sample_is_followed_through_updates(playground: Playground) -> None:
    page = playground.open("/").press("Backward").page
    page.locator("#batch-3").click()
    eventually(page, lambda: page.evaluate(ACTIVATIONS), activations_of(playground, 3))
    trace = playground.api("/trace")
    share = trace["batch"]["inputs"][3][0] * trace["layers"][0]["delta"][3][1]
    shown = float(playground.edge("0,0,1").get_attribute("data-gradient") or "nan")
    assert shown == pytest.approx(share, rel=1e-9)

    playground.press("Step", "Backward")
    eventually(page, lambda: page.evaluate(ACTIVATIONS), activations_of(playground, 3))
    expect(page.locator("#batch-3")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Whole batch").first.click()
    expect(page.locator("#following")).to_be_hidden()
    playground.expect_numbers()


def test_samples_are_walked_and_chosen_by_keyboard(playground: Playground) -> None:
    page = playground.open("/").press("Forward").page
    page.locator("#batch-0 a").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#batch-1")).to_have_attribute("aria-current", "true")
    expect(page.locator("#batch-1 a")).to_be_focused()


def test_a_typed_point_runs_forward_and_what_was_typed_stays(playground: Playground) -> None:
    page = playground.open("/").press("Backward").page
    page.get_by_text("Try a point of your own").click()
    page.get_by_role("textbox", name="x1", exact=True).fill("1.5")
    page.get_by_role("button", name="Run forward").click()
    expect(page.locator("#following")).to_contain_text("Your point")
    predicted = page.request.post(
        f"/api/sessions/{playground.session}/predict", data={"inputs": [[1.5, 0.0]]}
    ).json()
    assert playground.value("#following data") == predicted["outputs"][0][0]
    assert playground.edge("0,0,0").get_attribute("data-gradient") is None
    playground.press("Step").expect_numbers()
    expect(page.get_by_role("textbox", name="x1", exact=True)).to_have_value("1.5")


def test_curves_tell_their_values_under_the_pointer(playground: Playground) -> None:
    page = playground.open("/").press(*["Step"] * 4).page
    page.get_by_text("‖Gradient‖").click()
    expect(page.locator(".series.layer")).to_have_count(3)
    box = page.locator("#chart .grid").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"], box["y"] + 4)  # the last step
    reading = page.locator("#chart-reading")
    expect(reading).to_contain_text("step 4")
    norm = playground.api("/history")["gradient_norm"][3][0]
    found = re.search(r"layer 1 (\S+)", reading.inner_text())
    assert found
    assert float(found[1]) == pytest.approx(norm, rel=1e-5)
    playground.press("Undo")
    expect(page.locator(".series.undone")).to_have_count(3)
    page.reload()
    expect(page.locator(".series.layer")).to_have_count(3)


def test_layer_by_layer_a_press_shows_one_layer(playground: Playground) -> None:
    page = playground.open("/").page
    page.get_by_role("checkbox", name="by layer").check()
    playground.press("Forward")
    where, covered = page.locator("#phase-layer"), page.locator(".neuron.covered")
    for layer, left in ((1, 3), (2, 1), (3, 0)):
        expect(where).to_have_text(f"layer {layer} of 3")
        expect(covered).to_have_count(left)
        expect(page.locator("#phase")).to_have_text(f"forward {'under way' if left else 'done'}")
        if left:
            expect(page.locator("#batch-loss")).to_be_hidden()
            playground.button("Forward").click()
    expect(page.locator("#batch-loss")).to_be_visible()
    playground.press("Backward")
    expect(playground.button("Update")).to_be_disabled()
    for layer, left in ((3, 6), (2, 4), (1, 0)):
        expect(where).to_have_text(f"layer {layer} of 3")
        expect(covered).to_have_count(left)
        expect(page.locator("#phase")).to_have_text(f"backward {'under way' if left else 'done'}")
        if left:
            playground.button("Backward").click()
    playground.expect_numbers()
    playground.press("Update").expect_step(1)
    expect(where).to_have_text("")


def test_layer_by_layer_what_is_said_and_written_is_of_the_layers_shown(playground: Playground) -> None:
    page = playground.open("/p/worked-example").page
    page.get_by_role("checkbox", name="by layer").check()
    said, row = page.locator("#announcement"), page.locator("#batch tbody tr").first
    playground.press("Forward")
    expect(said).to_have_text("Steps 0, Phase layer 1 of 2 forward under way")
    expect(row.locator("td").last).to_be_hidden()
    expect(row.locator("td.target").first).to_be_visible()
    playground.button("Forward").click()
    expect(said).to_contain_text("Phase layer 2 of 2 forward done, Batch loss")
    expect(row.locator("td").last).to_be_visible()
    playground.press("Backward")
    expect(said).to_contain_text("Phase layer 2 of 2 backward under way, Batch loss")
    hidden, output = page.locator('[data-neuron="1,0"] .delta'), page.locator('[data-neuron="2,0"] .delta')
    expect(output).to_be_visible()
    expect(hidden).to_be_hidden()
    playground.button("Backward").click()
    expect(said).to_contain_text("Phase layer 1 of 2 backward done, Batch loss")
    expect(hidden).to_be_visible()


def test_as_fast_as_it_goes_is_more_than_one_update_a_request_and_undo_is_one(playground: Playground) -> None:
    page = playground.open("/").page
    asked: list[int] = []

    def count(request: Request) -> None:
        if request.url.endswith("/step"):
            asked.append(steps_in(request.post_data or ""))

    page.on("request", count)
    page.get_by_role("combobox", name="Batches a second").select_option("0")
    playground.button("Play").click()
    expect(page.locator("#step")).to_have_text(re.compile(r"^\d{2,}$"), timeout=30_000)
    playground.button("Pause").click()
    eventually(page, lambda: int(page.locator("#step").inner_text()), sum(asked))
    state = playground.expect_numbers()
    assert max(asked) <= 500
    playground.press("Undo").expect_step(state["step"] - 1)
    page.reload()
    expect(page.get_by_role("combobox", name="Batches a second")).to_have_value("0")


def test_a_long_training_keeps_its_early_curves(playground: Playground) -> None:
    page = playground.open("/").page
    page.get_by_role("combobox", name="Batches a second").select_option("0")
    playground.button("Play").click()
    expect(page.locator("#step")).to_have_text(re.compile(r"^\d{4,}$"), timeout=30_000)
    expect(page.locator("#step")).to_have_text(re.compile(r"^([3-9]\d{3}|\d{5,})$"), timeout=30_000)
    playground.button("Pause").click()
    drawn = page.locator("#chart .series.train").get_attribute("d") or ""
    across = [float(point.split()[0]) for point in drawn[1:].split("L")]
    gaps = [after - before for before, after in pairwise(across)]
    assert max(gaps) < 0.15 * (across[-1] - across[0])


def test_the_share_panel_closes_by_escape_and_gives_the_focus_back(playground: Playground) -> None:
    page = playground.open("/").press("Share").page
    expect(page.locator("#share-link")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#share")).to_be_hidden()
    expect(playground.button("Share")).to_be_focused()
    playground.press("Share")
    expect(page.locator("#share")).to_be_visible()
    playground.button("Close").click()
    expect(page.locator("#share")).to_be_hidden()


def test_the_first_line_goes_when_it_is_read(playground: Playground) -> None:
    page = playground.open("/").page
    playground.button("Got it").click()
    expect(page.locator("#welcome")).to_be_hidden()
    page.reload()
    expect(page.locator("#welcome")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [1440, 1401, 1366, 1024])
def test_counters_stand_beside_the_buttons_or_below(
    playground: Playground, width: int, language: str
) -> None:
    page = playground.page
    page.set_viewport_size({"width": width, "height": 900})
    playground.open(f"/?lang={language}")
    (_, right, _, bottom), (left, _, top, _) = page.evaluate(BOXES)
    assert right <= left or bottom <= top


def test_card_and_legend_speak_of_the_sample_while_one_is_followed(playground: Playground) -> None:
    page = playground.open("/p/circle").press("Backward").page
    legend, row = page.get_by_role("list", name="Legend"), page.locator("#card [data-row=delta]")
    playground.neuron("1,0").hover()
    expect(row).to_contain_text("mean |δ|", use_inner_text=True)
    expect(legend).to_contain_text("in the neuron: mean |δ|", use_inner_text=True)
    page.locator("#batch-3 a").click()
    expect(page.locator("#following")).to_be_visible()
    playground.neuron("1,0").hover()
    deltas = playground.api("/trace")["layers"][0]["delta"][3]
    expect(row.locator("dd")).to_have_text(short(deltas[0]))
    written = [page.locator(f'[data-neuron="1,{unit}"] .delta').text_content() or "0" for unit in range(4)]
    assert [read(text) < 0 for text in written] == [delta < 0 for delta in deltas]
    assert {True, False} == {delta < 0 for delta in deltas}
    expect(row).not_to_contain_text("mean", use_inner_text=True)
    expect(legend).not_to_contain_text("mean", use_inner_text=True)
    page.goto(f"/n/{playground.session}?sample=3")
    expect(legend).to_contain_text("in the neuron: δ", use_inner_text=True)
