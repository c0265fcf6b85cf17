"""The language of an answer: `?lang=`, then the cookie, then what the browser accepts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from app.i18n import LANGUAGES, Language, choose_language
from app.web.cookies import keep

COOKIE = "playground_lang"


def language_of(request: Request) -> Language:
    """The language this request is answered in."""
    known: Language | None = request.scope.get("language")  # it is asked for again and again
    if known is None:
        asked, kept = request.query_params.get("lang"), request.cookies.get(COOKIE)
        known = LANGUAGES[choose_language(asked, kept, request.headers.get("accept-language"))]
        request.scope["language"] = known
    return known


def remember_language(request: Request, response: Response) -> None:
    """Keep a language that was asked for in the link."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        keep(response, COOKIE, asked)
