"""What pydantic finds wrong, as faults in the page's own words: the place, the value, the limit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.errors import MOST_FAULTS, Fault, listed
from app.i18n import N_

# pydantic's error types (https://docs.pydantic.dev/latest/errors/validation_errors/) -> our words.
TEXTS = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("is not known here"),
    "greater_than_equal": N_("is {value}; the smallest allowed is {ge}"),
    "greater_than": N_("is {value}; it must be more than {gt}"),
    "less_than_equal": N_("is {value}; the largest allowed is {le}"),
    "less_than": N_("is {value}; it must be less than {lt}"),
    "finite_number": N_("is {value}; it must be a finite number"),
    "float_type": N_("is {value}; a number is expected"),
    "float_parsing": N_("is {value}; a number is expected"),
    "int_type": N_("is {value}; a whole number is expected"),
    "int_parsing": N_("is {value}; a whole number is expected"),
    "int_parsing_size": N_("is {value}; the number is too large"),
    "int_from_float": N_("is {value}; a whole number is expected"),
    "bool_type": N_("is {value}; true or false is expected"),
    "bool_parsing": N_("is {value}; true or false is expected"),
    "string_type": N_("is {value}; a text is expected"),
    "string_too_long": N_("has {length} characters; the longest allowed is {max_length}"),
    "literal_error": N_("is {value}; it must be one of {expected}"),
    "union_tag_invalid": N_("is {tag}; it must be one of {expected_tags}"),
    "union_tag_not_found": N_("has no name; it must be one of the known names"),
    "too_short": N_("has {actual_length} entries; at least {min_length} are needed"),
    "too_long": N_("has {actual_length} entries; at most {max_length} are allowed"),
    "list_type": N_("is {value}; a list is expected"),
    "tuple_type": N_("is {value}; a list is expected"),
    "dict_type": N_("is {value}; an object is expected"),
    "model_type": N_("is {value}; an object is expected"),
    "model_attributes_type": N_("is {value}; an object is expected"),
    "dict_attributes_type": N_("is {value}; an object is expected"),
    "sides": N_("is {value}; a whole number of at least 1, or two of them, is expected"),
    "no_features": N_("is {value}; the data set {dataset} has no features to choose from"),
    "no_time_steps": N_("is {value}; the data set {dataset} has no sequences"),
    "json_invalid": N_("is not valid JSON: {error}"),
}
VALUE_LENGTH = 60
# faults of what was read as a number
COMPARED = {"greater_than_equal", "greater_than", "less_than_equal", "less_than", "finite_number"}
# unions: pydantic puts the member's name into the path, so far from its beginning
TAGGED = {"data": 1, "optimizer": 1, "schedule": 1, "layers": 2}


def faults_of(error: ValidationError, tags: frozenset[str] = frozenset()) -> tuple[Fault, ...]:
    """The faults pydantic found, as `listed`; `tags` are names of union members that pydantic puts into the path."""
    found = error.errors(include_url=False)
    inner = {details["loc"][:-depth] for details in found for depth in range(1, len(details["loc"]))}
    # pydantic counts the entries that are right: a wrong one is said once, as itself
    said = [one for one in found if one["type"] != "too_short" or one["loc"] not in inner]
    return listed([fault_of(details, tags) for details in said[:MOST_FAULTS]], len(said))


def fault_of(details: ErrorDetails | Mapping[str, Any], tags: frozenset[str] = frozenset()) -> Fault:
    """One pydantic error as a fault."""
    raw = tuple(cut(part) if isinstance(part, str) else part for part in details["loc"])
    at = TAGGED.get(str(raw[0]), len(raw)) if raw else 0
    loc = raw[:at] + raw[at + 1 :] if len(raw) > at and raw[at] in tags else raw
    if details["type"] == "union_tag_not_found" and loc[:1] == ("layers",):
        return Fault((*loc, "type"), TEXTS["missing"], ())
    text = TEXTS.get(details["type"])
    if text is None:
        return Fault(
            loc, N_("is {value}: {message}"), (("value", shown(details)), ("message", details["msg"]))
        )
    values: dict[str, object] = {"value": shown(details)}
    if details["type"] == "string_too_long":
        values["length"] = len(str(details["input"]))
    values.update({name: _bound(limit) for name, limit in details.get("ctx", {}).items()})
    if "tag" in values:
        values["tag"] = cut(str(values["tag"]))
    named = set(values) & {field for field in values if "{" + field + "}" in text}
    if details["type"] == "union_tag_invalid":
        loc = (*loc, str(values["discriminator"]).strip("'"))
    return Fault(loc, text, tuple((name, values[name]) for name in sorted(named)))


def shown(details: ErrorDetails | Mapping[str, Any]) -> str:
    """The rejected value as JSON writes it, short enough to be read; a number typed into a form without quotes."""
    value = details["input"]
    is_number = isinstance(value, str) and details["type"] in COMPARED
    return cut(value.strip() if is_number else "".join(islice(_pieces(value), VALUE_LENGTH + 1)))


def cut(text: str) -> str:
    """`text`, of one that is too long to be read the beginning."""
    return text if len(text) <= VALUE_LENGTH else text[: VALUE_LENGTH - 1] + "…"


def _pieces(value: object) -> Iterator[str]:
    """`value` as JSON writes it, piece by piece: however large or deep it is, a few are its beginning."""
    if isinstance(value, str):
        yield json.dumps(value[: VALUE_LENGTH + 1], ensure_ascii=False)
    elif isinstance(value, Mapping):
        yield "{"
        for place, (name, inner) in enumerate(value.items()):
            yield ", " * bool(place) + json.dumps(str(name)[: VALUE_LENGTH + 1], ensure_ascii=False) + ": "
            yield from _pieces(inner)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for place, inner in enumerate(value):
            if place:
                yield ", "
            yield from _pieces(inner)
        yield "]"
    else:
        yield json.dumps(value, default=repr)


def _bound(limit: object) -> object:
    """A limit as people write it: 0, not 0.0."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit
