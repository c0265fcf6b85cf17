"""What can be seen of a session without changing it: trace, gradients, explanation, predictions."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.errors import ConflictError, LimitError, RequestError, SpecError
from app.i18n import N_
from app.inline import inputs_array
from app.limits import Limits
from app.session import Moment, Pass, Session
from app.setup import Setup
from app.training import parameter_index
from app.updating import run, updated

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
SLUG_LENGTH = 16  # base 32: 80 bits

NO_PASS = N_("No batch has been drawn yet; run Forward first.")
NO_BACKWARD = N_("There are no gradients yet; run Backward first.")


def gradients(session: Session) -> Array | None:
    """∂(loss + penalty)/∂parameters (P,) of the last backward pass, None before the first."""
    one = session.backward_pass
    return run(session.setup, one, backward=True)[0].grads.copy() if one else None


@dataclass(frozen=True, eq=False)
class Shown:
    """A pass, its rows and its trace; ∂(loss + penalty)/∂parameters (P,), where it went backward; what every unit did
    on the mean of the batch, where the network is drawn unit by unit."""

    one: Pass
    rows: IntArray
    trace: nn.Trace
    gradients: Array | None
    means: nn.Means | None


def shown_pass(session: Session) -> Shown:
    """The batch in flight, or the last one. Raises ConflictError when there was none."""
    one = session.flown or session.now.last
    if one is None:
        raise ConflictError(NO_PASS)
    return _shown(session.setup, one, session.phase != "forward")


def coming_pass(session: Session) -> Shown:
    """The forward pass of the batch that is drawn next, as it will be."""
    return _shown(session.setup, session.now.next_pass, with_delta=False)


def means_of(session: Session, shown: Shown, sample: int) -> nn.Means:
    """What every unit did for one sample of the pass shown; of a network drawn unit by unit."""
    with_delta = shown.gradients is not None
    return run(session.setup, shown.one, with_delta)[0].means(with_delta, sample)


def _shown(setup: Setup, one: Pass, with_delta: bool) -> Shown:
    def again() -> nn.Plan:  # where the plan does not hold the pass any more when its layers are asked for
        return run(setup, one, with_delta)[0]

    plan = again()
    gradients = plan.grads.copy() if with_delta else None
    means = plan.means(with_delta) if setup.network.by_unit else None
    return Shown(one, one.rows(setup), plan.trace(with_delta, again), gradients, means)


def penalty(session: Session) -> float:
    """The penalty that belongs to the batch loss shown: at the parameters of its pass."""
    one = session.flown or session.now.last or session.now.next_pass
    return nn.penalty(session.setup.network, one.params, *one.regime.penalties)


@dataclass(frozen=True, eq=False)
class Change:
    """One update of all parameters: the coming one, or the last one made, by the pass `one`, from the moment
    `before`, None where the history no longer goes back to it, to the moment `after`."""

    one: Pass
    before: Moment | None
    after: Moment

    @property
    def old(self) -> Array:
        """The parameters (P,) before it."""
        return self.one.params

    @property
    def new(self) -> Array:
        """The parameters (P,) after it."""
        return self.after.params

    @property
    def state(self) -> dict[str, Array]:
        """The pieces (P,) of the optimiser's state after it, by name."""
        names = nn.state_names(self.one.regime.optimizer)
        return dict(zip(names, self.after.state.reshape(-1, len(self.old)), strict=True))


def change(session: Session) -> Change | None:
    """The update that the gradients shown lead to; None before the first backward pass."""
    now, history = session.now, session.history
    if session.phase == "backward" and session.flown:
        return Change(session.flown, now, updated(session.setup, now, session.flown.regime))
    if now.last is None:
        return None
    first = session.cursor  # the moment that the update led to: numbers changed by hand came later
    while first > history.first and history[first - 1].step == now.step:
        first -= 1
    return Change(now.last, history[first - 1] if first > history.first else None, history[first])


def difference(session: Session) -> Array | None:
    """What that update changes of the parameters (P,)."""
    found = change(session)
    return found.new - found.old if found else None


@dataclass(frozen=True, eq=False)
class Explanation:
    """The chain rule for one parameter with the numbers of one batch. `update` is what the optimiser starts from;
    None where that is no longer known."""

    layer: int
    name: str
    index: tuple[int, ...]
    value: float
    gradient: float
    terms: nn.Terms
    rows: IntArray
    penalty_gradient: float
    formula: nn.Formula
    state: dict[str, float]
    old: float
    new: float
    update: nn.OneUpdate | None

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
    penalised = nn.penalty_gradient(value, name, l1, l2)
    gradient = float(plan.grads[place])
    penalties = (l1, l2) if name.startswith("W") else (0.0, 0.0)
    start = (
        _one_update(update, update.before, place, penalties, gradient - penalised, plan.grads)
        if update.before
        else None
    )
    return Explanation(
        layer=layer,
        name=name,
        index=tuple(index),
        value=float(session.now.params[place]),
        gradient=gradient,
        terms=nn.terms(setup.network, trace, layer, name, tuple(index)),
        rows=one.rows(setup),
        penalty_gradient=penalised,
        formula=nn.formula(setup.network, layer, name, tuple(index), l1=l1, l2=l2),
        state={piece: float(numbers[place]) for piece, numbers in update.state.items()},
        old=float(update.old[place]),
        new=float(update.new[place]),
        update=start,
    )


def _one_update(
    change: Change, before: Moment, place: int, penalties: tuple[float, float], slope: float, gradients: Array
) -> nn.OneUpdate:
    """What the optimiser starts from at one place of the flat vector. `slope` is the gradient there without the
    penalties, `gradients` (P,) are all, with them."""
    regime, fresh = change.one.regime, before.method != change.one.regime.optimizer.name
    method, clip_norm, norm = regime.optimizer, regime.knobs.clip_norm, None
    if clip_norm is not None:
        free = np.delete(gradients, before.frozen)
        with np.errstate(all="ignore"):
            norm = float(np.sqrt(free.dot(free)))
    names = nn.state_names(method)
    state = np.zeros(len(names)) if fresh else before.state.reshape(-1, len(gradients))[:, place]
    return nn.OneUpdate(
        optimizer=method,
        schedule=regime.schedule,
        old=float(change.old[place]),
        slope=slope,
        state=dict(zip(names, state.tolist(), strict=True)),
        updates=1 if fresh else before.updates + 1,
        step=before.step + 1,
        l1=penalties[0],
        l2=penalties[1],
        norm=norm,
        clip_norm=clip_norm,
        frozen=place in before.frozen,
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
    digest = hashlib.sha256(session.setup.written.digest)
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
