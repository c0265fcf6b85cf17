"""A real server in a process of its own, started as a user starts it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60  # seconds a server may take to stop


def environment(**settings: str) -> dict[str, str]:
    """The environment of this process, with these settings of the playground alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLAYGROUND_")}
    return kept | {"PYTHONUNBUFFERED": "1"} | settings


class Server:
    """`python -m app` on a free port, started from `folder`, where it keeps its file. Its stderr goes there too."""

    def __init__(self, folder: Path, *options: str, python: str = sys.executable, **settings: str) -> None:
        self.folder = folder
        self.command = [python, "-m", "app", "--data-dir", str(folder), *options]
        self.settings = settings
        self.port = 0
        self.url = ""

    def start(self) -> None:
        """Start it, on the port it had before if there was one, and wait for the line with its URL."""
        with (self.folder / "stderr").open("a") as log:
            self.process = subprocess.Popen(
                [*self.command, "--port", str(self.port)],
                cwd=self.folder,
                env=environment(**self.settings),
                text=True,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+:(\d+)", line)
        if not found:
            self.stop()
            raise AssertionError(f"the server printed {line!r} instead of its URL:\n{self.errors()}")
        self.url, self.port = found[0], int(found[1])

    def errors(self) -> str:
        """What it has written to stderr."""
        return (self.folder / "stderr").read_text()

    def kill(self) -> None:
        """SIGKILL: it has no chance to put anything in order."""
        self.process.kill()
        self._gone()

    def stop(self) -> None:
        """SIGTERM, as a service manager does."""
        self.process.terminate()
        self._gone()

    def _gone(self) -> None:
        assert self.process.stdout is not None
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.stdout.close()


@contextmanager
def serving(folder: Path, *options: str, python: str = sys.executable, **settings: str) -> Iterator[Server]:
    """A started server, stopped in the end."""
    server = Server(folder, *options, python=python, **settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()
