"""The buttons, as a server hands them over."""

from __future__ import annotations

from anyio.from_thread import BlockingPortal
from starlette.types import Message

from tests.clients import Client
from tests.specs import rows_spec


def test_what_is_cut_off_is_not_done(client: Client, portal: BlockingPortal) -> None:
    session = client.open(spec=rows_spec())["id"]
    cookie = "; ".join(f"{name}={value}" for name, value in client.http.cookies.items())
    coming: list[Message] = [
        {"type": "http.request", "body": b"steps=3", "more_body": True},  # of steps=300
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/n/{session}/step",
        "query_string": b"",
        "headers": [(b"cookie", cookie.encode()), (b"hx-request", b"true")],
    }
    portal.call(client.app, scope, receive, send)
    assert (client.read(session)["step"], sent) == (0, [])
