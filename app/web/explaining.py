"""The JSON API's explanations: where a number comes from, and the proof of it by finite differences."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath

from app import checking, explaining, looking
from app.errors import RequestError
from app.i18n import N_
from app.session import Session
from app.web import documents, explanations
from app.web.answers import json_answer
from app.web.api import Door, Index, Layer, SessionId, place_in, seen

router = APIRouter(prefix="/api")
UnitIndex = Annotated[
    str, InPath(description="of what the layer puts out: unit; row,column,filter; step,unit, from 0")
]
Sample = Annotated[str, Query(description="the sample's number in the batch, from 0")]


@router.get("/sessions/{session_id}/explain/{layer}/neuron/{index}")
async def explain_neuron(
    door: Door, session_id: SessionId, layer: Layer, index: UnitIndex, sample: Sample = "0"
) -> Response:
    """One unit: z term by term, a, the slope of its activation, and what its δ is made of, for a sample."""
    at, _, unit = place_in(layer, "neuron", index)
    chosen = sample_in(sample)
    return await seen(
        door,
        session_id,
        lambda s: explanations.neuron(explaining.neuron(s, at, unit, chosen, door.limits)),
        2,
    )


def sample_in(text: str) -> int:
    """The number of a sample in the batch. Raises RequestError."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        text_of = N_("The sample is {value}; its number in the batch is expected, from 0 on.")
        raise RequestError(text_of, value=text)
    return int(text)


@router.get("/sessions/{session_id}/explain/{layer}/{name}/{index}")
async def explain(door: Door, session_id: SessionId, layer: Layer, name: str, index: Index) -> Response:
    """The chain rule for one parameter, and the optimiser's rule with its numbers."""
    place = place_in(layer, name, index)

    def view(session: Session) -> dict[str, Any]:
        explaining.hold_terms(explaining.terms_of(session, place[0]), door.limits)
        return explanations.explanation(looking.explain(session, *place))

    return await seen(door, session_id, view, 3)


@router.get("/sessions/{session_id}/difference/{layer}/{name}/{index}")
async def difference(door: Door, session_id: SessionId, layer: Layer, name: str, index: Index) -> Response:
    """The gradient of one parameter by finite differences: (L(w + ε) − L(w − ε)) / 2ε with its numbers."""
    place, session = place_in(layer, name, index), door.load(session_id)
    work = checking.work_of_check(session)
    found = await door.look(session, lambda s: checking.check(s, *place), 0, work)
    return json_answer(explanations.difference(found))


@router.post("/sessions/{session_id}/gradcheck")
async def gradcheck(door: Door, session_id: SessionId) -> Response:
    """Central differences against the backward pass."""
    session, limits = door.load(session_id), door.limits
    one = checking.any_pass(session)
    work = checking.work(session, one, limits)
    found = await door.look(session, partial(checking.gradcheck, one=one, limits=limits), 0, work)
    return json_answer(documents.check(found))
