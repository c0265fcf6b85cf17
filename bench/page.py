"""The page in a real Chromium: a Step beside a bare htmx button, playing, the first view, the start of the server,
memory."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Error, Page, sync_playwright

from bench.browser import CHROMIUM_MISSING, DRAWN, FIRST_PAINT, PLAYED, SEEN, chromium, clicked, heap, opened
from bench.figures import Figure, Target, alone, compared, interleaved
from bench.serving import BARE, serving

SECTION = "page"
ROUNDS, CLICKS = 9, 7
BUTTON = "bare htmx button"
STEP = '[data-action="step"]'
FEATURES = "x1,x2,x1%5E2,x2%5E2,x1*x2,sin(x1),sin(x2)"
CIRCLE, EIGHTS = "/p/circle", "/p/circle?hidden=8,8,8"
SEVENS = f"/p/circle?hidden=8,8,8,8,8,8&activation=relu&features={FEATURES}"
STEPS = {
    "18 edges (2-4-2-1)": (CIRCLE, 1.6),
    "152 edges (2-8-8-8-1)": (EIGHTS, 1.8),
    "384 edges (7-8×6-1)": (SEVENS, 2.0),
    "2,720 edges (64-32-16-10)": ("/p/digits?hidden=32,16", 4.0),
}
PAINTED = {"2-8-8-8-1": (EIGHTS, 50.0), "7-8×6-1": (SEVENS, 30.0), "cnn-digits": ("/p/cnn-digits", 30.0)}
FASTEST = {"circle, 2-4-2-1": (CIRCLE, 5_000.0), "7-8×6-1": (SEVENS, 2_000.0)}
EACH_FRAME, AS_FAST_AS_IT_GOES = "16", "0"  # of the page's choice of speeds
PLAYED_MS, PLAYED_ROUNDS = 1_000, 3
VIEWS, STARTS = 7, 5
FEW, MANY, SINGLE = 2_000, 20_000, 100  # updates


def rows() -> Iterator[Figure | str]:
    """Every row of the section."""
    with serving("memory://") as url, sync_playwright() as playwright:
        try:
            with chromium(playwright) as ours, chromium(playwright) as peer:
                yield from steps(url, ours, peer)
                yield from played(url, ours)
                yield from first_view(url, ours)
                yield memory(url, ours)
        except Error as error:
            yield f"page: {error.message.splitlines()[0]}; {CHROMIUM_MISSING}"
    yield warm_start()


def steps(url: str, ours: Browser, peer: Browser) -> Iterator[Figure]:
    """From a click to the numbers, beside a click to as many bytes."""
    for title, (path, most) in STEPS.items():
        page, button = opened(ours, url + path), opened(peer, f"{url}{BARE}/button")
        choose_an_edge(page)
        size = answer_bytes(page)
        held = ("0.123456 " * (size // 9 + 1))[:size].encode()
        urlopen(Request(url + BARE, held, method="PUT")).close()
        sides = [partial(middle, page, STEP, "#step"), partial(middle, button, "button", "#answer")]
        for side in sides:
            side()
        own, bare = interleaved(sides, ROUNDS)
        yield compared(SECTION, f"Step, {title}, {size:,} bytes", BUTTON, "ms", own, bare, Target("≤", most))
        page.context.close()
        button.context.close()


def choose_an_edge(page: Page) -> None:
    """Open the inspector on a weight."""
    key = "edge:0,0,0"
    page.evaluate("key => { document.querySelector('#inspect [name=select]').value = key; }", key)
    for field in page.locator("input[name=select]").all():
        field.evaluate("(field, key) => { field.value = key; }", key)
    with page.expect_response(lambda answer: "/inspect" in answer.url):
        page.evaluate("document.querySelector('#inspect').requestSubmit()")
    page.locator(f'#inspector[data-select="{key}"]').wait_for()


def answer_bytes(page: Page) -> int:
    """How many bytes a Step is answered with."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        clicked(page, STEP, "#step")
    return len(answer.value.body())


def middle(page: Page, button: str, watched: str) -> float:
    """The middle one of a few clicks."""
    return median(clicked(page, button, watched) for _ in range(CLICKS))


