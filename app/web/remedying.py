"""What goes wrong and what helps: findings for programs, remedies that open beside the network as it is."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from app.diagnosis import diagnose
from app.errors import RequestError
from app.i18n import N_, translate
from app.playground import owner_of
from app.remedies import remedy
from app.scene.findings import Told, told
from app.session import Session
from app.web import pair_page
from app.web.api import Door, SessionId, seen
from app.web.bodies import form_in
from app.web.language import language_of
from app.web.owner import remember, secret_for
from app.web.pages import SEE_OTHER

router = APIRouter(include_in_schema=False)
calls = APIRouter(prefix="/api")


@calls.get("/sessions/{session_id}/diagnosis")
async def diagnosis(request: Request, door: Door, session_id: SessionId) -> Response:
    """What goes wrong in training, each finding with its layer, its numbers and what helps."""
    return await seen(door, session_id, partial(document, code=language_of(request).code), 2)


def document(session: Session, code: str) -> dict[str, Any]:
    """The findings of a session as JSON."""
    findings = diagnose(session)
    return {
        "step": session.now.step,
        "findings": [
            {
                "kind": one.kind,
                "layer": one.layer,
                "value": next(iter(one.numbers.values())),
                "numbers": one.numbers,
            }
            | worded(told(one, session.spec), code)
            for one in findings
        ],
    }


def worded(one: Told, code: str) -> dict[str, Any]:
    """A finding's sentences in a language."""
    speak = partial(translate, code)
    return {
        "title": speak(one.title),
        "what": one.what.spoken(speak),
        "why": speak(one.why),
        "remedies": [{"name": each.name, "title": speak(each.title)} for each in one.remedies],
    }


@router.post("/n/{session_id}/remedy")
async def try_remedy(request: Request, door: Door, session_id: str) -> Response:
    """This network from its beginning, beside itself with one change."""
    form, session, secret = await form_in(request, door.limits), door.load(session_id), secret_for(request)
    chosen = remedy(str(form.get("remedy", "")))
    spec = session.spec
    changed = await door.look(session, lambda _: chosen.applied(spec), 0, door.spec_work(session))
    if changed is None:
        raise RequestError(N_("The remedy {name} changes nothing in this network."), name=chosen.name)
    label = session.preset if spec == session.setup.spec else None
    both = await door.create_pair((spec, changed), owner_of(secret), label)
    answer = RedirectResponse(pair_page.path_of(both), SEE_OTHER)
    remember(request, answer, secret)
    return answer
