"""Every page works with JavaScript switched off: forms, links and full pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Faults, Open
from tests.browser.playground import Playground


class Plain(Playground):
    """A page of the playground without JavaScript: every button answers with a whole page."""

    def press(self, *names: str) -> Playground:
        """Press one button after the other."""
        for name in names:
            with self.page.expect_navigation():
                self.button(name).click()
        return self


@pytest.fixture
def plain(visit: Open) -> Plain:
    """The preset xor in a browser without JavaScript."""
    return Plain(visit("/p/xor", java_script_enabled=False).page)


def test_step_phases_undo_redo_and_reset(plain: Plain) -> None:
    start = plain.expect_numbers()
    one = plain.press("Step").expect_numbers()
    assert one["step"] == 1
    assert plain.press("Forward").expect_numbers()["phase"] == "forward"
    assert plain.press("Backward").expect_numbers()["phase"] == "backward"
    two = plain.press("Update").expect_numbers()
    assert (two["step"], two["phase"]) == (2, "idle")
    assert plain.press("Undo").expect_numbers()["parameters"] == one["parameters"]
    assert plain.press("Redo").expect_numbers()["parameters"] == two["parameters"]
    assert plain.press("Reset").expect_numbers()["parameters"] == start["parameters"]
    expect(plain.button("Play")).to_have_count(0)


def test_a_reload_repeats_nothing(plain: Plain) -> None:
    plain.press("Step", "Step")
    session = plain.session
    plain.page.reload()
    assert plain.session == session
    assert plain.expect_numbers()["step"] == 2


def test_the_inspector_is_a_link_and_stays(plain: Plain) -> None:
    plain.press("Backward")
    plain.edge("0,1,2").focus()
    with plain.page.expect_navigation():
        plain.page.keyboard.press("Enter")
    title = plain.page.locator("#inspector").get_by_role("heading")
    expect(title).to_contain_text("W⁽¹⁾₂₃")
    assert plain.value("#inspector-gradient") == plain.api("/explain/0/W/1,2")["gradient"]
    plain.press("Update", "Backward")
    expect(title).to_contain_text("W⁽¹⁾₂₃")
    assert plain.value("#inspector-gradient") == plain.api("/explain/0/W/1,2")["gradient"]
    with plain.page.expect_navigation():
        plain.neuron("2,0").click()
    expect(title).to_contain_text("b⁽²⁾₁")


def test_settings_good_and_bad(plain: Plain, faults: Faults) -> None:
    faults.expect("status of 422")
    before = plain.press("Step", "Step").expect_numbers()
    rate = plain.page.get_by_label("Learning rate")
    rate.fill("abc")
    plain.press("Apply")
    expect(plain.page.get_by_role("alert")).to_contain_text("abc")
    expect(rate).to_have_value("abc")
    assert plain.expect_numbers() == before
    rate.fill("0.5")
    plain.page.get_by_label("Batch size").fill("2")
    plain.page.get_by_label("Optimiser").select_option("momentum")
    plain.press("Apply")
    state = plain.expect_numbers()
    assert state["spec"]["optimizer"]["name"] == "momentum"
    assert (state["spec"]["optimizer"]["learning_rate"], state["spec"]["batch_size"]) == (0.5, 2)
    assert (state["step"], state["parameters"]) == (2, before["parameters"])


def test_preset_and_data(plain: Plain) -> None:
    plain.page.get_by_label("Preset").select_option("circle")
    plain.press("Open")
    assert plain.state()["preset"] == "circle"
    plain.page.get_by_label("Data set").select_option("moons")
    plain.press("Start with this data")
    assert plain.expect_numbers()["spec"]["data"]["dataset"] == "moons"
    assert plain.press("Step").expect_numbers()["step"] == 1


def test_share_and_fork(plain: Plain, visit: Open) -> None:
    mine = plain.press("Step", "Forward").expect_numbers()
    plain.press("Share")
    link = plain.page.get_by_label("Link to the state of step 1").input_value()
    other = Plain(visit(link, java_script_enabled=False).page)
    shown = other.expect_numbers()
    assert (shown["step"], shown["phase"]) == (1, "forward")
    assert shown["parameters"] == mine["parameters"]

    guest = Plain(visit(f"/n/{plain.session}", java_script_enabled=False).page)
    for name in ("Step", "Forward", "Backward", "Update", "Undo", "Redo", "Reset", "Apply"):
        expect(guest.button(name)).to_be_disabled()
    assert guest.press("Fork").session != plain.session
    assert guest.expect_numbers()["parameters"] == mine["parameters"]
    assert guest.press("Update").expect_numbers()["step"] == 2
    plain.page.reload()
    assert plain.expect_numbers()["step"] == 1
