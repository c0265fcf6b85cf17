"""The operations on a session: each takes a session and gives the next one. Numbers come from the engine alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.errors import ConflictError, LimitError, NotFoundError, RequestError
from app.evaluating import evaluated
from app.fitting import check_knobs, check_room
from app.history import Log
from app.i18n import N_
from app.limits import Limits
from app.session import Curve, Flight, Moment, Scores, Session, regime
from app.setup import Setup
from app.spec import parse_knobs
from app.updating import following, run

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


def start(setup: Setup, session_id: str, owner: str, preset: str | None) -> Session:
    """A fresh session at step 0."""
    return _from_start(setup, session_id, owner, preset, first_moment(setup))


def first_moment(setup: Setup) -> Moment:
    """Step 0: the initial parameters, evaluated."""
    ways = regime(setup.spec.knobs)
    moment = Moment(
        params=setup.initial,
        state=nn.first_state(ways.optimizer, setup.network.size),
        method=ways.optimizer.name,
        updates=0,
        step=0,
        epoch=0,
        position=0,
        regime=ways,
        frozen=setup.frozen,
        last=None,
        scores=Scores(),
        norms=(),
    )
    return evaluated(setup, moment)


def _from_start(setup: Setup, session_id: str, owner: str, preset: str | None, moment: Moment) -> Session:
    return Session(
        id=session_id,
        owner=owner,
        preset=preset,
        setup=setup,
        history=Log.starting(0, (moment,)),
        cursor=0,
        history_bytes=moment.nbytes,
        curve=Curve(),
    )


def forward(session: Session) -> Session:
    """Draw the next batch if none is in flight, and run it forward."""
    if session.flight:
        return session
    _, loss = run(session.setup, session.now.next_pass, backward=False)
    return replace(session, flight=Flight("forward", session.now.regime, loss))


def backward(session: Session) -> Session:
    """Run what is still missing, then the backward pass."""
    session = forward(session)
    assert session.flight
    return replace(session, flight=replace(session.flight, phase="backward"))


def update(session: Session, limits: Limits) -> Session:
    """Run what is still missing, then apply the optimiser: one update, also where a stop rule has ended training.

    Raises ConflictError where the network has diverged: no update leads on from there.
    """
    if session.now.diverged:
        raise ConflictError(
            N_("The network has diverged; no update leads on from there. Undo or reset it first.")
        )
    return step(forward(session), limits)


def step(session: Session, limits: Limits, steps: int = 1) -> Session:
    """`steps` whole updates, the one in flight first; from there on it ends where a stop rule holds."""
    last = session.now.step + steps
    while (now := session.now).step < last:
        flight = session.flight
        if now.stopped and (now.stopped == "diverged" or not flight):
            break
        made = (
            following(session.setup, now, flight.regime, now.step + 1)
            if flight
            else following(session.setup, now, now.regime, last)
        )
        curve = session.curve.extended([moment.point for moment in made], limits.max_curve_points)
        session = session.with_moments(made, limits, curve)
    return _to_divergence(session, limits) if session.now.diverged else session


def _to_divergence(session: Session, limits: Limits) -> Session:
    """A session that has diverged, at the first step at which it had: those before it may not have been evaluated."""
    history, first, found = session.history, session.cursor, None
    while first - 1 > history.first and not history[first - 1].scores.evaluated:
        before = evaluated(session.setup, history[first - 1])
        if not before.diverged:
            break
        first, found = first - 1, before
    if found is None:
        return session
    curve = session.curve.extended([found.point], limits.max_curve_points)
    return replace(session, cursor=first - 1).with_moments([found], limits, curve)


def undo(session: Session, steps: int = 1) -> Session:
    """Back `steps` moments, or as many as there are. Raises ConflictError when there is none."""
    if not session.can_undo:
        raise ConflictError(N_("There is nothing to undo."))
    return _moved(session, -min(steps, session.can_undo))


def redo(session: Session, steps: int = 1) -> Session:
    """Forth `steps` undone moments, or as many as there are. Raises ConflictError when there is none."""
    if not session.can_redo:
        raise ConflictError(N_("There is nothing to redo."))
    return _moved(session, min(steps, session.can_redo))


def _moved(session: Session, by: int) -> Session:
    return replace(session, cursor=session.cursor + by, flight=None)


def reset(session: Session) -> Session:
    """Back to step 0 with the same initial parameters; the settings stay as they are now."""
    ways = session.now.regime
    state = nn.first_state(ways.optimizer, session.setup.network.size)
    moment = replace(first_moment(session.setup), regime=ways, state=state, method=ways.optimizer.name)
    fresh = _from_start(session.setup, session.id, session.owner, session.preset, moment)
    return replace(fresh, version=session.version)


def change_knobs(session: Session, changes: object, limits: Limits) -> Session:
    """Other settings from the next batch on; a step of the history. Raises SpecError."""
    now = session.now
    knobs = parse_knobs(now.regime.knobs, changes)
    check_knobs(knobs, limits)
    check_room(session.setup.network, knobs.batch_size, session.setup.train.count, limits)
    if knobs == now.regime.knobs:
        return session
    return session.with_moments([replace(now, regime=regime(knobs))], limits)


def set_parameter(
    session: Session, layer: int, name: str, index: Sequence[int], value: float, limits: Limits
) -> Session:
    """One parameter set to `value`; a step of the history. What is in flight is run again with it."""
    place = parameter_index(session, layer, name, index)
    if not isfinite(value):
        raise RequestError(N_("The value is {value}; it must be a finite number."), value=value)
    return _edited(session, place, value, session.now.frozen, limits)


def cut(session: Session, layer: int, name: str, index: Sequence[int], limits: Limits) -> Session:
    """A weight held at zero, as if its edge were not there; one step of the history.

    Raises RequestError for a bias: it has no edge.
    """
    place = parameter_index(session, layer, name, index)
    if not name.startswith("W"):
        raise RequestError(N_("{name} is no weight; only an edge can be cut."), name=name)
    if _is_cut(session.now, place):
        return session
    return _edited(session, place, 0.0, np.union1d(session.now.frozen, [place]), limits)


def put_back(session: Session, layer: int, name: str, index: Sequence[int], limits: Limits) -> Session:
    """A cut edge again as it was before the cut, and free; one step of the history.

    What it was is read in the history; its initial value stands where that no longer goes back so far.
    Raises ConflictError when the edge is not cut.
    """
    place = parameter_index(session, layer, name, index)
    if not _is_cut(session.now, place):
        raise ConflictError(N_("This edge is not cut."))
    before = (session.history[i] for i in range(session.cursor - 1, session.history.first - 1, -1))
    whole = next((moment.params for moment in before if not _is_cut(moment, place)), session.setup.initial)
    return _edited(session, place, float(whole[place]), np.setdiff1d(session.now.frozen, [place]), limits)


def _is_cut(moment: Moment, place: int) -> bool:
    return bool(moment.params[place] == 0.0 and place in moment.frozen)


def _edited(session: Session, place: int, value: float, frozen: IntArray, limits: Limits) -> Session:
    """The session with another value at `place`. What is in flight is run again with it."""
    params = session.now.params.copy()
    params[place] = value
    params.flags.writeable = False
    scores = Scores(session.now.scores.batch_loss)
    moment = replace(session.now, params=params, frozen=frozen.astype(np.int64), scores=scores)
    changed = session.with_moments([evaluated(session.setup, moment)], limits)
    if changed.flight and changed.flown:
        _, loss = run(changed.setup, changed.flown, backward=False)
        changed = replace(changed, flight=replace(changed.flight, loss=loss))
    return changed


def set_frozen(
    session: Session, layer: int, name: str, index: Sequence[int], frozen: bool, limits: Limits
) -> Session:
    """Freeze one parameter, or let it go; a step of the history."""
    place = parameter_index(session, layer, name, index)
    now = session.now
    if frozen == (place in now.frozen):
        return session
    changed = np.union1d(now.frozen, [place]) if frozen else np.setdiff1d(now.frozen, [place])
    return session.with_moments([replace(now, frozen=changed.astype(np.int64))], limits)


def parameter_index(session: Session, layer: int, name: str, index: Sequence[int]) -> int:
    """Where a parameter stands in the flat vector. Raises NotFoundError."""
    try:
        return session.setup.network.index(layer, name, tuple(index))
    except nn.ParameterError:
        path = f"{name}[{layer}][{','.join(map(str, index))}]"
        raise NotFoundError(N_("This network has no parameter {path}."), path=path) from None


def held_steps(steps: int, limits: Limits) -> int:
    """`steps`, held to its limit. Raises LimitError."""
    if steps > limits.max_steps_per_request:
        raise LimitError(
            N_("{steps} steps were asked for; the limit max_steps_per_request is {limit}."),
            steps=steps,
            limit=limits.max_steps_per_request,
        )
    return steps
