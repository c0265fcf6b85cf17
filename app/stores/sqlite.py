"""Sessions in one SQLite file. A change of a session is one row behind its last: a killed server loses nothing saved.

Rows are only ever appended. When most of what they hold is past (undone, forgotten, thinned), those that nothing
is left of go.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from app.errors import StoreError
from app.i18n import N_
from app.session import Session
from app.setup import Setup
from app.spec import Spec
from app.stores import codec, migrating
from app.stores.base import SNAPSHOT, StaleError
from app.stores.cache import NEVER, Kept, SessionCache
from app.stores.checkpoints import Checkpoints
from app.stores.regimes import Regimes
from app.stores.schema import (
    APPEND,
    BUSY,
    COUNT,
    IDLE,
    LAST,
    PRAGMAS,
    REWRITING,
    SCHEMA,
    VERSIONS,
)

LOOKED_AT = 32  # every so many changes, and after one of so many moments, it is looked at how much is past
LARGE = 100_000  # bytes of what is past that may lie


class SqliteStore:
    """One connection, used from one thread; other processes may use the same file."""

    def __init__(self, path: Path, prepare: Callable[[Spec], Setup], cache_bytes: int) -> None:
        self._prepare = prepare
        self._cache = SessionCache(cache_bytes)
        self._seen = 0
        self._reaching = _Reaching(path)
        self._checkpoints = Checkpoints(path)
        with self._reaching:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._regimes = Regimes(self._db, self._transaction)
            try:
                for pragma in PRAGMAS:
                    self._db.execute(pragma)
                self._lay_tables()
            except BaseException:
                self._db.close()
                raise

    def _lay_tables(self) -> None:
        """Make the tables of a new file; a file of an earlier version is rewritten."""
        if self._version() == SCHEMA and not migrating.is_left(self._db):
            return
        self._db.execute(f"PRAGMA busy_timeout = {REWRITING}")
        with self._transaction():
            version = self._version()
            if version > SCHEMA:
                raise sqlite3.DatabaseError(f"it is of version {version}, and this server knows {SCHEMA}")
            if version < SCHEMA:  # else another process has just made them
                migrating.lay_tables(self._db, version)
            if migrating.is_left(self._db):
                for session, touched in migrating.sessions(self._db, self._prepare, self._regimes.regime):
                    self._insert(session, touched)
            migrating.let_go(self._db)
        self._db.execute(f"PRAGMA busy_timeout = {BUSY}")

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def recent(self, session_id: str) -> Session | None:
        """See Store."""
        kept = self._cache.get(session_id)
        return kept.session if kept and kept.seen != NEVER else self.load(session_id)

    def load(self, session_id: str) -> Session | None:
        """See Store."""
        with self._reaching:
            self._seen = self._db.execute("PRAGMA data_version").fetchone()[0]  # moved by other processes
            kept = self._cache.get(session_id)
            if kept is None or kept.seen != self._seen:
                kept = (
                    kept._replace(seen=self._seen) if kept and self._is_last(kept) else self._read(session_id)
                )
                if kept is None:
                    self._cache.drop(session_id)
                    return None
                self._cache.put(kept)
            return kept.session

    def _is_last(self, kept: Kept) -> bool:
        if kept.seen == NEVER:
            return False
        start = kept.number * VERSIONS
        last = self._db.execute(LAST, (start, start + VERSIONS)).fetchone()[0]
        return bool(last == start + kept.session.version)

    def save(self, session: Session, base: Session | None) -> Session:
        """See Store."""
        with self._reaching:
            if base is not None:
                return self._saved(session, base, *self._append(session, base))
            with self._transaction():
                number = self._insert(session.saved_once_more(), time.time())
            return self._saved(session, session, number, is_much=False)

    def save_all(self, changes: Sequence[tuple[Session, Session]]) -> list[Session]:
        """See Store."""
        with self._reaching:
            with self._transaction():
                written = [self._append(session, base) for session, base in changes]
            return [self._saved(*change, *done) for change, done in zip(changes, written, strict=True)]

    def _saved(self, session: Session, base: Session, number: int, is_much: bool) -> Session:
        saved = session.saved_once_more()
        self._cache.put(Kept(saved, number, self._seen))
        if is_much:
            with (
                suppress(sqlite3.Error),
                self._transaction(),
            ):  # it is saved; what is past may lie a while longer
                self._tidy(session, base, number * VERSIONS)
        return saved

    def delete(self, session_id: str) -> None:
        """See Store."""
        with self._reaching, self._transaction():
            self._forget([session_id])

    def count(self, snapshots: bool) -> int:
        """See Store."""
        with self._reaching:
            query = "SELECT count FROM totals WHERE snapshots = ?"
            return int(self._db.execute(query, (snapshots,)).fetchone()[0])

    def make_room(self, idle_seconds: float, unused_seconds: float) -> int:
        """See Store."""
        now = time.time()
        values = {"unused": now - unused_seconds, "idle": now - idle_seconds}
        with self._reaching, self._transaction():
            found = self._db.execute(IDLE, {**values, "versions": VERSIONS, "snapshot": SNAPSHOT})
            idle = [row[0] for row in found]
            self._forget(idle)
        return len(idle)

    def close(self) -> None:
        """See Store."""
        self._checkpoints.close()
        self._db.close()

    @contextmanager
    def _transaction(self, kind: str = "IMMEDIATE") -> Iterator[None]:
        """All that is done in it or nothing; part of the one that it is done in, if there is one."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute(f"BEGIN {kind}")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._regimes.unlearn()
            if self._db.in_transaction:  # SQLite itself ends one where the disk is full
                self._db.execute("ROLLBACK")
            raise

    def _forget(self, ids: list[str]) -> None:
        numbers = [number for number in map(self._number, ids) if number is not None]
        for number in numbers:
            keys = (number * VERSIONS, (number + 1) * VERSIONS)
            self._db.execute("DELETE FROM sessions WHERE number = ?", (number,))
            self._db.execute("DELETE FROM changes WHERE key >= ? AND key < ?", keys)
        self._regimes.release(numbers)
        for one in ids:
            self._cache.drop(one)

    def _number(self, session_id: str) -> int | None:
        kept = self._cache.get(session_id)
        if kept:
            return kept.number
        found = self._db.execute("SELECT number FROM sessions WHERE id = ?", (session_id,)).fetchone()
        return int(found[0]) if found else None

    def _insert(self, session: Session, touched: float) -> int:
        """Write all of a session; gives its number."""
        setup = session.setup
        spec = setup.written.text(setup.spec.knobs).decode()
        row = (session.id, session.owner, session.preset, spec)
        query = "INSERT INTO sessions (id, owner, preset, spec) VALUES (?, ?, ?, ?)"
        try:
            number = self._db.execute(query, row).lastrowid
        except sqlite3.IntegrityError:
            raise StaleError(session.id) from None
        assert number is not None
        start, head, numbers = codec.encode_change(session, None, partial(self._regimes.used, number))
        size = len(head) + len(numbers)
        change = (number * VERSIONS + session.version, touched, size, start, head, numbers)
        self._db.execute("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)", change)
        self._checkpoints.after(size)
        return number

    def _append(self, session: Session, base: Session) -> tuple[int, bool]:
        """Write what makes `session` of `base`; gives its number, and whether there may be much by now that is
        past. Raises StaleError."""
        number, version = self._number(session.id), base.version + 1
        if number is None:
            raise StaleError(session.id)
        try:
            start, head, numbers = codec.encode_change(session, base, partial(self._regimes.used, number))
            key, size = number * VERSIONS + version, len(head) + len(numbers)
            self._db.execute(APPEND, (key, time.time(), key - 1, size, start, head, numbers))
        except sqlite3.IntegrityError:
            self._cache.distrust(session.id)  # whatever it says: the next look is at the file
            raise StaleError(session.id) from None
        self._checkpoints.after(size)
        return number, version % LOOKED_AT == 0 or session.history.end - start > LOOKED_AT

    def _tidy(self, session: Session, base: Session, start: int) -> None:
        """Where most of what a session's changes hold is past, let go of those whose moments are all undone or
        forgotten. The points of its curves are all put into the last one first."""
        last = start + base.version + 1
        stored = self._db.execute("SELECT stored FROM changes WHERE key = ?", (last,)).fetchone()
        if stored is None or stored[0] < LARGE + 2 * Kept(session, 0, 0).size:
            return
        knobs_id = partial(self._regimes.used, start // VERSIONS)
        _, *change = codec.encode_change(session, base, knobs_id, with_curve=True)
        self._db.execute("UPDATE changes SET head = ?, numbers = ? WHERE key = ?", (*change, last))
        query = "SELECT key, start FROM changes WHERE key >= ? AND key <= ? ORDER BY key DESC"
        past, reached = [], last
        for key, begins in self._db.execute(query, (start, last)):
            if key < last and (begins >= reached or reached < max(1, session.history.first)):
                past.append((key,))
            else:
                reached = begins
        self._db.executemany("DELETE FROM changes WHERE key = ?", past)
        self._db.execute(COUNT, (start, last))

    def _read(self, session_id: str) -> Kept | None:
        kept = self._cache.get(session_id)  # what others did since has not changed its spec
        query = "SELECT number, owner, preset, CASE number WHEN ? THEN NULL ELSE spec END FROM sessions WHERE id = ?"
        found = self._db.execute(query, (kept and kept.number, session_id)).fetchone()
        if found is None:
            migrating.refuse(self._db, session_id, self._prepare)
            return None
        number, owner, preset, spec = found
        known = kept.session.setup if kept and spec is None else None
        setup = known or self._prepare(Spec.model_validate_json(spec))
        changes = codec.Changes(setup.network.size, len(setup.network.layers), self._regimes.regime)
        query = "SELECT key, head, numbers FROM changes WHERE key >= ? AND key < ? ORDER BY key"
        last = None
        with self._transaction("DEFERRED"):  # the settings of what is read are there to its end
            keys = (number * VERSIONS, (number + 1) * VERSIONS)
            for last, head, numbers in self._db.execute(query, keys):  # noqa: B007
                changes.add(head, numbers)
        if last is None:  # another process has just deleted it
            return None
        history = changes.history
        session = Session(
            id=session_id,
            owner=owner,
            preset=preset,
            setup=setup,
            history=history,
            cursor=changes.cursor,
            history_bytes=sum(moment.nbytes for moment in history),
            curve=changes.curve,
            flight=changes.flight,
            version=last % VERSIONS,
        )
        return Kept(session, number, self._seen)


class _Reaching:
    """What goes wrong with the file in here is a StoreError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Nothing is needed."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sqlite3.Error | OSError):
            text = N_("The file {path} cannot be used: {error}")
            raise StoreError(text, path=self._path.name, error=str(error)) from error
