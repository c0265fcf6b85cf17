"""The numbers of one answer, packed: what the module in the browser sets on the standing drawing."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scene import unrolled_numbers
from app.scene.batch import table
from app.scene.dense import Drawn
from app.scene.format import short
from app.scene.images_numbers import images_numbers
from app.scene.layout import layout
from app.scene.means import means
from app.scene.places import layer_sizes
from app.scene.strokes import drawing_order
from app.scene.view import View

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Packed = Array | IntArray | str | tuple[()] | None

NOTHING_FROZEN: dict[str, Packed] = dict.fromkeys(("frozen", "cut", "bias_frozen"), ())
NOTHING_DRAWN = ("weights", "biases", "frozen", "cut", "bias_frozen")
NOTHING_KNOWN = (
    *("gradients", "bias_gradients", "changes", "bias_changes", "activations", "pre_activations", "deltas"),
)


def numbers(view: View, **more: Any) -> dict[str, Any]:
    """For JSON, edges in the order of the document; `more` goes along.

    Weights and gradients are float64 to the last digit where every edge is an element that carries them;
    in larger networks, where they are only drawn, float32 in base64.
    """
    return {
        "step": view.step,
        "phase": view.phase,
        "owner": view.owner,
        "can_undo": view.can_undo,
        "can_redo": view.can_redo,
        "diverged": view.diverged,
        "stopped": view.stopped,
        "settings": view.settings,
        "followed": view.followed,
        "probe": view.probe.inputs.ravel() if view.probe else None,
        **DRAWN[view.drawn](view),
        **more,
    }


def followed_numbers(view: View) -> dict[str, Any]:
    """What changes on the page with the sample that is followed, or a probe."""
    return numbers(view, table=_table(view))


def fresh_numbers(view: View, markup: Sequence[str]) -> dict[str, Any]:
    """What an action changes on the page; `markup` are the ids of the parts that come as markup beside it."""
    return numbers(
        view,
        version=view.version,
        markup=markup,
        table=_table(view),
        counters=counters(view),
        curve=view.fresh,
    )


def _table(view: View) -> dict[str, Any] | None:
    shown = table(view)
    return shown.packed() if shown else None


def counters(view: View) -> dict[str, float | str | None]:
    """The figures above the drawing; those that are no finite numbers as people read them."""
    values: dict[str, float | None] = {
        "epoch": view.epoch,
        "batch_loss": view.batch_loss,
        "train_loss": view.train_loss,
        "test_loss": view.test_loss,
        "train_accuracy": view.train_accuracy,
        "test_accuracy": view.test_accuracy,
        "penalty": view.penalty,
        "learning_rate": view.learning_rate,
    }
    if isfinite(sum(filter(None, values.values()))):
        return dict(values)
    return {name: short(x) if x is not None and not isfinite(x) else x for name, x in values.items()}


def _over_time(view: View) -> dict[str, Any]:
    return dict.fromkeys(NOTHING_DRAWN, ()) | dict.fromkeys(NOTHING_KNOWN) | unrolled_numbers.numbers(view)


def _by_unit(view: View) -> dict[str, Any]:
    place, order = layout(layer_sizes(view.network)), drawing_order(view.network)
    edges, send = place.edges, _exact if place.single else _narrow

    def drawn(values: Array | None) -> tuple[Packed, Packed]:
        """Of the edges, and of the biases."""
        if values is None:
            return None, None
        ordered = values.take(order)
        return send(ordered[:edges]), send(ordered[edges:])

    found = means(view)
    with np.errstate(over="ignore"):
        weights, biases = drawn(view.params)
        gradients, bias_gradients = drawn(view.drawn_gradients)
        changes, bias_changes = drawn(view.change)
        a, z = (send(found.a), send(found.z)) if found else (None, None)
        deltas = None if found is None or found.delta is None else send(found.delta)
    return {
        "weights": weights,
        "gradients": gradients,
        "biases": biases,
        "bias_gradients": bias_gradients,
        "changes": changes,
        "bias_changes": bias_changes,
        **(_frozen(view, order, edges) if view.frozen else NOTHING_FROZEN),
        "activations": a,
        "pre_activations": z,
        "deltas": deltas,
    }


def _frozen(view: View, order: IntArray, edges: int) -> dict[str, Packed]:
    frozen = np.isin(order, list(view.frozen))
    return {
        "frozen": np.flatnonzero(frozen[:edges]),
        "cut": np.flatnonzero(frozen[:edges] & (view.params[order[:edges]] == 0)),
        "bias_frozen": np.flatnonzero(frozen[edges:]),
    }


def _by_images(view: View) -> dict[str, Any]:
    """Of a network drawn by images: what that drawing takes, and nothing of edges one by one."""
    return {**dict.fromkeys(NOTHING_DRAWN, ()), **dict.fromkeys(NOTHING_KNOWN), **images_numbers(view)}


def _exact(values: Array) -> Array:
    return values


def _narrow(values: Array) -> str:
    return b2a_base64(values.astype("<f4").data, newline=False).decode()


DRAWN: dict[Drawn, Callable[[View], dict[str, Any]]] = {
    "units": _by_unit,
    "images": _by_images,
    "time": _over_time,
}
