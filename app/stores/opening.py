"""From a store's URL to the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.errors import StoreError
from app.i18n import N_
from app.setup import Setup
from app.spec import Spec
from app.stores.base import Store
from app.stores.memory import MemoryStore
from app.stores.sqlite import SqliteStore


def open_store(url: str, prepare: Callable[[Spec], Setup], cache_bytes: int) -> Store:
    """The store behind `url`: memory:// or sqlite:///path (four slashes: from the root). Raises StoreError."""
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return MemoryStore()
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        return SqliteStore(Path(unquote(parts.path[1:])), prepare, cache_bytes)
    raise StoreError(N_("There is no store for {url}; use sqlite:///path/to/file or memory://."), url=url)
