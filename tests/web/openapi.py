"""Answers held to `/openapi.json`: as much of JSON Schema as it is written in."""

from __future__ import annotations

import re
from typing import Any

import httpx2

TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


class Description:
    """The description of the API; remembers what was held to it."""

    def __init__(self, made: dict[str, Any]) -> None:
        self.made = made
        self.held: set[tuple[str, str]] = set()  # call, status

    def hold(self, answer: httpx2.Response) -> None:
        """The answer is one of those that are described for its call."""
        request = answer.request
        found = [
            (f"{method} {path}", call)
            for path, methods in self.made["paths"].items()
            for method, call in methods.items()
            if method == request.method.lower()
            and re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)), request.url.path)
        ]
        name, call = min(found, key=lambda one: one[0].count("{"))  # …/neuron/{index} before …/{name}/{index}
        status = str(answer.status_code)
        self.held.add((name, status))
        assert status in call["responses"], f"{name} answers {status}: {answer.text}"
        contents = call["responses"][status].get("content", {"": None})
        media = answer.headers.get("content-type", "").partition(";")[0]
        assert media in contents, f"{name} answers {status} in {media}"
        if media.endswith("json") and "schema" in contents[media]:
            faults = list(self.misfits(answer.json(), contents[media]["schema"], name))
            assert not faults, faults

    def misfits(self, value: Any, schema: dict[str, Any], at: str) -> list[str]:
        """Where a value is not as its schema says; a name in an object that is not described is a fault too."""
        if "$ref" in schema:
            return self.misfits(
                value, self.made["components"]["schemas"][schema["$ref"].rpartition("/")[2]], at
            )
        for either in ("anyOf", "oneOf"):
            if either in schema:
                tried = [self.misfits(value, one, at) for one in schema[either]]
                return [] if [] in tried else min(tried, key=len)
        kind: str | None = schema.get("type")
        if kind and (not isinstance(value, TYPES[kind]) or (type(value) is bool) != (kind == "boolean")):
            return [f"{at} is {value!r:.60}, no {kind}"]
        if value not in schema.get("enum", [value]) or value != schema.get("const", value):
            return [f"{at} is {value!r}"]
        if isinstance(value, list):
            items = schema.get("items", {})
            return [fault for k, one in enumerate(value) for fault in self.misfits(one, items, f"{at}[{k}]")]
        return self._of_object(value, schema, at) if isinstance(value, dict) else []

    def _of_object(self, value: dict[str, Any], schema: dict[str, Any], at: str) -> list[str]:
        known, others = schema.get("properties"), schema.get("additionalProperties", False)
        faults = [f"{at}.{name} is missing" for name in schema.get("required", ()) if name not in value]
        for name, one in value.items():
            if known and name in known:
                faults += self.misfits(one, known[name], f"{at}.{name}")
            elif isinstance(others, dict):
                faults += self.misfits(one, others, f"{at}.{name}")
            elif known is not None and not others:
                faults.append(f"{at}.{name} is not described")
        return faults
