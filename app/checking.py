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


def any_pass(session: Session) -> Pass:
    """The pass of the batch shown, or else of the next one."""
    return session.flown or session.now.last or session.now.next_pass


def pass_shown(session: Session) -> Pass:
    """The pass whose gradients are there to be seen. Raises ConflictError before any backward pass."""
    if session.backward_pass is None:
        raise ConflictError(NO_BACKWARD)
    return session.backward_pass


def gradcheck(session: Session, one: Pass, limits: Limits) -> nn.GradCheck:
    """Central differences against the backward pass of `one`: of every parameter of a small network, else of a
    sample, always the same, as large as max_gradcheck_parameters and max_work_per_request allow."""
    setup, (l1, l2) = session.setup, one.regime.penalties
    return nn.gradcheck(
        setup.network,
        one.params,
        setup.train.inputs,
        setup.train.targets,
        one.rows(setup),
        l1=l1,
        l2=l2,
        limit=_affordable(session, one, limits),
        rng=default_rng(CHECK_SEED),
        noise=one.noise(setup),
    )


def work(session: Session, one: Pass, limits: Limits) -> float:
    """About how many multiplications `gradcheck` takes."""
    gradients, each = _costs(session, one, nn.DERIVATIVE_PASSES)
    return gradients + each * min(session.setup.network.size, _affordable(session, one, limits))


def _affordable(session: Session, one: Pass, limits: Limits) -> int:
    """How many parameters a check looks at: at least one of every array."""
    gradients, each = _costs(session, one, nn.DERIVATIVE_PASSES)
    fitting = int(min(limits.max_gradcheck_parameters, (limits.max_work_per_request - gradients) // each))
    return max(fitting, len(session.setup.network.slots))


def _costs(session: Session, one: Pass, passes: int) -> tuple[float, float]:
    """About how many multiplications the gradients of a pass take, and so many forward passes like it."""
    setup, rows = session.setup, len(one.rows(session.setup))
    return setup.pass_work(rows), passes * setup.forward_work(rows)


@dataclass(frozen=True)
class Check:
    """One gradient, penalty included, and the difference quotient beside it."""

    gradient: float
    quotient: nn.Quotient


def check(session: Session, layer: int, name: str, index: Sequence[int]) -> Check:
    """The gradient of one parameter by finite differences, on the batch it is of.

    Raises NotFoundError, ConflictError before any backward pass.
    """
    at, one, setup = parameter_index(session, layer, name, index), pass_shown(session), session.setup
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


def work_of_check(session: Session) -> float:
    """About how many multiplications `check` takes."""
    return sum(_costs(session, session.backward_pass or any_pass(session), nn.DERIVATIVE_PASSES + 2))
