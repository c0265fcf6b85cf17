"""A browser without scripts, and a program that uses the API: HTTP to an application in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

import httpx2
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI

BASE = "http://playground.test"


class Client:
    """One browser with its own cookies. The application runs on the portal's thread."""

    def __init__(self, portal: BlockingPortal, app: FastAPI, **headers: str) -> None:
        self._portal = portal
        self.app = app
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE, headers=headers)

    def ask(self, method: str, url: str, **given: Any) -> httpx2.Response:
        """One request; redirects are not followed."""
        return self._portal.call(partial(self.http.request, method, url, **given))

    def get(self, url: str, **given: Any) -> httpx2.Response:
        """GET."""
        return self.ask("GET", url, **given)

    def post(self, url: str, **given: Any) -> httpx2.Response:
        """POST."""
        return self.ask("POST", url, **given)

    def pieces(self, path: str) -> list[bytes]:
        """The body of a page as a browser without cookies gets it: compressed, piece by piece."""
        found: list[bytes] = []
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "headers": [(b"host", b"playground.test"), (b"accept-encoding", b"gzip")],
        }

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0)
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            found.append(message.get("body", b""))

        self._portal.call(self.app, scope, receive, send)
        return [piece for piece in found if piece]

    def together(self, calls: Sequence[tuple[str, str]]) -> list[httpx2.Response]:
        """All calls (method, url) at once."""

        async def gathered() -> list[httpx2.Response]:
            return await asyncio.gather(*(self.http.request(method, url) for method, url in calls))

        return self._portal.call(gathered)

    def open(self, **body: Any) -> Any:
        """The State of a new session."""
        answer = self.post("/api/sessions", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def act(self, session: str, action: str, **body: Any) -> Any:
        """The State after an action of the API."""
        answer = self.post(f"/api/sessions/{session}/{action}", json=body or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def change(self, session: str, path: str = "", **body: Any) -> Any:
        """The State after a PATCH of the settings, or a PUT at `path`."""
        url = f"/api/sessions/{session}{path}"
        answer = self.ask("PUT" if path else "PATCH", url, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def read(self, session: str, what: str = "") -> Any:
        """The JSON of a session, or of what lies below it."""
        answer = self.get(f"/api/sessions/{session}{what}")
        assert answer.status_code == 200, answer.text
        return answer.json()
