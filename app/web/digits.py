"""Whether numbers of the inspector stand there whole: a choice of this browser, in a cookie."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from app.web.cookies import keep

COOKIE = "playground_digits"
ALL = "all"


def all_digits(request: Request) -> bool:
    """As the query says, else as it was kept, else rounded."""
    return request.query_params.get("digits", request.cookies.get(COOKIE)) == ALL


def remember_digits(response: Response, request: Request) -> None:
    """Keep the choice for every page of this browser."""
    keep(response, COOKIE, ALL if all_digits(request) else "")
