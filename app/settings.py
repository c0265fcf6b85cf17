"""One typed table of settings: defaults, PLAYGROUND_* environment variables, and the options of the command line."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.limits import Limits


class Settings(BaseSettings, Limits):
    """Everything that can be set from outside, limits included."""

    model_config = SettingsConfigDict(env_prefix="PLAYGROUND_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 picks a free one")
    data_dir: Path = Field(Path("data"), description="folder for what the server keeps")
    store: str = Field(
        "", description="sqlite:///path/to/file or memory://; empty: a SQLite file in the data directory"
    )
    cache_bytes: int = Field(
        256_000_000, ge=0, description="bytes of sessions that a durable store keeps in memory"
    )
    workers: int = Field(1, ge=1, le=64, description="server processes")

    @property
    def store_url(self) -> str:
        """Where sessions are kept: `store`, or the SQLite file in the data directory."""
        return self.store or f"sqlite:///{self.data_dir / 'playground.sqlite3'}"
