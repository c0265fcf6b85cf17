"""The server under test: a process of its own, started as a user starts it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

READY_SECONDS = 60


class Server:
    """`python -m app` on a free port, its sessions in a SQLite file of `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.url = ""
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, on the port it had before if there was one, and wait for the line with its URL."""
        command = [sys.executable, "-m", "app", "--port", str(self.port)]
        command += [
            "--store",
            f"sqlite:///{self.folder / 'sessions.sqlite3'}",
            "--data-dir",
            str(self.folder),
        ]
        errors = self.folder / "stderr"
        with errors.open("a") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+:(\d+)", line)
        if not found:
            self.stop()
            raise AssertionError(f"the server printed {line!r} instead of its URL:\n{errors.read_text()}")
        self.url, self.port = found[0], int(found[1])

    def kill(self) -> None:
        """SIGKILL: it can put nothing away."""
        assert self.process is not None
        self.process.kill()
        self._gone()

    def stop(self) -> None:
        """SIGTERM, as a service manager does."""
        assert self.process is not None
        self.process.terminate()
        self._gone()

    def _gone(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        try:
            self.process.wait(READY_SECONDS)
        finally:
            self.process.kill()
            self.process.stdout.close()
