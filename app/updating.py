"""Passes and updates: from a moment to those that follow it, in one go. Numbers come from the engine alone."""

from __future__ import annotations

from typing import NamedTuple
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.evaluating import evaluated, scores
from app.session import Moment, Pass, Regime, Scores
from app.setup import Setup

Array = NDArray[np.float64]
BLOCK_MOMENTS = 64
BLOCK_NUMBERS = 2**17  # a megabyte


class Held(NamedTuple):
    """What a plan holds: a pass over the data of a setup, which is not kept alive."""

    setup: ref[Setup]
    one: Pass


def run(setup: Setup, one: Pass, backward: bool) -> tuple[nn.Plan, float]:
    """Run what this thread's plan does not hold of a pass; gives the plan, which holds its numbers until the next,
    and the mean batch loss."""
    rows = one.rows(setup)
    plan, held = nn.plan_for(setup.network, len(rows)), None
    if isinstance(plan.held, Held):
        held = plan.held
    if held is None or held.setup() is not setup or not held.one.is_like(one):
        plan.load(one.params)
        plan.feed(setup.train.inputs, setup.train.targets, rows, one.noise(setup))
        plan.forward()
        plan.held = Held(ref(setup), one)
    if backward and not plan.went_back:
        plan.backward(*one.regime.penalties)
    return plan, plan.loss


def updated(setup: Setup, now: Moment, regime: Regime) -> Moment:
    """The moment after one update with the gradients of the next pass, made under `regime`; not evaluated."""
    (made,) = _updates(setup, now, regime, 1)
    return _moment(setup, now, made, 1, Scores(made.loss))


def following(setup: Setup, now: Moment, regime: Regime, last: int) -> list[Moment]:
    """The moments after `now`, every update made under `regime`, evaluated where they are to be: some of those up to
    step number `last`, and none behind the first at which training ends."""
    count, every = last - now.step, setup.evaluation_stride
    if count > 1:
        count = min(count, _block_size(setup, regime))
    moments: list[Moment] = []
    for k, made in enumerate(_updates(setup, now, regime, count), 1):
        step = now.step + k
        is_due = step % every == 0 or step in (1, last)
        found = scores(setup, made.params, made.loss) if is_due else Scores(made.loss)
        moment = _moment(setup, now, made, k, found)
        if moment.stopped and step < last:
            return [*moments, evaluated(setup, moment)]
        moments.append(moment)
    return moments


def _block_size(setup: Setup, regime: Regime) -> int:
    """How many updates are made in one go: what they leave behind is bounded."""
    size = setup.network.size
    return max(1, min(BLOCK_MOMENTS, BLOCK_NUMBERS // (size + nn.state_size(regime.optimizer, size) + 1)))


class Made(NamedTuple):
    """What one update leaves behind: the pass it was made with, the parameters (P,) and the optimiser's state (S,)
    after it, every one an array of its own, so that what is forgotten is gone; the mean loss of its batch,
    ‖gradient‖₂ of every layer."""

    one: Pass
    params: Array
    state: Array
    loss: float
    norms: tuple[float, ...]


def _moment(setup: Setup, now: Moment, made: Made, k: int, scores: Scores) -> Moment:
    """The moment after update number `k` from `now` on."""
    one = made.one
    position, method = one.position + one.regime.knobs.batch_size, one.regime.optimizer.name
    wraps = position >= setup.train.count
    return Moment(
        params=made.params,
        state=made.state,
        method=method,
        updates=k if now.method != method else now.updates + k,
        step=now.step + k,
        epoch=one.epoch + wraps,
        position=0 if wraps else position,
        regime=now.regime,
        frozen=now.frozen,
        last=one,
        scores=scores,
        norms=made.norms,
    )


def _updates(setup: Setup, now: Moment, regime: Regime, count: int) -> list[Made]:
    """`count` updates from `now` on; the plan that made the last of them holds its pass."""
    network, inputs, targets = setup.network, setup.train.inputs, setup.train.targets
    batch_size, training, frozen = regime.knobs.batch_size, setup.train.count, now.frozen
    params, state, updates = now.params, now.state, now.updates
    if now.method != regime.optimizer.name:
        state, updates = nn.first_state(regime.optimizer, network.size), 0
    epoch, position, plan = now.epoch, now.position, None
    order, made = setup.order(epoch), []
    for k in range(1, count + 1):
        rows = order[position : position + batch_size]
        if plan is None or plan.batch != len(rows):
            plan = nn.plan_for(network, len(rows))
            descent = plan.descent(regime.optimizer, *regime.penalties, clip_norm=regime.knobs.clip_norm)
            plan.load(params)
            descent.load(state)
        plan.feed(inputs, targets, rows, setup.noise(epoch, position))
        descent.apply(regime.learning_rate(now.step + k), updates + k, frozen)
        one = Pass(params, epoch, position, regime)
        params, state = plan.params.copy(), descent.state.copy()
        params.flags.writeable = state.flags.writeable = False
        made.append(Made(one, params, state, plan.loss, plan.layer_norms()))
        position += batch_size
        if position >= training:
            epoch, position = epoch + 1, 0
            order = setup.order(epoch)
    assert plan is not None
    plan.hold(Held(ref(setup), one), one.params)
    return made
