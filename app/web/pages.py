"""The pages, and the forms on them: a full page without htmx, the changed parts with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from app.errors import NotFoundError, SpecError
from app.i18n import N_
from app.looking import fingerprint
from app.overrides import with_overrides
from app.playground import Playground, owner_of
from app.presets import DEFAULT_PRESET, preset
from app.scene.qr import qr_code
from app.scene.view import View
from app.session import Session
from app.share import may_fit, page_url, spec_link, value_in
from app.spec import parse_spec
from app.web import render
from app.web.api import Door, read_spec
from app.web.digits import all_digits
from app.web.language import language_of
from app.web.owner import owner_in, remember, secret_for
from app.web.view import Choices, view_of
from app.web.whole import PASSES, whole

router = APIRouter(include_in_schema=False)
page_at = partial(router.api_route, methods=["GET", "HEAD"])
SEE_OTHER = 303


async def shown(
    request: Request,
    door: Playground,
    session: Session,
    chosen: Choices | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """The page of a session for whoever asks; what is chosen on it stands in the query, or is given."""
    return await whole(request, door, session, lambda s: view_for(request, s, chosen), status, **more)


def leading(request: Request, url: str) -> Response:
    """To another page, also where htmx asks for a part of this one."""
    if render.wants_fragment(request):
        return Response(headers={"HX-Redirect": url, "Cache-Control": "no-store"})
    return RedirectResponse(url, SEE_OTHER)


async def seen(
    request: Request,
    door: Playground,
    session: Session,
    answer: Callable[[View], Response],
    chosen: Choices | None = None,
) -> Response:
    """The `answer` to what whoever asks sees of a session, made where there is time for its work: the parts of a view
    are made as they are asked for."""
    return await door.look(session, lambda s: answer(view_for(request, s, chosen)), PASSES)


def view_for(request: Request, session: Session, chosen: Choices | None = None) -> View:
    """What whoever asks sees of a session; what is chosen on it stands in the query, or is given."""
    chosen = choices(request.query_params) if chosen is None else chosen
    owner, code = owner_in(request) == session.owner, language_of(request).code
    return view_of(session, owner, code, **chosen, all_digits=all_digits(request))


async def opened(request: Request, door: Playground, session: Session, secret: str) -> Response:
    """The page of a session that this request made: the browser is its owner from here on."""
    code, chosen = language_of(request).code, choices(request.query_params)
    digits = all_digits(request)
    answer = await whole(
        request, door, session, lambda s: view_of(s, True, code, **chosen, all_digits=digits)
    )
    remember(request, answer, secret)
    return answer


@page_at("/")
async def home(request: Request, door: Door) -> Response:
    """The playground on the default preset."""
    return await named_preset(request, door, DEFAULT_PRESET)


@page_at("/p")
async def choose_preset(request: Request) -> Response:
    """What the preset menu sends; the link proper is /p/{name}."""
    chosen = preset(request.query_params.get("name", ""))
    return RedirectResponse(f"/p/{chosen.name}", SEE_OTHER)


@page_at("/p/{name}")
async def named_preset(request: Request, door: Door, name: str) -> Response:
    """A preset, single settings overridden by the query."""
    chosen, secret = preset(name), secret_for(request)
    spec = with_overrides(chosen.spec, request.query_params.multi_items())
    label = chosen.name if spec == parse_spec(chosen.spec) else None
    return await opened(request, door, await door.create(spec, owner_of(secret), label), secret)


@page_at("/n")
async def any_network(request: Request, door: Door) -> Response:
    """Any network: the whole spec inside the link."""
    text, secret = request.query_params.get("spec"), secret_for(request)
    if not text:
        raise SpecError(N_("The link holds no spec; it is written /n?spec={{…}}."))
    spec = await read_spec(door, value_in(text))
    return await opened(request, door, await door.create(spec, owner_of(secret), None), secret)


@page_at("/s/{slug}")
async def snapshot(request: Request, door: Door, slug: str) -> Response:
    """A new session at exactly the state of a snapshot."""
    secret = secret_for(request)
    return await opened(request, door, await door.open_snapshot(slug, owner_of(secret)), secret)


@page_at("/n/{session_id}")
async def running(request: Request, door: Door, session_id: str) -> Response:
    """A running session, read-only for all but its owner; what is under way when a page is made anew ends first. With
    the slug of its state it shows the links to that."""
    await door.settled(session_id)
    session, slug = door.load(session_id), request.query_params.get("share")
    links = _links(request, door, session, slug) if slug and slug == fingerprint(session) else {}
    return await shown(request, door, session, **links)


@router.get("/n/{session_id}/inspect")
async def inspect(request: Request, door: Door, session_id: str) -> Response:
    """The inspector alone."""
    session = door.load(session_id)
    if not render.wants_fragment(request):
        return RedirectResponse(page_path(session_id, **choices(request.query_params)), SEE_OTHER)
    return await seen(request, door, session, partial(render.fragment, request, "answers/inspect.html"))


def choices(given: Mapping[str, Any]) -> Choices:
    """What a form or a link asks to show."""
    return {
        "select": str(given.get("select", "")).strip(),
        "sample": str(given.get("sample", "")).strip(),
        "open": str(given.get("open", "")).strip(),
        "seen": str(given.get("seen", "")).strip(),
    }


def page_path(session_id: str, **chosen: str) -> str:
    """The page of a session with what is chosen on it."""
    query = urlencode({name: value for name, value in chosen.items() if value}, safe=":,;/")
    return f"/n/{session_id}?{query}" if query else f"/n/{session_id}"


@router.post("/n/{session_id}/fork")
async def fork(request: Request, door: Door, session_id: str) -> Response:
    """A copy of one's own, in the same state."""
    secret = secret_for(request)
    copy = await door.fork(door.load(session_id), owner_of(secret))
    answer = RedirectResponse(page_path(copy.id), SEE_OTHER)
    remember(request, answer, secret)
    return answer


@router.post("/n/{session_id}/share")
async def share(request: Request, door: Door, session_id: str) -> Response:
    """The link to exactly this state, and to the network from its beginning."""
    session = door.load(session_id)
    slug = door.share(session)
    if not render.wants_fragment(request):
        return RedirectResponse(page_path(session_id, share=slug), SEE_OTHER)
    links = _links(request, door, session, slug)
    return await seen(
        request, door, session, partial(render.fragment, request, "answers/share.html", **links)
    )


def _links(request: Request, door: Playground, session: Session, slug: str) -> dict[str, Any]:
    base, spec, longest = str(request.base_url).rstrip("/"), session.spec, door.limits.max_link_bytes
    link, whole = page_url(base, slug), spec_link(spec) if may_fit(longest, spec) else None
    return {
        "share_url": link,
        "network_url": base + whole if whole and len(whole) <= longest else None,
        "qr": qr_code(link),
    }


@router.post("/n/{session_id}/{action}")
async def unknown(action: str) -> Response:
    """No button is called so. Raises NotFoundError."""
    raise NotFoundError(N_("There is no action {action}."), action=action)


async def changed(request: Request, door: Playground, session: Session, form: Mapping[str, Any]) -> Response:
    """The page after a change by its owner: what changed of it for htmx, a redirect to all of it otherwise."""
    chosen = choices(form)
    if not render.wants_fragment(request):
        return RedirectResponse(page_path(session.id, **chosen), SEE_OTHER)
    code, whole = language_of(request).code, all_digits(request)

    def answer(session: Session) -> Response:
        return render.update(request, view_of(session, True, code, **chosen, all_digits=whole))

    return await door.look(session, answer, passes=3)
