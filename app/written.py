"""A spec as JSON. The rows and parameters that stand in one can be many: they are written once, and never copied."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import orjson

from app.spec import InlineSpec, Knobs, Spec

GIVEN = {"data", "parameters"}  # what many numbers can stand in
FIXED = [name for name in Spec.model_fields if name not in Knobs.model_fields]


class Written:
    """What never changes of a spec, with the numbers in it as JSON of `nbytes`. `digest` tells one whole spec from
    another."""

    def __init__(self, spec: Spec) -> None:
        fields: dict[str, Any] = spec.model_dump(include={*FIXED} - GIVEN)
        rows, parameters = spec.data, spec.parameters
        fields["data"] = dict(rows) if isinstance(rows, InlineSpec) else rows.model_dump()
        fields["parameters"] = parameters
        texts = {name: _json(fields[name]) for name in FIXED}
        self._fixed = {name: orjson.Fragment(text) for name, text in texts.items()}
        self.nbytes = sum(len(texts[name]) for name in GIVEN)
        self.digest = sha256(self.text(spec.knobs)).digest()

    def fields(self, knobs: Knobs) -> dict[str, Any]:
        """The spec with `knobs`, as orjson takes it."""
        return knobs.model_dump() | self._fixed

    def text(self, knobs: Knobs) -> bytes:
        """The spec with `knobs`, as JSON."""
        return orjson.dumps(self.fields(knobs))


def _json(value: Any) -> bytes:
    """JSON, also of whole numbers that orjson cannot write."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()
