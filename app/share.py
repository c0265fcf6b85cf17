"""A spec in a link and out of it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import orjson

from app.errors import SpecError
from app.i18n import N_
from app.inline import are_more, lists_in
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


def may_fit(longest: int, *specs: Spec) -> bool:
    """Whether a link that holds these could have `longest` bytes: it is not written to be seen that it has more."""
    return not any(are_more(lists_in(spec), longest // 2) for spec in specs)  # an entry is two at least


def _packed(spec: Spec) -> str:
    text = orjson.dumps(spec.model_dump(exclude_defaults=True)).decode()
    return quote(text, safe=READABLE.replace(chr(34), ""))


def pair_in(texts: dict[str, str], limits: Limits) -> tuple[Spec, Spec]:
    """The two specs that a link holds under `left` and `right`. Raises SpecError, which names the side."""
    left, right = (_side_in(texts[side], side, limits) for side in ("left", "right"))
    return left, right


def _side_in(text: str, side: str, limits: Limits) -> Spec:
    try:
        return spec_in(text, limits)
    except SpecError as error:
        faults = [replace(fault, loc=(side, *fault.loc)) for fault in error.faults]
        said = error.text if faults else N_("The spec in the link is not valid JSON, {side}: {error}")
        raise SpecError(said, faults, side=side, **error.values) from None


def spec_in(text: str, limits: Limits) -> Spec:
    """The spec that a link holds. Raises SpecError."""
    try:
        return parse_spec(orjson.loads(text), limits)
    except orjson.JSONDecodeError as error:
        raise SpecError(N_("The spec in the link is not valid JSON: {error}"), error=str(error)) from None
