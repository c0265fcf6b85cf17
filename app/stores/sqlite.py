"""Sessions in one SQLite file. A change of a session is one row behind its last: a killed server loses nothing saved.

Rows are only ever appended. When most of what they hold is past (undone, forgotten, thinned), the last one takes
over all that is left, and the others go.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.errors import StoreError
from app.i18n import N_
from app.session import Regime, Session, regime
from app.setup import Setup
from app.spec import Knobs, Spec
from app.stores import codec, migrating
from app.stores.base import SNAPSHOT, StaleError
from app.stores.cache import Kept, SessionCache

SCHEMA = 2
TABLES = (
    "CREATE TABLE sessions (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, "
    "owner TEXT NOT NULL, preset TEXT, spec TEXT NOT NULL)",
    "CREATE TABLE changes (key INTEGER PRIMARY KEY, touched REAL NOT NULL, stored INTEGER NOT NULL, "
    "head BLOB NOT NULL, numbers BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS knobs (id INTEGER PRIMARY KEY, knobs TEXT NOT NULL UNIQUE)",
    "CREATE TABLE totals (snapshots INTEGER PRIMARY KEY, count INTEGER NOT NULL)",
    "INSERT INTO totals VALUES (0, 0), (1, 0)",
    "CREATE TRIGGER one_more AFTER INSERT ON sessions BEGIN UPDATE totals SET count = count + 1 "
    f"WHERE snapshots = (substr(NEW.id, 1, 2) = '{SNAPSHOT}'); END",
    "CREATE TRIGGER one_less AFTER DELETE ON sessions BEGIN UPDATE totals SET count = count - 1 "
    f"WHERE snapshots = (substr(OLD.id, 1, 2) = '{SNAPSHOT}'); END",
)
VERSIONS = 1 << 32  # the key of a change is the number of its session times this, and its version
REGIMES_KEPT = 1024
LOOKED_AT = 32  # every so many changes it is looked at how much of a session's rows is past
LARGE = 100_000  # bytes of one change, or of what is past, that are not let lie
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",  # a killed server loses nothing; a power cut perhaps the last moments
    "PRAGMA busy_timeout = 5000",
)
# Nothing is appended to a session that was deleted; `stored` counts bytes from the last full change on.
APPEND = "INSERT INTO changes SELECT ?, ?, stored + ?, ?, ? FROM changes WHERE key = ?"
LAST = "SELECT max(key) FROM changes WHERE key >= ? AND key < ?"
IDLE = (
    "SELECT id FROM sessions JOIN changes ON key = (SELECT max(key) FROM changes "
    "WHERE key >= number * :versions AND key < (number + 1) * :versions) "
    "WHERE touched < CASE key % :versions WHEN 1 THEN :unused ELSE :idle END AND substr(id, 1, 2) != :snapshot"
)


class SqliteStore:
    """One connection, used from one thread; other processes may use the same file."""

    def __init__(self, path: Path, prepare: Callable[[Spec], Setup], cache_bytes: int) -> None:
        self._prepare = prepare
        self._cache = SessionCache(cache_bytes)
        self._knobs: dict[int, Regime] = {}
        self._knobs_ids: dict[Regime, int] = {}
        self._seen = 0
        self._path = path
        with _reaching(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                for pragma in PRAGMAS:
                    self._db.execute(pragma)
                self._lay_tables()
            except BaseException:
                self._db.close()
                raise

    def _lay_tables(self) -> None:
        """Make the tables of a new file; a file of an earlier version is rewritten."""
        if self._db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA:
            return
        with self._transaction():
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA:
                raise sqlite3.DatabaseError(f"it is of version {version}, and this server knows {SCHEMA}")
            if version == SCHEMA:  # another process has just made them
                return
            is_old = migrating.put_aside(self._db)
            for statement in TABLES:
                self._db.execute(statement)
            if is_old:
                for session, touched in migrating.sessions(self._db, self._prepare, self._regime_of):
                    self._insert(session, touched)
                migrating.let_go(self._db)
            self._db.execute(f"PRAGMA user_version = {SCHEMA}")

    def load(self, session_id: str) -> Session | None:
        """See Store."""
        with _reaching(self._path):
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
        start = kept.number * VERSIONS
        last = self._db.execute(LAST, (start, start + VERSIONS)).fetchone()[0]
        return bool(last == start + kept.session.version)

    def save(self, session: Session, base: Session | None) -> Session:
        """See Store."""
        with _reaching(self._path):
            if base is not None:
                return self._saved(session, self._append(session, base))
            with self._transaction():
                number = self._insert(replace(session, version=session.version + 1), time.time())
            return self._saved(session, number)

    def save_all(self, changes: Sequence[tuple[Session, Session]]) -> list[Session]:
        """See Store."""
        with _reaching(self._path):
            with self._transaction():
                numbers = [self._append(session, base) for session, base in changes]
            return [self._saved(one, number) for (one, _), number in zip(changes, numbers, strict=True)]

    def _saved(self, session: Session, number: int) -> Session:
        saved = replace(session, version=session.version + 1)
        self._cache.put(Kept(saved, number, self._seen))
        return saved

    def delete(self, session_id: str) -> None:
        """See Store."""
        with _reaching(self._path), self._transaction():
            self._forget([session_id])

    def count(self, snapshots: bool) -> int:
        """See Store."""
        with _reaching(self._path):
            query = "SELECT count FROM totals WHERE snapshots = ?"
            return int(self._db.execute(query, (snapshots,)).fetchone()[0])

    def make_room(self, idle_seconds: float, unused_seconds: float) -> int:
        """See Store."""
        now = time.time()
        values = {"unused": now - unused_seconds, "idle": now - idle_seconds}
        with _reaching(self._path), self._transaction():
            found = self._db.execute(IDLE, {**values, "versions": VERSIONS, "snapshot": SNAPSHOT})
            idle = [row[0] for row in found]
            self._forget(idle)
        return len(idle)

    def close(self) -> None:
        """See Store."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            self._knobs_ids.clear()  # some may have been written in what was rolled back
            raise
        self._db.execute("COMMIT")

    def _forget(self, ids: list[str]) -> None:
        for one in ids:
            number = self._number(one)
            if number is not None:
                self._db.execute("DELETE FROM sessions WHERE number = ?", (number,))
                self._forget_changes(number, VERSIONS)
            self._cache.drop(one)

    def _forget_changes(self, number: int, before: int) -> None:
        """The changes of a session up to the version `before`, without it."""
        start = number * VERSIONS
        self._db.execute("DELETE FROM changes WHERE key >= ? AND key < ?", (start, start + before))

    def _number(self, session_id: str) -> int | None:
        kept = self._cache.get(session_id)
        if kept:
            return kept.number
        found = self._db.execute("SELECT number FROM sessions WHERE id = ?", (session_id,)).fetchone()
        return int(found[0]) if found else None

    def _insert(self, session: Session, touched: float) -> int:
        """Write all of a session; gives its number."""
        row = (session.id, session.owner, session.preset, session.setup.spec.model_dump_json())
        query = "INSERT INTO sessions (id, owner, preset, spec) VALUES (?, ?, ?, ?)"
        try:
            number = self._db.execute(query, row).lastrowid
        except sqlite3.IntegrityError:
            raise StaleError(session.id) from None
        assert number is not None
        head, numbers = codec.encode_change(session, None, self._knobs_id)
        change = (number * VERSIONS + session.version, touched, len(head) + len(numbers), head, numbers)
        self._db.execute("INSERT INTO changes VALUES (?, ?, ?, ?, ?)", change)
        return number

    def _append(self, session: Session, base: Session) -> int:
        """Write what makes `session` of `base`; gives its number. Raises StaleError."""
        number, version = self._number(session.id), base.version + 1
        if number is None:
            raise StaleError(session.id)
        head, numbers = codec.encode_change(session, base, self._knobs_id)
        key, size = number * VERSIONS + version, len(head) + len(numbers)
        try:
            done = self._db.execute(APPEND, (key, time.time(), size, head, numbers, key - 1))
        except sqlite3.IntegrityError:
            raise StaleError(session.id) from None
        if done.rowcount == 0:
            raise StaleError(session.id)
        if version % LOOKED_AT == 0 or size > LARGE:
            self._tidy(session, number, version)
        return number

    def _tidy(self, session: Session, number: int, version: int) -> None:
        """Where most of a session's rows is past, put all of it into the last one."""
        key = number * VERSIONS + version
        stored = self._db.execute("SELECT stored FROM changes WHERE key = ?", (key,)).fetchone()
        if stored is None or stored[0] < LARGE + 2 * Kept(session, number, 0).size:
            return
        head, numbers = codec.encode_change(session, None, self._knobs_id)
        query = "UPDATE changes SET stored = ?, head = ?, numbers = ? WHERE key = ?"
        self._db.execute(query, (len(head) + len(numbers), head, numbers, key))
        self._forget_changes(number, version)

    def _read(self, session_id: str) -> Kept | None:
        query = "SELECT number, owner, preset, spec FROM sessions WHERE id = ?"
        found = self._db.execute(query, (session_id,)).fetchone()
        if found is None:
            return None
        number, owner, preset, spec = found
        setup = self._prepare(Spec.model_validate_json(spec))
        changes = codec.Changes(setup.network.size, len(setup.network.layers), self._regime_of)
        query = "SELECT key, head, numbers FROM changes WHERE key >= ? AND key < ? ORDER BY key"
        last = None
        for last, head, numbers in self._db.execute(query, (number * VERSIONS, (number + 1) * VERSIONS)):  # noqa: B007
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

    def _knobs_id(self, wanted: Regime) -> int:
        if wanted not in self._knobs_ids:
            if len(self._knobs_ids) >= REGIMES_KEPT:
                self._knobs_ids.clear()
            text = wanted.knobs.model_dump_json()
            self._db.execute("INSERT OR IGNORE INTO knobs (knobs) VALUES (?)", (text,))
            found = self._db.execute("SELECT id FROM knobs WHERE knobs = ?", (text,)).fetchone()
            self._knobs_ids[wanted] = int(found[0])
        return self._knobs_ids[wanted]

    def _regime_of(self, knobs_id: int) -> Regime:
        if knobs_id not in self._knobs:
            if len(self._knobs) >= REGIMES_KEPT:
                self._knobs.clear()
            query = "SELECT knobs FROM knobs WHERE id = ?"
            text = self._db.execute(query, (knobs_id,)).fetchone()[0]
            self._knobs[knobs_id] = regime(Knobs.model_validate_json(text))
        return self._knobs[knobs_id]


@contextmanager
def _reaching(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        text = N_("The file {path} cannot be used: {error}")
        raise StoreError(text, path=path.name, error=str(error)) from error
