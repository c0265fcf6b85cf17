"""What a browser keeps for us."""

from __future__ import annotations

from starlette.responses import Response

YEAR = 365 * 24 * 3600  # seconds


def keep(response: Response, name: str, text: str, *, httponly: bool = False, secure: bool = False) -> None:
    """A cookie for a year, sent with requests from our own pages alone; without a text it goes."""
    age = YEAR if text else 0
    response.set_cookie(name, text, max_age=age, samesite="lax", path="/", httponly=httponly, secure=secure)
