"""Server-sent events: followers of a session see every state it comes to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

import orjson
from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from app.errors import NotFoundError
from app.playground import Playground
from app.session import Session
from app.web.answers import OPTIONS
from app.web.api import Door, SessionId, state_of
from app.web.owner import owner_in

router = APIRouter(prefix="/api")
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.get("/sessions/{session_id}/events")
async def events(request: Request, door: Door, session_id: SessionId) -> Response:
    """One `state` event now and one per change; who reads slowly gets the latest, not every one."""
    states = door.follow(session_id)
    first = await anext(states)  # so that an unknown session is still a 404
    stream = _events(door, owner_in(request), states, first)
    return StreamingResponse(stream, media_type="text/event-stream", headers=HEADERS)


async def _events(
    door: Playground, owner: str, states: AsyncGenerator[Session | None], session: Session | None
) -> AsyncIterator[bytes]:
    try:
        while True:
            if session is None:
                yield b": nothing new\n\n"
            else:
                content = await state_of(door, session, owner == session.owner)
                yield b"event: state\ndata: " + orjson.dumps(content, option=OPTIONS) + b"\n\n"
            session = await anext(states)
    except (NotFoundError, StopAsyncIteration):
        yield b"event: gone\ndata: {}\n\n"
    finally:
        await states.aclose()
