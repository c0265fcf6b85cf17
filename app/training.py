"""The operations on a session: each takes a session and gives the next one. Numbers come from the engine alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.errors import ConflictError, LimitError, NotFoundError, RequestError
from app.evaluating import evaluation
from app.history import Log
from app.i18n import N_
from app.limits import Limits
from app.session import Curve, Flight, Moment, Pass, Point, Scores, Session, regime, stopped
from app.setup import Rows, Setup, check_knobs, check_room
from app.spec import parse_knobs

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
EVALUATION_WORK = (
    200_000  # multiplications of one evaluation that every step can afford; beyond, not every step
)
SEQUENTIAL_WORK = 10_000  # what a step of a recurrent layer costs besides, in multiplications


def start(setup: Setup, session_id: str, owner: str, preset: str | None) -> Session:
    """A fresh session at step 0."""
    return _from_start(setup, session_id, owner, preset, first_moment(setup))


def first_moment(setup: Setup) -> Moment:
    """Step 0: the initial parameters, evaluated."""
    ways = regime(setup.spec.knobs)
    moment = Moment(
        params=setup.initial,
        state=np.zeros(nn.state_size(ways.optimizer, setup.network.size)),
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


def run(setup: Setup, one: Pass, backward: bool) -> tuple[nn.Plan, float]:
    """Run a pass; gives this thread's plan, which holds its numbers until the next, and the mean batch loss."""
    plan = _fed(setup, one)
    loss = plan.forward()
    if backward:
        plan.backward(*one.regime.penalties)
    return plan, loss


def _fed(setup: Setup, one: Pass) -> nn.Plan:
    rows = one.rows(setup)
    plan = nn.plan_for(setup.network, len(rows))
    plan.load(one.params)
    plan.feed(setup.train.inputs, setup.train.targets, rows, one.noise(setup))
    return plan


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
    """Run what is still missing, then apply the optimiser: one update, also where a stop rule has ended training."""
    return step(forward(session), limits)


def step(session: Session, limits: Limits, steps: int = 1) -> Session:
    """`steps` whole updates, the one in flight first; from there on it ends where a stop rule holds."""
    setup, stride = session.setup, evaluation_stride(session.setup)
    for left in range(steps, 0, -1):
        rule = stopped(session.now)
        if rule and (rule == "diverged" or not session.flight):
            break
        one = session.flown or session.now.next_pass
        moment = updated(setup, session.now, one)
        ends = left == 1 or stopped(moment) is not None
        if ends or moment.step % stride == 0:
            moment = evaluated(setup, moment)
        session = _with_moment(replace(session, flight=None), moment, limits)
        curve = session.curve.add(_point(moment), limits.max_curve_points)
        session = replace(session, curve=curve)
    return session


def updated(setup: Setup, now: Moment, one: Pass) -> Moment:
    """The moment after one update with the gradients of `one`."""
    optimizer = one.regime.optimizer
    fresh = now.method != optimizer.name
    plan = _fed(setup, one)
    update = plan.descent(optimizer, *one.regime.penalties, clip_norm=one.regime.knobs.clip_norm)
    update.load(np.zeros(update.state.size) if fresh else now.state)
    updates = 1 if fresh else now.updates + 1
    rate = one.regime.learning_rate(now.step + 1)
    update.apply(rate, updates, now.frozen)
    position = now.position + plan.batch
    wraps = position >= setup.train.count
    return Moment(
        params=plan.params.copy(),
        state=update.state.copy(),
        method=optimizer.name,
        updates=updates,
        step=now.step + 1,
        epoch=now.epoch + wraps,
        position=0 if wraps else position,
        regime=now.regime,
        frozen=now.frozen,
        last=one,
        scores=Scores(batch_loss=plan.loss),
        norms=plan.layer_norms(),
    )


def _with_moment(session: Session, moment: Moment, limits: Limits) -> Session:
    return session.with_moment(moment, limits.max_history_bytes, limits.max_history_moments)


def _point(moment: Moment) -> Point:
    scores = moment.scores
    assert scores.batch_loss is not None
    losses = (scores.batch_loss, scores.train_loss, scores.test_loss)
    return Point(moment.step, *losses, moment.norms, scores.train_accuracy, scores.test_accuracy)


def evaluation_stride(setup: Setup) -> int:
    """Large networks on much data are evaluated every so many steps, and whenever a request ends."""
    samples = setup.train.count + (setup.test.count if setup.test else 0)
    work = setup.network.multiplications * samples + setup.network.sequential * SEQUENTIAL_WORK
    return 1 + work // EVALUATION_WORK


def evaluated(setup: Setup, moment: Moment) -> Moment:
    """`moment` with its losses and accuracies on all training and test data."""
    if moment.scores.evaluated:
        return moment
    train_loss, train_accuracy = _evaluate(setup, moment.params, setup.train, setup.data.train_targets)
    test_loss, test_accuracy = (None, None)
    if setup.test:
        test_loss, test_accuracy = _evaluate(setup, moment.params, setup.test, setup.data.test_targets)
    batch_loss = moment.scores.batch_loss
    scores = Scores(batch_loss, train_loss, test_loss, train_accuracy, test_accuracy, evaluated=True)
    return replace(moment, scores=scores)


def _evaluate(setup: Setup, params: Array, rows: Rows, targets: Array) -> tuple[float, float | None]:
    result = evaluation(setup, params, rows)
    kind = setup.data.accuracy
    return result.loss, nn.accuracy(result.outputs, targets, kind) if kind else None


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
    state = np.zeros(nn.state_size(ways.optimizer, session.setup.network.size))
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
    return _with_moment(session, replace(now, regime=regime(knobs)), limits)


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
    changed = _with_moment(session, evaluated(session.setup, moment), limits)
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
    return _with_moment(session, replace(now, frozen=changed.astype(np.int64)), limits)


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
