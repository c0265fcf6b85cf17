"""A real server in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 20  # seconds a server may take to start or stop


def environment(**settings: str) -> dict[str, str]:
    """The environment of this process, with these settings of the playground alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLAYGROUND_")}
    return kept | {"PYTHONUNBUFFERED": "1"} | settings


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout
        self.announced = process.stdout.readline()
        self.url = self.announced.split()[-1] if self.announced else ""

    def kill(self) -> None:
        """kill -9: it has no chance to put anything in order."""
        self.process.kill()
        self.process.wait(PATIENCE)


@contextmanager
def serving(data: Path, *options: str, python: str = sys.executable, **settings: str) -> Iterator[Server]:
    """A server on a free port that keeps its file in `data`, started from that folder."""
    command = [python, "-m", "app", "--port", "0", "--data-dir", str(data), *options]
    with subprocess.Popen(
        command,
        cwd=data,
        env=environment(**settings),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            server = Server(process)
            assert server.url, process.stderr.read() if process.stderr else ""
            yield server
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
