"""Two networks side by side: links to them, their page, and buttons that move both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from app.errors import (
    ConflictError,
    Fault,
    Gathered,
    LimitError,
    NotFoundError,
    PlaygroundError,
    RequestError,
    SpecError,
)
from app.i18n import N_, translate
from app.layering import Form, text
from app.overrides import KNOWN, with_overrides
from app.pairing import ACTIONS, Both, only_tuned, tuned
from app.playground import Playground, owner_of
from app.presets import PRESETS, preset
from app.scene.differences import OFFERED
from app.scene.differences import settings as settings_of
from app.session import Session
from app.share import value_in
from app.spec import Spec, parse_spec
from app.web import pair_page, render
from app.web.acting import steps_in
from app.web.answers import json_answer
from app.web.api import Door, read_spec, state_of
from app.web.bodies import NewPair, body_in, form_in
from app.web.building import OPTIONAL, fault_text, texts_in
from app.web.charting import chart_choice, remember_chart
from app.web.language import language_of
from app.web.owner import owner_in, remember, secret_for
from app.web.pages import SEE_OTHER, leading, page_at, seen, shown
from app.web.schemas import body_of

router = APIRouter(include_in_schema=False)
calls = APIRouter(prefix="/api")
TITLES: dict[str | int, str] = {"left": N_("Left"), "right": N_("Right")}
Answer = Callable[[Request, Playground, Both], Awaitable[Response]]


@page_at("/pair")
async def linked(request: Request, door: Door) -> Response:
    """A pair that stands in the link, both specs whole."""
    texts = {side: request.query_params.get(side, "") for side in ("left", "right")}
    if not all(texts.values()):
        raise SpecError(N_("The link holds no two specs; it is written /pair?left={{…}}&right={{…}}."))
    values = {side: _value_of(side, given) for side, given in texts.items()}
    return await _begun(request, door, await _prepared(door, values), None)


def _value_of(side: str, given: str) -> Any:
    try:
        return value_in(given)
    except SpecError as error:
        text = N_("The spec in the link is not valid JSON, {side}: {error}")
        raise SpecError(text, side=side, error=error.values["error"]) from None


@page_at("/p/{name}/pair")
async def preset_pair(request: Request, door: Door, name: str) -> Response:
    """A preset beside itself with the settings of the query."""
    chosen = preset(name)
    right = with_overrides(chosen.spec, request.query_params.multi_items())
    return await _begun(request, door, (parse_spec(chosen.spec), right), chosen.name)


@page_at("/n/{session_id}/compare")
async def compare(request: Request, door: Door, session_id: str) -> Response:
    """The form that puts another network beside this one: every setting, to be chosen otherwise."""
    session = door.load(session_id)
    template = "answers/compare.html" if render.wants_fragment(request) else "pages/compare.html"
    answer = partial(render.fragment, request, template, settings=settings_of(session.spec))
    return await seen(request, door, session, answer)


@router.post("/n/{session_id}/pair")
async def beside(request: Request, door: Door, session_id: str) -> Response:
    """This network from its beginning beside another: `spec` is that one's, or single settings as in links."""
    session, form = door.load(session_id), texts_in(await form_in(request, door.limits))
    try:
        whole, now = text(form, "spec"), session.spec
        right = await read_spec(door, value_in(whole)) if whole else await _overridden(door, session, form)
        return await _begun(request, door, (now, right), _label(session.preset, now))
    except PlaygroundError as error:
        said = _said(error, language_of(request).code)
        return await shown(request, door, session, status=error.status, notices=said)


async def _overridden(door: Playground, session: Session, form: Form) -> Spec:
    """The spec of a session with the settings that a form asks for."""

    def changed(session: Session) -> Spec:
        return with_overrides(session.spec.model_dump(), _overrides(form))

    return await door.look(session, changed, 0, door.spec_work(session))


def _overrides(form: Form) -> list[tuple[str, str]]:
    """The settings a form asks for; an empty field is none."""
    return [(name, text(form, name)) for name in form if name in KNOWN and text(form, name)]


def _label(name: str | None, spec: Spec) -> str | None:
    return name if name in PRESETS and parse_spec(PRESETS[name].spec) == spec else None


def _said(error: PlaygroundError, code: str) -> list[str]:
    return [error.detail(code), *(fault_text(fault, code) for fault in error.faults)]


async def _begun(request: Request, door: Playground, specs: tuple[Spec, Spec], label: str | None) -> Response:
    """To the page of two new sessions."""
    secret = secret_for(request)
    both = await door.create_pair(specs, owner_of(secret), label)
    return _led(request, both, secret)


def _led(request: Request, both: Both, secret: str) -> Response:
    language = {name: request.query_params[name] for name in ("lang",) if name in request.query_params}
    answer = leading(request, pair_page.path_of(both, **language))
    remember(request, answer, secret)
    return answer


def loaded(door: Playground, left: str, right: str) -> Both:
    """Both sessions. Raises NotFoundError where one is missing, or is beside itself."""
    if left == right:
        raise NotFoundError(N_("A pair is made of two networks; {id} stands on both sides."), id=left)
    return door.load(left), door.load(right)


@page_at("/pair/{left}/{right}")
async def side_by_side(request: Request, door: Door, left: str, right: str) -> Response:
    """Both, read-only for all but their owner; what is under way ends first."""
    await door.settled(left, right)
    return await pair_page.page(request, door, loaded(door, left, right))


@router.get("/pair/{left}/{right}/now")
async def now(request: Request, door: Door, left: str, right: str) -> Response:
    """The numbers as they stand, for a page that has fallen behind or follows somebody else's."""
    await door.settled(left, right)
    return await _answered(request, door, loaded(door, left, right))


