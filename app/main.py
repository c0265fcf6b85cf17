"""The application: wiring only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import PlaygroundError
from app.playground import Playground
from app.settings import Settings
from app.setup import prepare
from app.stores.opening import open_store
from app.web import (
    api,
    building,
    checking,
    editing,
    events,
    explaining,
    exporting,
    landscaping,
    pages,
    pairs,
    refusals,
    remedying,
    schemas,
    service,
    watching,
)
from app.web.acting import Buttons
from app.web.assets import static
from app.web.compression import Compressed
from app.web.guards import Guards
from app.web.metrics import Metrics


class Application(FastAPI):
    """FastAPI behind the guards and the buttons, which do without all that it does for every request."""

    entrance: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        await self.entrance(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The description of the API, made when it is first asked for."""
        if self.openapi_schema is None:
            self.openapi_schema = schemas.described(super().openapi())
        return self.openapi_schema

    async def routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What no button answers. Who asks for the head of an answer is given the answer: the server leaves its body
        out."""
        if _asks_for_the_head(scope):
            scope = {**scope, "method": "GET"}
        await super().__call__(scope, receive, send)


def _asks_for_the_head(scope: Scope) -> bool:
    """Of an answer of the API that comes to an end: events do not."""
    is_head = scope["type"] == "http" and scope["method"] == "HEAD"
    return is_head and scope["path"].startswith("/api/") and not scope["path"].endswith("/events")


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application with `settings`, by default those of the environment."""
    settings = settings or Settings()
    store = open_store(settings.store_url, partial(prepare, limits=settings), settings.cache_bytes)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.playground.close()

    app = Application(
        title="Backprop playground",
        description="Networks in training, one batch at a time, every gradient with its factors.",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.playground = door = Playground(store, settings)
    app.state.metrics = Metrics()
    app.add_middleware(Compressed)
    app.entrance = Guards(Buttons(app.routed, door), settings, app.state.metrics)
    app.add_exception_handler(PlaygroundError, refusals.on_playground_error)
    app.add_exception_handler(HTTPException, refusals.on_http_error)
    app.add_exception_handler(Exception, refusals.on_failure)
    rooms = (
        service,
        api,
        explaining,
        events,
        exporting,
        building,
        editing,
        landscaping,
        watching,
        checking,
        pairs,
        remedying,
        pages,
    )
    app.router.routes.append(Route("/static/{path:path}", static, methods=["GET", "HEAD"]))
    for router in (pairs.calls, remedying.calls, *(room.router for room in rooms), landscaping.calls):
        app.include_router(router)
    return app