def played(url: str, browser: Browser) -> Iterator[Figure]:
    """Updates that are painted, and batches as fast as it goes."""
    for title, (path, least) in PAINTED.items():
        found = playing(opened(browser, url + path), EACH_FRAME, "painted")
        yield alone(SECTION, f"Play, {title}: painted updates", "/s", found, Target("≥", least, "ours"))
    for title, (path, least) in FASTEST.items():
        page = opened(browser, url + path)
        found = playing(page, AS_FAST_AS_IT_GOES, "batches")
        undo(page, url)
        named = f"Play as fast as it goes, {title}: batches"
        yield alone(SECTION, named, "/s", found, Target("≥", least, "ours"))


def playing(page: Page, speed: str, counted: str) -> list[float]:
    """What is counted in a second of playing, round by round, once it has found its pace."""
    page.select_option("#speed", speed)
    page.click("#play")
    page.evaluate(PLAYED, PLAYED_MS)
    found = [float(page.evaluate(PLAYED, PLAYED_MS)[counted]) for _ in range(PLAYED_ROUNDS)]
    page.click("#play")
    page.wait_for_timeout(200)
    return found


def undo(page: Page, url: str) -> None:
    """Every update within the bounds of the history is there to be undone. Raises RuntimeError where one is not."""
    session = f"{url}/api/sessions/{page.locator('#playground').get_attribute('data-session')}"
    state = resting(page, session)
    ended = page.request.post(f"{session}/undo", data={"steps": state["can_undo"]}).json().get("step")
    if ended != state["step"] - state["can_undo"]:
        raise RuntimeError(f"{state['can_undo']} updates undone after {state['step']} lead to {ended}")


def resting(page: Page, session: str) -> dict[str, Any]:
    """The state of a session once what was still on its way is done."""
    state, last = page.request.get(session).json(), None
    while state != last:
        page.wait_for_timeout(300)
        state, last = page.request.get(session).json(), state
    return dict(state)


def first_view(url: str, browser: Browser) -> Iterator[Figure]:
    """What is transferred before the network is painted, and how long after an empty page's the first paint is."""
    found: dict[str, list[float]] = {"before": [], "all": [], "paint": [], "empty": []}
    for _ in range(VIEWS):
        empty = opened(browser, f"{url}{BARE}/empty", DRAWN)  # watched as ours is
        found["empty"].append(empty.evaluate(FIRST_PAINT))
        empty.context.close()
        page = opened(browser, url + "/", DRAWN)
        found["paint"].append(page.evaluate(FIRST_PAINT))
        for name, value in page.evaluate(SEEN).items():
            found[name].append(value)
        page.context.close()
    kilobytes = [before / 1000 for before in found["before"]]
    yield alone(
        SECTION, "First view: before the network is painted", "KB", kilobytes, Target("≤", 120, "ours")
    )
    yield alone(SECTION, "First view: in all", "KB", [every / 1000 for every in found["all"]])
    later = [ours - peer for ours, peer in zip(found["paint"], found["empty"], strict=True)]
    title = "First view: first contentful paint after an empty page's"
    yield alone(SECTION, title, "ms", later, Target("≤", 100, "ours"))


def memory(url: str, browser: Browser) -> Figure:
    """What JavaScript holds after many updates, beside what it held after a few."""
    page = opened(browser, url + EIGHTS)
    session = page.context.new_cdp_session(page)
    page.select_option("#speed", AS_FAST_AS_IT_GOES)
    found = []
    for count in (FEW, MANY):
        page.click("#play")
        while int(page.inner_text("#step")) < count - SINGLE:
            page.wait_for_timeout(100)
        page.click("#play")
        page.wait_for_timeout(200)
        for _ in range(SINGLE):
            clicked(page, STEP, "#step")
        found.append(heap(session))
    few, many = found
    title = f"JavaScript heap after {MANY:,} updates"
    return compared(SECTION, title, f"after {FEW:,}", "MB", [many], [few], Target("≤", 1.1), scale=1e-6)


def warm_start() -> Figure:
    """From the command to the first page of a server whose data directory has been used."""
    with tempfile.TemporaryDirectory() as folder:
        found = [started(folder) for _ in range(STARTS + 1)][1:]
    return alone(SECTION, "Warm start of the server to its first page", "s", found, Target("≤", 1.5, "ours"))


def started(folder: str) -> float:
    """Seconds to the first page."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "app", "--port", "0", "--data-dir", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found
        urlopen(found[0]).read()
        took = time.perf_counter() - begun
        server.terminate()
    return took
