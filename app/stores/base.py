"""The protocol of every store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.session import Session

SNAPSHOT = "s/"  # an id that starts so is a snapshot: saved once, never changed, never expired


class StaleError(Exception):
    """Somebody else saved the session in the meantime: load it again and try once more."""


class Store(Protocol):
    """Keeps sessions by id. Calls come one at a time from one thread; StoreError when it cannot be reached."""

    def load(self, session_id: str) -> Session | None:
        """The session as last saved, None when there is none."""

    def recent(self, session_id: str) -> Session | None:
        """The session as `load` gives it, or as it was before another process changed it: `save` tells."""

    def save(self, session: Session, base: Session | None) -> Session:
        """Save `session`, which was made from `base` as loaded (None: a new one); gives it with its new version.

        Raises StaleError when what is kept is no longer `base`.
        """

    def save_all(self, changes: Sequence[tuple[Session, Session]]) -> list[Session]:
        """Save every (session, base) as `save` does, or none of them."""

    def delete(self, session_id: str) -> None:
        """Forget a session; nothing happens when there is none."""

    def count(self, snapshots: bool) -> int:
        """How many sessions, or how many snapshots, are kept."""

    def make_room(self, idle_seconds: float, unused_seconds: float) -> int:
        """Forget the sessions idle for that long, and those opened so long ago and never used; gives how many."""

    def close(self) -> None:
        """Let go of files and connections."""
