"""What a durable store keeps in memory: recent sessions, and the sense of what changed between two of them."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple, TypeVar

from app.history import Log
from app.session import Session

T = TypeVar("T")
SESSION_OVERHEAD = 2_000  # bytes of one session besides its history and its curves
POINT_BYTES = 200
NEVER = -1  # seen: it does not agree with the file


class Kept(NamedTuple):
    """A session, its number in the file, and how the file stood when the two were last seen to agree."""

    session: Session
    number: int
    seen: int

    @property
    def size(self) -> int:
        """Bytes, about."""
        session = self.session
        return session.history_bytes + len(session.curve.points) * POINT_BYTES + SESSION_OVERHEAD


class SessionCache:
    """The most recently used sessions, bounded in bytes; the last one stays whatever its size."""

    def __init__(self, most_bytes: int) -> None:
        self._sessions: OrderedDict[str, Kept] = OrderedDict()
        self._most, self._bytes = most_bytes, 0

    def get(self, session_id: str) -> Kept | None:
        """The session, if it is here."""
        kept = self._sessions.get(session_id)
        if kept:
            self._sessions.move_to_end(session_id)
        return kept

    def put(self, kept: Kept) -> None:
        """Keep a session in place of an earlier value of it."""
        self.drop(kept.session.id)
        self._sessions[kept.session.id] = kept
        self._bytes += kept.size
        while self._bytes > self._most and len(self._sessions) > 1:
            self._bytes -= self._sessions.popitem(last=False)[1].size

    def distrust(self, session_id: str) -> None:
        """A session is not what the file says any more; what never changes of it is."""
        if kept := self._sessions.get(session_id):
            self._sessions[session_id] = kept._replace(seen=NEVER)

    def drop(self, session_id: str) -> None:
        """Let go of a session."""
        if kept := self._sessions.pop(session_id, None):
            self._bytes -= kept.size


def common_end(old: Log[T], new: Log[T]) -> int:
    """Where two logs part: entries before it are the same objects, so only those from it on need writing."""
    if new.chunks is old.chunks:
        return min(old.end, new.end)
    if new.first < old.first:
        return new.first  # begun anew: a log never grows at its head
    end = min(old.end, new.end)
    while end > max(old.first, new.first) and old[end - 1] is not new[end - 1]:
        end -= 1
    return end
