"""What all parts of a spec are made of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticKnownError

MOST_FIELDS = 100  # in one object: no part of a spec has nearly as many


def held(value: object, most: int) -> object:
    """`value`, refused where it is a list or an object of more entries."""
    if isinstance(value, list | tuple | Mapping) and len(value) > most:
        counts = {"field_type": type(value).__name__, "max_length": most, "actual_length": len(value)}
        raise PydanticKnownError("too_long", counts)
    return value


def at_most(most: int) -> BeforeValidator:
    """Holds a list or an object to so many entries, before each is looked at."""
    return BeforeValidator(partial(held, most=most))


class Model(BaseModel):
    """What all parts of a spec share: immutable, no unknown fields, only finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def hold_fields(cls, value: object) -> object:
        """Far too many fields are one fault, found before each is looked at."""
        return held(value, MOST_FIELDS)


def one_of(names: Mapping[str, object]) -> Any:
    """The type of a name in a registry."""
    return Literal[tuple(names)]
