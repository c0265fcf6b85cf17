"""Large specs are handled on the engine's threads, while others are served; small ones at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from anyio.from_thread import BlockingPortal

from app import looking, playground
from app.playground import Playground
from app.remedies import Remedy
from app.spec import parse_spec
from app.stores.memory import MemoryStore
from app.web import building, documents, events, pages, pairs
from app.web import exporting as downloads
from tests.clients import Client
from tests.specs import LIMITS, ROWS, rows_spec

ENGINE = "engine"
FEW = {"inputs": ROWS, "targets": rows_spec()["data"]["targets"]}
LARGE = {"inputs": [[0.123456] * 50] * 1000, "targets": [[0.5]] * 1000}
Seen = list[str]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], Seen]:
    """On which threads a function of a module runs: a list of their names, one for each call."""

    def watched(module: Any, name: str) -> Seen:
        seen: Seen = []
        inner = getattr(module, name)

        def noted(*given: Any, **more: Any) -> Any:
            seen.append(threading.current_thread().name.split("_")[0])
            return inner(*given, **more)

        monkeypatch.setattr(module, name, noted)
        return seen

    return watched


def aside(seen: Seen) -> bool:
    """Whether something ran, and always on the engine's threads."""
    return set(seen) == {ENGINE}


def test_a_large_spec_is_prepared_aside(client: Client, watch: Callable[[Any, str], Seen]) -> None:
    prepared = watch(playground, "prepare")
    client.open(spec=rows_spec())
    client.open(preset="circle")
    assert prepared
    assert ENGINE not in prepared
    prepared.clear()
    client.open(spec=rows_spec(data=LARGE))
    client.open(spec=rows_spec(data={"dataset": "shapes", "samples": 2000}, layers=IMAGES))
    assert aside(prepared)


IMAGES = [{"type": "flatten"}, {"type": "dense", "units": 3, "activation": "linear"}]


def test_so_are_both_of_a_pair(client: Client, watch: Callable[[Any, str], Seen]) -> None:
    prepared, twins = watch(playground, "prepare"), watch(playground, "twin")
    both = {"left": rows_spec(data=LARGE), "right": rows_spec(data=LARGE, layers=[OTHER])}
    assert client.post("/api/pairs", json=both).status_code == 201
    assert aside(prepared)
    assert aside(twins)


OTHER = {"type": "dense", "units": 1, "activation": "linear"}


def test_every_state_is_made_where_there_is_time_for_its_passes(
    client: Client, watch: Callable[[Any, str], Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = client.open(spec=rows_spec())["id"]
    states = watch(documents, "state")
    client.act(session, "step")
    assert ENGINE not in states
    monkeypatch.setattr(playground, "INLINE_WORK", 0)
    for path, body in (
        ("/api/sessions", {"preset": "xor"}),
        (f"/api/sessions/{session}/fork", None),
        ("/api/pairs", {"left": rows_spec(), "right": rows_spec(seed=6)}),
    ):
        states.clear()
        assert client.post(path, json=body).status_code == 201
        assert aside(states), path


def test_so_is_that_of_a_follower(
    portal: BlockingPortal, watch: Callable[[Any, str], Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    door, states = Playground(MemoryStore(), LIMITS), watch(documents, "state")
    monkeypatch.setattr(playground, "INLINE_WORK", 0)

    async def first() -> bytes:
        session = await door.create(parse_spec(rows_spec()), "owner", None)
        followed = door.follow(session.id)
        told = await anext(events._events(door, "owner", followed, await anext(followed)))
        await followed.aclose()
        return told

    assert portal.call(first).startswith(b"event: state\n")
    assert aside(states)
    door.close()


@pytest.mark.parametrize(
    ("module", "name", "method", "path", "form"),
    [
        (building, "rebuild", "POST", "/n/{id}/build", {"units-0": "4"}),
        (pairs, "with_overrides", "POST", "/n/{id}/pair", {"learning_rate": "0.2"}),
        (downloads, "export", "GET", "/api/sessions/{id}/export/spec.json", None),
        (Remedy, "applied", "POST", "/n/{id}/remedy", {"remedy": "adam"}),
    ],
)
def test_the_spec_of_a_session_is_read_aside(
    client: Client,
    watch: Callable[[Any, str], Seen],
    module: Any,
    name: str,
    method: str,
    path: str,
    form: dict[str, str] | None,
) -> None:
    small, large = (client.open(spec=rows_spec(data=data))["id"] for data in (FEW, LARGE))
    seen = watch(module, name)
    assert client.ask(method, path.format(id=small), data=form).status_code < 400
    assert ENGINE not in seen
    seen.clear()
    assert client.ask(method, path.format(id=large), data=form).status_code < 400
    assert aside(seen)


def test_many_inputs_are_predicted_aside(client: Client, watch: Callable[[Any, str], Seen]) -> None:
    session, seen = client.open(spec=rows_spec(data=LARGE))["id"], watch(looking, "predict")
    rows = LARGE["inputs"]
    few = client.post(f"/api/sessions/{session}/predict", json={"inputs": rows[:5]}).json()["outputs"]
    assert ENGINE not in seen
    seen.clear()
    many = client.post(f"/api/sessions/{session}/predict", json={"inputs": rows}).json()["outputs"]
    assert aside(seen)
    np.testing.assert_allclose(many[:5], few, rtol=1e-12)


def test_a_large_spec_is_written_for_no_link(client: Client, watch: Callable[[Any, str], Seen]) -> None:
    session, written = client.open(spec=rows_spec(data=LARGE))["id"], watch(pages, "spec_link")
    page = client.post(f"/n/{session}/share", headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "/n?spec=" not in page.text
    assert written == []
