"""Gradients held against differences of the loss: of all parameters, or of one with its numbers. Nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.random import default_rng

from app import nn
from app.errors import ConflictError
from app.limits import Limits
from app.looking import NO_BACKWARD
from app.session import Pass, Session
from app.training import parameter_index
from app.updating import run

CHECK_SEED = 0
PASSES = 20  # forward passes for one parameter, about


def gradcheck(session: Session, limits: Limits) -> nn.GradCheck:
    """Central differences against the backward pass, on the batch shown or else the next one."""
    return _checked(session, session.flown or session.now.last or session.now.next_pass, limits)


def gradcheck_shown(session: Session, limits: Limits) -> nn.GradCheck:
    """The same of the gradients that are there to be seen. Raises ConflictError before any backward pass."""
    if session.backward_pass is None:
        raise ConflictError(NO_BACKWARD)
    return _checked(session, session.backward_pass, limits)


def _checked(session: Session, one: Pass, limits: Limits) -> nn.GradCheck:
    setup = session.setup
    l1, l2 = one.regime.penalties
    return nn.gradcheck(
        setup.network,
        one.params,
        setup.train.inputs,
        setup.train.targets,
        one.rows(setup),
        l1=l1,
        l2=l2,
        limit=limits.max_gradcheck_parameters,
        rng=default_rng(CHECK_SEED),
        noise=one.noise(setup),
    )


@dataclass(frozen=True)
class Check:
    """One gradient, penalty included, and the difference quotient beside it."""

    gradient: float
    quotient: nn.Quotient


def check(session: Session, layer: int, name: str, index: Sequence[int]) -> Check:
    """The gradient of one parameter by finite differences, on the batch it is of.

    Raises NotFoundError, ConflictError before any backward pass.
    """
    at, one, setup = parameter_index(session, layer, name, index), session.backward_pass, session.setup
    if one is None:
        raise ConflictError(NO_BACKWARD)
    l1, l2 = one.regime.penalties
    gradient = float(run(setup, one, backward=True)[0].grads[at])
    found = nn.quotient(
        setup.network,
        one.params,
        setup.train.inputs,
        setup.train.targets,
        one.rows(setup),
        at,
        l1=l1,
        l2=l2,
        noise=one.noise(setup),
    )
    return Check(gradient, found)
