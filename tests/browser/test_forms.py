"""The forms: what they change, and what they say of a value that is wrong."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from app.presets import PRESETS
from tests.browser.conftest import Faults, Open
from tests.browser.playground import Playground, link_to

REFUSED = "status of 422"


def change(playground: Playground, label: str, value: str) -> None:
    """Type or choose a value and leave the field, as a user does; come back when the server has answered."""
    field = playground.page.get_by_label(label, exact=True)
    with playground.page.expect_response(lambda answer: answer.request.method == "POST"):
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
            field.press("Tab")


def field_of(playground: Playground, label: str) -> Locator:
    """A field by its label."""
    return playground.page.get_by_label(label, exact=True)


def test_the_preset_menu_opens_every_preset(playground: Playground) -> None:
    page = playground.open("/p/two-parameters").page
    for name, preset in PRESETS.items():
        if name == "two-parameters":
            continue
        with page.expect_navigation(url=f"**/p/{name}"):
            field_of(playground, "Preset").select_option(label=preset.title)
        expect(page).to_have_title(f"{preset.title} – Backprop playground")
        expect(page.get_by_text(preset.description)).to_be_visible()
        assert playground.state()["preset"] == name


def test_another_data_set_starts_another_network(playground: Playground) -> None:
    page = playground.open("/p/circle").press("Step", "Step").page
    session, before = playground.session, playground.expect_numbers()
    for name in ("spiral", "iris", "sine"):
        with page.expect_navigation():
            page.locator(f"#dataset-{name}").click()
        assert playground.session != session
        state = playground.press("Step").expect_numbers()
        assert (state["spec"]["data"]["dataset"], state["step"]) == (name, 1)
        expect(page.locator(f"#dataset-{name}")).to_be_checked()
    assert playground.open(f"/n/{session}").expect_numbers() == before


def test_settings_take_effect_and_keep_the_training(playground: Playground) -> None:
    playground.open("/p/circle").press("Step", "Step", "Step")
    before = playground.expect_numbers()
    change(playground, "Learning rate", "0.25")
    change(playground, "Batch size", "7")
    state = playground.expect_numbers()
    assert (state["spec"]["batch_size"], state["spec"]["optimizer"]["learning_rate"]) == (7, 0.25)
    assert (state["step"], state["parameters"]) == (3, before["parameters"])
    change(playground, "Optimiser", "sgd")
    chosen = playground.expect_numbers()["spec"]["optimizer"]
    assert chosen["name"] == "sgd"
    expect(field_of(playground, "Learning rate")).to_have_value(str(chosen["learning_rate"]))
    after = playground.press("Step").expect_numbers()
    assert after["step"] == 4
    assert len(playground.api("/trace")["batch"]["indices"]) == 7
    old, slope = chosen_weight(state), chosen_weight(after, "gradients")
    assert chosen_weight(after) == pytest.approx(old - chosen["learning_rate"] * slope, rel=1e-12)


def chosen_weight(state: dict[str, list[dict[str, list[list[float]]]]], kind: str = "parameters") -> float:
    """One number to follow."""
    return state[kind][0]["W"][1][2]


@pytest.mark.parametrize(
    ("label", "value", "shown"),
    [
        ("Learning rate", "abc", "abc"),
        ("Learning rate", "-1", "-1"),
        ("Learning rate", "1e9", "1e9"),
        ("Learning rate", "nan", "nan"),
        ("Learning rate", "", "Learning rate"),
        ("Batch size", "abc", "abc"),
        ("Batch size", "-1", "-1"),
        ("Batch size", "2.5", "2.5"),
        ("Batch size", "1000000000", "1000000000"),
        ("Batch size", "", "Batch size"),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_lost(
    playground: Playground, faults: Faults, label: str, value: str, shown: str
) -> None:
    faults.expect(REFUSED)
    page = playground.open("/p/circle").press("Step", "Step").page
    before = playground.expect_numbers()
    change(playground, label, value)
    alert = page.get_by_role("alert").filter(has_text=label)
    expect(alert).to_contain_text(shown)
    expect(field_of(playground, label)).to_have_value(value)
    expect(field_of(playground, label)).to_have_attribute("aria-invalid", "true")
    assert playground.expect_numbers() == before

    change(playground, label, "3")
    expect(alert).to_have_count(0)
    expect(field_of(playground, label)).not_to_have_attribute("aria-invalid", "true")
    after = playground.expect_numbers()
    assert 3 in (after["spec"]["batch_size"], after["spec"]["optimizer"]["learning_rate"])
    assert playground.press("Step").expect_numbers()["step"] == 3


def test_steps_survive_a_value_that_is_still_wrong(playground: Playground, faults: Faults) -> None:
    faults.expect(REFUSED)
    playground.open("/p/circle")
    change(playground, "Learning rate", "0.0.1")
    playground.press("Step", "Step")
    assert playground.expect_numbers()["step"] == 2
    expect(field_of(playground, "Learning rate")).to_have_value("0.0.1")


def test_what_is_being_typed_survives_a_step(playground: Playground) -> None:
    playground.open("/p/circle")
    rate = field_of(playground, "Learning rate")
    rate.fill("0.")
    path = f"/api/sessions/{playground.session}"
    assert playground.page.request.patch(path, data={"optimizer": {"learning_rate": 0.5}}).ok
    playground.button("Step").dispatch_event("click")
    playground.expect_step(1)
    playground.expect_numbers()
    expect(rate).to_be_focused()
    rate.press_sequentially("07")
    expect(rate).to_have_value("0.07")
    with playground.page.expect_response(lambda answer: answer.url.endswith("/settings")):
        rate.press("Enter")
    assert playground.expect_numbers()["spec"]["optimizer"]["learning_rate"] == 0.07


BAD_LINKS = {
    "/p/nowhere": (404, "nowhere"),
    "/p/circle?learning_rate=abc": (422, "abc"),
    "/p/circle?learning_rat=1": (422, "learning_rat"),
    "/p/circle?batch_size=0": (422, "batch_size"),
    "/p/circle?activation=sinus": (422, "sinus"),
    "/n?spec={": (422, "JSON"),
    "/n": (422, "spec"),
    link_to({"data": {"dataset": "circle"}, "layers": [{"type": "dense", "units": 0}], "loss": "mse"}): (
        422,
        "layers[0].units",
    ),
    "/n/unknown-session": (404, "unknown-session"),
    "/s/unknown-snapshot": (404, "unknown-snapshot"),
    "/no/such/page": (404, "/no/such/page"),
}


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_bad_link_shows_a_page_that_names_what_is_wrong(visit: Open, faults: Faults, locale: str) -> None:
    faults.expect(r"status of (404|422)")
    page = visit("/p/xor", extra_http_headers={"Accept-Language": locale}).page
    for path, (status, named) in BAD_LINKS.items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status, path
        words = page.locator("main").inner_text()
        assert named in words, path
        assert "Traceback" not in words
        assert bool(re.search("[一-鿿]{4}", page.locator("article").inner_text())) == (locale == "zh-CN"), (
            path
        )
        assert page.evaluate("document.documentElement.lang") == {"en-US": "en", "zh-CN": "zh-Hans"}[locale]
    page.locator("article").get_by_role("link").last.click()
    expect(page.locator("#playground")).to_be_visible()
