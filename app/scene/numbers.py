"""The numbers of one answer, packed: what the module in the browser sets on the standing drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from app.scene import unrolled_numbers
from app.scene.batch import table
from app.scene.chart import fresh_points
from app.scene.dense import Drawn
from app.scene.fields import knob_texts
from app.scene.format import short
from app.scene.images_numbers import images_numbers
from app.scene.layout import layout
from app.scene.means import means
from app.scene.places import layer_sizes
from app.scene.strokes import drawing_order
from app.scene.view import View

Array = NDArray[np.float64]

NOTHING_DRAWN = ("weights", "biases", "frozen", "cut", "bias_frozen")
NOTHING_KNOWN = (
    *("gradients", "bias_gradients", "changes", "bias_changes", "activations", "pre_activations", "deltas"),
)
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY


def numbers(view: View, **more: Any) -> str:
    """JSON, edges in the order of the document, nan and infinities as null; `more` goes along.

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
        **more,
    }
    return in_script(orjson.dumps(packed, option=_OPTIONS))


def in_script(packed: bytes) -> str:
    """JSON that can stand inside a script element."""
    return packed.replace(b"</", b"<\\/").decode()


def followed_numbers(view: View) -> str:
    """What changes on the page with the sample that is followed, or a probe."""
    return numbers(view, table=_table(view))


def fresh_numbers(view: View, markup: Sequence[str]) -> str:
    """What an action changes on the page; `markup` are the ids of the parts that come as markup beside it."""
    return numbers(
        view,
        version=view.version,
        markup=markup,
        table=_table(view),
        counters=counters(view),
        curve=view.fresh and fresh_points(view.fresh),
    )


def _table(view: View) -> dict[str, Any] | None:
    shown = table(view)
    return shown.packed() if shown else None


COUNTERS = (
    "batch_loss",
    "train_loss",
    "test_loss",
    "train_accuracy",
    "test_accuracy",
    "penalty",
    "learning_rate",
)


def counters(view: View) -> dict[str, float | str | None]:
    """The figures above the drawing; those that are no finite numbers as people read them."""
    values = {name: getattr(view, name) for name in ("epoch", *COUNTERS)}
    return {name: short(x) if x is not None and not isfinite(x) else x for name, x in values.items()}


def _over_time(view: View) -> dict[str, Any]:
    return dict.fromkeys(NOTHING_DRAWN, ()) | dict.fromkeys(NOTHING_KNOWN) | unrolled_numbers.numbers(view)


def _by_unit(view: View) -> dict[str, Any]:
    place = layout(layer_sizes(view.network))
    order, edges = drawing_order(view.network), place.edges
    precision = np.float64 if place.single else np.float32

    def drawn(values: Array | None) -> Array | None:
        return None if values is None else _finite(values[order], precision)

    weights, gradients, changes = drawn(view.params), drawn(view.drawn_gradients), drawn(view.change)
    assert weights is not None
    frozen = np.isin(order, list(view.frozen)) if view.frozen else np.zeros(len(order), bool)
    found = means(view)
    return {
        "weights": weights[:edges],
        "gradients": None if gradients is None else gradients[:edges],
        "biases": weights[edges:],
        "bias_gradients": None if gradients is None else gradients[edges:],
        "changes": None if changes is None else changes[:edges],
        "bias_changes": None if changes is None else changes[edges:],
        "frozen": np.flatnonzero(frozen[:edges]),
        "cut": np.flatnonzero(frozen[:edges] & (weights[:edges] == 0)),
        "bias_frozen": np.flatnonzero(frozen[edges:]),
        "activations": found and _finite(found.a, precision),
        "pre_activations": found and _finite(found.z, precision),
        "deltas": None if found is None or found.delta is None else _finite(found.delta, precision),
    }


def _by_images(view: View) -> dict[str, Any]:
    """Of a network drawn by images: what that drawing takes, and nothing of edges one by one."""
    return {**dict.fromkeys(NOTHING_DRAWN, ()), **dict.fromkeys(NOTHING_KNOWN), **images_numbers(view)}


def _finite(values: Array, precision: type[np.floating]) -> Array:
    """In a precision, infinities as nan: JSON has neither, and null stands for both."""
    with np.errstate(over="ignore"):
        narrowed: Array = values.astype(precision)
    narrowed[~np.isfinite(narrowed)] = np.nan
    return narrowed


DRAWN: dict[Drawn, Callable[[View], dict[str, Any]]] = {
    "units": _by_unit,
    "images": _by_images,
    "time": _over_time,
}
