"""What can be seen of a session without changing it: trace, gradients, explanation, gradient check, predictions."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from app import nn
from app.errors import ConflictError, LimitError, RequestError, SpecError
from app.i18n import N_
from app.inline import inputs_array
from app.limits import Limits
from app.session import Pass, Session
from app.training import parameter_index, run, updated

Array = NDArray[np.float64]
CHECK_SEED = 0
GRADCHECK_PASSES = 20  # forward passes for one parameter, about
SLUG_LENGTH = 16  # base 32: 80 bits

NO_PASS = N_("No batch has been drawn yet; run Forward first.")
NO_BACKWARD = N_("There are no gradients yet; run Backward first.")


def gradients(session: Session) -> Array | None:
    """∂(loss + penalty)/∂parameters (P,) of the last backward pass, None before the first."""
    one = session.backward_pass
    return run(session.setup, one, backward=True)[0].grads.copy() if one else None


@dataclass(frozen=True, eq=False)
class Shown:
    """A pass, its trace, and the gradients ∂(loss + penalty)/∂parameters (P,) where it went backward."""

    one: Pass
    rows: NDArray[np.int64]
    trace: nn.Trace
    gradients: Array | None


def shown_pass(session: Session) -> Shown:
    """The trace of the batch in flight, or of the last one. Raises ConflictError when there was none."""
    one = session.flown or session.now.last
    if one is None:
        raise ConflictError(NO_PASS)
    with_delta = session.phase != "forward"
    plan, _ = run(session.setup, one, backward=with_delta)
    gradients = plan.grads.copy() if with_delta else None
    return Shown(one, one.rows(session.setup), plan.trace(with_delta), gradients)


def coming_pass(session: Session) -> Shown:
    """The forward pass of the batch that is drawn next, as it will be."""
    one = session.now.next_pass
    plan, _ = run(session.setup, one, backward=False)
    return Shown(one, one.rows(session.setup), plan.trace(with_delta=False), None)


def penalty(session: Session) -> float:
    """The penalty that belongs to the batch loss shown: at the parameters of its pass."""
    one = session.flown or session.now.last or session.now.next_pass
    return nn.penalty(session.setup.network, one.params, *one.regime.penalties)


@dataclass(frozen=True, eq=False)
class Change:
    """One update of all parameters: the coming one, or the last one made. State pieces by name, after it."""

    old: Array
    new: Array
    state: dict[str, Array]


def change(session: Session) -> Change | None:
    """The update that the gradients shown lead to; None before the first backward pass."""
    network, now = session.setup.network, session.now
    if session.phase == "backward" and session.flown:
        return _coming(session, session.flown)
    if now.last is None:
        return None
    pieces = now.state.reshape(-1, network.size)
    names = nn.state_names(nn.optimizer(now.method, 0.0))
    return Change(now.last.params, now.params, dict(zip(names, pieces, strict=True)))


def _coming(session: Session, one: Pass) -> Change:
    moment = updated(session.setup, session.now, one)
    pieces = moment.state.reshape(-1, session.setup.network.size)
    return Change(
        one.params, moment.params, dict(zip(nn.state_names(one.regime.optimizer), pieces, strict=True))
    )


@dataclass(frozen=True, eq=False)
class Explanation:
    """The chain rule for one parameter with the numbers of one batch."""

    layer: int
    name: str
    index: tuple[int, ...]
    value: float
    gradient: float
    terms: nn.Terms
    rows: NDArray[np.int64]
    penalty_gradient: float
    formula: nn.Formula
    state: dict[str, float]
    old: float
    new: float

    @property
    def parameter(self) -> str:
        """As it is written: `W[1][0,2]`."""
        return f"{self.name}[{self.layer}][{','.join(map(str, self.index))}]"


def explain(session: Session, layer: int, name: str, index: Sequence[int]) -> Explanation:
    """Where the gradient of one parameter comes from. Raises NotFoundError, ConflictError before any backward pass."""
    place = parameter_index(session, layer, name, index)
    one, setup = session.backward_pass, session.setup
    update = change(session)
    if one is None or update is None:
        raise ConflictError(NO_BACKWARD)
    plan, _ = run(setup, one, backward=True)
    trace = plan.trace(True)
    l1, l2 = one.regime.penalties
    value = float(one.params[place])
    return Explanation(
        layer=layer,
        name=name,
        index=tuple(index),
        value=float(session.now.params[place]),
        gradient=float(plan.grads[place]),
        terms=nn.terms(setup.network, trace, layer, name, tuple(index)),
        rows=one.rows(setup),
        penalty_gradient=nn.penalty_gradient(value, name, l1, l2),
        formula=nn.formula(setup.network, layer, name, tuple(index), l1=l1, l2=l2),
        state={piece: float(numbers[place]) for piece, numbers in update.state.items()},
        old=float(update.old[place]),
        new=float(update.new[place]),
    )


def gradcheck(session: Session, limits: Limits) -> nn.GradCheck:
    """Central differences against the backward pass, on the batch shown or else the next one."""
    one = session.flown or session.now.last or session.now.next_pass
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


def predict(session: Session, inputs: Any, limits: Limits) -> Array:
    """The network's outputs for `inputs` (N, *input_shape). Raises RequestError, LimitError for too many."""
    network = session.setup.network
    if len(inputs) > limits.max_samples:
        text = N_("{count} inputs were given; the limit max_samples is {limit}.")
        raise LimitError(text, count=len(inputs), limit=limits.max_samples)
    try:
        rows = inputs_array(inputs, "inputs", network)
    except SpecError as error:  # its place is that in a spec
        faults = [replace(fault, loc=("inputs",)) for fault in error.faults]
        raise RequestError(N_("The request is not valid."), faults) from None
    return nn.predict(network, session.now.params, network.inputs(rows))


def fingerprint(session: Session) -> str:
    """A short name for exactly this state: network, data, numbers, settings, place in the data, phase."""
    now, last, flown = session.now, session.now.last, session.flown
    digest = hashlib.sha256(session.setup.spec.model_dump_json().encode())
    regimes = [now.regime, *(one.regime for one in (last, flown) if one)]
    knobs = [regime.knobs.model_dump_json() for regime in regimes]
    for text in (*knobs, session.phase, str(session.preset), now.method):
        digest.update(text.encode() + b"\0")
    places = (last.epoch, last.position) if last else ()
    numbers = (now.updates, now.step, now.epoch, now.position, places, now.frozen.tolist())
    digest.update(repr(numbers).encode())
    for array in (now.params, now.state, *([last.params] if last else [])):
        digest.update(array.tobytes())
    return base64.b32encode(digest.digest()).decode().lower()[:SLUG_LENGTH]
