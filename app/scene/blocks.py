"""The drawing of a network that is not drawn unit by unit: one box a layer, and the length of its gradient."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np

from app.scene.layout import HEIGHT, WIDTH
from app.scene.view import View

MOST = 4  # boxes in a row; more layers go on in the next
MARGIN, GAP = 8.0, 28.0  # user units: around the drawing, between two boxes
PITCH, TALL = HEIGHT / 2, 150.0  # from row to row, height of a box


@dataclass(frozen=True, slots=True)
class Block:
    """One layer (0 = inputs). `activation` is "" where it has none; `parameters` and `norm` are None of inputs.

    `shape` is that of one sample behind it; `norm` is ‖∂L/∂θ‖ of its parameters, None before any backward pass.
    """

    layer: int
    x: float
    y: float
    type: str
    activation: str
    shape: str
    parameters: int | None
    norm: float | None


@dataclass(frozen=True, slots=True)
class Blocks:
    """Boxes of `box` = (width, height) in user units of a box `width` × `height`; `arrows` are paths."""

    width: float
    height: float
    box: tuple[float, float]
    blocks: tuple[Block, ...]
    arrows: tuple[str, ...]


def blocks(view: View) -> Blocks:
    """The drawing of a session as it stands."""
    network, lengths = view.network, norms(view)
    count = 1 + len(network.layers)
    rows = ceil(count / MOST)
    columns = ceil(count / rows)
    height = max(2, rows) * PITCH
    wide = (WIDTH - 2 * MARGIN - (MOST - 1) * GAP) / MOST
    left = (WIDTH - columns * wide - (columns - 1) * GAP) / 2
    top = (height - (rows - 1) * PITCH - TALL) / 2
    boxes = [Block(0, left, top, "", "", _shape(network.input_shape), None, None)]
    for number, layer in enumerate(view.spec.layers):
        row, column = divmod(number + 1, columns)
        span = network.spans[number]
        boxes.append(
            Block(
                number + 1,
                round(left + column * (wide + GAP), 2),
                round(top + row * PITCH, 2),
                layer.type,
                str(getattr(layer, "activation", "")),
                _shape(network.shapes[number]),
                span.stop - span.start,
                lengths[number] if lengths else None,
            )
        )
    arrows = tuple(_arrow(a, b, wide) for a, b in pairwise(boxes))
    return Blocks(WIDTH, height, (wide, TALL), tuple(boxes), arrows)


def norms(view: View) -> list[float] | None:
    """‖∂L/∂θ‖ of every layer; None before any backward pass."""
    if view.gradients is None:
        return None
    with np.errstate(all="ignore"):
        return [float(np.linalg.norm(view.gradients[span])) for span in view.network.spans]


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def _arrow(a: Block, b: Block, wide: float) -> str:
    """From box to box; to the next row along the space between the rows."""
    if a.y == b.y:
        return f"M{a.x + wide + 3:.2f} {a.y + TALL / 2:.2f}H{b.x - 4:.2f}"
    between = (a.y + TALL + b.y) / 2
    return f"M{a.x + wide / 2:.2f} {a.y + TALL + 2:.2f}V{between:.2f}H{b.x + wide / 2:.2f}V{b.y - 4:.2f}"
