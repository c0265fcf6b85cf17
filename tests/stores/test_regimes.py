"""Settings in a file: each stands there once for all sessions that use it, and goes with the last of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app import training
from app.session import Session
from app.setup import prepare
from app.stores.base import SNAPSHOT, StaleError
from app.stores.sqlite import SqliteStore
from tests.specs import LIMITS, rows_spec, started
from tests.states import state_of

Opener = Callable[[], SqliteStore]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is."""
    return tmp_path / "file.sqlite3"


@pytest.fixture
def opener(path: Path) -> Iterator[Opener]:
    """Opens the file, as one process after the other does."""
    opened: list[SqliteStore] = []

    def open_one() -> SqliteStore:
        opened.append(SqliteStore(path, partial(prepare, limits=LIMITS), 10**8))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def rates(path: Path) -> list[float]:
    """The learning rate of all settings in the file; every one is used, every use is by a session."""
    db = sqlite3.connect(path)
    found = [rate for (rate,) in db.execute("SELECT knobs ->> '$.optimizer.learning_rate' FROM knobs")]
    assert db.execute("SELECT id FROM knobs EXCEPT SELECT knobs FROM uses").fetchall() == []
    assert db.execute("SELECT knobs FROM uses EXCEPT SELECT id FROM knobs").fetchall() == []
    assert db.execute("SELECT number FROM uses EXCEPT SELECT number FROM sessions").fetchall() == []
    db.close()
    return sorted(found)


def opened(name: str, rate: float = 0.25) -> Session:
    """A session of that id at step 0."""
    return replace(started(rows_spec(optimizer={"name": "sgd", "learning_rate": rate})), id=name)


def tuned(session: Session, rate: float) -> Session:
    """The session with another learning rate, and a step with it."""
    changed = training.change_knobs(session, {"optimizer": {"learning_rate": rate}}, LIMITS)
    return training.step(changed, LIMITS)


def test_settings_go_with_the_last_session_that_uses_them(opener: Opener, path: Path) -> None:
    store = opener()
    store.save(opened("stays"), None)
    kept = store.save(opened("goes"), None)
    for tenth in range(1, 6):
        kept = store.save(tuned(kept, tenth / 8), kept)
    assert rates(path) == [0.125, 0.25, 0.375, 0.5, 0.625]
    store.delete("goes")
    assert rates(path) == [0.25]
    store.delete("stays")
    assert rates(path) == []


def test_settings_go_where_room_is_made(opener: Opener, path: Path) -> None:
    store = opener()
    store.save(opened(SNAPSHOT + "abc", 0.5), None)
    for name in ("one", "other"):
        kept = store.save(opened(name), None)
        store.save(tuned(kept, 0.75), kept)
    assert rates(path) == [0.25, 0.5, 0.75]
    assert store.make_room(-1, -1) == 2
    assert rates(path) == [0.5]
    assert opener().load(SNAPSHOT + "abc")


def test_settings_that_were_gone_are_written_again(opener: Opener, path: Path) -> None:
    """One process has seen them in the file, another has let go of them."""
    one, other = opener(), opener()
    kept = one.save(opened("left"), None)
    one.save(tuned(kept, 0.5), kept)
    mine = one.save(opened("right", 0.75), None)
    other.delete("left")
    assert rates(path) == [0.75]
    one.save(opened("anew"), None)
    last = one.save(tuned(mine, 0.5), mine)
    assert rates(path) == [0.25, 0.5, 0.75]
    loaded = opener().load("right")
    assert loaded
    assert state_of(loaded, counts=True) == state_of(last, counts=True)


def test_new_settings_are_never_taken_for_those_that_are_gone(opener: Opener) -> None:
    one, other = opener(), opener()
    kept = one.save(opened("first", 0.5), None)
    assert other.load(kept.id)
    one.delete(kept.id)
    one.save(opened("second", 0.75), None)
    loaded = other.load("second")
    assert loaded
    assert loaded.now.regime.knobs.optimizer.learning_rate == 0.75


def test_nothing_is_left_of_a_change_that_came_too_late(opener: Opener, path: Path) -> None:
    one, other = opener(), opener()
    kept = one.save(opened("gone"), None)
    other.delete("gone")
    with pytest.raises(StaleError):
        one.save(tuned(kept, 0.5), kept)
    assert rates(path) == []


def test_settings_of_what_was_not_saved_are_written_when_it_is(opener: Opener, path: Path) -> None:
    """Two sessions are saved together: the second is refused, and what was written for the first taken back."""
    one, other = opener(), opener()
    left, right = one.save(opened("left"), None), one.save(opened("right"), None)
    other.save(tuned(right, 0.75), right)
    with pytest.raises(StaleError):
        one.save_all([(tuned(left, 0.5), left), (tuned(right, 0.5), right)])
    assert rates(path) == [0.25, 0.75]
    one.save(tuned(left, 0.5), left)
    assert rates(path) == [0.25, 0.5, 0.75]
    assert opener().load("left")


@pytest.fixture
def second_version(opener: Opener, path: Path) -> Path:
    """A file as the second version of the store wrote it: settings that nobody uses among those that are."""
    store = opener()
    for name in ("one", "other"):
        kept = store.save(opened(name), None)
        store.save(training.forward(tuned(kept, 0.5 if name == "one" else 0.75)), kept)
    store.close()
    db = sqlite3.connect(path)
    db.executescript(
        "DROP TABLE uses; ALTER TABLE knobs RENAME TO today; "
        "CREATE TABLE knobs (id INTEGER PRIMARY KEY, knobs TEXT NOT NULL UNIQUE); "
        "INSERT INTO knobs SELECT * FROM today; DROP TABLE today; "
        "INSERT INTO knobs SELECT 500, replace(knobs, '0.75', '0.875') FROM knobs WHERE knobs LIKE '%0.75%'; "
        "PRAGMA user_version = 2"
    )
    db.close()
    return path


def test_what_no_session_of_the_second_version_uses_goes(opener: Opener, second_version: Path) -> None:
    store = opener()
    assert rates(second_version) == [0.25, 0.5, 0.75]
    for name, rate in (("one", 0.5), ("other", 0.75)):
        loaded = store.load(name)
        assert loaded
        assert loaded.history[0].regime.knobs.optimizer.learning_rate == 0.25
        assert loaded.now.regime.knobs.optimizer.learning_rate == rate
        assert loaded.flight
        store.save(tuned(loaded, 0.625), loaded)
    store.delete("one")
    assert rates(second_version) == [0.25, 0.625, 0.75]
    store.save(opened("new", 0.875), None)
    db = sqlite3.connect(second_version)
    assert db.execute("SELECT max(id) > 500 FROM knobs").fetchone() == (1,)  # 500 is never given again
    db.close()
