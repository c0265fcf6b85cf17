"""A file as the first version of the store wrote it: opened, it is of today's, and every session is as it was.

`first-version.sql` was dumped from such a file, `first-version.json` says what its sessions were.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app import training
from app.errors import SpecError, StoreError
from app.limits import Limits
from app.session import Moment, Session
from app.setup import prepare
from app.stores.schema import SCHEMA
from app.stores.sqlite import SqliteStore
from tests.specs import LIMITS

HERE = Path(__file__).parent
KNOWN: dict[str, dict[str, Any]] = json.loads((HERE / "first-version.json").read_text())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of the first version."""
    path = tmp_path / "old.sqlite3"
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.executescript((HERE / "first-version.sql").read_text())
    db.close()
    return path


def opened(path: Path, cache_bytes: int = 10**8) -> SqliteStore:
    """The store on `path`."""
    return SqliteStore(path, partial(prepare, limits=LIMITS), cache_bytes)


def told(session: Session) -> dict[str, Any]:
    """All that is remembered of a session, in short."""
    flight = session.flight
    return {
        "owner": session.owner,
        "preset": session.preset,
        "version": session.version,
        "first": session.history.first,
        "cursor": session.cursor,
        "flight": [flight.phase, repr(flight.loss), flight.regime.knobs.batch_size] if flight else None,
        "moments": [digest(moment) for moment in session.history],
        "stride": session.curve.stride,
        "points": short([tuple(point) for point in session.curve]),
    }


def assert_known(store: SqliteStore) -> None:
    """Every session of the file is in the store, as it was."""
    for session_id, known in KNOWN.items():
        session = store.load(session_id)
        assert session
        assert told(session) == known


def digest(moment: Moment) -> str:
    """Every bit of a moment, in short."""
    one, numbers = moment.last, (moment.params.tobytes(), moment.state.tobytes())
    last = one and (one.epoch, one.position, one.params.tobytes(), one.regime.knobs.batch_size)
    place = (moment.method, moment.updates, moment.step, moment.epoch, moment.position)
    rate = moment.regime.knobs.optimizer.learning_rate
    return short((*numbers, *place, rate, moment.frozen.tolist(), last, tuple(moment.scores), moment.norms))


def short(something: object) -> str:
    """A few letters that stand for it."""
    return hashlib.sha256(repr(something).encode()).hexdigest()[:16]


@pytest.mark.parametrize("session_id", KNOWN)
def test_every_session_is_as_it_was(file: Path, session_id: str) -> None:
    for _ in range(2):  # when it is opened first, and ever after
        store = opened(file)
        session = store.load(session_id)
        assert session
        assert told(session) == KNOWN[session_id]
        assert session.history_bytes == sum(moment.nbytes for moment in session.history)
        store.close()


def test_training_goes_on(file: Path) -> None:
    store, other = opened(file), opened(file)
    session = store.load("tight")
    assert session
    saved = store.save(training.step(session, LIMITS, 5), session)
    loaded = other.load("tight")
    assert loaded
    assert told(loaded) == told(saved)
    assert (store.count(snapshots=False), store.count(snapshots=True)) == (4, 1)
    assert store.make_room(0.0, -1.0) == 4
    for one in (store, other):
        one.close()


def test_nothing_of_the_first_version_is_left(file: Path) -> None:
    opened(file).close()
    db = sqlite3.connect(file)
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert names == {"sessions", "changes", "knobs", "uses", "totals", "sqlite_sequence"}
    db.close()


def test_what_the_limits_do_not_allow_stays_until_they_do(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tight = partial(prepare, limits=Limits(max_parameters=1))
    for _ in range(2):
        caplog.clear()
        store = SqliteStore(file, tight, 10**8)
        assert sorted(text.split()[1] for text in caplog.messages) == sorted(KNOWN)
        with pytest.raises(SpecError) as caught:
            store.load("tight")
        assert "max_parameters = 1" in caught.value.faults[0].message()
        assert store.load("nobody's") is None
        assert store.count(snapshots=False) == 0
        store.close()
    store = opened(file)
    assert_known(store)
    store.close()
    test_nothing_of_the_first_version_is_left(file)


def test_some_stay_and_the_others_are_rewritten(file: Path) -> None:
    db = sqlite3.connect(file)
    (spec,) = db.execute("SELECT spec FROM sessions WHERE id = 'tight'").fetchone()
    db.execute("UPDATE sessions SET spec = '{}' WHERE id = 'tight'")
    db.commit()
    opened(file).close()
    assert db.execute("SELECT id FROM old_sessions").fetchall() == [("tight",)]
    assert db.execute("SELECT DISTINCT session FROM moments").fetchall() == [("tight",)]
    db.execute("UPDATE old_sessions SET spec = ?", (spec,))
    db.commit()
    db.close()
    store = opened(file)
    assert_known(store)
    assert (store.count(snapshots=False), store.count(snapshots=True)) == (4, 1)
    store.close()


def test_what_stays_keeps_its_settings(file: Path) -> None:
    """The others use the same, and go."""
    db = sqlite3.connect(file)
    (spec,) = db.execute("SELECT spec FROM sessions WHERE id = 'busy'").fetchone()
    db.execute("UPDATE sessions SET spec = '{}' WHERE id = 'busy'")
    db.commit()
    store = opened(file)
    for session_id in KNOWN:
        store.delete(session_id)
    store.close()
    db.execute("UPDATE old_sessions SET spec = ?", (spec,))
    db.commit()
    store = opened(file)
    session = store.load("busy")
    assert session
    assert told(session) == KNOWN["busy"]
    assert db.execute("SELECT count(*) FROM knobs").fetchone() == (2,)
    store.delete("busy")
    assert db.execute("SELECT count(*) FROM knobs").fetchone() == (0,)
    db.close()
    store.close()


def test_a_file_of_a_later_version_is_left_alone(file: Path) -> None:
    db = sqlite3.connect(file)
    db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    db.close()
    with pytest.raises(StoreError, match=r"old\.sqlite3.*version"):
        opened(file)
