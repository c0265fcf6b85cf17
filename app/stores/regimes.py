"""Settings in a SQLite file: each stands there once for all sessions that use it, and goes with the last of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from app.session import Regime, regime
from app.spec import Knobs
from app.stores import migrating
from app.stores.schema import UNUSED, USE, USED

REGIMES_KEPT = 1024
USES_KEPT = 32_768


class Regimes:
    """Numbers of settings and back. `transaction` is one of the connection's, or part of the one that is open."""

    def __init__(
        self, db: sqlite3.Connection, transaction: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._db, self._transaction = db, transaction
        self._known: dict[int, Regime] = {}
        self._used: dict[tuple[int, Regime], int] = {}

    def used(self, session: int, wanted: Regime) -> int:
        """The number of settings that the session of that number uses, from now on if not before: they are there as
        long as it is. Raises IntegrityError where it was deleted."""
        known = self._used.get((session, wanted))
        if known is not None:
            return known
        if len(self._used) >= USES_KEPT:
            self._used.clear()
        text = wanted.knobs.model_dump_json()
        found = self._db.execute(USED, (text, session)).fetchone()
        if found is None:
            with self._transaction():
                self._db.execute("INSERT OR IGNORE INTO knobs (knobs) VALUES (?)", (text,))
                found = self._db.execute("SELECT id FROM knobs WHERE knobs = ?", (text,)).fetchone()
                self._db.execute(USE, (session, *found))
        known = self._used[session, wanted] = int(found[0])
        return known

    def unlearn(self) -> None:
        """Look at the file again for what is used: some of it was written in what is rolled back."""
        self._used.clear()

    def regime(self, number: int) -> Regime:
        """The settings of that number, which a session that is there uses."""
        if number not in self._known:
            if len(self._known) >= REGIMES_KEPT:
                self._known.clear()
            text = self._db.execute("SELECT knobs FROM knobs WHERE id = ?", (number,)).fetchone()[0]
            self._known[number] = regime(Knobs.model_validate_json(text))
        return self._known[number]

    def release(self, sessions: Iterable[int]) -> None:
        """Let go of the settings that none but these sessions uses."""
        freed: set[tuple[int]] = set()
        for session in sessions:
            freed.update(self._db.execute("SELECT knobs FROM uses WHERE number = ?", (session,)))
            self._db.execute("DELETE FROM uses WHERE number = ?", (session,))
        if not migrating.is_left(self._db):  # what was put aside uses some too
            self._db.executemany(UNUSED, freed)
