"""The colours that were chosen, light or dark; without a choice a page follows the system's."""

from __future__ import annotations

from starlette.requests import Request

COOKIE = "playground_theme"  # set by static/js/theme.js
THEMES = frozenset(["light", "dark"])


def theme_of(request: Request) -> str | None:
    """The colours this request is answered in, None where nobody chose any."""
    kept = request.cookies.get(COOKIE)
    return kept if kept in THEMES else None
