"""The server that the bench measures, in a process of its own: the application, and beside it what is bare."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import orjson
import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.__main__ import application, listening
from app.settings import Settings
from app.web.assets import static_url

BARE = "/bare"
HTMX = "vendor/htmx-4.0.1.min.js"
EMPTY = "<!doctype html><html lang=en><meta charset=utf-8><title>Empty</title><p>Empty</p></html>"
BUTTON = """<!doctype html><html lang=en><meta charset=utf-8><title>Button</title><script defer src="{htmx}"></script>
<button hx-post="{bare}" hx-target="#answer" hx-swap="innerHTML">Step</button><div id="answer"></div></html>"""
PATIENCE = 600  # seconds a connection may wait for its next turn
PAGES_OF_MEMORY = Path("/proc/self/statm")


def bare() -> FastAPI:
    """An application with next to nothing: an endpoint that answers the bytes it was given once, a page with a button
    that asks for them, an empty page, and the state of the process."""
    app, held = FastAPI(openapi_url=None), [b""]

    @app.post(BARE)
    async def answer() -> Response:
        return Response(held[0], media_type="text/html")

    @app.put(BARE)
    async def hold(request: Request) -> Response:
        held[0] = await request.body()
        return Response(status_code=204)

    @app.get(f"{BARE}/empty")
    async def empty() -> Response:
        return Response(EMPTY, media_type="text/html")

    @app.get(f"{BARE}/button")
    async def button() -> Response:
        return Response(BUTTON.format(htmx=static_url(HTMX), bare=BARE), media_type="text/html")

    @app.get(f"{BARE}/state")
    async def state() -> Response:
        pages = int(PAGES_OF_MEMORY.read_text().split()[1]) if PAGES_OF_MEMORY.exists() else None
        resident = pages and pages * os.sysconf("SC_PAGE_SIZE")
        return Response(orjson.dumps({"cpu": time.process_time(), "resident": resident}))

    return app


def beside(app: ASGIApp, other: ASGIApp) -> ASGIApp:
    """Both in one process: `other` has what begins with BARE, and none of the middleware of `app`."""

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        is_bare = scope["type"] == "http" and scope["path"].startswith(BARE)
        await (other if is_bare else app)(scope, receive, send)

    return both


class State(NamedTuple):
    """What a server's process has used: CPU seconds, and resident bytes where the system tells them."""

    cpu: float
    resident: int | None


@contextmanager
def serving(store: str) -> Iterator[str]:
    """The URL of a server with that store, `memory://` or `sqlite://`; it ends with the block."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3" if store == "sqlite://" else store
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PLAYGROUND_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.serving"],
            env=kept | {"PLAYGROUND_STORE": url, "PLAYGROUND_DATA_DIR": folder},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        try:
            line = process.stdout.readline()
            if not re.match("http://", line):
                raise RuntimeError(f"the server of the bench said {line!r}")
            yield line.strip()
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def main() -> None:
    """Serve on a free port, as `python -m app` does, until killed."""
    settings = Settings()
    listener = listening("127.0.0.1", 0)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(
        beside(application(settings), bare()),
        http="httptools",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=PATIENCE,
    )
    uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main()
