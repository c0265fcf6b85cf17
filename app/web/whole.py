"""The whole page of a session. Its head and its bar are sent at once: a browser fetches the style and paints them
while the rest is made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import Request, Response
from markupsafe import Markup

from app.playground import Playground
from app.rebuild import losses_for
from app.scene import batch, cells, example, numbers, result
from app.scene.axes import axes
from app.scene.fields import build_texts, knob_texts
from app.scene.view import View
from app.session import Session
from app.web import render

SLOT = Markup("<!-- parts -->")  # where the rest stands in what is sent at once
PASSES = 3  # over a batch, that a view takes


async def whole(
    request: Request,
    door: Playground,
    session: Session,
    see: Callable[[Session], View],
    status: int = 200,
    **more: Any,
) -> Response:
    """The page of a session as `see` sees it. What `see` gives is made anew for the rest: others were served in
    between. The rest raises nothing that the first piece does not."""
    top, bottom = await door.look(session, lambda s: frame(request, see(s)), PASSES)

    async def pieces() -> AsyncIterator[str]:
        yield top
        yield await door.look(session, lambda s: parts(request, see(s), **more), PASSES) + bottom

    return render.in_pieces(request, pieces(), status)


def frame(request: Request, view: View) -> tuple[str, str]:
    """What stands above the parts of the page, and below them."""
    made = render.outline(request, view) | {"parts": SLOT}
    above, _, below = render.filled(request, "pages/playground.html", made).partition(SLOT)
    return above, below


def parts(request: Request, view: View, typed: dict[str, Any] | None = None, **more: Any) -> str:
    """All below the bar; `typed` is what stands in fields of a form that was refused."""
    values = knob_texts(view.spec) | build_texts(view.spec)
    values |= {field: held for field, held in (typed or {}).items() if held or values.get(field) is not None}
    repaired = request.query_params.get("repaired", "").split(",")
    made: dict[str, Any] = {
        **render.drawn(view),
        **render.curves(request, view),
        "result": result.result(view),
        "sample_typed": example.typed(view),
        "values": values,
        "landscape_axes": axes(view),
        "landscape_asked": render.asked_landscape({}),
        "repaired": [part for part in repaired if part],
        "stack": cells.stack(view),
        "losses": losses_for(view.spec),
        "batch_heads": batch.heads(view),
        "batch_table": batch.table(view),
        "numbers_json": render.in_script(numbers.numbers(view)),
        "pictures_json": render.in_script(result.numbers(view)),
        "example_json": render.in_script(example.numbers(view)),
    }
    return render.rendered(request, "partials/parts.html", view, **made, **more)
