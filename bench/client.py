"""A browser as far as the server can tell: one connection kept alive, its cookie, the headers that Chromium sends."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

from bench.serving import BARE, State

Request = Callable[[], object]

CHUNK = 1 << 20
HEADERS = (
    ("Accept", "text/html"),
    ("Accept-Language", "en-US,en;q=0.9"),
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"),
    ("Sec-Fetch-Dest", "empty"),
    ("Sec-Fetch-Mode", "cors"),
    ("Sec-Fetch-Site", "same-origin"),
)
HTMX = (("HX-Request", "true"), ("Content-Type", "application/x-www-form-urlencoded"))


@dataclass
class Shown:
    """A session on somebody's page: what the page has seen of it."""

    id: str
    version: int = 0
    step: int = 0


class Client:
    """One browser. Answers other than 200 to 204 raise RuntimeError."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._socket = socket.create_connection((where.hostname, where.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        common = (("Host", where.netloc), ("Origin", url), *HEADERS)
        self._plain = "".join(f"{name}: {value}\r\n" for name, value in common)
        self._set_cookie("")

    def _set_cookie(self, cookie: str) -> None:
        self.cookie = cookie
        carried = self._plain + (f"Cookie: {cookie}\r\n" if cookie else "")
        htmx = "".join(f"{name}: {value}\r\n" for name, value in HTMX)
        self._bare = carried.encode()
        self._page = f"{carried}{htmx}Accept-Encoding: gzip, deflate, br, zstd\r\n".encode()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def ask(self, method: str, path: str, body: bytes = b"", headers: bytes | None = None) -> bytes:
        """The body of the answer."""
        given = self._bare if headers is None else headers
        head = b"%s %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n" % (
            method.encode(),
            path.encode(),
            given,
            len(body),
        )
        self._socket.sendall(head + body)
        answer = self._socket.recv(CHUNK)
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._more()
        head, answer = answer[:end], answer[end + 4 :]
        if not b"200" <= head[9:12] <= b"204":
            raise RuntimeError(f"{method} {path}: {head.decode()}\n{answer[:500]!r}")
        self._keep_cookie(head)
        if b"transfer-encoding: chunked" in head.lower():
            return self._joined(answer)
        at = head.lower().find(b"content-length:")
        size = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        while len(answer) < size:
            answer += self._more()
        return answer

    def _joined(self, answer: bytes) -> bytes:
        """The pieces of an answer that comes in pieces, each behind its length."""
        joined, at = b"", 0
        while True:
            while (end := answer.find(b"\r\n", at)) < 0:
                answer += self._more()
            size, at = int(answer[at:end], 16), end + 2
            while len(answer) < at + size + 2:
                answer += self._more()
            if not size:
                return joined
            joined += answer[at : at + size]
            at += size + 2

    def _more(self) -> bytes:
        more = self._socket.recv(CHUNK)
        if not more:
            raise RuntimeError("the server hung up")
        return more

    def _keep_cookie(self, head: bytes) -> None:
        if b"set-cookie" in head.lower():
            found = re.findall(rb"(?i)set-cookie: ([^;\r]+)", head)
            self._set_cookie("; ".join(one.decode() for one in found))

    def open(self, link: str) -> Shown:
        """A page with a session of its own."""
        page = self.ask("GET", link).decode()
        found = re.search(r'data-session="([^"]+)"', page)
        assert found
        return self.look(Shown(found[1]))

    def create(self, body: dict[str, Any]) -> Shown:
        """A session without its page."""
        answer = self.ask("POST", "/api/sessions", orjson.dumps(body))
        return Shown(orjson.loads(answer)["id"])

    def look(self, shown: Shown) -> Shown:
        """A first Step, uncompressed: its answer says how many changes and steps there have been."""
        text = self.step(shown, headers=self._bare + b"HX-Request: true\r\n").decode()
        found = [re.search(rf'"{name}":\s*(\d+)', text) for name in ("version", "step")]
        shown.version, shown.step = (int(one[1]) for one in found if one)
        return shown

    def step(self, shown: Shown, steps: int = 1, headers: bytes | None = None) -> bytes:
        """The button Step, as the page sends it."""
        body = b"select=&open=&sample=&seen=%d:%d:loss&steps=%d" % (shown.version, shown.step, steps)
        answer = self.ask("POST", f"/n/{shown.id}/step", body, headers or self._page)
        shown.version += 1
        shown.step += steps
        return answer

    def hold(self, answer: bytes) -> None:
        """What the bare endpoint is to answer."""
        self.ask("PUT", BARE, answer)

    def bare(self) -> bytes:
        """The same request to the bare endpoint."""
        return self.ask("POST", BARE, b"select=&open=&sample=&seen=1:1:loss&steps=1", self._page)

    def state(self) -> State:
        """What the server's process has used."""
        return State(**orjson.loads(self.ask("GET", f"{BARE}/state")))

    def cpu(self, request: Request, times: int) -> float:
        """CPU seconds of the server for one request."""
        start = self.state().cpu
        for _ in range(times):
            request()
        return (self.state().cpu - start) / times


def wall(request: Request, times: int) -> float:
    """Seconds from one request to the next, the client's own included."""
    start = time.perf_counter()
    for _ in range(times):
        request()
    return (time.perf_counter() - start) / times
