"""What every store promises, and what a file keeps beyond the life of a server."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app import looking, training
from app.errors import StoreError
from app.session import Session
from app.setup import Setup, prepare
from app.spec import Spec
from app.stores.base import SNAPSHOT, StaleError, Store
from app.stores.memory import MemoryStore
from app.stores.opening import open_store
from app.stores.sqlite import SqliteStore
from tests.specs import LIMITS, named_spec, rows_spec, started
from tests.states import numbers_of, state_of

PREPARE = partial(prepare, limits=LIMITS)
Opener = Callable[[], Store]


@pytest.fixture(params=["memory", "file", "file without a cache"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens the store again and again: in memory it is always the same one."""
    opened: list[Store] = []
    memory = MemoryStore()

    def open_one() -> Store:
        if request.param == "memory":
            return memory
        cache = 10**8 if request.param == "file" else 0
        opened.append(SqliteStore(tmp_path / "kept" / "sessions.sqlite3", PREPARE, cache))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(opener: Opener) -> Store:
    """One store."""
    return opener()


def busy() -> Session:
    """A session with a bit of everything: updates, an edit, settings, something frozen, undone, in flight."""
    session = training.step(started(named_spec()), LIMITS, 7)
    session = training.set_parameter(session, 0, "W", (0, 1), 0.5, LIMITS)
    session = training.change_knobs(session, {"optimizer": "momentum", "batch_size": 5}, LIMITS)
    session = training.set_frozen(session, 1, "b", (0,), True, LIMITS)
    session = training.undo(training.step(session, LIMITS, 6), 2)
    return training.backward(session)


def everything(session: Session) -> list[object]:
    """Every point of the history with its curves, bit for bit, and what can be seen at the present one."""
    curve = [(p.step, p.batch_loss, p.train_loss, p.test_loss, p.norms) for p in session.curve]
    points = [state_of(session, counts=True), looking.fingerprint(session), session.history_bytes, curve]
    for index in range(session.history.first, session.history.end):
        there = replace(session, cursor=index, flight=None)
        points += [state_of(there), numbers_of(there)]
    return points


def test_what_is_saved_is_loaded_bit_for_bit(opener: Opener) -> None:
    session = busy()
    saved = opener().save(session, None)
    loaded = opener().load(session.id)
    assert loaded
    assert (loaded.owner, loaded.preset, loaded.version) == ("owner", None, saved.version)
    assert everything(loaded) == everything(session)
    trace, same = looking.shown_pass(loaded).trace, looking.shown_pass(session).trace
    assert [layer.delta.tobytes() for layer in trace.layers if layer.delta is not None] == [
        layer.delta.tobytes() for layer in same.layers if layer.delta is not None
    ]


def test_training_goes_on_from_what_was_loaded(opener: Opener) -> None:
    saved = opener().save(busy(), None)
    loaded = opener().load(saved.id)
    assert loaded
    operations: list[Callable[[Session], Session]] = [
        lambda s: training.step(s, LIMITS, 5),
        lambda s: training.step(training.undo(s, 9), LIMITS, 5),
        lambda s: training.redo(s, 2),
    ]
    for operation in operations:
        assert everything(operation(loaded)) == everything(operation(saved))


def test_each_saving_on_top_of_the_last(opener: Opener) -> None:
    """A file is written to in pieces: after each, another store reads the same."""
    kept = opener().save(started(rows_spec(optimizer="adam")), None)
    store = opener()
    tight = LIMITS.model_copy(update={"max_history_moments": 6, "max_curve_points": 16})
    operations: list[Callable[[Session], Session]] = [
        lambda s: training.step(s, tight, 4),
        training.forward,
        lambda s: training.undo(s, 2),
        lambda s: training.redo(s, 1),
        lambda s: training.step(s, tight, 9),
        lambda s: training.step(s, tight, 30),
        lambda s: training.change_knobs(s, {"batch_size": 2}, tight),
        lambda s: training.step(s, tight),
        lambda s: training.undo(s, 4),
        lambda s: training.set_parameter(s, 0, "W", (0, 0), 1.0, tight),
        training.backward,
        training.reset,
        lambda s: training.step(s, tight, 2),
        training.reset,
        training.backward,
    ]
    for operation in operations:
        changed = operation(kept)
        kept = store.save(changed, kept)
        assert kept.version == changed.version + 1
        loaded = opener().load(kept.id)
        assert loaded
        assert everything(loaded) == everything(changed)


