"""Ten thousand live sessions: the memory each takes, and whether anybody notices the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle
from statistics import median

from app.presets import preset
from bench.client import Client, Request, Shown, wall
from bench.figures import Figure, Measure, Target, alone, compared, interleaved
from bench.growth import Growth
from bench.serving import serving

SECTION = "sessions"
CROWDS = (10, 100, 1_000, 10_000)
ROUNDS = 7
STEPS = 40  # of a round, each of another session
MOST_KILOBYTES, MOST_SLOWER = 40.0, 1.2
STORES = {"sqlite://": "SQLite", "memory://": "memory"}


def body(number: int) -> dict[str, object]:
    """2-8-8-8-1 on 500 points; every session has points and parameters of its own."""
    spec = preset("circle").spec
    hidden = [{**spec["layers"][0], "units": 8} for _ in range(3)]
    data = {**spec["data"], "samples": 500, "seed": number}
    return {"spec": {**spec, "data": data, "seed": number, "layers": [*hidden, spec["layers"][-1]]}}


def rows() -> Iterator[Figure | Growth | str]:
    """Every session is opened and has made a step; the server with ten of them stands beside the full one."""
    for store, name in STORES.items():
        with serving(store) as few_url, serving(store) as many_url:
            yield from _grown(Client(few_url), Client(many_url), name)


def _grown(few: Client, many: Client, store: str) -> Iterator[Figure | Growth | str]:
    empty = many.state().resident
    first, crowd = [_live(few, number) for number in range(CROWDS[0])], list[Shown]()
    for size in CROWDS:
        crowd += [_live(many, number) for number in range(len(crowd), size)]
        among, apart = interleaved([_steps(many, crowd), _steps(few, first)], ROUNDS)
        if store == "SQLite":
            spent = [many.cpu(_next_step(many, crowd), STEPS) for _ in range(ROUNDS)]
            yield Growth("sessions", size, None, median(spent), len(many.step(crowd[0])))
    title, bound = f"Step with {size:,} sessions, {store}", Target("≤", MOST_SLOWER)
    yield compared(SECTION, title, f"with {CROWDS[0]}", "ms", among, apart, bound, scale=1e3)
    full = many.state().resident
    if empty is None or full is None:
        yield "The memory of sessions is not measured: this system does not tell it under /proc."
    else:
        title, most = f"memory of a session, {store}", Target("≤", MOST_KILOBYTES, "ours")
        yield alone(SECTION, title, "KB", [(full - empty) / size / 1024], most)


def _live(client: Client, number: int) -> Shown:
    return client.look(client.create(body(number)))


def _steps(client: Client, crowd: Sequence[Shown]) -> Measure:
    """The median of a round of Steps."""
    step = _next_step(client, crowd)
    return lambda: median(wall(step, 1) for _ in range(STEPS))


def _next_step(client: Client, crowd: Sequence[Shown]) -> Request:
    """A Step, each time of another session, all over the crowd."""
    spread = cycle(crowd[:: max(1, len(crowd) // (STEPS * ROUNDS))])
    return lambda: client.step(next(spread))
