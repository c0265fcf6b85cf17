"""How a step and its answer grow: with parameters, batch, time steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median
from typing import Any

from app.nn import Network, Rnn
from bench.client import Client
from bench.engine import dense, ending, once, steps_of
from bench.figures import interleaved
from bench.peers.ours import Ours
from bench.peers.side import Case
from bench.serving import serving

SECTION = "growth"
ROUNDS = 5
WARM_STEPS = 5
STEPS = 4  # of a round
RATE = 1e-4  # nothing is to diverge

HIDDEN = ((2,), (8, 8), (29, 29), (98, 98), (314, 314))  # 9, 105, 987, 10,095 and 100,167 parameters
BATCHES = (1, 8, 64, 512)
TIME_STEPS = (5, 10, 25, 50, 100)


@dataclass(frozen=True, slots=True)
class Growth:
    """One place on an axis: the engine's step and the server's in CPU seconds, the answer in bytes."""

    axis: str
    at: int
    engine: float | None
    step: float
    size: int

    def as_json(self) -> dict[str, Any]:
        """The row, nothing but JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Place:
    """What is measured there: a network alone, and the link that opens it."""

    at: int
    network: Network
    batch: int
    link: str


def rows() -> Iterator[Growth]:
    """Axis by axis; on one axis the places are measured in turns."""
    with serving("memory://") as url:
        for axis, places in axes().items():
            yield from _axis(Client(url), axis, places)


def axes() -> dict[str, list[Place]]:
    """The places of each axis."""
    plane = f"/p/circle?learning_rate={RATE}"
    eights, batch = dense("tanh", 2, 8, 8, 8, 1), 20
    layered = [(dense("tanh", 2, *hidden, 1), ",".join(map(str, hidden))) for hidden in HIDDEN]
    return {
        "parameters": [
            Place(network.size, network, batch, f"{plane}&batch_size={batch}&hidden={hidden}")
            for network, hidden in layered
        ],
        "batch": [
            Place(size, eights, size, f"{plane}&hidden=8,8,8&samples=1100&batch_size={size}")
            for size in BATCHES
        ],
        "time steps": [
            Place(
                steps,
                ending((steps, 1), Rnn(4), outputs=1),
                batch,
                f"/p/rnn-echo?learning_rate={RATE}&time_steps={steps}",
            )
            for steps in TIME_STEPS
        ],
    }


def _axis(client: Client, axis: str, places: Sequence[Place]) -> Iterator[Growth]:
    sides = [Ours().side(Case(axis, place.network, place.batch, rate=RATE)) for place in places]
    alone = interleaved([partial(once, side, steps_of(side)) for side in sides], ROUNDS)
    pages = [client.open(place.link) for place in places]
    steps: list[Callable[[], bytes]] = [partial(client.step, page) for page in pages]
    sizes = [[len(step()) for _ in range(WARM_STEPS)][-1] for step in steps]
    served = interleaved([partial(client.cpu, step, STEPS) for step in steps], ROUNDS)
    for place, engine, step, size in zip(places, alone, served, sizes, strict=True):
        yield Growth(axis, place.at, median(engine), median(step), size)
