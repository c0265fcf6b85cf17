"""From a session to the View that the scene draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app import looking
from app.i18n import translate
from app.presets import PRESETS
from app.scene.view import Activity, Curve, Explanation, Place, Selection, View, parse_place
from app.session import Session, stopped
from app.training import evaluated

Array = NDArray[np.float64]


def view_of(session: Session, owner: bool, code: str, select: str = "") -> View:
    """Everything the page shows of `session`, in the language `code`; `select` is the key of a chosen place."""
    now, network, spec = evaluated(session.setup, session.now), session.setup.network, session.spec
    preset = PRESETS.get(session.preset or "")
    place = parse_place(select, network) if select else None
    change = looking.change(session)
    data = session.setup.data
    return View(
        id=session.id,
        owner=owner,
        spec=spec,
        network=network,
        preset=session.preset,
        title=translate(code, preset.title) if preset else spec.name,
        description=translate(code, preset.description) if preset else "",
        phase=session.phase,
        step=now.step,
        epoch=session.epoch,
        params=now.params,
        gradients=looking.gradients(session),
        change=change.new - change.old if change else None,
        frozen=frozenset(now.frozen.tolist()),
        batch_loss=session.flight.loss if session.flight else now.scores.batch_loss,
        train_loss=now.scores.train_loss,
        test_loss=now.scores.test_loss,
        penalty=looking.penalty(session),
        train_accuracy=now.scores.train_accuracy,
        test_accuracy=now.scores.test_accuracy,
        learning_rate=now.regime.learning_rate(now.step + 1),
        can_undo=session.can_undo,
        can_redo=session.can_redo,
        diverged=now.diverged,
        stopped=stopped(now),
        curve=curve_of(session),
        selection=selection_of(session, place) if place else None,
        input_names=tuple(translate(code, name) for name in data.feature_names),
        output_names=output_names(session, code),
    )


def output_names(session: Session, code: str) -> tuple[str, ...]:
    """The classes, where the network has a unit for each."""
    names = session.setup.data.class_names
    fits = len(names) == session.setup.network.output_shape[-1]
    return tuple(translate(code, name) for name in names) if fits else ()


def curve_of(session: Session) -> Curve:
    """The loss curves up to now, as arrays."""
    points = list(session.curve.until(session.now.step))

    def column(name: str) -> Array:
        return np.array([getattr(point, name) for point in points], dtype=np.float64)

    return Curve(column("step"), column("batch_loss"), column("train_loss"), column("test_loss"))


def selection_of(session: Session, place: Place) -> Selection:
    """What is known of a place in this phase."""
    return Selection(place, explanation_of(session, place), activity_of(session, place))


def explanation_of(session: Session, place: Place) -> Explanation | None:
    """Where the gradient of the place's parameter comes from; None before any backward pass."""
    if place.parameter is None or session.backward_pass is None or session.phase == "forward":
        return None
    found = looking.explain(session, *place.parameter)
    index = session.setup.network.index(*place.parameter)
    return Explanation(
        terms=found.terms,
        rows=found.rows,
        penalty_gradient=found.penalty_gradient,
        gradient=found.gradient,
        mathml=found.formula.mathml,
        old=found.old,
        new=found.new,
        state=tuple(found.state.items()),
        applied=session.phase == "idle",
        frozen=index in session.now.frozen,
    )


def activity_of(session: Session, place: Place) -> Activity | None:
    """What a neuron did in the batch shown; None for an edge, or before any forward pass."""
    if place.source is not None or (session.flown is None and session.now.last is None):
        return None
    shown = looking.shown_pass(session)
    if place.layer == 0:
        values = shown.trace.inputs.reshape(len(shown.rows), -1)
        return Activity(rows=shown.rows, z=None, a=values[:, place.unit], delta=None)
    layer = shown.trace.layers[place.layer - 1]
    delta = layer.delta
    return Activity(
        rows=shown.rows,
        z=layer.z[..., place.unit],
        a=layer.a[..., place.unit],
        delta=None if delta is None else delta[..., place.unit],
    )
