"""The JSON API."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as InPath

from app import looking, training
from app.errors import NotFoundError, RequestError
from app.i18n import N_, translate
from app.limits import Limits
from app.playground import BYTE_WORK, Operation, Playground, owner_of
from app.presets import PRESETS, preset
from app.session import Session
from app.share import page_url
from app.spec import parse_spec
from app.web import documents
from app.web.answers import json_answer
from app.web.bodies import Body, Frozen, Inputs, NewSession, Steps, Value, body_in, json_in
from app.web.language import language_of
from app.web.owner import owner_in, remember, secret_for

router = APIRouter(prefix="/api")
SessionId = Annotated[str, InPath(alias="session_id", description="the session's id")]


async def playground_of(request: Request) -> Playground:
    """The playground this server runs. Async: what is not would be run on a thread."""
    return request.app.state.playground  # type: ignore[no-any-return]


Door = Annotated[Playground, Depends(playground_of)]


def body_schema(model: type[Body]) -> dict[str, Any]:
    """What the documentation says of a body that is parsed here (so that its errors are ours)."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"content": content, "required": False}}


@router.get("/presets")
async def list_presets(request: Request) -> Response:
    """Every preset, with its spec."""
    code = language_of(request).code
    return json_answer(
        [
            {
                "name": one.name,
                "title": translate(code, one.title),
                "description": translate(code, one.description),
                "spec": parse_spec(one.spec).model_dump(),
            }
            for one in PRESETS.values()
        ]
    )


@router.post("/sessions", status_code=201, openapi_extra=body_schema(NewSession))
async def create_session(request: Request, door: Door) -> Response:
    """A new session from a preset, a spec or a snapshot; the caller owns it."""
    body = await body_in(request, NewSession)
    given = [name for name in ("preset", "spec", "snapshot") if getattr(body, name) is not None]
    if len(given) != 1 or (body.parameters is not None and given != ["spec"]):
        raise RequestError(N_("Give one of preset, spec (with parameters, if you like) and snapshot."))
    secret = secret_for(request)
    if body.snapshot is not None:
        session = await door.open_snapshot(body.snapshot, owner_of(secret))
    elif body.preset is not None:
        chosen = preset(body.preset)
        session = await door.create(parse_spec(chosen.spec), owner_of(secret), chosen.name)
    else:
        spec: dict[str, Any] = body.spec or {}
        if body.parameters is not None:
            spec = {**spec, "parameters": body.parameters}
        session = await door.create(parse_spec(spec, door.limits), owner_of(secret), None)
    return await _created(request, door, session, secret)


async def _created(request: Request, door: Playground, session: Session, secret: str) -> Response:
    location = {"Location": f"/api/sessions/{session.id}"}
    answer = json_answer(await state_of(door, session), 201, location)
    remember(request, answer, secret)
    return answer


@router.get("/sessions/{session_id}")
async def get_session(request: Request, door: Door, session_id: SessionId) -> Response:
    """State."""
    session = door.load(session_id)
    return json_answer(await state_of(door, session, owner_in(request) == session.owner))


async def state_of(door: Playground, session: Session, owner: bool = True) -> dict[str, Any]:
    """State, for its owner or somebody else."""
    return await door.look(session, partial(documents.state, owner=owner))


@router.delete("/sessions/{session_id}", status_code=204)
async def delete_session(request: Request, door: Door, session_id: SessionId) -> Response:
    """Forget the session."""
    await door.delete(session_id, owner_in(request))
    return Response(status_code=204)


async def changed(request: Request, door: Playground, session_id: str, operation: Operation) -> Response:
    """Apply an operation for the owner and answer State."""
    session = await door.change(session_id, owner_in(request), operation)
    return json_answer(await state_of(door, session))


@router.post("/sessions/{session_id}/forward")
async def forward(request: Request, door: Door, session_id: SessionId) -> Response:
    """Draw the next batch if none is in flight, run the forward pass."""
    return await changed(request, door, session_id, training.forward)


@router.post("/sessions/{session_id}/backward")
async def backward(request: Request, door: Door, session_id: SessionId) -> Response:
    """Run what is still missing, then the backward pass."""
    return await changed(request, door, session_id, training.backward)


@router.post("/sessions/{session_id}/update")
async def update(request: Request, door: Door, session_id: SessionId) -> Response:
    """Run what is still missing, then apply the optimiser; 409 where the network has diverged."""
    return await changed(request, door, session_id, partial(training.update, limits=door.limits))


async def steps_in(request: Request, limits: Limits) -> int:
    """The number of steps a body asks for. Raises RequestError, and LimitError above the limit."""
    return training.held_steps((await body_in(request, Steps)).steps, limits)


@router.post("/sessions/{session_id}/step", openapi_extra=body_schema(Steps))
async def step(request: Request, door: Door, session_id: SessionId) -> Response:
    """Whole updates, the one in flight first; ends early where a stop rule holds."""
    steps = await steps_in(request, door.limits)
    operation = partial(training.step, limits=door.limits, steps=steps)
    session = await door.change(session_id, owner_in(request), operation, passes=steps)
    return json_answer(await state_of(door, session))


