"""Pages for machines and operators: health, readiness, metrics, the API's documentation."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.responses import PlainTextResponse

from app.web import render
from app.web.api import Door

router = APIRouter(include_in_schema=False)


@router.api_route("/healthz", methods=["GET", "HEAD"])
async def alive() -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


@router.api_route("/readyz", methods=["GET", "HEAD"])
async def ready(door: Door) -> Response:
    """The store is reachable; StoreError (503) when it is not."""
    door.store.count(snapshots=False)
    return PlainTextResponse("ok")


@router.api_route("/metrics", methods=["GET", "HEAD"])
async def metrics(request: Request) -> Response:
    """Prometheus metrics."""
    return request.app.state.metrics.answer()  # type: ignore[no-any-return]


@router.api_route("/docs", methods=["GET", "HEAD"])
async def documentation(request: Request) -> Response:
    """The API, read from its own OpenAPI description."""
    return render.documentation(request, request.app.openapi())
