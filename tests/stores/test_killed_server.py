"""A server is killed in the middle of its work and started again: open pages go on, nothing saved is lost."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app import training
from app.presets import PRESETS
from tests.servers import serving
from tests.specs import LIMITS, started
from tests.states import state_of

OF_THE_SESSION = ("id", "preset")


def without_ids(state: dict[str, Any]) -> dict[str, Any]:
    """A State without what is a session's own."""
    counts = ("can_undo", "can_redo")
    return {name: value for name, value in state.items() if name not in (*OF_THE_SESSION, *counts)}


def test_kill_9_while_stepping(tmp_path: Path) -> None:
    spec = PRESETS["circle"].spec
    answered: list[dict[str, Any]] = []
    with serving(tmp_path) as server, httpx2.Client(base_url=server.url) as browser:
        session = browser.post("/api/sessions", json={"preset": "circle"}).json()["id"]
        enough = threading.Event()

        def keep_stepping() -> None:
            try:
                while True:
                    answered.append(browser.post(f"/api/sessions/{session}/step").json())
                    if len(answered) == 25:
                        enough.set()
            except httpx2.HTTPError:
                enough.set()

        stepping = threading.Thread(target=keep_stepping)
        stepping.start()
        assert enough.wait(20)
        server.kill()
        stepping.join(20)
        cookies = dict(browser.cookies)
    assert len(answered) >= 25
    with serving(tmp_path) as server, httpx2.Client(base_url=server.url, cookies=cookies) as browser:
        state = browser.get(f"/api/sessions/{session}").json()
        assert state["owner"]
        assert len(answered) <= state["step"] <= len(answered) + 1
        straight = training.step(started(spec), LIMITS, state["step"])
        assert without_ids(state) == without_ids(state_of(straight))
        assert state["can_undo"] == state["step"]
        back = browser.post(f"/api/sessions/{session}/undo", json={"steps": state["step"] - 10}).json()
        assert without_ids(back) == without_ids(answered[9])
        again = browser.post(f"/api/sessions/{session}/redo", json={"steps": state["step"] - 10}).json()
        assert again == state
        on = browser.post(f"/api/sessions/{session}/step", json={"steps": 5}).json()
        assert without_ids(on) == without_ids(state_of(training.step(straight, LIMITS, 5)))
        curve = browser.get(f"/api/sessions/{session}/history").json()
        assert curve["step"] == list(range(1, on["step"] + 1))
        assert curve["batch_loss"][: len(answered)] == [one["loss"]["batch"] for one in answered]


def test_kill_9_leaves_two_networks_in_lockstep_level(tmp_path: Path) -> None:
    answered = 0
    with serving(tmp_path) as server, httpx2.Client(base_url=server.url) as browser:
        page = browser.get("/p/circle/pair?learning_rate=0.3").headers["location"]
        enough = threading.Event()

        def keep_stepping() -> None:
            nonlocal answered
            try:
                while True:
                    assert browser.post(f"{page}/step").status_code == 303
                    answered += 1
                    if answered == 15:
                        enough.set()
            except httpx2.HTTPError:
                enough.set()

        stepping = threading.Thread(target=keep_stepping)
        stepping.start()
        assert enough.wait(20)
        server.kill()
        stepping.join(20)
        cookies = dict(browser.cookies)
    with serving(tmp_path) as server, httpx2.Client(base_url=server.url, cookies=cookies) as browser:
        states = [browser.get(f"/api/sessions/{one}").json() for one in page.split("/")[2:]]
        assert states[0]["step"] == states[1]["step"]
        assert answered <= states[0]["step"] <= answered + 1
        for state in states:
            straight = training.step(started(state["spec"]), LIMITS, state["step"])
            assert state["parameters"] == state_of(straight)["parameters"]
        assert browser.post(f"{page}/step").headers["location"] == page


def test_a_restart_keeps_the_batch_in_flight_its_gradients_and_its_trace(tmp_path: Path) -> None:
    asked = ("", "/trace", "/explain/1/W/2,0", "/history")
    with serving(tmp_path) as server, httpx2.Client(base_url=server.url) as browser:
        session = browser.post("/api/sessions", json={"preset": "xor"}).json()["id"]
        browser.post(f"/api/sessions/{session}/step", json={"steps": 3})
        browser.post(f"/api/sessions/{session}/backward")
        before = [browser.get(f"/api/sessions/{session}{what}").json() for what in asked]
        slug = browser.post(f"/api/sessions/{session}/share").json()["slug"]
        cookies = dict(browser.cookies)
        server.kill()
    with serving(tmp_path) as server, httpx2.Client(base_url=server.url, cookies=cookies) as browser:
        assert [browser.get(f"/api/sessions/{session}{what}").json() for what in asked] == before
        opened = browser.post("/api/sessions", json={"snapshot": slug}).json()
        assert without_ids(opened) == without_ids(before[0])


@pytest.mark.parametrize("workers", [2])
def test_processes_on_one_file_lose_no_step(tmp_path: Path, workers: int) -> None:
    with (
        serving(tmp_path, "--workers", str(workers)) as server,
        httpx2.Client(base_url=server.url) as browser,
    ):
        session = browser.post("/api/sessions", json={"preset": "xor"}).json()["id"]
        cookies = dict(browser.cookies)
        failed: list[str] = []

        def step_ten_times() -> None:
            with httpx2.Client(base_url=server.url, cookies=cookies, timeout=20) as another:
                for _ in range(10):
                    answer = another.post(f"/api/sessions/{session}/step")
                    if answer.status_code != 200:
                        failed.append(answer.text)

        threads = [threading.Thread(target=step_ten_times) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        state = browser.get(f"/api/sessions/{session}").json()
    assert not failed
    straight = training.step(started(PRESETS["xor"].spec), LIMITS, 40)
    assert without_ids(state) == without_ids(state_of(straight))
