"""Sessions in one SQLite file: what changed is written in one transaction, so a killed server loses nothing saved."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.errors import StoreError
from app.history import Log
from app.i18n import N_
from app.session import Curve, Moment, Point, Regime, Session, regime
from app.setup import Setup
from app.spec import Knobs, Spec
from app.stores import codec
from app.stores.base import SNAPSHOT, StaleError
from app.stores.cache import SessionCache, common_end

SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, preset TEXT, spec TEXT NOT NULL, first INTEGER NOT NULL,
    cursor INTEGER NOT NULL, stride INTEGER NOT NULL, flight TEXT, version INTEGER NOT NULL, touched REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS moments (
    session TEXT NOT NULL, entry INTEGER NOT NULL, head TEXT NOT NULL, numbers BLOB NOT NULL,
    PRIMARY KEY (session, entry)
);
CREATE TABLE IF NOT EXISTS points (
    session TEXT NOT NULL, entry INTEGER NOT NULL, point TEXT NOT NULL, PRIMARY KEY (session, entry)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS knobs (id INTEGER PRIMARY KEY, knobs TEXT NOT NULL UNIQUE);
CREATE INDEX IF NOT EXISTS touched ON sessions (touched);
"""
REGIMES_KEPT = 1024
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",  # a killed server loses nothing; a power cut perhaps the last moments
    "PRAGMA busy_timeout = 5000",
)
SAVE = (
    "UPDATE sessions SET first = ?, cursor = ?, stride = ?, flight = ?, version = version + 1, touched = ? "
    "WHERE id = ? AND version = ?"
)


