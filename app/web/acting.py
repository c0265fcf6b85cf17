"""The buttons: the answers that everybody waits for, so their route comes first and takes no detours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.convertors import StringConvertor, register_url_convertor

from app import training
from app.errors import PlaygroundError, RequestError
from app.i18n import N_
from app.limits import Limits
from app.playground import Operation, Playground
from app.web import render
from app.web.language import language_of
from app.web.owner import owner_in
from app.web.pages import changed, shown

router = APIRouter(include_in_schema=False)

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


class Action(StringConvertor):
    """A part of a URL that names one of the buttons."""

    regex = "|".join(ACTIONS)


register_url_convertor("button", Action())


@router.post("/n/{session_id}/{action:button}")
async def act(request: Request) -> Response:
    """One of the buttons."""
    session_id, action = request.path_params["session_id"], request.path_params["action"]
    door: Playground = request.app.state.playground
    form = dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
    steps = steps_in(form, door.limits) if action == "step" else 1
    operation = ACTIONS[action](door.limits, steps)
    try:
        session = await door.change(session_id, owner_in(request), operation, passes=steps)
    except PlaygroundError as error:
        if render.wants_fragment(request) or error.status != 409:
            raise
        code = language_of(request).code
        return await shown(request, door, door.load(session_id), status=409, notices=[error.detail(code)])
    return await changed(request, door, session, form)
