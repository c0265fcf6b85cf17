"""The forms that build and tune a network: settings keep the training, all else starts a network of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from app import training
from app.errors import Fault, LimitError, PlaygroundError, RequestError, SpecError
from app.i18n import N_, translate
from app.layering import Form, text
from app.options import FIELDS
from app.playground import Playground, owner_of
from app.rebuild import rebuild
from app.scene.fields import knob_texts
from app.spec import OPTIMIZER_MODELS, SCHEDULE_MODELS, Knobs, Named, parse_spec
from app.typed import half_width
from app.web import render
from app.web.api import Door
from app.web.bodies import form_in
from app.web.language import language_of
from app.web.owner import owner_in, remember, secret_for
from app.web.pages import changed, choices, leading, page_path, seen, shown

router = APIRouter(include_in_schema=False)

OPTIONAL = ("clip_norm", "max_steps", "gradient_tolerance", "loss_tolerance")  # empty: none
SECTIONS = {
    "regularization": ("l1", "l2"),
    "stop": ("max_steps", "gradient_tolerance", "loss_tolerance"),
}


def texts_in(form: FormData) -> Form:
    """The texts of a form by the names of its fields, without the space around them."""
    return {
        name: [half_width(value) for value in form.getlist(name) if isinstance(value, str)] for name in form
    }


@router.post("/n/{session_id}/settings")
async def settings(request: Request, door: Door, session_id: str) -> Response:
    """What can change while training: from the next batch on."""
    form = await form_in(request, door.limits)
    changes = settings_in(texts_in(form), door.load(session_id).now.regime.knobs)
    operation = partial(training.change_knobs, changes=changes, limits=door.limits)
    try:
        session = await door.change(session_id, owner_in(request), operation)
    except (RequestError, SpecError) as error:
        return await _refused(request, door, session_id, form, error, "setting_faults")
    return await changed(request, door, session, form)


def settings_in(form: Form, now: Knobs) -> dict[str, Any]:
    """The form as changes of the settings; a field that is not there changes nothing."""
    changes: dict[str, Any] = {
        name: _value(form, name) for name in ("batch_size", "clip_norm") if name in form
    }
    for section, names in SECTIONS.items():
        if picked := {name: _value(form, name) for name in names if name in form}:
            changes[section] = picked
    shown = knob_texts(now)
    for field, models in (("optimizer", OPTIMIZER_MODELS), ("schedule", SCHEDULE_MODELS)):
        changes[field] = _choice(form, field, models, shown)
    return changes


def _value(form: Form, name: str) -> str | None:
    given = text(form, name)
    return None if name in OPTIONAL and not given else given


def _choice(
    form: Form, field: str, models: Mapping[str, type[Named]], shown: Mapping[str, str | None]
) -> dict[str, Any]:
    """An optimiser or schedule; another one comes with its own options but for those that were typed."""
    name = text(form, field) or str(shown[field])
    fields = models[name].model_fields if name in models else ()
    options = {option: text(form, option) for option in fields if option in form and option != "name"}
    if name != shown[field]:
        options = {option: given for option, given in options.items() if given not in ("", shown.get(option))}
    return {"name": name, **options}


@router.post("/n/{session_id}/build")
async def build(request: Request, door: Door, session_id: str) -> Response:
    """Other data, other layers, another loss: a network of its own from step 0; this one stays."""
    session, form, secret = door.load(session_id), await form_in(request, door.limits), secret_for(request)
    try:
        typed = texts_in(form)
        rebuilt = await door.look(session, lambda s: rebuild(s.spec, typed), 0, door.spec_work(session))
        made = await door.create(parse_spec(rebuilt.spec), owner_of(secret), None)
    except (RequestError, SpecError, LimitError) as error:
        return await _refused(request, door, session_id, form, error, "build_faults")
    url = page_path(made.id, select=choices(form)["select"], repaired=",".join(rebuilt.repaired))
    answer = leading(request, url)
    remember(request, answer, secret)
    return answer


async def _refused(
    request: Request, door: Playground, session_id: str, form: FormData, error: PlaygroundError, place: str
) -> Response:
    """The same page with all that was typed, and what is wrong with it."""
    code, session = language_of(request).code, door.load(session_id)
    faults = {field_of(fault.loc): fault_text(fault, code) for fault in error.faults}
    told: dict[str, Any] = {place: faults, "notices": [] if faults else [error.detail(code)]}
    if not render.wants_fragment(request):
        typed = typed_in(texts_in(form))
        return await shown(request, door, session, choices(form), error.status, typed=typed, **told)
    answer = (
        partial(render.update, request, status=error.status, **told)
        if place == "setting_faults"
        else partial(render.fragment, request, "answers/build.html", status=error.status, **told)
    )
    return await seen(request, door, session, answer, choices(form))


def field_of(loc: tuple[str | int, ...]) -> str:
    """The id of the field that a fault belongs to."""
    match loc:
        case ("layers", int(place), str(name)):
            return f"{name}-{place}"
        case ("data", "seed"):
            return "data_seed"
        case (str(field), "name"):
            return field
    return next((part for part in reversed(loc) if isinstance(part, str)), "")


def fault_text(fault: Fault, code: str) -> str:
    """What is wrong, with the field called as it is on the page; by its path where it has no field."""
    match fault.loc:
        case ("layers", int(place), str(name)) if name in FIELDS:
            label = translate(
                code, N_("{field} of layer {n}"), field=translate(code, FIELDS[name].title), n=place + 1
            )
        case ("layers", int(place), *_):
            label = translate(code, N_("layer {number}"), number=place + 1)
        case loc:
            named = FIELDS.get(field_of(loc))
            label = translate(code, named.title) if named else fault.path
    return translate(code, N_("{field} {fault}"), field=label, fault=fault.message(code))


def typed_in(form: Form) -> dict[str, Any]:
    """What every field held, by its id."""
    typed: dict[str, Any] = {name: given[0] for name, given in form.items() if given}
    return typed | ({"features": [each for each in form["features"] if each]} if "features" in form else {})
