"""What somebody chooses to watch: a sample of the batch, inputs of one's own, the curves. No session changes by it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from app import following
from app.errors import RequestError
from app.following import probe_form
from app.i18n import translate
from app.playground import Playground
from app.scene.view import View
from app.session import Session
from app.typed import parsed
from app.web import render
from app.web.api import Door
from app.web.charting import chart_choice, remember_chart
from app.web.digits import all_digits, remember_digits
from app.web.language import language_of
from app.web.owner import owner_in
from app.web.pages import SEE_OTHER, choices, page_path, seen
from app.web.view import view_of
from app.web.whole import PASSES, whole

router = APIRouter(include_in_schema=False)


@router.get("/n/{session_id}/follow")
async def follow(request: Request, door: Door, session_id: str) -> Response:
    """What changes on the page when a sample is chosen, or the whole batch again."""
    return await _seen(request, door, session_id, partial(render.fragment, request, "answers/follow.html"))


@router.get("/n/{session_id}/now")
async def now(request: Request, door: Door, session_id: str) -> Response:
    """The page as it stands now, for one that has fallen behind or follows somebody else's."""
    return await _seen(request, door, session_id, partial(render.update, request))


async def _seen(
    request: Request, door: Playground, session_id: str, answer: Callable[[View], Response]
) -> Response:
    await door.settled(session_id)
    session = door.load(session_id)
    if not render.wants_fragment(request):
        return RedirectResponse(page_path(session_id, **choices(request.query_params)), SEE_OTHER)
    return await seen(request, door, session, answer)


@router.get("/n/{session_id}/probe")
async def probe(request: Request, door: Door, session_id: str) -> Response:
    """The forward pass of inputs of one's own: for everybody who sees the session, since it changes nothing."""
    session = door.load(session_id)
    form = probe_form(session.setup)
    typed = {name: request.query_params.get(name, "") for name in form.fields} if form else {}
    code, chosen = language_of(request).code, choices(request.query_params)
    faults: list[tuple[str, str]] = []
    inputs = None
    try:
        inputs = parsed(form, typed) if form else None
    except RequestError as error:
        faults = [(translate(code, fault.path), fault.message(code)) for fault in error.faults]

    def see(session: Session) -> View:
        probed = following.probe(session, inputs) if inputs is not None else None
        owner = owner_in(request) == session.owner
        return view_of(session, owner, code, **chosen, all_digits=all_digits(request), probed=probed)

    status = 422 if faults else 200
    if not render.wants_fragment(request):
        return await whole(request, door, session, see, status, probe_faults=faults, probe_typed=typed)
    answer = partial(render.fragment, request, "answers/follow.html", status=status, probe_faults=faults)
    return await door.look(session, lambda s: answer(see(s)), PASSES + 1)


@router.get("/n/{session_id}/digits")
async def choose_digits(request: Request, door: Door, session_id: str) -> Response:
    """Whole numbers in the inspector, or rounded ones."""
    inspector = partial(render.fragment, request, "answers/inspect.html")
    answer = await _seen(request, door, session_id, inspector)
    remember_digits(answer, request)
    return answer


@router.get("/n/{session_id}/chart")
async def choose_chart(request: Request, door: Door, session_id: str) -> Response:
    """Other curves, or another scale."""

    def drawn(view: View) -> Response:
        return render.fragment(request, "answers/chart.html", view, **render.curves(request, view))

    answer = await _seen(request, door, session_id, drawn)
    remember_chart(answer, chart_choice(request))
    return answer