@router.post("/sessions/{session_id}/undo", openapi_extra=body_schema(Steps))
async def undo(request: Request, door: Door, session_id: SessionId) -> Response:
    """Back; 409 when there is nothing to undo."""
    steps = await steps_in(request, door.limits)
    return await changed(request, door, session_id, partial(training.undo, steps=steps))


@router.post("/sessions/{session_id}/redo", openapi_extra=body_schema(Steps))
async def redo(request: Request, door: Door, session_id: SessionId) -> Response:
    """Forth again; 409 when there is nothing to redo."""
    steps = await steps_in(request, door.limits)
    return await changed(request, door, session_id, partial(training.redo, steps=steps))


@router.post("/sessions/{session_id}/reset")
async def reset(request: Request, door: Door, session_id: SessionId) -> Response:
    """Back to step 0 with the same initial parameters."""
    return await changed(request, door, session_id, training.reset)


@router.patch("/sessions/{session_id}")
async def change_knobs(request: Request, door: Door, session_id: SessionId) -> Response:
    """Any of optimizer, regularization, batch_size, clip_norm, schedule, stop: from the next batch on."""
    changes = await json_in(request)
    operation = partial(training.change_knobs, changes=changes, limits=door.limits)
    return await changed(request, door, session_id, operation)


Index = Annotated[str, InPath(description="one index for each axis: 0,2")]
Layer = Annotated[str, InPath(description="the layer's place in spec.layers")]


def place_in(layer: str, name: str, index: str) -> tuple[int, str, tuple[int, ...]]:
    """Layer, name and index out of a URL. Raises NotFoundError."""
    parts = (layer, *index.split(","))
    if not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts):
        path = f"{name}[{layer}][{index}]"
        raise NotFoundError(N_("This network has no parameter {path}."), path=path)
    first, *rest = map(int, parts)
    return first, name, tuple(rest)


@router.put("/sessions/{session_id}/parameters/{layer}/{name}/{index}", openapi_extra=body_schema(Value))
async def set_parameter(
    request: Request, door: Door, session_id: SessionId, layer: Layer, name: str, index: Index
) -> Response:
    """Set one parameter; a step in the history."""
    place, value = place_in(layer, name, index), (await body_in(request, Value)).value
    return await changed(
        request, door, session_id, lambda s: training.set_parameter(s, *place, value, door.limits)
    )


@router.put(
    "/sessions/{session_id}/parameters/{layer}/{name}/{index}/frozen", openapi_extra=body_schema(Frozen)
)
async def set_frozen(
    request: Request, door: Door, session_id: SessionId, layer: Layer, name: str, index: Index
) -> Response:
    """Freeze one parameter or let it go; a step in the history."""
    place, frozen = place_in(layer, name, index), (await body_in(request, Frozen)).frozen
    return await changed(
        request, door, session_id, lambda s: training.set_frozen(s, *place, frozen, door.limits)
    )


async def seen(
    door: Playground, session_id: str, view: Callable[[Session], Any], passes: int = 1
) -> Response:
    """What a view sees of a session, as JSON."""
    return json_answer(await door.look(door.load(session_id), view, passes))


@router.get("/sessions/{session_id}/trace")
async def trace(door: Door, session_id: SessionId) -> Response:
    """Everything of the batch in flight, or of the last one."""
    return await seen(door, session_id, documents.trace)


@router.get("/sessions/{session_id}/history")
async def history(door: Door, session_id: SessionId) -> Response:
    """The loss curves."""
    return await seen(door, session_id, documents.history)


@router.post("/sessions/{session_id}/predict", openapi_extra=body_schema(Inputs))
async def predict(request: Request, door: Door, session_id: SessionId) -> Response:
    """The outputs for any inputs."""
    inputs, session = (await body_in(request, Inputs)).inputs, door.load(session_id)
    passed = session.setup.network.multiplications * min(len(inputs), door.limits.max_samples)
    work = BYTE_WORK * len(await request.body()) + passed
    outputs = await door.look(session, lambda s: looking.predict(s, inputs, door.limits), 0, work)
    return json_answer({"outputs": outputs})


@router.post("/sessions/{session_id}/fork", status_code=201)
async def fork(request: Request, door: Door, session_id: SessionId) -> Response:
    """A new session in the same state; the caller owns it."""
    secret = secret_for(request)
    session = await door.fork(door.load(session_id), owner_of(secret))
    return await _created(request, door, session, secret)


@router.post("/sessions/{session_id}/share", status_code=201)
async def share(request: Request, door: Door, session_id: SessionId) -> Response:
    """Store a snapshot: a link to exactly this state."""
    slug = door.share(door.load(session_id))
    url = page_url(str(request.base_url), slug)
    return json_answer({"slug": slug, "url": url}, 201, {"Location": url})
