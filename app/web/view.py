"""From a session to the View that the scene draws."""

from __future__ import annotations

from typing import TypedDict

from app import following, looking
from app.diagnosis import Finding, diagnose
from app.evaluating import evaluated
from app.explaining import of_every_sample
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
from app.web.curves import curve_of, fresh_of
from app.web.result import answers_of, example_of, has_example, maps_of
from app.web.standing import settings_of, standing_of
from app.web.texts import form_in


class Choices(TypedDict):
    """What a page is asked to show beyond the session: the key of a place, the number of a sample in the batch,
    what is opened in the inspector, which curves the page has."""

    select: str
    sample: str
    open: str
    seen: str


class Parts:
    """Makes the parts of a View that few answers need, each by the method of its name, in the language `code`."""

    def __init__(self, session: Session, code: str, chosen: Choices, shown: Shown | None) -> None:
        self._session, self._code, self._chosen, self._shown = session, code, chosen, shown

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
        key = self._chosen["select"]
        place = parse_place(key, self._session.setup.network) if key else None
        return selection_of(self._session, self._shown, place) if place else None

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
        return example_of(self._session, sample_in(self._shown, self._chosen["sample"]) or 0)

    def coming(self) -> Batch | None:
        """Before the first batch: what it will find, for a drawing that shows one sample."""
        if self._shown or self._session.setup.network.by_unit:
            return None
        return batch_of(self._session, looking.coming_pass(self._session), None)

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
    setup, flight = session.setup, session.flight
    now, standing = evaluated(setup, session.now), standing_of(setup, code)
    regime, scores, ended = now.regime, now.scores, now.stopped
    shown = looking.shown_pass(session) if flight or now.last else None
    chosen: Choices = {"select": select, "sample": sample, "open": open, "seen": seen}
    return View(
        Parts(session, code, chosen, shown),
        id=session.id,
        version=session.version,
        owner=owner,
        settings=settings_of(regime),
        network=setup.network,
        samples=standing.samples,
        preset=session.preset,
        phase=flight.phase if flight else "idle",
        step=now.step,
        epoch=session.epoch,
        params=now.params,
        gradients=looking.gradients(session) if shown is None or shown.gradients is None else shown.gradients,
        change=looking.difference(session),
        frozen=frozenset(now.frozen.tolist()),
        batch_loss=flight.loss if flight else scores.batch_loss,
        train_loss=scores.train_loss,
        test_loss=scores.test_loss,
        penalty=looking.penalty(session),
        train_accuracy=scores.train_accuracy,
        test_accuracy=scores.test_accuracy,
        learning_rate=regime.learning_rate(now.step + 1),
        can_undo=session.can_undo,
        can_redo=session.can_redo,
        stopped=ended,
        diverged=ended == "diverged",
        input_names=standing.input_names,
        output_names=standing.output_names,
        batch=batch_of(session, shown, sample_in(shown, sample)) if shown else None,
        probe=Probe(probed.inputs, probed.trace, probed.means) if probed else None,
        probe_form=standing.probe_form,
        symbols=setup.data.symbols,
        all_digits=all_digits,
    )


def sample_in(shown: Shown | None, text: str) -> int | None:
    """The place in the batch of the sample that is asked for; None of one that it does not have."""
    if shown is None or not (text.isascii() and text.isdecimal() and len(text) < 7):
        return None
    return int(text) if int(text) < len(shown.rows) else None


def batch_of(session: Session, shown: Shown, sample: int | None) -> Batch:
    """The batch shown, or one sample of it."""
    means, share = shown.means, None
    if sample is not None:
        means = looking.means_of(session, shown, sample) if means else None
        share = following.share(session, sample)
    return Batch(shown.rows, shown.trace, sample, share, shown.one.params, means)


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
        return Activity(rows=shown.rows, z=None, a=of_every_sample(shown.trace.inputs, index), delta=None)
    layer = shown.trace.layers[place.layer - 1]
    single = layer.z.shape == layer.a.shape
    return Activity(
        rows=shown.rows,
        z=of_every_sample(layer.z, index) if single else None,
        a=of_every_sample(layer.a, index),
        delta=of_every_sample(layer.delta, index) if single and layer.delta is not None else None,
    )