def test_a_diverged_session_keeps_its_nan_and_infinity(opener: Opener) -> None:
    layers = [{"type": "dense", "units": 1}]
    rate = {"name": "momentum", "learning_rate": 1e5}
    session = training.step(started(rows_spec(layers=layers, optimizer=rate)), LIMITS, 500)
    assert session.stopped == "diverged"
    opener().save(session, None)
    loaded = opener().load(session.id)
    assert loaded
    assert numbers_of(loaded) == numbers_of(session)
    assert state_of(loaded, counts=True) == state_of(session, counts=True)
    assert state_of(training.undo(loaded)) == state_of(training.undo(session))


def test_whoever_comes_second_is_told(opener: Opener) -> None:
    one, other = opener(), opener()
    first = one.save(started(rows_spec()), None)
    here, there = one.load(first.id), other.load(first.id)
    assert here
    assert there
    done = one.save(training.step(here, LIMITS), here)
    with pytest.raises(StaleError):
        other.save(training.step(there, LIMITS, 2), there)
    again = other.load(first.id)
    assert again
    assert everything(again) == everything(done)
    last = other.save(training.step(again, LIMITS), again)
    seen = one.load(first.id)
    assert seen
    assert everything(seen) == everything(last)
    assert seen.now.step == 2


def test_several_are_saved_together_or_not_at_all(opener: Opener) -> None:
    one, other = opener(), opener()
    bases = [one.save(replace(started(rows_spec()), id=name), None) for name in ("left", "right")]
    moved = [(training.step(base, LIMITS), base) for base in bases]
    saved = one.save_all(moved)
    assert [everything(session) for session in map(other.load, ("left", "right")) if session] == [
        everything(session) for session in saved
    ]
    overtaken = other.load("right")
    assert overtaken
    newer = other.save(training.step(overtaken, LIMITS), overtaken)
    with pytest.raises(StaleError):
        one.save_all([(training.step(session, LIMITS), session) for session in saved])
    left, right = one.load("left"), one.load("right")
    assert left
    assert right
    assert everything(left) == everything(saved[0])
    assert everything(right) == everything(newer)


def test_an_id_is_given_once(store: Store) -> None:
    store.save(started(rows_spec()), None)
    with pytest.raises(StaleError):
        store.save(started(rows_spec()), None)


def test_what_was_deleted_is_gone(opener: Opener) -> None:
    store, other = opener(), opener()
    kept = store.save(busy(), None)
    assert other.load(kept.id)
    store.delete(kept.id)
    assert store.load(kept.id) is None
    assert other.load(kept.id) is None
    assert store.count(snapshots=False) == 0
    with pytest.raises(StaleError):
        other.save(training.step(kept, LIMITS), kept)
    store.delete(kept.id)
    assert everything(opener().save(busy(), None)) == everything(busy())


def test_snapshots_are_counted_apart_and_never_make_room(store: Store) -> None:
    for number in range(3):
        store.save(replace(started(rows_spec()), id=f"session{number}"), None)
    store.save(replace(busy(), id=SNAPSHOT + "abc"), None)
    assert (store.count(snapshots=False), store.count(snapshots=True)) == (3, 1)
    assert store.make_room(3600, 3600) == 0
    assert store.make_room(-1, -1) == 3
    assert (store.count(snapshots=False), store.count(snapshots=True)) == (0, 1)
    assert store.load("session0") is None
    assert store.load(SNAPSHOT + "abc")


def test_what_was_opened_and_never_used_makes_room_first(store: Store) -> None:
    store.save(replace(started(rows_spec()), id="unused"), None)
    used = store.save(replace(started(rows_spec()), id="used"), None)
    store.save(training.step(used, LIMITS), used)
    assert store.make_room(3600, -1) == 1
    assert store.load("unused") is None
    assert store.load("used")


