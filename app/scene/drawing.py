"""The drawing of a network: neurons, edges and captions with their places, names, values and widths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.scene.labels import Labels, labels
from app.scene.layout import HEIGHT, WIDTH, LayerPlace, Layout, layout
from app.scene.means import means
from app.scene.names import Names
from app.scene.places import Place, layer_sizes
from app.scene.strokes import Strokes, strokes
from app.scene.view import View

STUB_GAP = 0.15  # of the room below a neuron: between it and the short line that stands for its bias
BESIDE = 6.0  # from the rim of a neuron to the text beside it
LINE = 12.0  # height of the text below an input
LONG = 6  # letters: on a phone there is no room for more than so many beside a neuron
NAMED_RADIUS = 13.0  # a smaller neuron has no room for its name


@dataclass(frozen=True, slots=True)
class Mark:
    """A line that shows one value: its ends, its sign ("pos", "neg", "zero"), its width in user units."""

    x1: float
    y1: float
    x2: float
    y2: float
    sign: str
    width: float


@dataclass(frozen=True, slots=True)
class Edge:
    """One weight. `label` is where its numbers stand, None in larger networks."""

    place: Place
    name: str
    source: str
    target: str
    weight: float
    gradient: float | None
    weight_mark: Mark
    gradient_mark: Mark
    label: tuple[float, float] | None
    frozen: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class Bias:
    """The bias of a neuron, a short line below it."""

    name: str
    value: float
    gradient: float | None
    value_mark: Mark
    gradient_mark: Mark
    frozen: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """A text at a neuron: where its middle line stands, the anchor there, whether a phone has no room for it there."""

    text: str
    x: float
    y: float
    anchor: str
    long: bool


@dataclass(frozen=True, slots=True)
class Neuron:
    """One neuron (layer 0 = inputs). `beside` is its feature or class.

    An input has no bias. `delta` is the mean |δ| in the batch or the δ of one sample, None before a backward pass.
    """

    place: Place
    x: float
    y: float
    radius: float
    name: str
    beside: Beside | None
    bias: Bias | None
    delta: float | None
    activation: float | None


@dataclass(frozen=True, slots=True)
class Path:
    """Many edges of a large network in one path: those of one sign and about one width."""

    d: str
    sign: str
    width: float


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands above a layer: its activation; "" above the inputs."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in user units of a box `width` × `height`. `edges` or, in a large network, `paths`."""

    width: float
    height: float
    sizes: tuple[int, ...]
    neurons: tuple[Neuron, ...]
    edges: tuple[Edge, ...]
    paths: tuple[Path, ...]
    captions: tuple[Caption, ...]
    labels: Labels | None
    named: bool
    noted: bool  # in a notation of its own
    shift: float
    widest: tuple[float, float]
    largest_weight: float
    largest_gradient: float


def drawing(view: View) -> Drawing:
    """The drawing of a session as it stands."""
    place, drawn, names = layout(layer_sizes(view.network)), strokes(view), view.names
    placed = labels(place.sizes)
    return Drawing(
        WIDTH,
        HEIGHT,
        place.sizes,
        tuple(_neurons(place, drawn, view)),
        tuple(_edges(place, drawn, names, placed)) if place.single else (),
        () if place.single else tuple(_paths(place, drawn)),
        tuple(_captions(place, view)),
        placed,
        min(layer.radius for layer in place.layers) >= NAMED_RADIUS,
        names.notation != "matrix",
        place.shift,
        (place.widest_weight, place.widest_gradient),
        drawn.largest_weight,
        drawn.largest_gradient,
    )


def _edges(place: Layout, drawn: Strokes, names: Names, placed: Labels | None) -> Iterator[Edge]:
    lines = np.round(place.weight_lines, 2).tolist()
    beside = np.round(place.gradient_lines, 2).tolist()
    weights = drawn.weights.tolist()
    gradients = None if drawn.gradients is None else drawn.gradients.tolist()
    for e, (layer, source, unit) in enumerate(_ends(place.sizes)):
        gradient = None if gradients is None else gradients[e]
        yield Edge(
            Place(layer, unit, source),
            names.weight(layer, source, unit),
            names.neuron(layer, source),
            names.neuron(layer + 1, unit),
            weights[e],
            gradient,
            _mark(lines[e], weights[e], drawn.weight_widths[e]),
            _mark(beside[e], gradient, drawn.gradient_widths[e]),
            placed.places[e] if placed else None,
            bool(drawn.frozen[e]),
            bool(drawn.cut[e]),
        )


