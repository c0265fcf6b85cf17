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
    """What never changes of a spec, as JSON of which the rows and parameters take `nbytes`. `digest` tells one whole
    spec from another."""

    __slots__ = ("_fixed", "digest", "nbytes")

    def __init__(self, spec: Spec) -> None:
        fields: dict[str, Any] = spec.model_dump(include={*FIXED} - GIVEN)
        rows = spec.data
        fields["data"] = dict(rows) if isinstance(rows, InlineSpec) else rows.model_dump()
        fields["parameters"] = spec.parameters
        given = {name: _json(fields[name]) for name in GIVEN}
        fields |= {name: orjson.Fragment(text) for name, text in given.items()}
        text = orjson.dumps({name: fields[name] for name in FIXED})
        self._fixed = text[1:]  # a copy: what orjson gives stands in a far larger block of memory
        self.nbytes = sum(map(len, given.values()))
        self.digest = sha256(self.text(spec.knobs)).digest()

    def text(self, knobs: Knobs) -> bytes:
        """The spec with `knobs`, as JSON."""
        return orjson.dumps(knobs.model_dump())[:-1] + b"," + self._fixed


def _json(value: Any) -> bytes:
    """JSON, also of whole numbers that orjson cannot write."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()
