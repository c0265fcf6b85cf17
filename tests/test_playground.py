"""The door to sessions, without a server around it."""

from __future__ import annotations

import asyncio

import pytest

from app.errors import TooManyError
from app.limits import Limits
from app.playground import Playground
from app.spec import parse_spec
from app.stores.memory import MemoryStore
from tests.specs import rows_spec


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
