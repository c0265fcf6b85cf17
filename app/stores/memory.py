"""Sessions in memory: gone when the server stops."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.session import Session
from app.stores.base import SNAPSHOT, StaleError


class MemoryStore:
    """A dictionary; sessions are immutable, so they are kept as they are."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._kept: dict[str, tuple[Session, float]] = {}
        self._clock = clock

    def load(self, session_id: str) -> Session | None:
        """See Store."""
        kept = self._kept.get(session_id)
        return kept[0] if kept else None

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
        saved = replace(session, version=session.version + 1)
        self._kept[session.id] = (saved, self._clock())
        return saved

    def delete(self, session_id: str) -> None:
        """See Store."""
        self._kept.pop(session_id, None)

    def count(self, snapshots: bool) -> int:
        """See Store."""
        return sum(key.startswith(SNAPSHOT) == snapshots for key in self._kept)

    def make_room(self, idle_seconds: float, unused_seconds: float) -> int:
        """See Store."""
        now = self._clock()
        idle = [
            key
            for key, (session, touched) in self._kept.items()
            if now - touched > (unused_seconds if session.version == 1 else idle_seconds)
            and not key.startswith(SNAPSHOT)
        ]
        for key in idle:
            del self._kept[key]
        return len(idle)

    def close(self) -> None:
        """See Store."""