def test_an_unknown_session_is_none(store: Store) -> None:
    assert store.load("") is None
    assert store.load("x" * 5000) is None
    assert store.load("'; DROP TABLE sessions; --") is None


@pytest.mark.parametrize(
    "url", ["", "redis://localhost", "sqlite://", "sqlite:///", "sqlite://host/path", "file"]
)
def test_an_unknown_store_is_named(url: str) -> None:
    with pytest.raises(StoreError, match="There is no store for"):
        open_store(url, PREPARE, 0)


def test_a_file_is_opened_by_its_url(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/a%20folder/file.sqlite3", PREPARE, 0)
    store.save(started(rows_spec()), None)
    store.close()
    assert (tmp_path / "a folder" / "file.sqlite3").is_file()


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_text("this is no database, however long one reads in it" * 100)
    with pytest.raises(StoreError, match=r"broken\.sqlite3"):
        SqliteStore(broken, PREPARE, 0)
    with pytest.raises(StoreError, match=r"file\.sqlite3"):
        SqliteStore(broken / "file.sqlite3", PREPARE, 0)


def test_a_file_does_not_grow_with_what_is_past(tmp_path: Path) -> None:
    """Updates undone and made again, and a history that forgets: what is kept of them is what there is."""
    path = tmp_path / "file.sqlite3"
    tight = LIMITS.model_copy(update={"max_history_moments": 50, "max_curve_points": 64})
    store, fresh = (SqliteStore(path, PREPARE, 10**8) for _ in range(2))
    layers = [{"type": "dense", "units": 40}, {"type": "dense", "units": 1}]
    kept = store.save(started(rows_spec(optimizer="adam", layers=layers)), None)
    for _ in range(150):
        kept = store.save(training.step(kept, tight, 20), kept)
        kept = store.save(training.undo(kept, 15), kept)
    loaded = fresh.load(kept.id)
    assert loaded
    assert everything(loaded) == everything(kept)
    db = sqlite3.connect(path)
    rows, stored = db.execute("SELECT count(*), sum(length(numbers)) FROM changes").fetchone()
    (counted,) = db.execute("SELECT stored FROM changes ORDER BY key DESC").fetchone()
    db.close()
    assert rows < 100
    assert stored < counted < 2_000_000  # of 12 MB written in all
    for one in (store, fresh):
        one.close()


def test_what_is_saved_is_saved_where_there_is_no_room_to_tidy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    store = SqliteStore(tmp_path / "full.sqlite3", PREPARE, 10**8)
    session = store.save(started(named_spec()), None)
    loaded = store.load(session.id)
    assert loaded
    monkeypatch.setattr(SqliteStore, "_tidy", full)
    saved = store.save(training.step(loaded, LIMITS, 64), loaded)
    assert store.load(session.id) is saved
    store.close()


def test_whoever_is_stale_reads_the_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "stale.sqlite3", PREPARE, 10**8)
    session = store.save(started(named_spec()), None)
    old = store.load(session.id)
    assert old
    new = store.save(training.step(old, LIMITS), old)
    kept = store._cache.get(session.id)
    assert kept
    store._cache.put(kept._replace(session=old))
    with pytest.raises(StaleError):
        store.save(training.step(old, LIMITS), old)
    recent = store.recent(session.id)
    assert recent
    assert everything(recent) == everything(new)
    store.close()


def test_what_others_did_is_read_without_the_spec(tmp_path: Path) -> None:
    prepared: list[Spec] = []

    def noted(spec: Spec) -> Setup:
        prepared.append(spec)
        return PREPARE(spec)

    here, there = (SqliteStore(tmp_path / "shared.sqlite3", noted, 10**8) for _ in "ab")
    session = here.save(started(named_spec()), None)
    for mine, other in [(here, there), (there, here), (here, there)]:
        old = mine.load(session.id)
        stale = other.load(session.id)
        assert old
        assert stale
        new = mine.save(training.step(old, LIMITS), old)
        with pytest.raises(StaleError):
            other.save(training.step(stale, LIMITS), stale)
        for found in (other.recent(session.id), other.load(session.id)):
            assert found
            assert everything(found) == everything(new)
    assert len(prepared) == 1
    here.delete(session.id)
    assert there.load(session.id) is None
    here.close()
    there.close()
