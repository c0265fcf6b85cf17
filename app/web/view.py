"""From a session to the View that the scene draws."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from app import following, looking
from app.diagnosis import Finding, diagnose
from app.evaluating import evaluated
from app.i18n import translate
from app.looking import Shown
from app.presets import PRESETS
from app.scene.openings import Openings, openings_in
from app.scene.places import AnyPlace, Place, Spot, parse_place
from app.scene.view import (
    Activity,
    Answers,
    Batch,
    Curve,
    Example,
    Explanation,
    Fresh,
    Maps,
    Probe,
    Selection,
    View,
)
from app.session import Session
from app.spec import Spec
from app.typed import Form
from app.web.curves import curve_of, fresh_of
from app.web.result import answers_of, example_of, has_example, maps_of
from app.web.texts import form_in

Array = NDArray[np.float64]


class Choices(TypedDict):
    """What a page is asked to show beyond the session: the key of a place, the number of a sample in the batch,
    what is opened in the inspector, which curves the page has."""

    select: str
    sample: str
    open: str
    seen: str


class Parts:
    """Makes the parts of a View, each by the method of its name, in the language `code`."""

    def __init__(self, session: Session, code: str, chosen: Choices, probed: following.Probed | None) -> None:
        self._session, self._now = session, session.now
        self._code, self._chosen, self._probed = code, chosen, probed

    @cached_property
    def _shown(self) -> Shown | None:
        """The batch in flight, or the last one."""
        return looking.shown_pass(self._session) if self._session.flown or self._now.last else None

    def spec(self) -> Spec:
        """The settings as they stand."""
        return self._session.spec

    def title(self) -> str:
        """That of a preset, or the network's own name."""
        preset = PRESETS.get(self._session.preset or "")
        return translate(self._code, preset.title) if preset else self._session.spec.name

    def description(self) -> str:
        """That of a preset."""
        preset = PRESETS.get(self._session.preset or "")
        return translate(self._code, preset.description) if preset else ""

    def gradients(self) -> Array | None:
        """Of the pass shown; else of the last backward pass."""
        shown = self._shown
        return shown.gradients if shown and shown.with_delta else looking.gradients(self._session)

    def change(self) -> Array | None:
        """Of the update that they lead to."""
        change = looking.change(self._session)
        return change.new - change.old if change else None

    def frozen(self) -> frozenset[int]:
        """What the optimiser leaves alone."""
        return frozenset(self._now.frozen.tolist())

    def penalty(self) -> float:
        """At the parameters of the pass shown."""
        return looking.penalty(self._session)

    def learning_rate(self) -> float:
        """Of the next update."""
        return self._now.regime.learning_rate(self._now.step + 1)

    @cached_property
    def _ended(self) -> str | None:
        return self._now.stopped

    def stopped(self) -> str | None:
        """The rule that has ended training."""
        return self._ended

    def diverged(self) -> bool:
        """Some number is no finite one."""
        return self._ended == "diverged"

    def curve(self) -> Curve:
        """All of it."""
        return curve_of(self._session)

    def fresh(self) -> Fresh | None:
        """What the page does not have of it."""
        return fresh_of(self._session, self._chosen["seen"])

    def form(self) -> str:
        """What the page has of the inspector."""
        return form_in(self._chosen["seen"])

    def selection(self) -> Selection | None:
        """The place chosen."""
        place = (
            parse_place(self._chosen["select"], self._session.setup.network)
            if self._chosen["select"]
            else None
        )
        return selection_of(self._session, self._shown, place) if place else None

    def input_names(self) -> tuple[str, ...]:
        """As people of that language call them."""
        return _translated(self._code, self._session.setup.data.feature_names)

    def output_names(self) -> tuple[str, ...]:
        """The classes, where the network has a unit for each."""
        names = self._session.setup.data.class_names
        fits = len(names) == self._session.setup.network.output_shape[-1]
        return _translated(self._code, names) if fits else ()

    def maps(self) -> Maps | None:
        """What every neuron answers."""
        return maps_of(self._session)

    def answers(self) -> Answers:
        """The data, and what the network answers."""
        return answers_of(self._session)

    def example(self) -> Example | None:
        """One sample by itself."""
        if not has_example(self._session):
            return None
        batch = self._batch
        return example_of(self._session, (batch.sample or 0) if batch else 0)

    @cached_property
    def _batch(self) -> Batch | None:
        return batch_of(self._session, self._shown, self._chosen["sample"]) if self._shown else None

    def batch(self) -> Batch | None:
        """The pass shown."""
        return self._batch

    def coming(self) -> Batch | None:
        """Before the first batch: what it will find, for a drawing that shows one sample."""
        if self._shown or self._session.setup.network.by_unit:
            return None
        return batch_of(self._session, looking.coming_pass(self._session), "")

    def probe(self) -> Probe | None:
        """Inputs of one's own."""
        given = self._probed
        return Probe(given.inputs, given.trace, given.means) if given else None

    def probe_form(self) -> Form | None:
        """What they are made of."""
        return probe_form_of(self._session, self._code)

    def openings(self) -> Openings:
        """What is opened in the inspector."""
        return openings_in(self._chosen["open"])

    def findings(self) -> tuple[Finding, ...]:
        """What goes wrong."""
        return diagnose(self._session)


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
    """What the page shows of `session`, in the language `code`.

    `select` is the key of a chosen place, `sample` the number of a sample in the batch that is followed,
    `open` what is opened in the inspector; with `all_digits` numbers stand there whole, `seen` is what
    the page has of the curves and of the inspector.
    """
    now, setup = evaluated(session.setup, session.now), session.setup
    chosen: Choices = {"select": select, "sample": sample, "open": open, "seen": seen}
    return View(
        Parts(session, code, chosen, probed),
        id=session.id,
        version=session.version,
        owner=owner,
        knobs=now.regime.knobs,
        network=setup.network,
        preset=session.preset,
        phase=session.phase,
        step=now.step,
        epoch=session.epoch,
        params=now.params,
        batch_loss=session.flight.loss if session.flight else now.scores.batch_loss,
        train_loss=now.scores.train_loss,
        test_loss=now.scores.test_loss,
        train_accuracy=now.scores.train_accuracy,
        test_accuracy=now.scores.test_accuracy,
        can_undo=session.can_undo,
        can_redo=session.can_redo,
        symbols=setup.data.symbols,
        all_digits=all_digits,
    )


def probe_form_of(session: Session, code: str) -> Form | None:
    """What a probe is made of, named in a language; symbols are what they are in any."""
    form = following.probe_form(session)
    if form is None or form.kind == "symbols":
        return form
    return replace(form, names=_translated(code, form.names))


@lru_cache(maxsize=256)
def _translated(code: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(translate(code, name) for name in names)


def batch_of(session: Session, shown: Shown, sample: str) -> Batch:
    """The batch shown; a `sample` that it does not have is none."""
    place = int(sample) if sample.isascii() and sample.isdecimal() and len(sample) < 7 else len(shown.rows)
    chosen = place if place < len(shown.rows) else None
    means = shown.means(chosen) if session.setup.network.by_unit else None
    share = following.share(session, chosen) if chosen is not None else None
    return Batch(shown.rows, shown.trace, chosen, share, shown.one.params, means)


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
