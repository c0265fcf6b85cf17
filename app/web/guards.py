"""What every request passes, before all else: it is counted, its size held to the limits; every answer gets the
security headers."""

from __future__ import annotations

from time import perf_counter

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import TooLargeError
from app.i18n import N_
from app.limits import Limits
from app.web.metrics import Metrics
from app.web.refusals import refuse
from app.web.security import RAW, RAW_NAMES

Headers = list[tuple[bytes, bytes]]


class Guards:
    """ASGI middleware: refuses links and bodies over the limits before any work, adds the headers, counts."""

    def __init__(self, app: ASGIApp, limits: Limits, metrics: Metrics) -> None:
        self.app, self.limits, self.metrics = app, limits, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        status, started = 500, perf_counter()

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _guarded(message["headers"])
            await send(message)

        try:
            self._hold_sizes(scope)
            await self.app(scope, self._counted(receive), send_guarded)
        except TooLargeError as error:
            await refuse(Request(scope), error)(scope, receive, send_guarded)
        finally:
            route = getattr(scope.get("route"), "path", "other")  # the pattern, not the URL: few values
            self.metrics.count(scope["method"], route, status, perf_counter() - started)

    def _hold_sizes(self, scope: Scope) -> None:
        query, most = len(scope["query_string"]), self.limits.max_link_bytes
        if query > most:
            text = N_("The link has {size} bytes; the limit max_link_bytes is {limit}.")
            raise TooLargeError(text, size=query, limit=most)
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if declared.isdigit():
            self._hold_body(int(declared))

    def _hold_body(self, size: int) -> None:
        most = self.limits.max_request_bytes
        if size > most:
            text = N_("The request has {size} bytes; the limit max_request_bytes is {limit}.")
            raise TooLargeError(text, size=size, limit=most)

    def _counted(self, receive: Receive) -> Receive:
        """`receive`, which stops a body that is longer than it may be, whatever it declared."""
        seen = 0

        async def receive_counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            self._hold_body(seen)
            return message

        return receive_counted


def _guarded(headers: Headers) -> Headers:
    """`headers` and those of the security headers that are not among them."""
    given = {name for name, _ in headers}
    if given.isdisjoint(RAW_NAMES):
        return [*headers, *RAW]
    return [*headers, *(header for header in RAW if header[0] not in given)]
