"""Sessions as what can be compared: the State that the API answers, and the numbers behind it."""

from __future__ import annotations

from typing import Any

import orjson

from app.session import Session
from app.web import documents
from app.web.answers import OPTIONS

COUNTS = ("can_undo", "can_redo")


def state_of(session: Session, *, counts: bool = False) -> Any:
    """State as JSON, every digit of every number in it; `counts`: with what can be undone and redone."""
    state = orjson.loads(orjson.dumps(documents.state(session, owner=True), option=OPTIONS))
    return {name: value for name, value in state.items() if counts or name not in COUNTS}


def numbers_of(session: Session) -> tuple[object, ...]:
    """What training goes on from, bit for bit: parameters, optimiser state, place in the data."""
    now = session.now
    place = (now.method, now.updates, now.step, now.epoch, now.position, tuple(now.frozen.tolist()))
    return (now.params.tobytes(), now.state.tobytes(), *place, now.norms)
