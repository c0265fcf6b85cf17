"""The page of two networks side by side, and the parts of it that change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from app.pairing import Both, twin
from app.playground import Playground
from app.scene import numbers
from app.scene.pair import Pair, neuron_pictures, pair
from app.scene.pair_chart import pair_chart
from app.scene.view import View
from app.share import may_fit, pair_link
from app.web import render
from app.web.charting import chart_choice
from app.web.pages import view_for

SIDES = ("left", "right")


def path_of(both: Both, **query: str) -> str:
    """The page of two sessions."""
    path = "/pair/" + "/".join(session.id for session in both)
    return f"{path}?{urlencode(query)}" if query else path


async def page(
    request: Request,
    door: Playground,
    both: Both,
    status: int = 200,
    notices: Sequence[str] = (),
    typed: Mapping[str, str] | None = None,
) -> Response:
    """All of it; `typed` is what stands in fields of a form that was refused."""
    path = path_of(both)

    def answer(seen: Pair) -> Response:
        sides = [
            {**_numbers(side, view), **render.drawn(view), "marked": side == "left" or not seen.alike}
            for side, view in zip(SIDES, seen.views, strict=True)
        ]
        return render.other_page(
            request,
            "pages/pair.html",
            status,
            **_context(request, seen, path),
            sides=sides,
            notices=notices,
            typed=typed or {},
            pair_url=_link(request, door, both),
            language_url=lambda code: render.language_url(request, code, path),
        )

    return await _seen(request, door, both, answer)


async def told(
    request: Request, door: Playground, both: Both, status: int, notices: Sequence[str]
) -> Response:
    """What is wrong with a form, for a page that stands."""

    def answer(seen: Pair) -> Response:
        made = _context(request, seen, path_of(both))
        return render.other_page(request, "answers/pair_refused.html", status, **made, notices=notices)

    return await _seen(request, door, both, answer)


async def update(request: Request, door: Playground, both: Both) -> Response:
    """What a step changes: the numbers of both, and markup."""

    def answer(seen: Pair) -> Response:
        sides = {
            side: {"numbers": numbers.numbers(view), "pictures": neuron_pictures(view)}
            for side, view in zip(SIDES, seen.views, strict=True)
        }
        made = _context(request, seen, path_of(both))
        markup = render.rendered(request, "answers/pair_step.html", None, **made)
        return render.changes(request, 200, **sides, markup=markup)

    return await _seen(request, door, both, answer)


async def curves(request: Request, door: Playground, both: Both) -> Response:
    """The curves of both."""

    def answer(seen: Pair) -> Response:
        return render.other_page(request, "answers/chart.html", **_context(request, seen, path_of(both)))

    return await _seen(request, door, both, answer)


async def _seen(
    request: Request, door: Playground, both: Both, answer: Callable[[Pair], Response]
) -> Response:
    """The answer to both as whoever asks sees them; where a sample is drawn, it is the first of the batch."""
    look = partial(view_for, request, chosen={"select": "", "sample": "", "open": "", "seen": ""})
    work = door.work(both[1], passes=2)
    return await door.look(both[0], lambda _: answer(pair(*map(look, both))), passes=2, work=work)


def _context(request: Request, seen: Pair, path: str) -> dict[str, Any]:
    chosen = chart_choice(request)
    chart = pair_chart(seen.left.curve, seen.right.curve, chosen)
    return {"pair": seen, "path": path, "chart": chart, "chart_choice": chosen}


def _numbers(side: str, view: View) -> dict[str, Any]:
    """What the module sets on the standing drawing of one side."""
    pictured = neuron_pictures(view)
    return {
        "side": side,
        "at": f"-{side}",
        "view": view,
        "numbers_json": render.in_script(numbers.numbers(view)),
        "pictures_json": render.in_script(pictured),
        "result": {"pictures": pictured is not None},
    }


def _link(request: Request, door: Playground, both: Both) -> str | None:
    """The link that opens this pair from its beginning, without the parameters that it would find by itself; None
    where it is too long."""
    left, right = (session.spec for session in both)
    bare, longest = right.model_copy(update={"parameters": None}), door.limits.max_link_bytes
    if not may_fit(longest, left, bare):
        return None
    if right.parameters is not None and twin(both[0].setup, bare, door.limits).parameters == right.parameters:
        right = bare
    link = pair_link(left, right) if may_fit(longest, right) else None
    return str(request.base_url).rstrip("/") + link if link and len(link) <= longest else None
