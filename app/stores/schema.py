"""The tables of the SQLite file, and what is asked of them.

A session is a row that never changes and its changes, one behind the other. The totals spare counting. Settings
stand once for all sessions that use them, and go with the last of these; no number is ever given twice, so what a
process remembers of one that is gone is never taken for another.
"""

from __future__ import annotations

from app.stores.base import SNAPSHOT

SCHEMA = 3
KNOBS = "CREATE TABLE knobs (id INTEGER PRIMARY KEY AUTOINCREMENT, knobs TEXT NOT NULL UNIQUE)"
USES = (
    "CREATE TABLE uses (number INTEGER NOT NULL, knobs INTEGER NOT NULL, PRIMARY KEY (number, knobs)) WITHOUT ROWID",
    "CREATE INDEX users ON uses (knobs)",
)
TABLES = (
    "CREATE TABLE sessions (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, "
    "owner TEXT NOT NULL, preset TEXT, spec TEXT NOT NULL)",
    "CREATE TABLE changes (key INTEGER PRIMARY KEY, touched REAL NOT NULL, stored INTEGER NOT NULL, "
    "start INTEGER NOT NULL, head BLOB NOT NULL, numbers BLOB NOT NULL)",
    KNOBS,
    *USES,
    "CREATE TABLE totals (snapshots INTEGER PRIMARY KEY, count INTEGER NOT NULL)",
    "INSERT INTO totals VALUES (0, 0), (1, 0)",
    "CREATE TRIGGER one_more AFTER INSERT ON sessions BEGIN UPDATE totals SET count = count + 1 "
    f"WHERE snapshots = (substr(NEW.id, 1, 2) = '{SNAPSHOT}'); END",
    "CREATE TRIGGER one_less AFTER DELETE ON sessions BEGIN UPDATE totals SET count = count - 1 "
    f"WHERE snapshots = (substr(OLD.id, 1, 2) = '{SNAPSHOT}'); END",
)
VERSIONS = 1 << 32  # the key of a change is the number of its session times this, and its version
BUSY = 5_000  # ms that another process may take
REWRITING = 600_000  # the same while files of an earlier version are rewritten
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",  # a killed server loses nothing; a power cut perhaps the last moments
    f"PRAGMA busy_timeout = {BUSY}",
    "PRAGMA wal_autocheckpoint = 16000",  # pages; until then checkpoints are made beside the work
)
# `start` is the first moment in a change, `stored` what all up to here take, in bytes: without the change before it,
# where the session was deleted, that is null and refused.
APPEND = "INSERT INTO changes VALUES (?, ?, (SELECT stored FROM changes WHERE key = ?) + ?, ?, ?, ?)"
COUNT = (
    "UPDATE changes SET stored = (SELECT sum(length(head) + length(numbers)) FROM changes "
    "WHERE key >= ?1 AND key <= ?2) WHERE key = ?2"
)
USED = "SELECT id FROM knobs JOIN uses ON uses.knobs = id WHERE knobs.knobs = ? AND number = ?"
# of a session that was deleted the number is null and refused
USE = "INSERT INTO uses VALUES ((SELECT number FROM sessions WHERE number = ?), ?) ON CONFLICT DO NOTHING"
UNUSED = "DELETE FROM knobs WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM uses WHERE knobs = ?1)"
LAST = "SELECT max(key) FROM changes WHERE key >= ? AND key < ?"
IDLE = (
    "SELECT id FROM sessions JOIN changes ON key = (SELECT max(key) FROM changes "
    "WHERE key >= number * :versions AND key < (number + 1) * :versions) "
    "WHERE touched < CASE key % :versions WHEN 1 THEN :unused ELSE :idle END AND substr(id, 1, 2) != :snapshot"
)
