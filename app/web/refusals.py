"""Errors on their way out: a problem document from the API, a page or a message for people. Never a traceback."""

from __future__ import annotations

import re
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.errors import NotFoundError, PlaygroundError
from app.i18n import N_
from app.web import render
from app.web.answers import problem

FORMS = re.compile(
    r"/(n/[^/]+|pair/[^/]+/[^/]+)/[^/]+$"
)  # where forms are sent to; a reload there asks for a page


def refuse(request: Request, error: PlaygroundError) -> Response:
    """`error` in the form that whoever asked can read."""
    if request.url.path.startswith("/api"):
        return problem(request, error)
    return render.refusal(request, error)


async def on_playground_error(request: Request, error: Exception) -> Response:
    """Whatever the playground refuses."""
    assert isinstance(error, PlaygroundError)
    return refuse(request, error)


async def on_http_error(request: Request, error: Exception) -> Response:
    """No such page, or a method that a page does not take: from where a form is sent the way leads to its page."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return refuse(request, NotFoundError(N_("There is nothing at {path}."), path=request.url.path))
    if error.status_code == 405 and request.method in ("GET", "HEAD") and FORMS.match(request.url.path):
        return RedirectResponse(request.url.path.rpartition("/")[0], 303)
    made: Any = PlaygroundError(
        N_("{method} is not possible at {path}."), method=request.method, path=request.url.path
    )
    made.status, made.title = error.status_code, N_("Not possible here")
    answer = refuse(request, made)
    answer.headers.update(error.headers or {})
    return answer


async def on_failure(request: Request, _: Exception) -> Response:
    """A fault of ours, said without details; the server logs it."""
    said = PlaygroundError(N_("The server made a mistake. Nothing of the network is lost."))
    return refuse(request, said)
