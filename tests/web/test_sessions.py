"""Sessions among several browsers: forks, snapshots, requests at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from app.errors import ConflictError, LimitError
from app.limits import Limits
from app.playground import Playground
from app.session import Session
from app.spec import parse_spec
from app.stores.memory import MemoryStore
from app.training import step
from tests.clients import BASE, Client
from tests.specs import LIMITS, named_spec, rows_spec
from tests.states import state_of
from tests.web.html import Page

NewClient = Callable[[], Client]
A_SESSIONS_OWN = ("id", "can_undo", "can_redo", "owner", "preset")


def alike(state: dict[str, Any]) -> dict[str, Any]:
    """A State without what is a session's own."""
    return {name: value for name, value in state.items() if name not in A_SESSIONS_OWN}


def busy(client: Client) -> dict[str, Any]:
    """A session with updates, other settings, something undone, something frozen, a batch in flight."""
    session = client.open(spec=named_spec(regularization={"l2": 0.01}))["id"]
    client.act(session, "step", steps=9)
    client.change(session, optimizer="adamw", batch_size=4)
    client.act(session, "step", steps=3)
    client.act(session, "undo", steps=1)
    client.change(session, "/parameters/0/W/0,1/frozen", frozen=True)
    state: dict[str, Any] = client.act(session, "backward")
    return state