@router.get("/pair/{left}/{right}/chart")
async def choose_chart(request: Request, door: Door, left: str, right: str) -> Response:
    """Other curves, or another scale."""
    answer = await _answered(request, door, loaded(door, left, right), pair_page.curves)
    remember_chart(answer, chart_choice(request))
    return answer


async def _answered(
    request: Request, door: Playground, both: Both, answer: Answer = pair_page.update
) -> Response:
    """What changed for htmx; a redirect to all of it otherwise."""
    if not render.wants_fragment(request):
        return RedirectResponse(pair_page.path_of(both), SEE_OTHER)
    return await answer(request, door, both)


@router.post("/pair/{left}/{right}/fork")
async def fork(request: Request, door: Door, left: str, right: str) -> Response:
    """Copies of one's own of both, in the same state."""
    secret, both = secret_for(request), loaded(door, left, right)
    owner = owner_of(secret)
    return _led(request, (await door.fork(both[0], owner), await door.fork(both[1], owner)), secret)


@router.post("/pair/{left}/{right}/settings")
async def settings(request: Request, door: Door, left: str, right: str) -> Response:
    """Other settings of either side: kept in training where they can, else two networks from the beginning."""
    both, form = loaded(door, left, right), texts_in(await form_in(request, door.limits))
    try:
        work = sum(map(door.spec_work, both))
        specs = await door.look(both[0], lambda _: _asked_of_both(both, form), 0, work)
        if not all(only_tuned(one.spec, spec) for one, spec in zip(both, specs, strict=True)):
            return await _begun(request, door, specs, _label(both[0].preset, specs[0]))
        operation = tuned(specs, door.limits)
        changed = await door.change_pair((left, right), owner_in(request), operation)
    except (RequestError, SpecError, LimitError) as error:
        return await _refused(request, door, both, form, error)
    return leading(request, pair_page.path_of(changed))


async def _refused(
    request: Request, door: Playground, both: Both, form: Form, error: PlaygroundError
) -> Response:
    """What is wrong, on which side; the fields keep what was typed."""
    code = language_of(request).code
    said = [_of_side(fault, code) for fault in error.faults] or [error.detail(code)]
    if render.wants_fragment(request):
        return await pair_page.told(request, door, both, error.status, said)
    typed = {name: given[0] for name, given in form.items() if given}
    return await pair_page.page(request, door, both, error.status, said, typed)


def _of_side(fault: Fault, code: str) -> str:
    side, *loc = fault.loc
    if side not in TITLES:
        return fault_text(fault, code)
    sentence = fault_text(replace(fault, loc=tuple(loc)), code)
    return translate(code, N_("{title}: {sentence}"), title=translate(code, TITLES[side]), sentence=sentence)


def _asked_of_both(both: Both, form: Form) -> tuple[Spec, Spec]:
    """Both specs with what their fields hold now. Raises SpecError with the faults of either side."""
    found, specs = Gathered(), list[Spec]()
    for session, side in zip(both, pair_page.SIDES, strict=True):
        try:
            specs.append(_asked(session.spec, form, side))
        except SpecError as error:
            found.add(error, at=(side,))
    found.raised()
    left, right = specs
    return left, right


def _asked(spec: Spec, form: Form, side: str) -> Spec:
    """A side's spec with what its fields hold now; an empty one is none where it stands for a number that may
    be missing, and nothing is asked for else."""
    asked: dict[str, str] = {}
    for field in OFFERED:
        name = f"{side}-{field}"
        if name not in form:
            continue
        given = text(form, name) or ("none" if field in OPTIONAL and text(form, f"{name}-was") else "")
        if given and given != text(form, f"{name}-was"):
            asked[field] = given
    return with_overrides(spec.model_dump(), asked.items()) if asked else spec


@router.post("/pair/{left}/{right}/{action}")
async def act(request: Request, door: Door, left: str, right: str, action: str) -> Response:
    """One of the buttons, for both."""
    if action not in ACTIONS:
        raise NotFoundError(N_("There is no action {action}."), action=action)
    both, form = loaded(door, left, right), await form_in(request, door.limits)
    steps = steps_in(form, door.limits) if action == "step" else 1
    operation = ACTIONS[action](door.limits, steps)
    try:
        both = await door.change_pair((left, right), owner_in(request), operation, passes=steps)
    except ConflictError as error:
        if render.wants_fragment(request):
            raise
        said = [error.detail(language_of(request).code)]
        return await pair_page.page(request, door, both, status=error.status, notices=said)
    return await _answered(request, door, both)


async def _prepared(door: Playground, values: Mapping[str, Any]) -> tuple[Spec, Spec]:
    """The specs in the values of both sides. Raises SpecError naming every fault of either, by its side."""
    found, specs = Gathered(), list[Spec]()
    for side, value in values.items():
        try:
            specs.append((await door.prepared(await read_spec(door, value))).spec)
        except SpecError as error:
            found.add(error, at=(side,))
    found.raised()
    left, right = specs
    return left, right


@calls.post("/pairs", status_code=201, openapi_extra=body_of(NewPair))
async def create_pair(request: Request, door: Door) -> Response:
    """Two new sessions that begin alike where their shapes agree; the caller owns them. Gives both States, and
    the page on which they stand side by side."""
    body, secret = await body_in(request, NewPair), secret_for(request)
    specs = await _prepared(door, {"left": body.left, "right": body.right})
    both = await door.create_pair(specs, owner_of(secret), None)
    left, right = [await state_of(door, session) for session in both]
    path = pair_page.path_of(both)
    answer = json_answer({"left": left, "right": right, "url": path}, 201, {"Location": path})
    remember(request, answer, secret)
    return answer