class SqliteStore:
    """One connection, used from one thread; other processes may use the same file."""

    def __init__(self, path: Path, prepare: Callable[[Spec], Setup], cache_bytes: int) -> None:
        self._prepare = prepare
        self._cache = SessionCache(cache_bytes)
        self._knobs: dict[int, Regime] = {}
        self._knobs_ids: dict[Regime, int] = {}
        with _reaching(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                for pragma in PRAGMAS:
                    self._db.execute(pragma)
                self._db.executescript(SCHEMA)
            except sqlite3.Error:
                self._db.close()
                raise
        self._path = path

    def load(self, session_id: str) -> Session | None:
        """See Store."""
        with _reaching(self._path):
            found = self._db.execute("SELECT version FROM sessions WHERE id = ?", (session_id,)).fetchone()
            if found is None:
                return None
            session = self._cache.get(session_id)
            if session is None or session.version != found[0]:
                with self._transaction("DEFERRED"):
                    session = self._read(session_id)
            if session:
                self._cache.put(session)
            return session

    def save(self, session: Session, base: Session | None) -> Session:
        """See Store."""
        with _reaching(self._path), self._transaction("IMMEDIATE"):
            if base is None:
                self._insert(session)
            else:
                self._update(session, base)
        return self._saved(session)

    def save_all(self, changes: Sequence[tuple[Session, Session]]) -> list[Session]:
        """See Store."""
        with _reaching(self._path), self._transaction("IMMEDIATE"):
            for session, base in changes:
                self._update(session, base)
        return [self._saved(session) for session, _ in changes]

    def _saved(self, session: Session) -> Session:
        saved = replace(session, version=session.version + 1)
        self._cache.put(saved)
        return saved

    def delete(self, session_id: str) -> None:
        """See Store."""
        with _reaching(self._path), self._transaction("IMMEDIATE"):
            self._forget([session_id])

    def count(self, snapshots: bool) -> int:
        """See Store."""
        with _reaching(self._path):
            query = "SELECT count(*) FROM sessions WHERE (substr(id, 1, 2) = ?) = ?"
            return int(self._db.execute(query, (SNAPSHOT, snapshots)).fetchone()[0])

    def make_room(self, idle_seconds: float, unused_seconds: float) -> int:
        """See Store."""
        now = time.time()
        with _reaching(self._path), self._transaction("IMMEDIATE"):
            query = (
                "SELECT id FROM sessions WHERE touched < CASE version WHEN 1 THEN ? ELSE ? END "
                "AND substr(id, 1, 2) != ?"
            )
            longest = (now - unused_seconds, now - idle_seconds, SNAPSHOT)
            idle = [row[0] for row in self._db.execute(query, longest)]
            self._forget(idle)
        return len(idle)

    def close(self) -> None:
        """See Store."""
        self._db.close()

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[None]:
        self._db.execute(f"BEGIN {kind}")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            self._knobs_ids.clear()  # some may have been written in what was rolled back
            raise
        self._db.execute("COMMIT")

    def _forget(self, ids: list[str]) -> None:
        for table, key in (("sessions", "id"), ("moments", "session"), ("points", "session")):
            self._db.executemany(f"DELETE FROM {table} WHERE {key} = ?", [(one,) for one in ids])
        for one in ids:
            self._cache.drop(one)

    def _insert(self, session: Session) -> None:
        row = (
            *(session.id, session.owner, session.preset, session.setup.spec.model_dump_json()),
            *(session.history.first, session.cursor, session.curve.stride),
            *(codec.encode_flight(session.flight, self._knobs_id), session.version + 1, time.time()),
        )
        try:
            self._db.execute(f"INSERT INTO sessions VALUES ({', '.join('?' * len(row))})", row)
        except sqlite3.IntegrityError:
            raise StaleError(session.id) from None
        self._write_moments(session, session.history.first)
        self._write_points(session, session.curve.points.first)

    def _update(self, session: Session, base: Session) -> None:
        row = (
            *(session.history.first, session.cursor, session.curve.stride),
            *(codec.encode_flight(session.flight, self._knobs_id), time.time(), session.id, base.version),
        )
        if self._db.execute(SAVE, row).rowcount == 0:
            raise StaleError(session.id)
        common = common_end(base.history, session.history)
        if base.history.end > common:
            self._db.execute("DELETE FROM moments WHERE session = ? AND entry >= ?", (session.id, common))
        if (
            session.history.first > base.history.first
        ):  # one more is kept: the next one's pass was run from it
            oldest = session.history.first - 1
            self._db.execute("DELETE FROM moments WHERE session = ? AND entry < ?", (session.id, oldest))
        self._write_moments(session, common)
        same = session.curve.stride == base.curve.stride
        common = common_end(base.curve.points, session.curve.points) if same else 0
        if base.curve.points.end > common:
            self._db.execute("DELETE FROM points WHERE session = ? AND entry >= ?", (session.id, common))
        self._write_points(session, common)

    def _write_moments(self, session: Session, start: int) -> None:
        """Write the moments from `start` on, as far as the history still holds them."""
        history = session.history
        rows = []
        for entry in range(max(start, history.first), history.end):
            previous = history[entry - 1] if entry > history.first else None
            rows.append((session.id, entry, *codec.encode_moment(history[entry], previous, self._knobs_id)))
        self._db.executemany("INSERT INTO moments VALUES (?, ?, ?, ?)", rows)

    def _write_points(self, session: Session, start: int) -> None:
        points = session.curve.points
        rows = [(session.id, k, codec.encode_point(points[k])) for k in range(start, points.end)]
        self._db.executemany("INSERT INTO points VALUES (?, ?, ?)", rows)

    def _read(self, session_id: str) -> Session | None:
        query = (
            "SELECT owner, preset, spec, first, cursor, stride, flight, version FROM sessions WHERE id = ?"
        )
        found = self._db.execute(query, (session_id,)).fetchone()
        if found is None:
            return None
        owner, preset, spec, first, cursor, stride, flight, version = found
        setup = self._prepare(Spec.model_validate_json(spec))
        history = Log.starting(first, self._read_moments(session_id, first, setup.network.size))
        query = "SELECT point FROM points WHERE session = ? ORDER BY entry"
        points: list[Point] = [codec.decode_point(row[0]) for row in self._db.execute(query, (session_id,))]
        return Session(
            id=session_id,
            owner=owner,
            preset=preset,
            setup=setup,
            history=history,
            cursor=cursor,
            history_bytes=sum(moment.nbytes for moment in history),
            curve=Curve(Log.starting(0, points), stride),
            flight=codec.decode_flight(flight, self._regime_of),
            version=version,
        )

    def _read_moments(self, session_id: str, first: int, size: int) -> list[Moment]:
        query = "SELECT entry, head, numbers FROM moments WHERE session = ? ORDER BY entry"
        moments: list[Moment] = []
        previous = None
        for entry, head, numbers in self._db.execute(query, (session_id,)):
            previous = codec.decode_moment(head, numbers, size, previous, self._regime_of)
            if entry >= first:
                moments.append(previous)
        return moments

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
