"""The numbers of one answer for the drawing by images: parameters, and one sample on its way, packed as bytes."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.nn import LayerTrace
from app.scene.images_layout import images_layout
from app.scene.view import View

Array = NDArray[np.float64]
EXACT = 6000  # parameters; of more only seven digits are sent


def images_numbers(view: View) -> dict[str, Any]:
    """Vectors as base64: parameters as `precision` says, the sample's numbers as float32, all layers in a row,
    inputs first. `row` is the sample's in the data, None for a probe."""
    precision = "float64" if view.network.size <= EXACT else "float32"
    return {
        "precision": precision,
        "params": _packed(view.params, precision),
        "gradients": _packed(view.drawn_gradients, precision),
        "changes": _packed(view.change, precision),
        "frozen": sorted(view.frozen),
        "row": view.drawn_row,
        **_sample(view),
    }


def _sample(view: View) -> dict[str, Any]:
    """z, a, δ and ∂L/∂a of one sample, number by number; nan where a layer has none."""
    found = view.drawn_pass
    if found is None:
        return dict.fromkeys(("z", "a", "delta", "da", "activations"))
    trace, sample = found
    inputs = trace.inputs[sample].ravel()
    a = np.concatenate([inputs, *(layer.a[sample].ravel() for layer in trace.layers)])
    went_back = any(layer.delta is not None for layer in trace.layers)

    def of(name: str) -> Array:
        parts = (_of_layer(layer, name, sample) for layer in trace.layers)
        return np.concatenate([np.full(len(inputs), np.nan), *parts])

    return {
        "z": _packed(of("z"), "float32"),
        "a": _packed(a, "float32"),
        "delta": _packed(of("delta"), "float32") if went_back else None,
        "da": _packed(of("da"), "float32") if went_back else None,
        "activations": _of_neurons(view, a),
    }


def _of_layer(layer: LayerTrace, name: str, sample: int) -> Array:
    values: Array | None = getattr(layer, name)
    return np.full(layer.a[sample].size, np.nan) if values is None else values[sample].ravel()


def _of_neurons(view: View, a: Array) -> list[float | None]:
    """a of the layers that are drawn as neurons, in the order of the document."""
    at, found = 0, list[float]()
    for column in images_layout(view.network).columns:
        size = sum(p.rows * p.columns for p in column.pictures) + len(column.units)
        found += a[at : at + len(column.units)].tolist()
        at += size
    return [x if np.isfinite(x) else None for x in found]


def _packed(values: Array | None, precision: str) -> str | None:
    if values is None:
        return None
    with np.errstate(over="ignore"):
        return b64encode(values.astype(f"<{np.dtype(precision).str[1:]}").tobytes()).decode()
