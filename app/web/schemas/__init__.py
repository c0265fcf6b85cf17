"""What the API takes and gives, as `/openapi.json` describes it: for its readers alone, no request comes by here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.exports import EXPORTS
from app.spec import OPTIMIZER_MODELS, SCHEDULE_MODELS, Knobs, Spec
from app.web.answers import PROBLEM
from app.web.schemas.reasons import Diagnosis, Difference, Explanation, GradCheck, Landscape, Unit
from app.web.schemas.states import (
    History,
    Pair,
    Prediction,
    PresetEntry,
    Problem,
    Shared,
    State,
    Trace,
)

Json = dict[str, Any]

REF = "#/components/schemas/{model}"


class Call(NamedTuple):
    """What one call answers, what it is refused with besides 413, and what it takes in its query."""

    answer: Any
    refused: tuple[int, ...]
    query: Mapping[str, str] = {}


REASONS = {
    403: "Somebody else's session.",
    404: "There is no such thing.",
    409: "Not possible in the session's present state.",
    413: "The link or the body is too large.",
    422: "What was asked is not valid, or exceeds a limit; `errors` names every fault.",
    429: "Too many sessions, snapshots or followers.",
}
LANDSCAPE = {
    "x": "the parameter along x: param:layer,name,i,j,…; without it one is chosen",
    "y": "that along y",
    "directions": "seed of two random directions instead of parameters",
    "axes": "parameters or directions; without it as the others say",
    "reach": "half the width of the plane",
}
EVENTS = {"text/event-stream": {"schema": {"type": "string", "description": "`event: state`, `data:` State"}}}
FILES: dict[str, Json] = {media.partition(";")[0]: {} for media, _ in EXPORTS.values()}
CHANGE, MOVE, READ = Call(State, (403, 404, 422)), Call(State, (403, 404, 409, 422)), (404, 422)
SESSION = "/api/sessions/{session_id}"
PLACE = "{layer}/{name}/{index}"
CALLS: dict[str, Call] = {
    "get /api/presets": Call(list[PresetEntry], ()),
    "post /api/sessions": Call(State, (404, 422, 429)),
    "post /api/pairs": Call(Pair, (422, 429)),
    f"get {SESSION}": Call(State, READ),
    f"delete {SESSION}": Call(None, (403, 404)),
    f"patch {SESSION}": CHANGE,
    **{f"post {SESSION}/{action}": CHANGE for action in ("forward", "backward", "step", "reset")},
    **{f"post {SESSION}/{action}": MOVE for action in ("update", "undo", "redo")},
    f"put {SESSION}/parameters/{PLACE}": CHANGE,
    f"put {SESSION}/parameters/{PLACE}/frozen": CHANGE,
    f"get {SESSION}/trace": Call(Trace, (404, 409, 422)),
    f"get {SESSION}/history": Call(History, READ),
    f"get {SESSION}/explain/{PLACE}": Call(Explanation, (404, 409, 422)),
    f"get {SESSION}/explain/{{layer}}/neuron/{{index}}": Call(Unit, (404, 409, 422)),
    f"get {SESSION}/difference/{PLACE}": Call(Difference, (404, 409, 422)),
    f"get {SESSION}/diagnosis": Call(Diagnosis, READ),
    f"get {SESSION}/landscape": Call(Landscape, (404, 409, 422), LANDSCAPE),
    f"post {SESSION}/gradcheck": Call(GradCheck, READ),
    f"post {SESSION}/predict": Call(Prediction, READ),
    f"post {SESSION}/fork": Call(State, (404, 429)),
    f"post {SESSION}/share": Call(Shared, (404, 429)),
    f"get {SESSION}/export/{{name}}": Call(FILES, (404, 422)),
    f"get {SESSION}/events": Call(EVENTS, (404, 429)),
}


def described(made: Json) -> Json:
    """What FastAPI makes of the routes, with what it cannot know: bodies, answers, refusals."""
    for path, methods in made["paths"].items():
        for method, call in methods.items():
            _describe(call, CALLS[f"{method} {path}"])
    made["components"] = {"schemas": _schemas()}
    return made


def _describe(call: Json, known: Call) -> None:
    status, answer = next(iter(call["responses"].items()))
    if known.answer is not None:
        is_model = not isinstance(known.answer, dict)
        answer["content"] = {"application/json": {"schema": _ref(known.answer)}} if is_model else known.answer
    refused = {code: REASONS[code] for code in sorted({*known.refused, 413})}
    problem = {PROBLEM: {"schema": _ref(Problem)}}
    call["responses"] = {
        status: answer,
        **{str(code): {"description": why, "content": problem} for code, why in refused.items()},
        "default": {"description": "Whatever else went wrong.", "content": problem},
    }
    if 429 in known.refused:
        seconds = {"description": "seconds after which it may be tried again", "schema": {"type": "integer"}}
        call["responses"]["429"]["headers"] = {"Retry-After": seconds}
    query = [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, "description": why}
        for name, why in known.query.items()
    ]
    if query:
        call["parameters"] = [*call.get("parameters", ()), *query]


def body_of(model: type[BaseModel]) -> Json:
    """What is said of a body that is parsed by the route itself, so that its errors are ours; specs in it by name."""
    schema = model.model_json_schema(ref_template=REF)
    schema.pop("$defs", None)
    for name in {"spec", "left", "right"} & set(schema["properties"]):
        schema["properties"][name] = _ref(Spec)
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"content": content, "required": bool(schema.get("required"))}}


def _ref(answer: Any) -> Json:
    """A model by its name, or a list of them."""
    if isinstance(answer, type) and issubclass(answer, BaseModel):
        return {"$ref": REF.format(model=answer.__name__)}
    return {"type": "array", "items": _ref(answer.__args__[0])}


def _schemas() -> Json:
    """Every model that an answer or a body is made of, by name."""
    answers = {call.answer for call in CALLS.values() if isinstance(call.answer, type)} - {list[PresetEntry]}
    models = sorted({*answers, Problem, PresetEntry, Knobs}, key=lambda model: model.__name__)
    _, made = models_json_schema([(model, "validation") for model in models], ref_template=REF)
    schemas: Json = made["$defs"]
    schemas["DatasetSpec"]["required"] = ["dataset"]  # the data set knows the others
    for owner in ("Knobs", "Spec"):
        for field, registry in (("optimizer", OPTIMIZER_MODELS), ("schedule", SCHEDULE_MODELS)):
            known = schemas[owner]["properties"][field]
            bare = {"enum": sorted(registry), "type": "string", "description": "by name, with its defaults"}
            schemas[owner]["properties"][field] = {"anyOf": [known, bare]}
    return schemas
