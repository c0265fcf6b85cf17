"""Whose browser this is: a secret in a cookie."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from app.playground import new_secret, owner_of

COOKIE = "playground_owner"
YEAR = 365 * 24 * 3600


def owner_in(request: Request) -> str:
    """The owner a request speaks for; empty, and nobody's, without the cookie."""
    return owner_of(request.cookies.get(COOKIE))


def secret_for(request: Request) -> str:
    """The browser's secret, a new one if it has none yet."""
    return request.cookies.get(COOKIE) or new_secret()


def remember(request: Request, response: Response, secret: str) -> None:
    """Set the cookie that makes this browser the owner of what it started."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, secret, max_age=YEAR, httponly=True, samesite="lax", secure=secure, path="/")
