"""What the module in the browser paints the drawing by images by: where pictures stand, how layers reach back."""

from __future__ import annotations

from itertools import accumulate
from math import prod
from typing import Any

from app.nn import AvgPool2d, Conv2d, MaxPool2d, Network
from app.scene.images_edges import single
from app.scene.images_parts import ImagesLayout
from app.scene.layout import HEIGHT
from app.scene.painting import FIXED
from app.scene.places import spot_shape


def geometry(network: Network, place: ImagesLayout) -> dict[str, Any]:
    """`layers` from the inputs on: `at` is where their numbers begin among all of a sample, `slots` where their
    parameters begin in the flat vector. `pictures` are lists in the order of their fields."""
    count = len(network.layers) + 1
    sizes = [prod(spot_shape(network, layer)) for layer in range(count)]
    starts = list(accumulate(sizes, initial=0))
    layers = [_layer(network, layer, starts[layer], place) for layer in range(count)]
    pictures = [
        (p.layer, p.channel, p.x, p.y, p.gradient_x, *p.pixel, p.rows, p.columns, p.first, p.down, p.across)
        for column in place.columns
        for p in column.pictures
    ]
    return {"width": place.width, "height": HEIGHT, "layers": layers, "pictures": pictures}


def _layer(network: Network, layer: int, at: int, place: ImagesLayout) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": place.columns[layer].kind,
        "shape": spot_shape(network, layer),
        "at": at,
    }
    if layer == 0:
        return made | {"type": "", "window": None}
    own = network.layers[layer - 1]
    slots = {slot.name: (slot.start, slot.shape) for slot in network.slots if slot.layer == layer - 1}
    fixed = FIXED.get(own.laid_activation)
    made |= {"type": own.type, "slots": slots, "largest": fixed[1] if fixed else None}
    if isinstance(own, Conv2d):
        return made | {
            "window": (*own.kernel, own.stride, *own.pads),
            "folded": place.kernels[layer - 1].folded,
        }
    if isinstance(own, MaxPool2d | AvgPool2d):
        return made | {"window": (own.size, own.size, own.size, 0, 0)}
    return made | {"window": None, "single": own.type == "dense" and single(network, layer - 1)}
