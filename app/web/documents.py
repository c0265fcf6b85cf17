"""What the API answers: sessions, traces and explanations as the JSON of the contract."""

from __future__ import annotations

from typing import Any

import numpy as np
from orjson import Fragment

from app import looking, nn
from app.evaluating import evaluated
from app.session import Session


def state(session: Session, owner: bool) -> dict[str, Any]:
    """State: everything of a session that an outsider may rely on."""
    network, now = session.setup.network, evaluated(session.setup, session.now)
    scores, gradients = now.scores, looking.gradients(session)
    batch_loss = session.flight.loss if session.flight else scores.batch_loss
    accuracy = {"train": scores.train_accuracy, "test": scores.test_accuracy}
    return {
        "id": session.id,
        "owner": owner,
        "preset": session.preset,
        "spec": Fragment(session.setup.written.text(now.regime.knobs)),
        "phase": session.phase,
        "step": now.step,
        "epoch": session.epoch,
        "loss": {"batch": batch_loss, "train": scores.train_loss, "test": scores.test_loss},
        "penalty": looking.penalty(session),
        "accuracy": accuracy if session.setup.data.accuracy else None,
        "parameters": network.unflatten(now.params),
        "gradients": None if gradients is None else network.unflatten(gradients),
        "frozen": [parameter_name(network, int(place)) for place in now.frozen],
        "learning_rate": now.regime.learning_rate(now.step + 1),
        "can_undo": session.can_undo,
        "can_redo": session.can_redo,
        "diverged": now.diverged,
        "stopped": now.stopped,
    }


def parameter_name(network: nn.Network, place: int) -> str:
    """A parameter by its place in the flat vector, as it is written: `W[1][0,2]`."""
    slot = next(slot for slot in network.slots if slot.start <= place < slot.stop)
    index = np.unravel_index(place - slot.start, slot.shape)
    return f"{slot.path}[{','.join(map(str, index))}]"


def trace(session: Session) -> dict[str, Any]:
    """Trace: everything of the batch in flight, or of the last one."""
    shown = looking.shown_pass(session)
    seen = shown.trace
    return {
        "batch": {"indices": shown.rows, "inputs": seen.inputs, "targets": seen.targets},
        "layers": [traced(layer) for layer in seen.layers],
        "outputs": seen.outputs,
        "loss_per_sample": seen.loss_per_sample,
    }


def traced(layer: nn.LayerTrace) -> dict[str, Any]:
    """One layer of a trace; a recurrent one has dh = ∂L/∂h_t, what reaches each step, besides, a gated one its
    gates and cells; others have da = ∂L/∂a."""
    one: dict[str, Any] = {"type": layer.type, "z": layer.z, "a": layer.a, "delta": layer.delta}
    more = {"dh": layer.dh, "gates": layer.gates, "cells": layer.cells, "da": layer.da}
    return one | {name: values for name, values in more.items() if values is not None}


def check(found: nn.GradCheck) -> dict[str, Any]:
    """What a gradient check found."""
    return {
        "max_relative_error": found.max_relative_error,
        "checked": found.checked,
        "layers": [
            {
                "layer": one.layer,
                "name": one.name,
                "max_relative_error": one.max_relative_error,
                "checked": one.checked,
            }
            for one in found.layers
        ],
    }


def history(session: Session) -> dict[str, Any]:
    """The loss curves up to the present step, which ends them with what is measured now; of the others `evaluated`
    says which were measured on all data. Where one was not, its losses on them are null."""
    points = list(session.curve.until(session.now.step))
    if session.now.step:
        if points and points[-1].step == session.now.step:
            points.pop()
        points.append(evaluated(session.setup, session.now).point)
    return {
        "step": [point.step for point in points],
        "batch_loss": [point.batch_loss for point in points],
        "train_loss": [point.train_loss for point in points],
        "test_loss": [point.test_loss for point in points],
        "gradient_norm": [point.norms for point in points],
        "evaluated": [point.train_loss is not None for point in points],
    }
