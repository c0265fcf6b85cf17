"""What SQLite has written ahead gets into its file beside the work, so that nobody waits for the disk."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

EVERY_BYTES = 4_000_000  # written ahead
PAGE_BYTES = 4_096  # a row takes one at least


class Checkpoints:
    """One at a time, on a thread and over a connection of their own. SQLite itself makes one while somebody waits
    where these do not keep up (schema.py says when)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._last: Future[None] | None = None
        self._written = 0

    def after(self, written: int) -> None:
        """So many bytes more were written; make a checkpoint when they are many."""
        self._written += PAGE_BYTES + written
        if self._written >= EVERY_BYTES and (self._last is None or self._last.done()):
            self._written = 0
            self._last = self._thread.submit(self._make)

    def _make(self) -> None:
        with suppress(sqlite3.Error), closing(sqlite3.connect(self._path)) as db:
            db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Wait for the last one."""
        self._thread.shutdown()
