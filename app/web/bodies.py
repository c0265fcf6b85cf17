"""Request bodies: the forms and the JSON they hold, and the models that the API's documentation shows."""

from __future__ import annotations

from typing import Any, TypeVar

import orjson
from pydantic import ConfigDict, Field, SkipValidation, ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request

from app.errors import LimitError, RequestError, TooLargeError
from app.faults import faults_of
from app.i18n import N_
from app.limits import Limits
from app.model import Model

B = TypeVar("B", bound="Body")


class Body(Model):
    """A JSON object with no unknown fields, taken as it is."""

    model_config = ConfigDict(strict=True)


class NewSession(Body):
    """One of: a preset by name, a spec (perhaps with parameters), a snapshot by slug."""

    preset: str | None = None
    spec: dict[str, Any] | None = None
    parameters: list[SkipValidation[dict[str, Any]]] | None = None  # looked at with the spec
    snapshot: str | None = None


class NewPair(Body):
    """The specs of two networks."""

    left: dict[str, Any]
    right: dict[str, Any]


class Steps(Body):
    """How many updates."""

    steps: int = Field(1, ge=1)


class Value(Body):
    """A number."""

    value: float


class Frozen(Body):
    """Whether the optimiser leaves a parameter alone."""

    frozen: bool


class Inputs(Body):
    """Inputs (N, *input_shape) as nested lists."""

    inputs: list[Any] = Field(min_length=1)


def hold_fields(form: bytes, limits: Limits) -> None:
    """Count the fields of a form before any is read. Raises LimitError."""
    count = form.count(b"&") + 1
    if count > limits.max_form_fields:
        text = N_("The form has {count} fields; the limit max_form_fields is {limit}.")
        raise LimitError(text, count=count, limit=limits.max_form_fields)


async def form_in(request: Request, limits: Limits) -> FormData:
    """The form in a body. Raises LimitError, before any of it is read."""
    body, most = await request.body(), limits.max_form_bytes
    if len(body) > most:
        text = N_("The form has {size} bytes; the limit max_form_bytes is {limit}.")
        raise TooLargeError(text, size=len(body), limit=most)
    hold_fields(body, limits)
    return await request.form(max_fields=limits.max_form_fields, max_part_size=most)


async def json_in(request: Request) -> Any:
    """The JSON of a body, None for an empty one. Raises RequestError."""
    body = await request.body()
    if not body.strip():
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RequestError(N_("The body is not valid JSON: {error}"), error=str(error)) from None


async def body_in(request: Request, model: type[B]) -> B:
    """The body as `model`; an empty one stands for its defaults. Raises RequestError naming every fault."""
    content = await json_in(request)
    try:
        return model.model_validate({} if content is None else content)
    except ValidationError as error:
        raise RequestError(N_("The request is not valid."), faults_of(error)) from None
