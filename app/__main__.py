"""The command line: `python -m app`. Every setting is an option and an environment variable PLAYGROUND_*."""

from __future__ import annotations

import http.client
import os
import sys
import threading
import time

import uvicorn
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import PlaygroundError
from app.main import create_app
from app.settings import Settings

POLL_SECONDS = 0.02


class Command(Settings):
    """The settings, read from the command line too."""

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


def serve(settings: Settings) -> int:
    """Bind, announce the URL when the first answer comes, serve."""
    if settings.workers > 1 and settings.store.startswith("memory:"):
        print("memory:// keeps sessions in one process; it needs --workers 1", file=sys.stderr)
        return 2
    os.environ.update(
        {f"PLAYGROUND_{name.upper()}": str(value) for name, value in settings.model_dump().items()}
    )
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http="httptools",
        log_level="warning",
        access_log=False,
    )
    socket = config.bind_socket()
    host, port = socket.getsockname()[:2]
    threading.Thread(target=announce, args=(host, port), daemon=True).start()
    if settings.workers > 1:
        uvicorn.supervisors.Multiprocess(config, [socket]).run()
    else:
        create_app(settings).state.playground.close()  # what is wrong with the store is said before serving
        uvicorn.Server(config).run([socket])
    return 0


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
