"""What a Step costs the server, beside a bare endpoint of the same process that answers the same bytes.

A Step is sent as the page sends it, the next one when the last was answered; everything is included: session,
owner, lock, durable write, answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median
from threading import Event, Thread

from bench.client import Client, Shown, wall
from bench.figures import Figure, Target, alone, compared, interleaved
from bench.serving import serving

SECTION = "server"
ROUNDS = 11
ROUND_SECONDS = 0.08
WARM_STEPS = 60
CIRCLE, EIGHTS = "/p/circle", "/p/circle?hidden=8,8,8"
PRESETS = {
    "circle, 2-4-2-1": CIRCLE,
    "2-8-8-8-1": EIGHTS,
    "64-32-16-10": "/p/digits?hidden=32,16",
    "cnn-digits": "/p/cnn-digits",
    "rnn-echo": "/p/rnn-echo",
}
STORES = {"sqlite://": ("SQLite", 0.5), "memory://": ("memory", 0.75)}
PLAYED_RATE, MOST_OF_A_CORE = 30.0, 15.0  # updates a second; per cent
PLAYED_SECONDS, PLAYED_ROUNDS = 1.0, 5
FRAMES, AT_ONCE = 60.0, 1_000  # as fast as it goes: a request a frame, so many updates each at most
BARE = "bare FastAPI endpoint"


def rows() -> Iterator[Figure]:
    """Requests a second; server time by preset; playing."""
    for store, (name, bound) in STORES.items():
        with serving(store) as url:
            yield _rate(Client(url), name, Target("≥", bound))
    with serving("sqlite://") as url:
        for title, link in PRESETS.items():
            yield _server_time(Client(url), title, link)
    with serving("sqlite://") as url:
        yield _playing(Client(url))
        yield from _beside_a_player(url)


def warmed(client: Client, link: str) -> Shown:
    """A session on its page that has done its first steps; the bare endpoint answers as many bytes."""
    shown = client.open(link)
    for _ in range(WARM_STEPS):
        answer = client.step(shown)
    client.hold(answer)
    return shown


def times_of(request: Callable[[], object]) -> int:
    """How many requests take about ROUND_SECONDS."""
    return max(3, round(ROUND_SECONDS / wall(request, 5)))


def _rate(client: Client, store: str, target: Target) -> Figure:
    step = partial(client.step, warmed(client, CIRCLE))
    sides = [partial(_a_second, request, times_of(request)) for request in (step, client.bare)]
    ours, bare = interleaved(sides, ROUNDS)
    title = f"requests a second of Step, circle, {store}"
    return compared(SECTION, title, BARE, "/s", ours, bare, target)


def _a_second(request: Callable[[], object], times: int) -> float:
    return 1.0 / wall(request, times)


def _server_time(client: Client, title: str, link: str) -> Figure:
    step = partial(client.step, warmed(client, link))
    sides = [partial(client.cpu, request, times_of(request)) for request in (step, client.bare)]
    ours, bare = interleaved(sides, ROUNDS)
    return compared(SECTION, f"server time of a Step, {title}, SQLite", BARE, "µs", ours, bare, scale=1e6)


def _playing(client: Client) -> Figure:
    """The share of a core that one player takes."""
    shown = warmed(client, EIGHTS)

    def share() -> float:
        start, before = time.perf_counter(), client.state().cpu
        for k in range(round(PLAYED_RATE * PLAYED_SECONDS)):
            client.step(shown)
            time.sleep(max(0.0, start + (k + 1) / PLAYED_RATE - time.perf_counter()))
        return 100 * (client.state().cpu - before) / (time.perf_counter() - start)

    title = f"a core while one plays {PLAYED_RATE:.0f} updates a second, 2-8-8-8-1"
    shares = [share() for _ in range(PLAYED_ROUNDS)]
    return alone(SECTION, title, "%", shares, Target("≤", MOST_OF_A_CORE, "ours"))


def _beside_a_player(url: str) -> Iterator[Figure]:
    """Another user's Step (the median of a round) while somebody plays, over the same Step alone."""
    client = Client(url)
    step = partial(client.step, warmed(client, EIGHTS))

    def median_of_round() -> float:
        times, end = [], time.perf_counter() + PLAYED_SECONDS / 2
        while time.perf_counter() < end:
            times.append(wall(step, 1))
        return median(times)

    def beside(rate: float, steps: int) -> float:
        with playing(url, rate, steps):
            return median_of_round()

    ways = {
        f"{PLAYED_RATE:.0f} updates a second": partial(beside, PLAYED_RATE, 1),
        "as fast as it goes": partial(beside, FRAMES, AT_ONCE),
    }
    quiet, *busy = interleaved([median_of_round, *ways.values()], PLAYED_ROUNDS)
    for way, times in zip(ways, busy, strict=True):
        title = f"Step of 2-8-8-8-1 while another user plays {way}"
        yield compared(SECTION, title, "alone", "ms", times, quiet, scale=1e3)


@contextmanager
def playing(url: str, rate: float, steps: int) -> Iterator[None]:
    """Somebody else plays meanwhile: so many requests a second at most, of so many updates each."""
    client, ended = Client(url), Event()
    shown = client.open(EIGHTS)

    def play() -> None:
        while not ended.is_set():
            start = time.perf_counter()
            client.step(shown, steps)
            ended.wait(max(0.0, 1.0 / rate - (time.perf_counter() - start)))

    player = Thread(target=play)
    player.start()
    try:
        yield
    finally:
        ended.set()
        player.join()
        client.close()
