"""Whose browser this is: a secret in a cookie."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from app.playground import new_secret, owner_of
from app.web.cookies import keep

COOKIE = "playground_owner"


def owner_in(request: Request) -> str:
    """The owner a request speaks for; empty, and nobody's, without the cookie."""
    return owner_of(request.cookies.get(COOKIE))


def secret_for(request: Request) -> str:
    """The browser's secret, a new one if it has none yet."""
    return request.cookies.get(COOKIE) or new_secret()


def remember(request: Request, response: Response, secret: str) -> None:
    """Set the cookie that makes this browser the owner of what it started."""
    secure = request.url.scheme == "https"
    keep(response, COOKIE, secret, httponly=True, secure=secure)
