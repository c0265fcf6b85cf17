"""Whether numbers of the inspector stand there whole: a choice of this browser, in a cookie."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "playground_digits"
YEAR = 365 * 24 * 3600
ALL = "all"


def all_digits(request: Request) -> bool:
    """As the query says, else as it was kept, else rounded."""
    return request.query_params.get("digits", request.cookies.get(COOKIE)) == ALL


def remember_digits(response: Response, request: Request) -> None:
    """Keep the choice for every page of this browser."""
    chosen = ALL if all_digits(request) else ""
    response.set_cookie(COOKIE, chosen, max_age=YEAR if chosen else 0, samesite="lax", path="/")
