"""What all tests share: an application in memory, and browsers for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from hypothesis import settings

from app.main import create_app
from app.settings import Settings
from tests.clients import Client

settings.register_profile("unhurried", deadline=None)  # no test fails because a machine is busy
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """A thread with an event loop: browser tests keep one on the main thread."""
    with start_blocking_portal() as made:
        yield made


@pytest.fixture
def app() -> Iterator[FastAPI]:
    """An application that keeps its sessions in memory."""
    made = create_app(Settings(store="memory://"))
    yield made
    made.state.playground.close()


@pytest.fixture
def new_client(portal: BlockingPortal, app: FastAPI) -> Iterator[Callable[[], Client]]:
    """Browsers, as many as a test asks for."""
    made: list[Client] = []

    def one() -> Client:
        made.append(Client(portal, app))
        return made[-1]

    yield one
    for client in made:
        portal.call(client.http.aclose)


@pytest.fixture
def client(new_client: Callable[[], Client]) -> Client:
    """One browser."""
    return new_client()
