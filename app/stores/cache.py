"""What a durable store keeps in memory: recent sessions, and the sense of what changed between two of them."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

from app.history import Log
from app.session import Session

T = TypeVar("T")
SESSION_OVERHEAD = 2_000  # bytes of one session besides its history


class SessionCache:
    """The most recently used sessions, bounded in bytes; the last one stays whatever its size."""

    def __init__(self, most_bytes: int) -> None:
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._most, self._bytes = most_bytes, 0

    def get(self, session_id: str) -> Session | None:
        """The session, if it is here."""
        return self._sessions.get(session_id)

    def put(self, session: Session) -> None:
        """Keep `session` in place of an earlier value of it."""
        self.drop(session.id)
        self._sessions[session.id] = session
        self._bytes += _size(session)
        while self._bytes > self._most and len(self._sessions) > 1:
            self._bytes -= _size(self._sessions.popitem(last=False)[1])

    def drop(self, session_id: str) -> None:
        """Let go of a session."""
        if session := self._sessions.pop(session_id, None):
            self._bytes -= _size(session)


def _size(session: Session) -> int:
    return session.history_bytes + SESSION_OVERHEAD


def common_end(old: Log[T], new: Log[T]) -> int:
    """Where two logs part: entries before it are the same objects, so only those from it on need writing."""
    if new.first < old.first:
        return new.first  # begun anew: a log never grows at its head
    end = min(old.end, new.end)
    while end > max(old.first, new.first) and old[end - 1] is not new[end - 1]:
        end -= 1
    return end
