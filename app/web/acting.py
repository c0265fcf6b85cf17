"""The buttons: the answers that everybody waits for, so they come before all routes and take no detours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app import training
from app.errors import PlaygroundError, RequestError, TooLargeError
from app.i18n import N_
from app.limits import Limits
from app.playground import Operation, Playground
from app.web import render
from app.web.bodies import hold_fields
from app.web.language import language_of
from app.web.owner import owner_in
from app.web.pages import changed, shown
from app.web.refusals import on_failure, refuse

ACTIONS: dict[str, Callable[[Limits, int], Operation]] = {
    "forward": lambda _, __: training.forward,
    "backward": lambda _, __: training.backward,
    "update": lambda limits, _: partial(training.update, limits=limits),
    "step": lambda limits, steps: partial(training.step, limits=limits, steps=steps),
    "undo": lambda _, __: training.undo,
    "redo": lambda _, __: training.redo,
    "reset": lambda _, __: training.reset,
}


def steps_in(form: Mapping[str, Any], limits: Limits) -> int:
    """How many updates Step is to make. Raises RequestError, and LimitError above the limit."""
    text = str(form.get("steps", "")).strip() or "1"
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 10 and int(text) > 0):
        raise RequestError(
            N_("The number of steps is {value}; a whole number from 1 on is expected."), value=text
        )
    return training.held_steps(int(text), limits)


class Buttons:
    """ASGI middleware that answers the buttons, before the framework looks at anything."""

    path = "/n/{session_id}/{action}"  # what the metrics count them under

    def __init__(self, app: ASGIApp, door: Playground) -> None:
        self.app, self.door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        place = scope["path"].split("/") if scope["type"] == "http" and scope["method"] == "POST" else []
        if len(place) != 4 or place[1] != "n" or place[3] not in ACTIONS:
            await self.app(scope, receive, send)
            return
        scope["route"], request = self, Request(scope)
        try:
            answer = await self._act(request, await _form(receive, self.door.limits), *place[2:])
        except PlaygroundError as error:
            answer = refuse(request, error)
        except ClientDisconnect:
            return  # half of what was asked for is not done, and nobody waits for an answer
        except Exception as failure:
            await (await on_failure(request, failure))(scope, receive, send)
            raise  # the server logs it
        await answer(scope, receive, send)

    async def _act(self, request: Request, form: dict[str, str], session_id: str, action: str) -> Response:
        door = self.door
        steps = steps_in(form, door.limits) if action == "step" else 1
        operation = ACTIONS[action](door.limits, steps)
        try:
            session = await door.change(session_id, owner_in(request), operation, passes=steps)
        except PlaygroundError as error:
            if render.wants_fragment(request) or error.status != 409:
                raise
            said = [error.detail(language_of(request).code)]
            return await shown(request, door, door.load(session_id), status=409, notices=said)
        return await changed(request, door, session, form)


async def _form(receive: Receive, limits: Limits) -> dict[str, str]:
    """The fields that a page sends. Raises LimitError, where they are more than a button may send, and
    ClientDisconnect where not all of them come."""
    pieces, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece, more = message.get("body", b""), message.get("more_body", False)
        pieces.append(piece)
        size += len(piece)
        if size > limits.max_button_bytes:
            text = N_("A button sends {size} bytes; the limit max_button_bytes is {limit}.")
            raise TooLargeError(text, size=size, limit=limits.max_button_bytes)
    body = b"".join(pieces)
    hold_fields(body, limits)
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
