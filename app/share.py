"""A spec in a link and out of it."""

from __future__ import annotations

from urllib.parse import quote

import orjson

from app.errors import SpecError
from app.i18n import N_
from app.limits import Limits
from app.spec import Spec, parse_spec

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


def _packed(spec: Spec) -> str:
    text = orjson.dumps(spec.model_dump(exclude_defaults=True)).decode()
    return quote(text, safe=READABLE.replace(chr(34), ""))


def spec_in(text: str, limits: Limits) -> Spec:
    """The spec that a link holds. Raises SpecError."""
    try:
        return parse_spec(orjson.loads(text), limits)
    except orjson.JSONDecodeError as error:
        raise SpecError(N_("The spec in the link is not valid JSON: {error}"), error=str(error)) from None