def test_twenty_requests_at_once_are_twenty_steps(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    answers = client.together([("POST", f"/api/sessions/{session}/step")] * 20)
    assert [answer.status_code for answer in answers] == [200] * 20
    assert sorted(answer.json()["step"] for answer in answers) == list(range(1, 21))
    straight = client.open(preset="circle")["id"]
    expected = client.act(straight, "step", steps=20)
    assert alike(client.read(session)) == alike(expected)


def heavy_spec() -> dict[str, Any]:
    """A step of it is made on a thread."""
    layers = [{"type": "dense", "units": 100, "activation": "relu"}] * 2
    last = {"type": "dense", "units": 10, "activation": "softmax"}
    spec = named_spec(data={"dataset": "digits"}, layers=[*layers, last], loss="cross_entropy")
    return spec | {"batch_size": 200}


def test_large_work_at_once_goes_over_threads_and_none_is_lost(client: Client) -> None:
    spec = heavy_spec()
    session, straight = client.open(spec=spec)["id"], client.open(spec=spec)["id"]
    answers = client.together([("POST", f"/api/sessions/{session}/step")] * 5)
    assert sorted(answer.json()["step"] for answer in answers) == [1, 2, 3, 4, 5]
    assert alike(client.read(session)) == alike(client.act(straight, "step", steps=5))


@pytest.mark.parametrize("shown", ["/n/{0}", "/pair/{0}/{1}"])
def test_a_page_waits_for_what_is_under_way(client: Client, shown: str) -> None:
    page = shown.format(*(client.open(spec=heavy_spec())["id"] for _ in range(2)))
    counters = "numbers" if page.startswith("/n/") else "numbers-left"
    _, made = client.together([("POST", f"{page}/step"), ("GET", page)])
    assert json.loads(Page(made.text).by_id(counters).text)["step"] == 1


def test_a_fork_goes_on_apart(new_client: NewClient) -> None:
    owner, visitor = new_client(), new_client()
    state = busy(owner)
    answer = visitor.post(f"/api/sessions/{state['id']}/fork")
    copy = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/sessions/{copy['id']}"
    assert (copy["owner"], copy["id"] != state["id"]) == (True, True)
    assert alike(copy) == alike(state)
    assert (copy["can_undo"], copy["can_redo"]) == (state["can_undo"], state["can_redo"])
    assert alike(visitor.act(copy["id"], "step", steps=3)) == alike(owner.act(state["id"], "step", steps=3))
    visitor.act(copy["id"], "undo", steps=5)
    assert owner.read(state["id"])["step"] == state["step"] + 3


def test_a_snapshot_opens_at_exactly_that_state(new_client: NewClient) -> None:
    owner, visitor = new_client(), new_client()
    state = busy(owner)
    answer = owner.post(f"/api/sessions/{state['id']}/share")
    shared = answer.json()
    assert (answer.status_code, set(shared)) == (201, {"slug", "url"})
    assert shared["url"] == f"{BASE}/s/{shared['slug']}"
    assert owner.post(f"/api/sessions/{state['id']}/share").json() == shared
    owner.act(state["id"], "step", steps=2)
    assert owner.post(f"/api/sessions/{state['id']}/share").json() != shared
    opened = visitor.open(snapshot=shared["slug"])
    assert alike(opened) == alike(state)
    assert (opened["can_undo"], opened["can_redo"], opened["owner"]) == (0, 0, True)
    assert alike(visitor.act(opened["id"], "step", steps=2)) == alike(owner.read(state["id"]))
    assert alike(visitor.open(snapshot=shared["slug"])) == alike(state)
    reset = visitor.act(opened["id"], "reset")
    assert reset["step"] == 0


def test_snapshots_of_different_states_have_different_slugs(client: Client) -> None:
    slugs = set()
    session = client.open(spec=rows_spec())["id"]

    def share() -> None:
        slugs.add(client.post(f"/api/sessions/{session}/share").json()["slug"])

    share()
    for action in ("forward", "backward", "update", "forward"):
        client.act(session, action)
        share()
    client.change(session, optimizer={"learning_rate": 0.5})  # the batch in flight keeps the old rate
    share()
    client.act(session, "undo")
    client.change(session, optimizer={"learning_rate": 0.5})
    client.act(session, "forward")
    share()
    client.change(session, "/parameters/0/W/0,0/frozen", frozen=True)
    share()
    assert len(slugs) == 8


def test_a_deleted_session_is_gone(new_client: NewClient) -> None:
    owner, visitor = new_client(), new_client()
    session = owner.open(preset="xor")["id"]
    assert visitor.ask("DELETE", f"/api/sessions/{session}").status_code == 403
    answer = owner.ask("DELETE", f"/api/sessions/{session}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert owner.get(f"/api/sessions/{session}").status_code == 404


def test_one_browser_owns_all_it_opens(client: Client) -> None:
    one, other = client.open(preset="xor")["id"], client.open(preset="circle")["id"]
    assert client.act(one, "step")["owner"]
    assert client.act(other, "step")["owner"]


class Overtaken(MemoryStore):
    """A store in which another process is always a little faster, `times` times."""

    times = 0

    def save(self, session: Session, base: Session | None) -> Session:
        """See Store."""
        if base is not None and self.times:
            self.times -= 1
            super().save(step(base, LIMITS), base)
        return super().save(session, base)


def test_an_operation_overtaken_by_another_process_is_done_on_what_that_left(portal: BlockingPortal) -> None:
    async def scenario() -> Session:
        store = Overtaken()
        playground = Playground(store, Limits())
        session = await playground.create(parse_spec(rows_spec()), "owner", None)
        store.times = 3
        changed = await playground.change(session.id, "owner", lambda s: step(s, LIMITS))
        assert changed.now.step == 4
        assert playground.load(session.id) is changed
        playground.close()
        return step(session, LIMITS, 4)

    portal.call(scenario)


def test_an_operation_that_fails_changes_nothing(portal: BlockingPortal) -> None:
    async def scenario() -> None:
        playground = Playground(MemoryStore(), Limits())
        session = await playground.create(parse_spec(rows_spec()), "owner", None)

        def fails(_: Session) -> Session:
            raise ConflictError("no")

        with pytest.raises(ConflictError):
            await playground.change(session.id, "owner", fails)
        with pytest.raises(LimitError):
            await playground.change(session.id, "owner", lambda s: step(s, LIMITS), passes=10**9)
        assert playground.load(session.id) is session
        done = await asyncio.gather(
            *(playground.change(session.id, "owner", lambda s: step(s, LIMITS)) for _ in range(3))
        )
        assert state_of(done[-1]) == state_of(step(session, LIMITS, 3))
        playground.close()

    portal.call(scenario)
