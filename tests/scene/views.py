"""Views for the tests of the scene: real networks, one real pass, no session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from orjson import Fragment

from app.datasets import Data
from app.nn import Dense, Network, Trace, formula, plan_for, terms
from app.scene.openings import NONE
from app.scene.places import Place
from app.scene.samples import Samples
from app.scene.view import Activity, Batch, Curve, Explanation, Phase, Selection, View
from app.spec import parse_spec

BATCH = 6


def view_of(
    sizes: Sequence[int],
    *,
    notation: str = "matrix",
    phase: Phase = "backward",
    select: Place | None = None,
    batch: int = BATCH,
    seed: int = 0,
    sample: int | None = None,
    share: np.ndarray | None = None,
    **changes: Any,
) -> View:
    """A view of a network with `sizes[0]` inputs after a pass over random samples."""
    network = network_of(sizes)
    rng = np.random.default_rng(seed)
    params = network.initial("xavier_uniform", rng) + 0.1
    plan = plan_for(network, batch)
    plan.load(params)
    inputs, targets = rng.normal(size=(batch, sizes[0])), rng.uniform(size=(batch, sizes[-1]))
    plan.feed(network.inputs(inputs), network.targets(targets), None)
    loss = plan.forward()
    plan.backward()
    gradients = plan.grads.copy() if phase == "backward" else None
    trace = plan.trace(with_delta=phase == "backward") if phase != "idle" else None
    means = plan.means(phase == "backward", sample)
    spec = spec_of(sizes, notation)
    data = Data(inputs, targets, inputs, batch, (), (), "regression", None)
    given: dict[str, Any] = {
        "id": "test",
        "version": 1,
        "owner": True,
        "spec": spec,
        "settings": Fragment(b"{}"),
        "network": network,
        "samples": Samples(network, data, (), changes.get("output_names", ())),
        "preset": "circle",
        "title": "Circle",
        "description": "Two inputs, one circle.",
        "phase": phase,
        "step": 3,
        "epoch": 0.25,
        "params": params,
        "gradients": gradients,
        "change": None,
        "frozen": frozenset(),
        "batch_loss": loss if phase != "idle" else None,
        "train_loss": 0.5,
        "test_loss": None,
        "penalty": 0.0,
        "train_accuracy": 0.5,
        "test_accuracy": None,
        "learning_rate": 0.1,
        "can_undo": 3,
        "can_redo": 0,
        "diverged": False,
        "stopped": None,
        "curve": curve_of([0.7, 0.6, 0.5]),
        "selection": _selection(network, trace, params, gradients, select) if select else None,
        "batch": Batch(np.arange(batch), trace, sample, share, params, means) if trace else None,
        "input_names": (),
        "output_names": (),
        "maps": None,
        "answers": None,
        "example": None,
        "coming": None,
        "probe": None,
        "probe_form": None,
        "symbols": (),
        "openings": NONE,
        "all_digits": False,
        "findings": (),
        "fresh": None,
    }
    return View(**(given | changes))


def network_of(sizes: Sequence[int]) -> Network:
    """Dense tanh layers with a sigmoid output and the squared error."""
    layers = [Dense(units, "tanh") for units in sizes[1:-1]] + [Dense(sizes[-1], "sigmoid")]
    return Network((sizes[0],), tuple(layers), "squared_error")


def spec_of(sizes: Sequence[int], notation: str = "matrix") -> Any:
    """The spec of `network_of`."""
    activations = ["tanh"] * (len(sizes) - 2) + ["sigmoid"]
    return parse_spec(
        {
            "data": {"inputs": [[0.0] * sizes[0]], "targets": [[0.0] * sizes[-1]]},
            "layers": [
                {"type": "dense", "units": units, "activation": activation}
                for units, activation in zip(sizes[1:], activations, strict=True)
            ],
            "loss": "squared_error",
            "notation": notation,
        }
    )


def curve_of(losses: Sequence[float]) -> Curve:
    """A curve with these batch losses; training losses alike, the rest never measured."""
    values = np.array(losses, dtype=np.float64)
    never, count = np.full(len(values), np.nan), len(values)
    norms = np.full((count, 2), np.nan)
    return Curve(np.arange(1.0, count + 1), values, values, never, never, never, norms, count)


def _selection(
    network: Network, trace: Trace | None, params: np.ndarray, gradients: np.ndarray | None, place: Place
) -> Selection:
    explanation, parameter = None, place.parameter
    if parameter is not None and gradients is not None and trace is not None:
        at = network.index(*parameter)
        found = terms(network, trace, *parameter)
        formed = formula(network, *parameter)
        old, new = float(params[at]), float(params[at] - 0.1 * gradients[at])
        rows = np.arange(len(trace.inputs))
        explanation = Explanation(
            found, rows, 0.0, float(gradients[at]), formed, old, new, (), False, False, None
        )
    activity = None
    if place.source is None and trace is not None:
        rows = np.arange(len(trace.inputs))
        if place.layer == 0:
            activity = Activity(rows, None, trace.inputs[:, place.unit], None)
        else:
            layer = trace.layers[place.layer - 1]
            delta = None if layer.delta is None else layer.delta[:, place.unit]
            activity = Activity(rows, layer.z[:, place.unit], layer.a[:, place.unit], delta)
    return Selection(place, explanation, activity)
