"""Passes and updates: from a moment to those that follow it, in one go. Numbers come from the engine alone."""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.session import Moment, Pass, Regime, Scores
from app.setup import Setup

Array = NDArray[np.float64]
BLOCK_MOMENTS = 64
BLOCK_NUMBERS = 2**17  # a megabyte


class Held(NamedTuple):
    """What a plan holds: a pass over the data of a setup."""

    setup: Setup
    one: Pass


def run(setup: Setup, one: Pass, backward: bool) -> tuple[nn.Plan, float]:
    """Run what this thread's plan does not hold of a pass; gives the plan, which holds its numbers until the next,
    and the mean batch loss."""
    rows = one.rows(setup)
    plan, held = nn.plan_for(setup.network, len(rows)), None
    if isinstance(plan.held, Held):
        held = plan.held
    if held is None or held.setup is not setup or not held.one.is_like(one):
        plan.load(one.params)
        plan.feed(setup.train.inputs, setup.train.targets, rows, one.noise(setup))
        plan.forward()
        plan.held = Held(setup, one)
    if backward and not plan.went_back:
        plan.backward(*one.regime.penalties)
    return plan, plan.loss


def updated(setup: Setup, now: Moment, regime: Regime) -> Moment:
    """The moment after one update with the gradients of the next pass, made under `regime`."""
    return following(setup, now, regime, 1)[0]


def block_size(setup: Setup, regime: Regime) -> int:
    """How many updates are made in one go: what they leave behind is bounded."""
    size = setup.network.size
    return max(1, min(BLOCK_MOMENTS, BLOCK_NUMBERS // (size + nn.state_size(regime.optimizer, size) + 1)))


def following(setup: Setup, now: Moment, regime: Regime, count: int) -> list[Moment]:
    """The `count` moments after `now`, every update made under `regime`; none evaluated, or held to a stop rule."""
    plan, params, states, losses, norms = _updates(setup, now, regime, count)
    made, held = [], now
    updates = 0 if now.method != regime.optimizer.name else now.updates
    for k, (numbers, own) in enumerate(zip(params, states, strict=True), 1):
        position = held.position + regime.knobs.batch_size
        wraps = position >= setup.train.count
        held = Moment(
            params=numbers,
            state=own,
            method=regime.optimizer.name,
            updates=updates + k,
            step=now.step + k,
            epoch=held.epoch + wraps,
            position=0 if wraps else position,
            regime=now.regime,
            frozen=now.frozen,
            last=Pass(held.params, held.epoch, held.position, regime),
            scores=Scores(losses[k - 1]),
            norms=norms[k - 1],
        )
        made.append(held)
    assert held.last is not None
    plan.hold(Held(setup, held.last), held.last.params)
    return made


def are_calm(setup: Setup, made: list[Moment]) -> bool:
    """Whether it is certain that none of these moments has diverged, its loss on all training data included."""
    largest = np.abs(np.concatenate([moment.params for moment in made])).max(initial=0.0)
    return bool(largest <= setup.calm) and isfinite(sum(moment.scores.batch_loss or 0.0 for moment in made))


def _updates(
    setup: Setup, now: Moment, regime: Regime, count: int
) -> tuple[nn.Plan, list[Array], list[Array], list[float], list[tuple[float, ...]]]:
    """`count` updates: the plan of the last, the parameters (P,) and the optimiser's state (S,) after each, every one
    an array of its own, so that what is forgotten is gone; the mean loss of its batch, ‖gradient‖₂ of every layer."""
    network, inputs, targets = setup.network, setup.train.inputs, setup.train.targets
    batch_size, fresh = regime.knobs.batch_size, now.method != regime.optimizer.name
    params, states, losses, norms = [], [], [], []
    before, state, updates = now.params, now.state, now.updates
    if fresh:
        state, updates = np.zeros(nn.state_size(regime.optimizer, network.size)), 0
    epoch, position, plan = now.epoch, now.position, None
    order = setup.order(epoch)
    for k in range(count):
        rows = order[position : position + batch_size]
        if plan is None or plan.batch != len(rows):
            plan = nn.plan_for(network, len(rows))
            descent = plan.descent(regime.optimizer, *regime.penalties, clip_norm=regime.knobs.clip_norm)
            plan.load(before)
            descent.load(state)
        plan.feed(inputs, targets, rows, setup.noise(epoch, position))
        descent.apply(regime.learning_rate(now.step + k + 1), updates + k + 1, now.frozen)
        losses.append(plan.loss)
        norms.append(plan.layer_norms())
        before, state = plan.params.copy(), descent.state.copy()
        before.flags.writeable = state.flags.writeable = False
        params.append(before)
        states.append(state)
        position += batch_size
        if position >= setup.train.count:
            epoch, position = epoch + 1, 0
            order = setup.order(epoch)
    assert plan is not None
    return plan, params, states, losses, norms
