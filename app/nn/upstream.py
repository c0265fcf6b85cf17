"""∂L/∂a of every layer: what comes back to its outputs, before the slope of its activation makes δ of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.nn.arrays import Array, Call, Shape, aligned
from app.nn.layer import BackwardSite, ForwardSite
from app.nn.network import Network
from app.nn.recurrent import Recurrent
from app.nn.shapes import sample_first
from app.nn.trace import LayerTrace


@dataclass(frozen=True, eq=False)
class Upstream:
    """`calls` fill `da`: of every layer shaped like its delta, None where it is not asked for."""

    calls: list[Call]
    da: tuple[Array | None, ...]

    def added(
        self, layers: Sequence[LayerTrace], shapes: Sequence[Shape], batch: int, columns: slice
    ) -> list[LayerTrace]:
        """The traces of the layers with what the calls have filled, of a batch in these columns."""
        return [
            layer
            if da is None
            else LayerTrace(**{**vars(layer), "da": sample_first(da[:, columns], shape, batch)})
            for layer, da, shape in zip(layers, self.da, shapes, strict=True)
        ]


def lay_upstream(network: Network, sites: Sequence[ForwardSite], deltas: Sequence[Array]) -> Upstream:
    """Lay ∂L/∂a of every layer but the last, from the deltas that a backward pass leaves behind.

    A backward pass turns ∂L/∂a into δ where it stands, so it is made once more, by the following layer's own
    backward. A recurrent layer has dh instead, and nothing is laid in front of one.
    """
    calls: list[Call] = []
    da: list[Array | None] = []
    for number, layer in enumerate(network.layers[:-1]):
        following, span = network.layers[number + 1], network.spans[number + 1]
        if isinstance(layer, Recurrent) or isinstance(following, Recurrent):
            da.append(None)
            continue
        dx = aligned(*deltas[number].shape)
        unused = aligned(span.stop - span.start)
        calls += following.backward(sites[number + 1], BackwardSite(deltas[number + 1], unused, dx))
        da.append(dx)
    return Upstream(calls, (*da, None))
