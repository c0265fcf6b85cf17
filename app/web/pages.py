"""The pages, and the forms on them: a full page without htmx, the changed parts with it."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from app import training
from app.errors import NotFoundError, PlaygroundError, RequestError, SpecError
from app.i18n import N_
from app.overrides import with_overrides
from app.playground import Operation, Playground, owner_of
from app.presets import DEFAULT_PRESET, preset
from app.refit import refit
from app.scene.format import plain
from app.session import Session
from app.share import page_url, spec_in, spec_link
from app.spec import parse_spec
from app.web import render
from app.web.api import Door
from app.web.language import language_of
from app.web.owner import owner_in, remember, secret_for
from app.web.view import view_of

router = APIRouter(include_in_schema=False)
SEE_OTHER = 303


async def shown(request: Request, door: Playground, session: Session, **more: Any) -> Response:
    """The page of a session for whoever asks."""
    view = await door.look(session, partial(_view, request), passes=3)
    return render.page(request, view, **more)


def _view(request: Request, session: Session, select: str | None = None) -> Any:
    select = request.query_params.get("select", "") if select is None else select
    return view_of(session, owner_in(request) == session.owner, language_of(request).code, select)


async def opened(request: Request, door: Playground, session: Session, secret: str) -> Response:
    """The page of a session that this request made: the browser is its owner from here on."""
    code, select = language_of(request).code, request.query_params.get("select", "")
    view = await door.look(session, lambda s: view_of(s, True, code, select), passes=3)
    answer = render.page(request, view)
    remember(request, answer, secret)
    return answer


@router.get("/")
async def home(request: Request, door: Door) -> Response:
    """The playground on the default preset."""
    return await named_preset(request, door, DEFAULT_PRESET)


@router.get("/p")
async def choose_preset(request: Request) -> Response:
    """What the preset menu sends; the link proper is /p/{name}."""
    chosen = preset(request.query_params.get("name", ""))
    return RedirectResponse(f"/p/{chosen.name}", SEE_OTHER)


@router.get("/p/{name}")
async def named_preset(request: Request, door: Door, name: str) -> Response:
    """A preset, single settings overridden by the query."""
    chosen, secret = preset(name), secret_for(request)
    spec = parse_spec(with_overrides(chosen.spec, request.query_params.multi_items()))
    label = chosen.name if spec == parse_spec(chosen.spec) else None
    return await opened(request, door, await door.create(spec, owner_of(secret), label), secret)


@router.get("/n")
async def any_network(request: Request, door: Door) -> Response:
    """Any network: the whole spec inside the link."""
    text, secret = request.query_params.get("spec"), secret_for(request)
    if not text:
        raise SpecError(N_("The link holds no spec; it is written /n?spec={{…}}."))
    return await opened(request, door, await door.create(spec_in(text), owner_of(secret), None), secret)


@router.get("/s/{slug}")
async def snapshot(request: Request, door: Door, slug: str) -> Response:
    """A new session at exactly the state of a snapshot."""
    secret = secret_for(request)
    return await opened(request, door, await door.open_snapshot(slug, owner_of(secret)), secret)


@router.get("/n/{session_id}")
async def running(request: Request, door: Door, session_id: str) -> Response:
    """A running session, read-only for all but its owner."""
    return await shown(request, door, door.load(session_id))


@router.get("/n/{session_id}/inspect")
async def inspect(request: Request, door: Door, session_id: str) -> Response:
    """The inspector alone."""
    session = door.load(session_id)
    if not render.wants_fragment(request):
        return RedirectResponse(_url(session_id, request.query_params.get("select", "")), SEE_OTHER)
    view = await door.look(session, partial(_view, request), passes=3)
    return render.fragment(request, "answers/inspect.html", view)


def _url(session_id: str, select: str) -> str:
    return f"/n/{session_id}?select={select}" if select else f"/n/{session_id}"


@router.post("/n/{session_id}/settings")
async def settings(request: Request, door: Door, session_id: str) -> Response:
    """Batch size, optimiser, learning rate: from the next batch on."""
    form = await request.form()
    changes = settings_in(form, door.load(session_id))
    operation = partial(training.change_knobs, changes=changes, limits=door.limits)
    try:
        session = await door.change(session_id, owner_in(request), operation)
    except (RequestError, SpecError) as error:
        return await _refused_settings(request, door, session_id, form, error)
    return await _changed(request, door, session, form)


def settings_in(form: FormData, session: Session) -> dict[str, Any]:
    """The form as changes; another optimiser comes with its own learning rate unless one was typed."""
    now = session.now.regime.knobs.optimizer
    name, rate = _field(form, "optimizer") or now.name, _field(form, "learning_rate")
    optimizer = {"name": name}
    if "learning_rate" in form and (name == now.name or rate not in ("", plain(now.learning_rate))):
        optimizer["learning_rate"] = rate
    return {"optimizer": optimizer} | (
        {"batch_size": _field(form, "batch_size")} if "batch_size" in form else {}
    )


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


async def _refused_settings(
    request: Request, door: Playground, session_id: str, form: FormData, error: PlaygroundError
) -> Response:
    """The same page with what was typed, and what is wrong with it."""
    code, session = language_of(request).code, door.load(session_id)
    fields = {
        str(fault.loc[-1]): {
            "value": _field(form, str(fault.loc[-1])),
            "message": f"{fault.path} {fault.message(code)}",
        }
        for fault in error.faults
    }
    view = await door.look(session, partial(_view, request, select=_field(form, "select")), passes=3)
    if render.wants_fragment(request):
        return render.fragment(request, "answers/step.html", view, error.status, fields=fields)
    return render.page(request, view, error.status, fields=fields)


@router.post("/n/{session_id}/data")
async def other_data(request: Request, door: Door, session_id: str) -> Response:
    """The same network on another data set: a new session from step 0."""
    session, form, secret = door.load(session_id), await request.form(), secret_for(request)
    spec = parse_spec(refit(session.spec, _field(form, "dataset")))
    made = await door.create(spec, owner_of(secret), None)
    answer = RedirectResponse(_url(made.id, ""), SEE_OTHER)
    remember(request, answer, secret)
    return answer


@router.post("/n/{session_id}/fork")
async def fork(request: Request, door: Door, session_id: str) -> Response:
    """A copy of one's own, in the same state."""
    secret = secret_for(request)
    copy = await door.fork(door.load(session_id), owner_of(secret))
    answer = RedirectResponse(_url(copy.id, ""), SEE_OTHER)
    remember(request, answer, secret)
    return answer


