"""Two networks side by side: one beginning where their shapes agree, and operations that move both in lockstep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from app import training
from app.errors import ConflictError
from app.i18n import N_
from app.limits import Limits
from app.nn import Network
from app.session import Session
from app.setup import Setup, prepare
from app.spec import Knobs, Spec

Both = tuple[Session, Session]
PairOperation = Callable[[Session, Session], Both]


def twin(left: Setup, right: Spec, limits: Limits) -> Spec:
    """`right` beginning with the initial parameters of `left` in every layer whose shapes agree.

    They are given in the spec, unless they are what it draws by itself. A spec that says otherwise (other
    initial weights, another seed, parameters of its own) stays as it is. Raises SpecError, DataError.
    """
    own = prepare(right, limits)
    otherwise = (left.spec.initializer, left.spec.seed) != (right.initializer, right.seed)
    if right.parameters is not None or otherwise:
        return right
    params = own.initial.copy()
    for mine, other in alike(left.network, own.network):
        params[own.network.spans[other]] = left.initial[left.network.spans[mine]]
    if np.array_equal(params, own.initial):
        return right
    layers = own.network.unflatten(params)
    given = [{name: values.tolist() for name, values in layer.items()} for layer in layers]
    return right.model_copy(update={"parameters": given})


def alike(left: Network, right: Network) -> Iterator[tuple[int, int]]:
    """Places of layers with the same parameters: counted from the inputs, else from the outputs."""
    ours, theirs = _parameters(left), _parameters(right)
    behind = len(theirs) - len(ours)
    used = set()
    for place in range(min(len(ours), len(theirs))):
        if ours[place] and ours[place] == theirs[place]:
            used.add(place)
            yield place, place
    for place, slots in enumerate(ours):
        other = place + behind
        if other >= 0 and not used & {place, other} and slots and slots == theirs[other]:
            yield place, other


def _parameters(network: Network) -> list[list[tuple[str, tuple[int, ...]]]]:
    layers: list[list[tuple[str, tuple[int, ...]]]] = [[] for _ in network.layers]
    for slot in network.slots:
        layers[slot.layer].append((slot.name, slot.shape))
    return layers


def onward(operation: Callable[[Session], Session]) -> PairOperation:
    """An operation of training on both; a network that a rule has stopped, or that has diverged, stays."""

    def moved(session: Session) -> Session:
        ended = session.now.diverged or (session.stopped and not session.flight)
        return session if ended else operation(session)

    return lambda left, right: (moved(left), moved(right))


def undo(left: Session, right: Session) -> Both:
    """Back by one: whichever is ahead, both where they are level. Raises ConflictError when one cannot."""
    furthest = max(left.now.step, right.now.step)
    ahead = [session for session in (left, right) if session.now.step == furthest]
    if not all(session.can_undo for session in ahead):
        raise ConflictError(N_("There is nothing to undo."))
    settings = [session for session in ahead if session.history[session.cursor - 1].step == furthest]
    return _moved(left, right, settings or ahead, training.undo)


def redo(left: Session, right: Session) -> Both:
    """Forth by one: whichever is behind of those that can, both where they are level. Raises ConflictError."""
    able = [session for session in (left, right) if session.can_redo]
    if not able:
        raise ConflictError(N_("There is nothing to redo."))
    least = min(session.now.step for session in able)
    behind = [session for session in able if session.now.step == least]
    settings = [session for session in behind if session.history[session.cursor + 1].step == least]
    return _moved(left, right, settings or behind, training.redo)


def _moved(
    left: Session, right: Session, chosen: list[Session], operation: Callable[[Session], Session]
) -> Both:
    def moved(session: Session) -> Session:
        return operation(session) if any(session is one for one in chosen) else session

    return moved(left), moved(right)


def reset(left: Session, right: Session) -> Both:
    """Both back to step 0."""
    return training.reset(left), training.reset(right)


def tuned(specs: tuple[Spec, Spec], limits: Limits) -> PairOperation:
    """The settings of `specs` that can change while training, on either side its own."""

    def one(session: Session, spec: Spec) -> Session:
        now = session.spec
        changed = [name for name in Knobs.model_fields if getattr(spec, name) != getattr(now, name)]
        asked = spec.model_dump(include=set(changed))
        return training.change_knobs(session, asked, limits) if changed else session

    return lambda left, right: (one(left, specs[0]), one(right, specs[1]))


def only_tuned(before: Spec, after: Spec) -> bool:
    """Whether nothing but settings that can change while training is different."""
    fixed = set(Spec.model_fields) - set(Knobs.model_fields)
    return all(getattr(before, name) == getattr(after, name) for name in fixed)


ACTIONS: dict[str, Callable[[Limits, int], PairOperation]] = {
    "forward": lambda _, __: onward(training.forward),
    "backward": lambda _, __: onward(training.backward),
    "update": lambda limits, _: onward(partial(training.update, limits=limits)),
    "step": lambda limits, steps: onward(partial(training.step, limits=limits, steps=steps)),
    "undo": lambda _, __: undo,
    "redo": lambda _, __: redo,
    "reset": lambda _, __: reset,
}
