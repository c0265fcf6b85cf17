"""Sessions in memory: gone when the server stops."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from itertools import takewhile

from app.session import Session
from app.stores.base import SNAPSHOT, StaleError


class MemoryStore:
    """Dictionaries, the last touched at the end; sessions are immutable, so they are kept as they are."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._sessions: OrderedDict[str, tuple[Session, float]] = OrderedDict()
        self._snapshots: OrderedDict[str, tuple[Session, float]] = OrderedDict()
        self._clock = clock

    def _those_like(self, session_id: str) -> OrderedDict[str, tuple[Session, float]]:
        return self._snapshots if session_id.startswith(SNAPSHOT) else self._sessions

    def load(self, session_id: str) -> Session | None:
        """See Store."""
        kept = self._those_like(session_id).get(session_id)
        return kept[0] if kept else None

    recent = load

    def save(self, session: Session, base: Session | None) -> Session:
        """See Store."""
        self._check(session, base)
        return self._keep(session)

    def save_all(self, changes: Sequence[tuple[Session, Session]]) -> list[Session]:
        """See Store."""
        for session, base in changes:
            self._check(session, base)
        return [self._keep(session) for session, _ in changes]

    def _check(self, session: Session, base: Session | None) -> None:
        kept = self.load(session.id)
        if (kept.version if kept else None) != (base.version if base else None):
            raise StaleError(session.id)

    def _keep(self, session: Session) -> Session:
        saved, those = session.saved_once_more(), self._those_like(session.id)
        those[session.id] = (saved, self._clock())
        those.move_to_end(session.id)
        return saved

    def delete(self, session_id: str) -> None:
        """See Store."""
        self._those_like(session_id).pop(session_id, None)

    def count(self, snapshots: bool) -> int:
        """See Store."""
        return len(self._snapshots if snapshots else self._sessions)

    def make_room(self, idle_seconds: float, unused_seconds: float) -> int:
        """See Store."""
        now = self._clock()
        shortest = min(idle_seconds, unused_seconds)
        resting = takewhile(lambda kept: now - kept[1] > shortest, self._sessions.values())
        idle = [
            session.id
            for session, touched in resting
            if now - touched > (unused_seconds if session.version == 1 else idle_seconds)
        ]
        for key in idle:
            del self._sessions[key]
        return len(idle)

    def close(self) -> None:
        """See Store."""
