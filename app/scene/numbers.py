"""The numbers of one answer, packed: what the module in the browser sets on the standing drawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import orjson

from app.scene import unrolled_numbers
from app.scene.dense import Drawn
from app.scene.fields import knob_texts
from app.scene.images_numbers import images_numbers
from app.scene.layout import layout
from app.scene.means import means
from app.scene.places import layer_sizes
from app.scene.strokes import strokes
from app.scene.view import View

NOTHING_DRAWN = (
    *("weights", "weight_widths", "gradient_widths", "biases", "bias_widths", "bias_gradient_widths"),
    *("frozen", "cut", "bias_frozen"),
)
NOTHING_KNOWN = (
    *("gradients", "bias_gradients", "changes", "bias_changes", "activations", "pre_activations", "deltas"),
    *("largest_weight", "largest_gradient"),
)
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY


def numbers(view: View) -> str:
    """JSON, edges in the order of the document, nan and infinities as null.

    Weights and gradients are float64 to the last digit where every edge is an element that carries them;
    in larger networks, where they are only drawn, float32.
    """
    packed = {
        "step": view.step,
        "phase": view.phase,
        "owner": view.owner,
        "can_undo": view.can_undo,
        "can_redo": view.can_redo,
        "diverged": view.diverged,
        "stopped": view.stopped,
        "settings": knob_texts(view.spec),
        "followed": view.followed,
        "probe": view.probe.inputs.ravel() if view.probe else None,
        **DRAWN[view.drawn](view),
    }
    return orjson.dumps(packed, option=_OPTIONS).decode()


def _over_time(view: View) -> dict[str, Any]:
    return dict.fromkeys(NOTHING_DRAWN, ()) | dict.fromkeys(NOTHING_KNOWN) | unrolled_numbers.numbers(view)


def _by_unit(view: View) -> dict[str, Any]:
    drawn = strokes(view)
    precision = np.float64 if layout(layer_sizes(view.network)).single else np.float32
    weights = _finite(drawn.weights, precision)
    gradients = None if drawn.gradients is None else _finite(drawn.gradients, precision)
    changes = None if drawn.changes is None else _finite(drawn.changes, precision)
    edges, found = drawn.edges, means(view)
    return {
        "weights": weights[:edges],
        "weight_widths": drawn.weight_widths[:edges],
        "gradients": None if gradients is None else gradients[:edges],
        "gradient_widths": drawn.gradient_widths[:edges],
        "biases": weights[edges:],
        "bias_widths": drawn.weight_widths[edges:],
        "bias_gradients": None if gradients is None else gradients[edges:],
        "bias_gradient_widths": drawn.gradient_widths[edges:],
        "changes": None if changes is None else changes[:edges],
        "bias_changes": None if changes is None else changes[edges:],
        "frozen": np.flatnonzero(drawn.frozen[:edges]),
        "cut": np.flatnonzero(drawn.cut),
        "bias_frozen": np.flatnonzero(drawn.frozen[edges:]),
        "activations": found and _finite(found.a, precision),
        "pre_activations": found and _finite(found.z, precision),
        "deltas": None if found is None or found.delta is None else _finite(found.delta, precision),
        "largest_weight": drawn.largest_weight,
        "largest_gradient": drawn.largest_gradient if drawn.gradients is not None else None,
    }


def _by_images(view: View) -> dict[str, Any]:
    """Of a network drawn by images: what that drawing takes, and nothing of edges one by one."""
    return {**dict.fromkeys(NOTHING_DRAWN, ()), **dict.fromkeys(NOTHING_KNOWN), **images_numbers(view)}


def _finite(values: np.ndarray, precision: type[np.floating]) -> np.ndarray:
    """Infinities as nan: JSON has neither, and null stands for both."""
    with np.errstate(over="ignore"):
        narrowed = np.ascontiguousarray(values, dtype=precision)
    return np.where(np.isfinite(narrowed), narrowed, np.nan).astype(precision)


DRAWN: dict[Drawn, Callable[[View], dict[str, Any]]] = {
    "units": _by_unit,
    "images": _by_images,
    "time": _over_time,
}
