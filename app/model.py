"""What all parts of a spec are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """What all parts of a spec share: immutable, no unknown fields, only finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def one_of(names: Mapping[str, object]) -> Any:
    """The type of a name in a registry."""
    return Literal[tuple(names)]
