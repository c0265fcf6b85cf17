"""Pages are sent compressed. Answers to actions are not: they are small, and waiting for them is what counts."""

from __future__ import annotations

import gzip

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEVEL = 4  # of gzip: for a page 2 ms, a tenth larger than at level 9 in 5 ms
SMALLEST = 2_000  # bytes


class Compressed:
    """ASGI middleware: gzip for HTML that a browser opens as a page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _opens_a_page(scope):
            await self.app(scope, receive, send)
            return
        held: Message | None = None  # the head of a page, until its body is there

        async def send_compressed(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _is_html(message):
                held = message
                return
            if held:
                head, held = held, None
                message = _squeezed(head, message)
                await send(head)
            await send(message)

        await self.app(scope, receive, send_compressed)


def _is_html(head: Message) -> bool:
    return MutableHeaders(scope=head).get("content-type", "").startswith("text/html")


def _squeezed(head: Message, message: Message) -> Message:
    """The body of a page compressed, and its head told so; as it is where it is small or comes in pieces."""
    body = message.get("body", b"")
    if message.get("more_body", False) or len(body) < SMALLEST:
        return message
    body = gzip.compress(body, LEVEL, mtime=0)
    headers = MutableHeaders(scope=head)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    headers.add_vary_header("Accept-Encoding")
    return {**message, "body": body}


def _opens_a_page(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return b"gzip" in headers.get(b"accept-encoding", b"") and b"hx-request" not in headers
