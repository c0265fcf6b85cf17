"""Looking closer and changing a number by hand: the table of all parameters, and the form beside the inspector."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from app import training
from app.errors import ConflictError, NotFoundError, PlaygroundError, RequestError
from app.i18n import N_
from app.limits import Limits
from app.playground import Operation, Playground
from app.scene.places import AnyPlace, parse_place
from app.scene.table import table
from app.scene.view import View
from app.session import Session
from app.typed import half_width
from app.web import render
from app.web.api import Door
from app.web.bodies import form_in
from app.web.language import language_of
from app.web.owner import owner_in
from app.web.pages import changed, choices, seen, shown

router = APIRouter(include_in_schema=False)


@router.api_route("/n/{session_id}/table", methods=["GET", "HEAD"])
async def parameters(request: Request, door: Door, session_id: str) -> Response:
    """Every weight, bias and gradient of a layer, so many rows at a time."""

    def tabled(view: View) -> Response:
        shown = table(view, *(_count(request, name) for name in ("layer", "from")))
        if shown is None:
            raise NotFoundError(N_("This network has no such row of parameters."))
        template = "answers/table.html" if render.wants_fragment(request) else "pages/table.html"
        return render.fragment(request, template, view, table=shown)

    return await seen(request, door, door.load(session_id), tabled)


def _count(request: Request, name: str) -> int:
    text = request.query_params.get(name, "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


@router.post("/n/{session_id}/edit")
async def edit(request: Request, door: Door, session_id: str) -> Response:
    """Set, freeze, unfreeze, cut or put back the chosen parameter; a step of the history."""
    form, session = await form_in(request, door.limits), door.load(session_id)
    select = _text(form, "select")
    try:
        operation = operation_in(form, parse_place(select, session.setup.network), door.limits)
        session = await door.change(session_id, owner_in(request), operation)
    except (RequestError, ConflictError) as error:
        return await _refused(request, door, session, form, error)
    return await changed(request, door, session, form)


def operation_in(form: FormData, place: AnyPlace | None, limits: Limits) -> Operation:
    """What the form asks for. Raises RequestError, NotFoundError."""
    if place is None or place.parameter is None:
        raise RequestError(N_("Choose an edge or a neuron in the drawing."))
    at, action = place.parameter, _text(form, "action")
    operations: dict[str, Operation] = {
        "set": lambda s: training.set_parameter(s, *at, number_in(_text(form, "value")), limits),
        "freeze": lambda s: training.set_frozen(s, *at, True, limits),
        "unfreeze": lambda s: training.set_frozen(s, *at, False, limits),
        "cut": lambda s: training.cut(s, *at, limits),
        "restore": lambda s: training.put_back(s, *at, limits),
    }
    if action not in operations:
        raise NotFoundError(N_("There is no action {action}."), action=action)
    return operations[action]


def number_in(text: str) -> float:
    """The number that somebody typed, with the page's own minus too. Raises RequestError."""
    if not text:
        raise RequestError(N_("The field is empty; it takes a number like 0.5."))
    try:
        return float(half_width(text))
    except ValueError:
        raise RequestError(
            N_("{given} is not a number; a number is written like −0.5."), given=text
        ) from None


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


async def _refused(
    request: Request, door: Playground, session: Session, form: FormData, error: PlaygroundError
) -> Response:
    """The same page with what was typed, and what is wrong with it."""
    edited = {"value": _text(form, "value"), "message": error.detail(language_of(request).code)}
    if not render.wants_fragment(request):
        return await shown(request, door, session, choices(form), error.status, edited=edited)
    said = partial(render.update, request, status=error.status, edited=edited)
    return await seen(request, door, session, said, choices(form))
