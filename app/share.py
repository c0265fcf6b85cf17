"""A spec in a link and out of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson

from app.errors import SpecError
from app.i18n import N_
from app.inline import are_more, lists_in
from app.spec import Spec

READABLE = "{}[]:,\"'"  # what may stand unescaped in a query, though quote() would escape it


def page_url(base: str, slug: str) -> str:
    """The link to a snapshot."""
    return f"{base.rstrip('/')}/s/{slug}"


def spec_link(spec: Spec) -> str:
    """The path that opens any network: the whole spec inside it, defaults left out."""
    return f"/n?spec={_packed(spec)}"


def pair_link(left: Spec, right: Spec) -> str:
    """The path that opens two networks side by side."""
    return f"/pair?left={_packed(left)}&right={_packed(right)}"


def may_fit(longest: int, *specs: Spec) -> bool:
    """Whether a link that holds these could have `longest` bytes: it is not written to be seen that it has more."""
    return not any(are_more(lists_in(spec), longest // 2) for spec in specs)  # an entry is two at least


def _packed(spec: Spec) -> str:
    text = orjson.dumps(spec.model_dump(exclude_defaults=True)).decode()
    return quote(text, safe=READABLE.replace(chr(34), ""))


def value_in(text: str) -> Any:
    """What a link holds, to be read as a spec. Raises SpecError."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise SpecError(N_("The spec in the link is not valid JSON: {error}"), error=str(error)) from None