@router.post("/n/{session_id}/share")
async def share(request: Request, door: Door, session_id: str) -> Response:
    """The link to exactly this state, and to the network from its beginning."""
    session = door.load(session_id)
    base, link = str(request.base_url).rstrip("/"), spec_link(session.spec)
    links: dict[str, Any] = {
        "share_url": page_url(base, door.share(session)),
        "network_url": base + link if len(link) <= door.limits.max_link_bytes else None,
    }
    if render.wants_fragment(request):
        view = await door.look(session, partial(_view, request), passes=3)
        return render.fragment(request, "answers/share.html", view, **links)
    return await shown(request, door, session, **links)


ACTIONS: dict[str, Any] = {
    "forward": lambda _: training.forward,
    "backward": lambda _: training.backward,
    "update": lambda limits: partial(training.step, limits=limits),
    "step": lambda limits: partial(training.step, limits=limits),
    "undo": lambda _: training.undo,
    "redo": lambda _: training.redo,
    "reset": lambda _: training.reset,
}


@router.post("/n/{session_id}/{action}")
async def act(request: Request, door: Door, session_id: str, action: str) -> Response:
    """One of the buttons."""
    if action not in ACTIONS:
        raise NotFoundError(N_("There is no action {action}."), action=action)
    form = await request.form()
    operation: Operation = ACTIONS[action](door.limits)
    try:
        session = await door.change(session_id, owner_in(request), operation)
    except PlaygroundError as error:
        if render.wants_fragment(request) or error.status != 409:
            raise
        code = language_of(request).code
        return await shown(request, door, door.load(session_id), status=409, notices=[error.detail(code)])
    return await _changed(request, door, session, form)


async def _changed(request: Request, door: Playground, session: Session, form: FormData) -> Response:
    select = _field(form, "select")
    if not render.wants_fragment(request):
        return RedirectResponse(_url(session.id, select), SEE_OTHER)
    view = await door.look(session, partial(_view, request, select=select), passes=3)
    return render.fragment(request, "answers/step.html", view)
