"""The command line: `python -m app`. Every setting is an option and an environment variable PLAYGROUND_*."""

from __future__ import annotations

import gc
import http.client
import os
import socket
import sys
import threading
import time
from contextlib import suppress

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import PlaygroundError
from app.main import create_app
from app.settings import Settings

POLL_SECONDS = 0.02
YOUNG_OBJECTS = 10_000  # made before they are looked at for garbage; an update makes and keeps a handful


class Command(Settings):
    """Serve the backprop playground. Every option is also an environment variable: PLAYGROUND_PORT, …"""

    model_config = SettingsConfigDict(
        cli_prog_name="python -m app", cli_kebab_case=True, cli_parse_args=True, cli_implicit_flags=True
    )


def main() -> int:
    """Serve until interrupted; gives the exit code."""
    try:
        settings: BaseSettings = Command()
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        print("\n".join(faults), file=sys.stderr)
        return 2
    try:
        return serve(Settings.model_validate(settings.model_dump()))
    except (PlaygroundError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def application(settings: Settings | None = None) -> FastAPI:
    """The application of one process. What it is made of stays until the end and is no garbage: looking at it again
    and again would stop the server for 50 ms at a time."""
    app = create_app(settings)
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    return app


def serve(settings: Settings) -> int:
    """Bind, announce the URL when the first answer comes, serve."""
    if settings.workers > 1 and settings.store.startswith("memory:"):
        print("memory:// keeps sessions in one process; it needs --workers 1", file=sys.stderr)
        return 2
    os.environ.update(
        {f"PLAYGROUND_{name.upper()}": str(value) for name, value in settings.model_dump().items()}
    )
    alone = settings.workers == 1
    config = uvicorn.Config(
        application(settings) if alone else "app.__main__:application",
        factory=not alone,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http="httptools",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,  # followers of a session would keep it open for ever
    )
    listener = listening(settings.host, settings.port)
    # asyncio only does this for sockets it made itself; without it every answer waits 40 ms for the last packet
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    host, port = listener.getsockname()[:2]
    threading.Thread(target=announce, args=(host, port), daemon=True).start()
    with suppress(KeyboardInterrupt):
        if alone:
            uvicorn.Server(config).run([listener])
        else:
            uvicorn.supervisors.Multiprocess(config, [listener]).run()
    return 0


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises OSError saying what to do."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OSError(
            f"{host}:{port} cannot be used: {error.strerror}; choose another with --host, --port"
        ) from None
    listener.set_inheritable(True)
    return listener


def announce(host: str, port: int) -> None:
    """Print the URL once the server answers."""
    while True:
        try:
            connection = http.client.HTTPConnection(host, port, timeout=1)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                break
        except OSError:
            pass
        time.sleep(POLL_SECONDS)
    shown = f"[{host}]" if ":" in host else host
    print(f"Backprop playground on http://{shown}:{port}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
