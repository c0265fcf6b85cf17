"""Answers: JSON, where NaN and infinity become null and arrays nested lists; errors as problem documents (RFC 9457);
what is sent as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.errors import PlaygroundError
from app.i18n import translate
from app.web.language import language_of

PROBLEM = "application/problem+json"
OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


def json_answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """`content` as JSON; not to be kept by caches."""
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(orjson.dumps(content, option=OPTIONS), status, headers, "application/json")


def problem(request: Request, error: PlaygroundError) -> Response:
    """An error as a problem document in the request's language."""
    code = language_of(request).code
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": translate(code, error.title),
        "status": error.status,
        "detail": error.detail(code),
    }
    if error.faults:
        content["errors"] = [{"loc": fault.loc, "msg": fault.message(code)} for fault in error.faults]
        shown = "; ".join(fault.placed(code) for fault in error.faults)
        content["detail"] = f"{content['detail']} {shown}"
    return Response(orjson.dumps(content), error.status, {"Cache-Control": "no-store"}, PROBLEM)


class Answer(Response):
    """A response with its heads as they are sent."""

    def __init__(self, body: bytes, status: int, head: Sequence[tuple[bytes, bytes]]) -> None:
        self.status_code, self.body, self.background = status, body, None
        self.raw_headers = [(b"content-length", str(len(body)).encode()), *head]
