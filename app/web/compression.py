"""Pages are sent compressed. Answers to actions are not: they are small, and waiting for them is what counts."""

from __future__ import annotations

import re
import zlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEVEL = 4  # of gzip: for a page 2 ms, a tenth larger than at level 9 in 5 ms
SMALLEST = 2_000  # bytes
GZIP = 16 + zlib.MAX_WBITS  # the format
TAKEN = re.compile(r"(^|,)\s*gzip\s*(,|$|;(?!\s*q=0(\.0*)?\s*([,;]|$)))", re.IGNORECASE)  # RFC 9110, 12.5.3


class Compressed:
    """ASGI middleware: gzip for HTML that a browser opens as a page, piece by piece where it comes in some."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _opens_a_page(scope):
            await self.app(scope, receive, send)
            return
        held: Message | None = None  # the head of a page, until its body is there
        squeeze: zlib._Compress | None = None

        async def send_compressed(message: Message) -> None:
            nonlocal held, squeeze
            if message["type"] == "http.response.start" and _is_html(message):
                held = message
                return
            if held:
                head, held = held, None
                if message.get("more_body", False) or len(message.get("body", b"")) >= SMALLEST:
                    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
                    message = _squeezed(squeeze, message)
                    _tell(head, message)
                await send(head)
            elif squeeze:
                message = _squeezed(squeeze, message)
            await send(message)

        await self.app(scope, receive, send_compressed)


def _is_html(head: Message) -> bool:
    return MutableHeaders(scope=head).get("content-type", "").startswith("text/html")


def _squeezed(squeeze: zlib._Compress, message: Message) -> Message:
    """A piece of the body, compressed so that all of it can be read when it arrives."""
    flush = zlib.Z_SYNC_FLUSH if message.get("more_body", False) else zlib.Z_FINISH
    return {**message, "body": squeeze.compress(message.get("body", b"")) + squeeze.flush(flush)}


def _tell(head: Message, first: Message) -> None:
    """Say in the head how the body comes, and how long it is where it comes in one piece."""
    headers = MutableHeaders(scope=head)
    headers["Content-Encoding"] = "gzip"
    headers.add_vary_header("Accept-Encoding")
    if not first.get("more_body", False):
        headers["Content-Length"] = str(len(first["body"]))


def _opens_a_page(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return takes_gzip(headers) and "hx-request" not in headers


def takes_gzip(headers: Headers) -> bool:
    """Whether whoever sent these takes an answer as gzip."""
    return TAKEN.search(headers.get("accept-encoding", "")) is not None
