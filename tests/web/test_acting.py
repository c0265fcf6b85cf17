"""The buttons, as a server hands them over."""

from __future__ import annotations

from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from starlette.types import Message

from app.web.security import RAW
from tests.clients import Client
from tests.specs import rows_spec


def handed_over(
    client: Client, portal: BlockingPortal, sent: list[Message], coming: list[Message], **asked: Any
) -> None:
    """A request as a server hands it over, its messages one after the other; the answer's go into `sent`."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.http.cookies.items())

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "query_string": b"",
        "headers": [(b"cookie", cookie.encode()), (b"hx-request", b"true")],
        **asked,
    }
    portal.call(client.app, scope, receive, send)


def test_what_is_cut_off_is_not_done(client: Client, portal: BlockingPortal) -> None:
    session = client.open(spec=rows_spec())["id"]
    coming: list[Message] = [
        {"type": "http.request", "body": b"steps=3", "more_body": True},  # of steps=300
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []
    handed_over(client, portal, sent, coming, method="POST", path=f"/n/{session}/step")
    assert (client.read(session)["step"], sent) == (0, [])


@pytest.mark.parametrize(("method", "path"), [("POST", "/n/{session}/step"), ("GET", "/n/{session}")])
def test_a_fault_of_ours_is_told_without_details_and_counted(
    client: Client, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    session = client.open(spec=rows_spec())["id"]

    def broken(_: str) -> None:
        raise ZeroDivisionError("the details")

    for name in ("load", "recent"):
        monkeypatch.setattr(client.app.state.playground.store, name, broken)
    coming: list[Message] = [{"type": "http.request", "body": b""}]
    sent: list[Message] = []
    with pytest.raises(ZeroDivisionError):  # the server logs it
        handed_over(client, portal, sent, coming, method=method, path=path.format(session=session))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 500
    assert set(RAW) <= set(sent[0]["headers"])
    assert b"The server made a mistake" in sent[1]["body"]
    assert b"details" not in sent[1]["body"]
    counted = client.get("/metrics").text
    line = next(
        line for line in counted.splitlines() if f'method="{method}"' in line and 'status="500"' in line
    )
    assert line.endswith(" 1.0")
