"""Stepping, going back and forth, playing, and what survives: reloads, other tabs, a server killed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Faults, NewContext, Open
from tests.browser.playground import Playground, eventually
from tests.servers import Server

NAME = "Weight W⁽¹⁾₂₃: x₂ → a⁽¹⁾₃"
ALL = ("Step", "Play", "Forward", "Backward", "Update", "Undo", "Redo", "Reset")


def enabled(playground: Playground) -> set[str]:
    """The buttons that can be pressed."""
    return {name for name in ALL if playground.button(name).is_enabled()}


def numbers(state: dict[str, Any]) -> list[Any]:
    """What two sessions that did the same have in common."""
    return [state[name] for name in ("step", "phase", "loss", "parameters", "gradients", "epoch")]


def test_a_step_is_forward_backward_update(playground: Playground, visit: Open) -> None:
    playground.open("/p/xor").press("Step", "Step")
    other = visit("/p/xor").press("Forward", "Backward", "Update", "Forward", "Backward", "Update")
    assert playground.session != other.session
    assert numbers(playground.expect_numbers()) == numbers(other.expect_numbers())
    halfway = visit("/p/xor").press("Step", "Forward", "Step")
    assert numbers(halfway.expect_numbers()) == numbers(playground.state())


def test_undo_redo_and_reset_with_their_buttons(playground: Playground) -> None:
    forward = {"Step", "Play", "Forward", "Backward", "Update", "Reset"}
    playground.open("/p/one-neuron")
    start = playground.expect_numbers()
    eventually(playground.page, lambda: enabled(playground), forward)

    one = playground.press("Step").expect_numbers()
    eventually(playground.page, lambda: enabled(playground), forward | {"Undo"})
    two = playground.press("Step").expect_numbers()
    assert playground.press("Undo").expect_numbers()["parameters"] == one["parameters"]
    eventually(playground.page, lambda: enabled(playground), forward | {"Undo", "Redo"})
    assert numbers(playground.press("Redo").expect_numbers()) == numbers(two)
    eventually(playground.page, lambda: enabled(playground), forward | {"Undo"})
    assert playground.press("Undo", "Undo").expect_numbers()["parameters"] == start["parameters"]
    eventually(playground.page, lambda: enabled(playground), forward | {"Redo"})

    playground.press("Redo", "Redo", "Step", "Reset")
    after = playground.expect_numbers()
    assert (after["step"], after["parameters"]) == (0, start["parameters"])
    assert numbers(playground.press("Step").expect_numbers()) == numbers(one)


def test_play_and_pause_with_one_request_at_a_time(playground: Playground) -> None:
    page, flying, most = playground.open("/p/circle").page, 0, 0

    def leaves(request: Request) -> None:
        nonlocal flying, most
        flying += request.method == "POST"
        most = max(most, flying)

    def returns(request: Request) -> None:
        nonlocal flying
        flying -= request.method == "POST"

    page.on("request", leaves)
    page.on("requestfinished", returns)
    playground.button("Play").click()
    expect(page.locator("#step")).to_have_text(re.compile(r"^\d\d+$"))
    pause = "button => { button.click(); return Number(document.querySelector('#step').textContent); }"
    pressed = playground.button("Pause").evaluate(pause)
    expect(playground.button("Play")).to_be_visible()
    eventually(page, lambda: flying, 0)
    page.wait_for_timeout(400)
    paused = playground.expect_numbers()
    assert paused["step"] <= pressed + 1
    assert most == 1
    assert playground.api("/history")["step"] == list(range(1, paused["step"] + 1))


def test_playing_on_while_an_answer_is_awaited_asks_for_no_second_one(playground: Playground) -> None:
    page, held, asked, holding = playground.open("/p/circle").page, list[Route](), list[str](), True
    page.locator("#speed").select_option("0")
    page.route("**/step", lambda route: held.append(route) if holding else route.continue_())
    page.on("request", lambda request: asked.append(request.url))
    playground.button("Play").click()
    eventually(page, lambda: len(held), 1)
    playground.button("Pause").click()
    playground.button("Play").click()
    holding = False
    held.pop().continue_()
    expect(page.locator("#step")).to_have_text(re.compile(r"^\d\d+$"))

    holding = True
    eventually(page, lambda: len(held), 1)
    playground.button("Pause").click()
    before = len(asked)
    held.pop().continue_()
    page.wait_for_timeout(400)
    assert (len(asked), held) == (before, [])


SET_ROWS = """async () => {
  const rows = [...document.querySelectorAll("#batch tbody tr:not(.rest)")];
  const times = rows.map(() => 0);
  const watching = new MutationObserver((records) => {
    const set = new Set(records.map(({ target }) => (target.parentElement ?? target).closest("tr")));
    rows.forEach((row, k) => { times[k] += set.has(row); });
  });
  watching.observe(document.querySelector("#batch"), { subtree: true, childList: true, characterData: true });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return [times[0], times.at(-1)];
}"""


def test_rows_out_of_sight_wait_while_it_plays_and_are_set_when_they_are_seen(playground: Playground) -> None:
    page = playground.open("/p/circle?batch_size=25").press("Step").page
    rows = page.locator("#batch tbody tr:not(.rest)")
    page.locator("#speed").select_option("16")
    playground.button("Play").click()
    expect(page.locator("#step")).to_have_text(re.compile(r"^\d\d+$"))
    first, last = page.evaluate(SET_ROWS)
    assert last < first
    expect(page.locator("#batch").get_by_role("row")).to_have_count(27)  # with head and foot: none is hidden
    rows.last.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    first, last = page.evaluate(SET_ROWS)
    assert first < last
    playground.button("Pause").click()
    batch = [str(row) for row in playground.api("/trace")["batch"]["indices"]]
    eventually(page, lambda: rows.locator("th").all_inner_texts(), batch)


def test_small_pictures_out_of_sight_are_not_painted_while_it_plays(playground: Playground) -> None:
    page = playground.open("/p/cnn-digits").press("Step").page
    stamp = page.locator("#batch canvas.stamp")
    page.locator("#speed").select_option("16")
    playground.button("Play").click()
    expect(stamp.last).to_be_hidden()
    expect(stamp.first).to_be_visible()
    playground.button("Pause").click()
    expect(stamp.last).to_be_visible()


def test_ten_rapid_clicks_are_ten_steps(playground: Playground) -> None:
    playground.open("/p/circle")
    for _ in range(10):
        playground.button("Step").click(no_wait_after=True)
    playground.expect_step(10)
    assert playground.expect_numbers()["step"] == 10
    clicks = "step => { for (let k = 0; k < 10; k++) step.click(); }"
    playground.button("Step").evaluate(clicks)
    playground.expect_step(20)
    assert playground.expect_numbers()["step"] == 20


def test_a_reload_of_a_running_session_keeps_state_and_history(playground: Playground) -> None:
    playground.open("/p/circle").press("Step", "Step", "Forward", "Backward")
    before = playground.expect_numbers()
    playground.open(f"/n/{playground.session}")
    playground.page.reload()
    assert playground.expect_numbers() == before
    assert playground.press("Update", "Undo").expect_numbers()["step"] == 2
    assert playground.press("Undo").expect_numbers()["step"] == 1


def test_a_reload_of_a_preset_just_played_loses_nothing(playground: Playground) -> None:
    playground.open("/p/circle").press("Step", "Step", "Step")
    session = playground.session
    playground.expect_step(3)
    playground.page.reload()
    assert playground.session == session
    assert playground.expect_numbers()["step"] == 3


def test_back_returns_to_the_session_before_another_preset(playground: Playground) -> None:
    playground.open("/p/circle").press("Step", "Step")
    session = playground.session
    playground.expect_step(2)
    with playground.page.expect_navigation(url="**/p/xor"):
        playground.page.get_by_label("Preset").select_option("xor")
    assert playground.session != session
    playground.expect_step(0)
    playground.page.go_back()
    expect(playground.page.locator("#playground")).to_have_attribute("data-session", session)
    assert playground.expect_numbers()["step"] == 2


def test_two_tabs_step_the_same_session(playground: Playground) -> None:
    playground.open("/p/xor")
    other = Playground(playground.page.context.new_page()).open(f"/n/{playground.session}")
    playground.press("Step")
    other.press("Step")
    assert other.expect_numbers()["step"] == 2
    playground.press("Step")
    other.press("Forward")
    playground.press("Backward")
    assert playground.expect_numbers()["phase"] == "backward"
    other.press("Update")
    assert other.expect_numbers()["step"] == 4


def test_what_another_tab_has_done_meanwhile_is_said(playground: Playground, faults: Faults) -> None:
    faults.expect("status of 409")
    faults.expect("status of 404")
    page = playground.open("/p/xor").press("Step").page
    playground.expect_numbers()
    page.request.post(f"/api/sessions/{playground.session}/reset")
    page.request.post(f"/api/sessions/{playground.session}/undo")
    while page.request.post(f"/api/sessions/{playground.session}/undo").ok:
        pass
    playground.press("Undo")
    messages = page.locator("#messages")
    expect(messages).to_contain_text("There is nothing to undo.")
    assert playground.press("Step").expect_numbers()["step"] == 1
    expect(messages).not_to_contain_text("undo")
    page.request.delete(f"/api/sessions/{playground.session}")
    playground.press("Step")
    expect(messages).to_contain_text(f"There is no session {playground.session}")


def test_focus_stays_where_it_was(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    playground.button("Step").focus()
    for step in (1, 2, 3):
        page.keyboard.press("Enter")
        playground.expect_step(step)
        expect(playground.button("Step")).to_be_focused()
    playground.edge("0,1,2").focus()
    playground.button("Step").dispatch_event("click")
    playground.expect_step(4)
    playground.expect_numbers()
    expect(playground.edge("0,1,2")).to_be_focused()


def test_the_choice_survives_steps_and_play(playground: Playground) -> None:
    page = playground.open("/p/xor").page
    playground.edge("0,1,2").focus()
    page.keyboard.press("Enter")
    title = page.locator("#inspector").get_by_role("heading")
    expect(title).to_have_text(NAME)
    for buttons in (("Step",), ("Forward", "Backward"), ("Update", "Undo")):
        state = playground.press(*buttons).expect_numbers()
        expect(title).to_have_text(NAME)
        assert playground.value("#inspector-value") == state["parameters"][0]["W"][1][2]
    playground.button("Play").click()
    expect(page.locator("#step")).to_have_text(re.compile(r"^\d\d+$"))
    playground.button("Pause").click()
    expect(playground.button("Play")).to_be_visible()
    state = playground.expect_numbers()
    eventually(page, lambda: playground.value("#inspector-value"), state["parameters"][0]["W"][1][2])
    expect(title).to_have_text(NAME)


def test_a_server_killed_and_started_again(tmp_path: Path, new_context: NewContext, faults: Faults) -> None:
    server = Server(tmp_path)
    server.start()
    try:
        page: Page = new_context().new_page()
        playground = Playground(page).open(f"{server.url}/p/circle").press("Step", "Step", "Step")
        before = playground.expect_numbers()
        server.kill()
        faults.expect("ERR_CONNECTION_REFUSED|Failed to fetch")
        playground.button("Step").click()
        expect(page.get_by_text("The server does not answer")).to_be_visible()
        server.start()
        assert playground.expect_numbers() == before
        assert playground.press("Step").expect_numbers()["step"] == 4
        expect(page.get_by_text("The server does not answer")).to_have_count(0)
        assert playground.press("Undo").expect_numbers()["parameters"] == before["parameters"]
    finally:
        server.stop()


def test_main_job_on_real_data(playground: Playground) -> None:
    for preset in ("iris", "digits"):
        playground.open(f"/p/{preset}")
        start = playground.value("#train-loss")
        playground.press(*["Step"] * 20)
        playground.expect_step(20)
        state = playground.state()
        eventually(playground.page, lambda: playground.value("#train-loss"), state["loss"]["train"])
        assert state["loss"]["train"] < 0.9 * start
