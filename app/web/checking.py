"""The proof by finite differences on the page: of one gradient in the inspector, of all in the table."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from app import checking
from app.errors import ConflictError, LimitError, RequestError
from app.i18n import N_
from app.scene.checks import Difference, difference, errors_of
from app.scene.inspector_words import symbol_of
from app.scene.places import parse_place
from app.scene.table import table
from app.scene.view import View
from app.session import Session
from app.web import render
from app.web.api import Door
from app.web.language import language_of
from app.web.pages import choices, seen, shown, view_for
from app.web.whole import PASSES

router = APIRouter(include_in_schema=False)
CHOOSE = N_("Choose a weight or a bias first.")


@router.get("/n/{session_id}/difference")
async def check_one(request: Request, door: Door, session_id: str) -> Response:
    """The gradient of the chosen parameter by finite differences."""
    session = door.load(session_id)
    place = parse_place(choices(request.query_params)["select"], session.setup.network)
    if place is None or place.parameter is None:
        raise RequestError(CHOOSE)
    at = place.parameter

    def made_of(session: Session) -> Difference:
        found = checking.check(session, *at)
        return difference(found.quotient, symbol_of(view_for(request, session), place), found.gradient)

    made = await door.look(session, made_of, PASSES, checking.work_of_check(session))
    if not render.wants_fragment(request):
        return await shown(request, door, session, difference=made)
    answer = partial(render.fragment, request, "answers/difference.html", difference=made)
    return await seen(request, door, session, answer)


@router.get("/n/{session_id}/gradcheck")
async def check_all(request: Request, door: Door, session_id: str) -> Response:
    """Every gradient of a small network, a sample of a large one's, by finite differences."""
    session = door.load(session_id)
    said: dict[str, Any] = {}
    status, limits = 200, door.limits
    try:
        one = checking.pass_shown(session)
        work = checking.work(session, one, limits)
        found = await door.look(session, partial(checking.gradcheck, one=one, limits=limits), 0, work)
        said["errors"] = errors_of(found, session.setup.network)
    except (ConflictError, LimitError) as error:
        said["check_fault"], status = error.detail(language_of(request).code), error.status

    def answer(view: View) -> Response:
        if render.wants_fragment(request):
            return render.fragment(request, "answers/gradcheck.html", view, status, **said)
        return render.fragment(request, "pages/table.html", view, status, table=table(view, 0, 0), **said)

    return await seen(request, door, session, answer)
