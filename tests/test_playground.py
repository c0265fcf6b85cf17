"""The door to sessions, without a server around it."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from app.errors import NotFoundError, TooManyError
from app.limits import Limits
from app.playground import Playground
from app.setup import prepare
from app.spec import parse_spec
from app.stores.base import SNAPSHOT
from app.stores.memory import MemoryStore
from app.stores.sqlite import SqliteStore
from app.training import step, undo
from tests.specs import LIMITS, rows_spec


def test_what_another_process_did_counts_where_nothing_is_saved(tmp_path: Path) -> None:
    stores = [SqliteStore(tmp_path / "kept.sqlite3", partial(prepare, limits=LIMITS), 10**6) for _ in "ab"]
    here, there = (Playground(store, LIMITS) for store in stores)

    async def scenario() -> None:
        session = await here.create(parse_spec(rows_spec()), "owner", None)
        assert there.load(session.id).now.step == 0
        await here.change(session.id, "owner", lambda s: step(s, LIMITS, 2))
        undone = await there.change(
            session.id, "owner", undo
        )  # there was nothing to undo when it was seen last
        assert undone.now.step == 1
        await here.change(session.id, "owner", lambda s: step(s, LIMITS))
        stepped = await there.change(session.id, "owner", lambda s: step(s, LIMITS))
        assert stepped.now.step == 3
        assert here.load(session.id).now.step == 3
        await there.delete(session.id, "owner")
        with pytest.raises(NotFoundError):
            await here.change(session.id, "owner", undo)

    asyncio.run(scenario())
    here.close()
    there.close()


def test_a_copy_leaves_nothing_of_its_steps_with_what_it_was_made_of() -> None:
    door = Playground(MemoryStore(), LIMITS)

    async def scenario() -> None:
        session = await door.create(parse_spec(rows_spec()), "owner", None)
        slug = door.share(session)
        snapshot = door.store.load(SNAPSHOT + slug)
        assert snapshot
        for copy in (await door.fork(session, "other"), await door.open_snapshot(slug, "other")):
            stepped = await door.change(copy.id, "other", lambda s: step(s, LIMITS, 3))
            assert len(stepped.history) == 4
        for kept in (session, snapshot):
            assert [len(chunk) for chunk in kept.history.chunks] == [1]

    asyncio.run(scenario())
    door.close()


class Counting(MemoryStore):
    """A store that counts how often all its sessions are looked at."""

    looked = 0

    def make_room(self, idle_seconds: float, unused_seconds: float) -> int:
        """See Store."""
        self.looked += 1
        return super().make_room(idle_seconds, unused_seconds)


def test_a_full_server_does_not_look_for_room_at_every_request() -> None:
    store = Counting()
    door = Playground(store, Limits(max_sessions=3))

    async def knock(times: int) -> None:
        for _ in range(times):
            await door.create(parse_spec(rows_spec()), "owner", None)

    asyncio.run(knock(3))
    assert store.looked == 0
    for _ in range(5):
        with pytest.raises(TooManyError, match="max_sessions is 3"):
            asyncio.run(knock(1))
    assert store.looked == 1
    door.close()


def test_a_full_server_forgets_who_never_came_back() -> None:
    store = MemoryStore()
    door = Playground(store, Limits(max_sessions=2, session_unused_hours=1e-12))

    async def knock() -> None:
        for _ in range(3):
            await door.create(parse_spec(rows_spec()), "owner", None)

    asyncio.run(knock())
    assert store.count(snapshots=False) == 1
    door.close()
