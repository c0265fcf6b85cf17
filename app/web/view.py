"""From a session to the View that the scene draws."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from app import following, looking
from app.diagnosis import Finding, Seen, diagnose
from app.evaluating import evaluated
from app.i18n import translate
from app.looking import Shown
from app.presets import PRESETS
from app.scene.dense import drawn_by_unit
from app.scene.openings import openings_in
from app.scene.places import AnyPlace, Place, Spot, parse_place
from app.scene.view import Activity, Batch, Explanation, Probe, Selection, View
from app.session import Session, stopped
from app.typed import Form
from app.web.curves import curve_of, fresh_of
from app.web.result import answers_of, example_of, has_example, maps_of

Array = NDArray[np.float64]


class Choices(TypedDict):
    """What a page is asked to show beyond the session: the key of a place, the number of a sample in the batch,
    what is opened in the inspector, which curves the page has."""

    select: str
    sample: str
    open: str
    seen: str


def view_of(
    session: Session,
    owner: bool,
    code: str,
    select: str = "",
    sample: str = "",
    open: str = "",  # noqa: A002  (as it is called in links and forms)
    all_digits: bool = False,
    seen: str = "",
    probed: following.Probed | None = None,
) -> View:
    """Everything the page shows of `session`, in the language `code`.

    `select` is the key of a chosen place, `sample` the number of a sample in the batch that is followed,
    `open` what is opened in the inspector; with `all_digits` numbers stand there whole, `seen` is what
    the page shows of the curves.
    """
    now, network, spec = evaluated(session.setup, session.now), session.setup.network, session.spec
    preset = PRESETS.get(session.preset or "")
    place = parse_place(select, network) if select else None
    change, data = looking.change(session), session.setup.data
    shown = looking.shown_pass(session) if session.flown or now.last else None
    gradients = shown.gradients if shown and shown.gradients is not None else looking.gradients(session)
    batch = batch_of(session, shown, sample) if shown else None
    return View(
        id=session.id,
        version=session.version,
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
        gradients=gradients,
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
        curve=partial(curve_of, session),
        fresh=fresh_of(session, seen),
        selection=selection_of(session, shown, place) if place else None,
        input_names=tuple(translate(code, name) for name in data.feature_names),
        output_names=output_names(session, code),
        maps=maps_of(session),
        answers=answers_of(session),
        example=example_of(session, (batch.sample or 0) if batch else 0) if has_example(session) else None,
        batch=batch,
        coming=coming_of(session),
        probe=Probe(probed.inputs, probed.trace) if probed else None,
        probe_form=probe_form_of(session, code),
        symbols=data.symbols,
        openings=openings_in(open),
        all_digits=all_digits,
        findings=findings_of(session, shown, change, gradients),
    )


def findings_of(
    session: Session, shown: Shown | None, change: looking.Change | None, gradients: Array | None
) -> tuple[Finding, ...]:
    """What goes wrong, told from what is shown where that is a backward pass."""
    if shown is None or change is None or gradients is None or session.phase == "forward":
        return diagnose(session)
    return diagnose(session, Seen(shown.trace, gradients, change.new))


def probe_form_of(session: Session, code: str) -> Form | None:
    """What a probe is made of, named in a language; symbols are what they are in any."""
    form = following.probe_form(session)
    if form is None or form.kind == "symbols":
        return form
    return replace(form, names=tuple(translate(code, name) for name in form.names))


def output_names(session: Session, code: str) -> tuple[str, ...]:
    """The classes, where the network has a unit for each."""
    names = session.setup.data.class_names
    fits = len(names) == session.setup.network.output_shape[-1]
    return tuple(translate(code, name) for name in names) if fits else ()


def batch_of(session: Session, shown: Shown, sample: str) -> Batch:
    """The batch shown; a `sample` that it does not have is none."""
    chosen = int(sample) if sample.isascii() and sample.isdecimal() and len(sample) < 7 else len(shown.rows)
    if chosen >= len(shown.rows):
        return Batch(shown.rows, shown.trace, None, None, shown.one.params)
    share = following.share(session, chosen)
    return Batch(shown.rows, shown.trace, chosen, share, shown.one.params)


def coming_of(session: Session) -> Batch | None:
    """Before the first batch: what it will find, for a drawing that shows one sample."""
    if session.flown or session.now.last or drawn_by_unit(session.setup.network):
        return None
    return batch_of(session, looking.coming_pass(session), "")


def selection_of(session: Session, shown: Shown | None, place: AnyPlace) -> Selection:
    """What is known of a place in this phase."""
    return Selection(place, explanation_of(session, place), activity_of(shown, place))


def explanation_of(session: Session, place: AnyPlace) -> Explanation | None:
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
        formula=found.formula,
        old=found.old,
        new=found.new,
        state=tuple(found.state.items()),
        applied=session.phase == "idle",
        frozen=index in session.now.frozen,
        update=found.update,
    )


def activity_of(shown: Shown | None, place: AnyPlace) -> Activity | None:
    """What a neuron, a pixel or a state did in the batch shown; None for a parameter, or before any forward pass.

    z and δ are None of a state that several gates make.
    """
    if shown is None:
        return None
    index: tuple[int, ...]
    if isinstance(place, Spot):
        index = place.index
    elif isinstance(place, Place) and place.source is None:
        index = (place.unit,)
    else:
        return None
    if place.layer == 0:
        return Activity(rows=shown.rows, z=None, a=_at(shown.trace.inputs, index), delta=None)
    layer = shown.trace.layers[place.layer - 1]
    single = layer.z.shape == layer.a.shape
    return Activity(
        rows=shown.rows,
        z=_at(layer.z, index) if single else None,
        a=_at(layer.a, index),
        delta=_at(layer.delta, index) if single and layer.delta is not None else None,
    )


def _at(values: Array, index: tuple[int, ...]) -> Array:
    """One number of every sample of `values` (batch, …)."""
    return values.reshape(len(values), -1)[:, int(np.ravel_multi_index(index, values.shape[1:]))]
