"""One training step against other libraries: forward, backward, update; float64, every gradient readable.

CPU time, one thread each; in every round each side runs for as long as any other, one after the other. All
begin with the same parameters; what they put out after a few steps is compared before the timing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from app.nn import Conv2d, Dense, Layer, MaxPool2d, Network, Rnn
from bench.figures import Figure, Target, compared, interleaved
from bench.peers import node
from bench.peers.ours import Ours
from bench.peers.pytorch import PyTorch
from bench.peers.scikit import ScikitLearn
from bench.peers.side import Case, Peer, PeerMissingError, Side

SECTION = "engine"
ROUNDS = 11
ROUND_SECONDS = 0.04
WARM_SECONDS = 0.15  # a compiler that compiles while it runs has done so by then
COMPARED_STEPS = 5


def dense(hidden: str, features: int, *units: int) -> Network:
    """Hidden layers alike; ten outputs are classes, one is a number."""
    layers = [Dense(count, hidden) for count in units[:-1]]
    return ending((features,), *layers, outputs=units[-1])


def ending(shape: tuple[int, ...], *layers: Layer, outputs: int) -> Network:
    """The network with its last layer: ten outputs are classes, one is a number."""
    is_classifier = outputs == 10
    last = Dense(outputs, "softmax" if is_classifier else "linear")
    return Network(shape, (*layers, last), "cross_entropy" if is_classifier else "mse")


CONVOLUTIONS = (
    Conv2d(4, (3, 3), padding="same", activation="relu"),
    MaxPool2d(2),
    Conv2d(8, (3, 3), padding="same", activation="relu"),
)
CASES = (
    Case("2-4-2-1 tanh, SGD", dense("tanh", 2, 4, 2, 1), 10),
    Case("2-8-8-8-1 tanh, SGD", dense("tanh", 2, 8, 8, 8, 1), 32),
    Case("2-8-8-8-1 tanh, Adam", dense("tanh", 2, 8, 8, 8, 1), 32, "adam"),
    Case("7-8×6-1 relu, SGD", dense("relu", 7, 8, 8, 8, 8, 8, 8, 1), 10),
    Case("64-32-16-10 softmax, SGD", dense("relu", 64, 32, 16, 10), 32),
    Case("784-128-64-10 softmax, SGD", dense("relu", 784, 128, 64, 10), 64),
    Case("conv 4, pool, conv 8, dense 10, SGD", ending((8, 8, 1), *CONVOLUTIONS, outputs=10), 16),
    Case("Elman 8, 10 steps, SGD", ending((10, 1), Rnn(8), outputs=1), 16),
)
TARGETS = {  # the peer's time ÷ ours, case by case
    "PyTorch": (40.0, 20.0, 28.0, 28.0, 13.0, 1.5, 7.0, 17.0),
    "ConvNetJS": (1.4, 4.5, 4.0, 3.0, 35.0, 50.0, 18.0, None),
}
PEERS: tuple[Callable[[], Peer], ...] = (PyTorch, node.convnetjs, node.tensorflowjs, ScikitLearn)


def rows() -> Iterator[Figure | str]:
    """A row for every case and every peer that has it; a sentence for a peer that is missing."""
    peers: list[Peer] = []
    for find in PEERS:
        try:
            peers.append(find())
        except PeerMissingError as missing:
            yield str(missing)
    for number, case in enumerate(CASES):
        targets = {name: of[number] for name, of in TARGETS.items()}
        yield from measured(case, [peer for peer in peers if peer.has(case)], targets)


def measured(case: Case, peers: Sequence[Peer], targets: dict[str, float | None]) -> list[Figure]:
    """The rows of one case. RuntimeError if the sides do not compute the same."""
    theirs = [peer.side(case) for peer in peers]
    sides = [Ours().side(case), *theirs]  # ours last: who compares gradients runs the same plan
    try:
        agreed(case, sides, peers)
        times = interleaved([partial(once, side, steps_of(side)) for side in sides], ROUNDS)
    finally:
        for side in sides:
            node.closed(side)
    figures = []
    for peer, of_peer in zip(peers, times[1:], strict=True):
        bound = targets.get(peer.name)
        target = Target("≥", bound) if bound else None
        title = f"{case.title}, batch {case.batch}"
        figures.append(
            compared(SECTION, title, peer.name, "µs", times[0], of_peer, target, upside_down=True, scale=1e6)
        )
    return figures


def agreed(case: Case, sides: Sequence[Side], peers: Sequence[Peer]) -> None:
    """RuntimeError if a peer's outputs after a few steps are not ours."""
    for side in sides:
        side.run(COMPARED_STEPS)
    ours = sides[0].outputs()
    for peer, side in zip(peers, sides[1:], strict=True):
        theirs = side.outputs()
        if not np.allclose(theirs, ours, rtol=peer.tolerance, atol=peer.tolerance):
            off = float(np.abs(theirs - ours).max())
            raise RuntimeError(f"{case.title}: {peer.name} puts out something else, by up to {off:.2g}")


def steps_of(side: Side) -> int:
    """How many steps take about ROUND_SECONDS, after a warm start."""
    steps, seconds = 1, side.run(1)
    while seconds < WARM_SECONDS:
        steps *= 2
        seconds = side.run(steps)
    return max(1, round(steps * ROUND_SECONDS / seconds))


def once(side: Side, steps: int) -> float:
    """CPU seconds a step in one round."""
    return side.run(steps) / steps
