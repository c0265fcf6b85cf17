"""Files of earlier versions.

The first: a session was a row that changed, with moments and points beside it. Each is read once. One that the
limits do not allow stays as it is, until a server is started that allows it. The second: settings were kept for
ever, whether or not a session used them.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator

import numpy as np

from app.errors import PlaygroundError
from app.history import Log
from app.session import Curve, Flight, Moment, Pass, Point, Regime, Scores, Session
from app.setup import Setup
from app.spec import Spec
from app.stores import codec
from app.stores.schema import KNOBS, SCHEMA, TABLES, USES, VERSIONS

RegimeOf = Callable[[int], Regime]


def lay_tables(db: sqlite3.Connection, version: int) -> None:
    """Make the tables of today in a file of an earlier version, 0 where it is new. The sessions of the first are put
    aside; settings stay under their numbers."""
    has_knobs = _exists(db, "knobs")
    if has_knobs:  # in a table that may give a number twice
        db.execute("ALTER TABLE knobs RENAME TO old_knobs")
    if version < 2 and _exists(db, "moments"):
        db.execute("DROP INDEX IF EXISTS touched")
        db.execute("ALTER TABLE sessions RENAME TO old_sessions")
    for statement in TABLES if version < 2 else (KNOBS, *USES):
        db.execute(statement)
    if has_knobs:
        db.execute("INSERT INTO knobs SELECT id, knobs FROM old_knobs")
        db.execute("DROP TABLE old_knobs")
    if version == 2:
        _note_uses(db)
    db.execute(f"PRAGMA user_version = {SCHEMA}")


def _note_uses(db: sqlite3.Connection) -> None:
    for key, head in db.execute("SELECT key, head FROM changes"):
        pairs = [(key // VERSIONS, one) for one in codec.knobs_in(head)]
        db.executemany("INSERT OR IGNORE INTO uses VALUES (?, ?)", pairs)


def is_left(db: sqlite3.Connection) -> bool:
    """Whether there is anything that was put aside."""
    return _exists(db, "old_sessions")


def _exists(db: sqlite3.Connection, table: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return db.execute(query, (table,)).fetchone() is not None


def sessions(
    db: sqlite3.Connection, prepare: Callable[[Spec], Setup], regime_of: RegimeOf
) -> Iterator[tuple[Session, float]]:
    """Every session that was put aside, and when it was last touched; those that cannot be opened are passed over,
    and said."""
    columns = "id, owner, preset, spec, first, cursor, stride, flight, version, touched"
    for row in db.execute(f"SELECT {columns} FROM old_sessions ORDER BY id"):
        session_id, owner, preset, spec, first, cursor, stride, flight, version, touched = row
        try:
            setup = prepare(Spec.model_validate_json(spec))
            session = Session(
                id=session_id,
                owner=owner,
                preset=preset,
                setup=setup,
                history=Log.starting(first, _moments(db, session_id, first, setup.network.size, regime_of)),
                cursor=cursor,
                history_bytes=0,  # counted when it is read
                curve=Curve(Log.starting(0, _points(db, session_id)), stride),
                flight=_flight(flight, regime_of),
                version=version,
            )
        except (PlaygroundError, ValueError) as error:
            faults = error.faults if isinstance(error, PlaygroundError) else ()
            why = "; ".join(fault.placed() for fault in faults) or error
            logging.getLogger(__name__).warning("Session %s stays as it is: %s", session_id, why)
            continue
        yield session, touched


def refuse(db: sqlite3.Connection, session_id: str, prepare: Callable[[Spec], Setup]) -> None:
    """Say why a session that was put aside cannot be opened, if it is one. Raises what its spec is refused with."""
    if is_left(db):
        row = db.execute("SELECT spec FROM old_sessions WHERE id = ?", (session_id,)).fetchone()
        if row:
            prepare(Spec.model_validate_json(row[0]))


def let_go(db: sqlite3.Connection) -> None:
    """Of what was put aside, drop what is among the tables of today; where that is all, settings nobody uses too."""
    if is_left(db):
        for table, key in (("old_sessions", "id"), ("moments", "session"), ("points", "session")):
            db.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT id FROM sessions)")
        if db.execute("SELECT 1 FROM old_sessions").fetchone() is not None:
            return
        for table in ("old_sessions", "moments", "points"):
            db.execute(f"DROP TABLE {table}")
    db.execute("DELETE FROM knobs WHERE id NOT IN (SELECT knobs FROM uses)")


def _moments(
    db: sqlite3.Connection, session_id: str, first: int, size: int, regime_of: RegimeOf
) -> list[Moment]:
    """One entry before `first` was kept: the next one's pass was run from it."""
    query = "SELECT entry, head, numbers FROM moments WHERE session = ? ORDER BY entry"
    moments: list[Moment] = []
    previous = None
    for entry, head, numbers in db.execute(query, (session_id,)):
        previous = _moment(head, numbers, size, previous, regime_of)
        if entry >= first:
            moments.append(previous)
    return moments


def _moment(head: str, numbers: bytes, size: int, previous: Moment | None, regime_of: RegimeOf) -> Moment:
    method, updates, step, epoch, position, knobs, frozen, passed, scores, norms = json.loads(head)
    values = np.frombuffer(numbers)
    own = bool(passed) and not passed[3]
    last, end = None, len(values) - size if own else len(values)
    if own:
        last = Pass(values[end:], passed[0], passed[1], regime_of(passed[2]))
    elif passed and previous is not None:
        last = Pass(previous.params, passed[0], passed[1], regime_of(passed[2]))
    return Moment(
        params=values[:size],
        state=values[size:end],
        method=method,
        updates=updates,
        step=step,
        epoch=epoch,
        position=position,
        regime=regime_of(knobs),
        frozen=np.array(frozen, dtype=np.int64),
        last=last,
        scores=Scores(*scores),
        norms=tuple(norms),
    )


def _points(db: sqlite3.Connection, session_id: str) -> list[Point]:
    points = []
    for (text,) in db.execute("SELECT point FROM points WHERE session = ? ORDER BY entry", (session_id,)):
        step, batch_loss, train_loss, test_loss, norms, *accuracies = json.loads(text)
        points.append(Point(step, batch_loss, train_loss, test_loss, tuple(norms), *accuracies))
    return points


def _flight(text: str | None, regime_of: RegimeOf) -> Flight | None:
    if text is None:
        return None
    phase, knobs, loss = json.loads(text)
    return Flight(phase, regime_of(knobs), loss)
