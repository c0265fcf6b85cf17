"""The numbers of one answer for the drawing by images: parameters, and one sample on its way, packed as bytes."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from itertools import accumulate, pairwise, starmap
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.nn import Network
from app.scene.images_layout import images_layout
from app.scene.view import View

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
EXACT = 6000  # parameters; of more only seven digits are sent
UNKNOWN: dict[str, Any] = dict.fromkeys(("z", "a", "delta", "da", "activations"))


def images_numbers(view: View) -> dict[str, Any]:
    """Vectors as base64: parameters as `precision` says, the sample's numbers as float32, all layers in a row,
    inputs first. `row` is the sample's in the data, None for a probe."""
    precision = "float64" if view.network.size <= EXACT else "float32"
    with np.errstate(over="ignore"):
        return {
            "precision": precision,
            "params": _packed(view.params, precision),
            "gradients": _packed(view.drawn_gradients, precision),
            "changes": _packed(view.change, precision),
            "frozen": sorted(view.frozen),
            "row": view.drawn_row,
            **_sample(view),
        }


@lru_cache(maxsize=256)
def _spans(network: Network) -> tuple[slice, ...]:
    """Where the numbers of the inputs and of every layer stand."""
    ends = accumulate((prod(shape) for shape in (network.input_shape, *network.shapes)), initial=0)
    return tuple(starmap(slice, pairwise(ends)))


def _sample(view: View) -> dict[str, Any]:
    """z, a, δ and ∂L/∂a of one sample, number by number; nan where a layer has none."""
    found = view.drawn_pass
    if found is None:
        return UNKNOWN
    (trace, sample), spans = found, _spans(view.network)
    rows = np.full((4, spans[-1].stop), np.nan)
    z, a, delta, da = rows
    a[spans[0]] = trace.inputs[sample].ravel()
    for layer, span in zip(trace.layers, spans[1:], strict=True):
        z[span], a[span] = layer.z[sample].ravel(), layer.a[sample].ravel()
        if layer.delta is not None:
            delta[span] = layer.delta[sample].ravel()
        if layer.da is not None:
            da[span] = layer.da[sample].ravel()
    went_back = trace.layers[-1].delta is not None
    texts = map(_text, rows.astype("<f4")[: 4 if went_back else 2])
    sent = dict(zip(("z", "a", "delta", "da"), texts, strict=False))
    return UNKNOWN | sent | {"activations": a.take(_neurons(view.network))}


@lru_cache(maxsize=256)
def _neurons(network: Network) -> IntArray:
    """Where the numbers of the layers stand that are drawn as neurons, in the order of the document."""
    columns = zip(images_layout(network).columns, _spans(network), strict=True)
    return np.concatenate([np.arange(span.start, span.start + len(column.units)) for column, span in columns])


def _packed(values: Array | None, precision: str) -> str | None:
    return None if values is None else _text(values.astype(f"<{np.dtype(precision).str[1:]}", copy=False))


def _text(values: NDArray[np.floating[Any]]) -> str:
    return b64encode(values.data).decode()