def _neurons(place: Layout, drawn: Strokes, view: View) -> Iterator[Neuron]:
    index, names, found = place.edges, view.names, means(view)
    deltas = found.delta if found else None
    answers = iter([None] * sum(place.sizes) if found is None else found.a.tolist())
    for layer, spot in enumerate(place.layers):
        long = any(len(names.beside(layer, unit)) > LONG for unit in range(len(spot.x)))
        for unit, (x, y) in enumerate(zip(np.round(spot.x, 2), np.round(spot.y, 2), strict=True)):
            stub = _stub(spot, unit)
            bias = _bias(names.bias(layer - 1, unit), stub, place.shift, drawn, index) if layer > 0 else None
            delta = None if layer == 0 or deltas is None else float(deltas[index - place.edges])
            index += layer > 0
            yield Neuron(
                place=Place(layer, unit),
                x=float(x),
                y=float(y),
                radius=round(spot.radius, 2),
                name=names.neuron(layer, unit),
                beside=_beside(spot, layer, unit, names.beside(layer, unit), long),
                bias=bias,
                delta=delta,
                activation=next(answers),
            )


def _beside(spot: LayerPlace, layer: int, unit: int, text: str, long: bool) -> Beside | None:
    """Right of an output; below an input, left of it where the next one is too near; in a grid there is no room."""
    if not text or np.ptp(spot.x) > 0:
        return None
    x, y, away = float(spot.x[unit]), round(float(spot.y[unit]), 2), spot.radius + BESIDE
    if layer:
        return Beside(text, round(x + away, 2), y, "start", long)
    if spot.below >= LINE:
        return Beside(text, round(x, 2), round(y + spot.radius + LINE / 2 + 2, 2), "middle", long)
    return Beside(text, round(x - away, 2), y, "end", long)


def _stub(spot: LayerPlace, unit: int) -> tuple[float, float, float]:
    """Where the line of a bias stands: x, top, bottom."""
    rim = float(spot.y[unit]) + spot.radius
    return float(spot.x[unit]), rim + STUB_GAP * spot.below, rim + 0.9 * spot.below


def _bias(name: str, stub: tuple[float, float, float], shift: float, drawn: Strokes, index: int) -> Bias:
    x, top, bottom = (round(v, 2) for v in stub)
    beside = round(x + shift, 2)
    value = float(drawn.weights[index])
    gradient = None if drawn.gradients is None else float(drawn.gradients[index])
    return Bias(
        name,
        value,
        gradient,
        _mark((x, top, x, bottom), value, drawn.weight_widths[index]),
        _mark((beside, top, beside, bottom), gradient, drawn.gradient_widths[index]),
        bool(drawn.frozen[index]),
    )


def _paths(place: Layout, drawn: Strokes) -> Iterator[Path]:
    """The weights of a large network as a few paths, thin ones first so that strong ones lie on top."""
    widths, weights = drawn.weight_widths[: place.edges], drawn.weights[: place.edges]
    for width in np.unique(widths):
        for name, chosen in (("pos", weights >= 0), ("neg", weights < 0)):
            rows = np.round(place.weight_lines[(widths == width) & chosen], 1).tolist()
            if rows:
                yield Path("".join(f"M{a} {b}L{c} {d}" for a, b, c, d in rows), name, float(width) / 10)


def _captions(place: Layout, view: View) -> Iterator[Caption]:
    texts = ["", *(str(getattr(layer, "activation", layer.type)) for layer in view.spec.layers)]
    for spot, text in zip(place.layers, texts, strict=True):
        yield Caption(round(float(spot.x.min() + spot.x.max()) / 2, 2), text)


def _ends(sizes: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    """Layer, source and unit of every edge, in the order of the document."""
    for layer, (sources, units) in enumerate(pairwise(sizes)):
        for source in range(sources):
            for unit in range(units):
                yield layer, source, unit


def _mark(line: Sequence[float], value: float | None, tenths: int) -> Mark:
    x1, y1, x2, y2 = line
    sign = "neg" if value and value < 0 else "pos" if value and value > 0 else "zero"
    return Mark(x1, y1, x2, y2, sign, int(tenths) / 10)
