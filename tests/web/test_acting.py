"""The buttons, as a server hands them over."""

from __future__ import annotations

from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from starlette.types import Message

from app.web.security import RAW
from tests.clients import Client
from tests.specs import LIMITS, rows_spec


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


def pressed(client: Client, portal: BlockingPortal, coming: list[Message]) -> tuple[int, bytes]:
    """Status and body of the answer to a press of Step that is sent in these pieces."""
    session, sent = client.open(spec=rows_spec())["id"], list[Message]()
    handed_over(client, portal, sent, coming, method="POST", path=f"/n/{session}/step")
    assert client.read(session)["step"] == (1 if sent[0]["status"] == 200 else 0)
    return sent[0]["status"], sent[1]["body"]


def test_a_button_comes_in_pieces(client: Client, portal: BlockingPortal) -> None:
    pieces = [b"ste", b"", b"ps=", b"1&select=W:1:0,0"]
    coming: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    assert pressed(client, portal, [*coming, {"type": "http.request"}])[0] == 200


def test_a_button_sends_no_more_than_it_may(client: Client, portal: BlockingPortal) -> None:
    """It is not read to its end."""
    piece: Message = {"type": "http.request", "body": b"a" * 30_000, "more_body": True}
    coming = [piece] * 100
    status, body = pressed(client, portal, coming)
    assert (status, len(coming)) == (413, 97)
    assert b"A button sends 90000 bytes; the limit max_button_bytes is 64000." in body


def test_a_button_has_no_more_fields_than_it_may(client: Client, portal: BlockingPortal) -> None:
    for fields, expected in ((999, 200), (1000, 422)):
        status, body = pressed(
            client, portal, [{"type": "http.request", "body": b"steps=1" + b"&a" * fields}]
        )
        assert status == expected
    assert b"The form has 1001 fields; the limit max_form_fields is 1000." in body


def test_a_button_of_what_a_long_link_shows_is_heard(client: Client, portal: BlockingPortal) -> None:
    """What is chosen on a page stands in its link: that a button sends it is no reason to refuse it."""
    body = b"steps=1&open=" + b"W:1:0,0;" * (LIMITS.max_link_bytes // 8)
    assert len(body) < LIMITS.max_button_bytes
    assert pressed(client, portal, [{"type": "http.request", "body": body}])[0] == 200
