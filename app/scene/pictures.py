"""What every neuron answers over the plane of inputs, a byte a cell: what the module in the browser paints.

A byte runs from 0 (the low end of the scale) over 127 (its middle) to 254 (the high end); 255 is no number.
"""

from __future__ import annotations

from base64 import b64encode
from typing import NamedTuple

from app.scene.painting import Bytes, Scale, painting_for
from app.scene.view import View


class Pictures(NamedTuple):
    """`levels` are those of the neurons in the order of the document, small² each, `scales` their ends by neuron.

    Behind them stands the surface, side², of the output, or of the winning output where `winners` (side²) names it:
    there a byte is the winner's share.
    """

    side: int
    small: int
    levels: Bytes
    scales: tuple[Scale, ...]
    winners: Bytes | None

    @property
    def scale(self) -> Scale:
        """That of the surface."""
        return self.scales[-1]

    @property
    def neurons(self) -> Bytes:
        """(neurons, small²)."""
        return self.levels[: -(self.side**2)].reshape(-1, self.small**2)

    @property
    def surface(self) -> Bytes:
        """(side²)."""
        return self.levels[-(self.side**2) :]


def pictures(view: View) -> Pictures | None:
    """The pictures of a network over a plane; None where its inputs are not two."""
    maps, answers = view.maps, view.answers
    if maps is None or answers is None or len(maps.grid.domain) != 2:
        return None
    given = answers.given
    classes = given.units if given.kind == "argmax" else 1
    painting = painting_for(view.network, maps.grid, classes)
    painted = painting.paint(view.params, max(map(abs, given.range)))
    return Pictures(painting.side, painting.small, painted.levels, painted.scales, painted.winners)


def packed(values: Bytes) -> str:
    """Bytes as text."""
    return b64encode(values.data).decode()
