"""The loss as a landscape: for everybody who sees the session, since it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from app import frames, landscape
from app.errors import RequestError
from app.frames import Axes, Directions, Frame, Parameters
from app.i18n import N_, translate
from app.landscape import Along, Ground, Trail
from app.limits import Limits
from app.scene.axes import axes as axes_offered
from app.scene.axes import axis
from app.scene.descent import descent
from app.scene.landscape import box_of, drawn, marks
from app.scene.places import parse_place
from app.scene.view import View
from app.session import Session
from app.web import render
from app.web.answers import json_answer
from app.web.api import Door, SessionId
from app.web.documents import parameter_name
from app.web.language import language_of
from app.web.pages import seen

router = APIRouter(include_in_schema=False)
calls = APIRouter(prefix="/api")
ZOOMS = {"in": 0.5, "out": 2.0}
DIGITS = 7  # of the values that stand in the page to be read


@dataclass(frozen=True)
class Seen:
    """What is seen of a session; `ground` is None where the standing map still holds."""

    frame: Frame
    ground: Ground | None
    trail: Trail
    along: Along | None


@router.get("/n/{session_id}/landscape")
async def show(request: Request, door: Door, session_id: str) -> Response:
    """The map and the line; for a page that shows the map already, what has changed on it."""
    session, asked = door.load(session_id), request.query_params
    axes = axes_in(asked, session)
    fragment = render.wants_fragment(request)
    half = frames.zoomed(asked.get("at", ""), ZOOMS.get(asked.get("zoom", ""), 1.0))
    keeps = fragment and not ("zoom" in asked or "redraw" in asked)
    name = asked.get("at", "") if keeps else ""
    found = await door.look(
        session,
        partial(see, axes=axes, limits=door.limits, name=name, half=half if "zoom" in asked else None),
        work=landscape.work(session, door.limits),
    )
    if found.ground is None:
        return render.fragment(request, "answers/landscape_follow.html", None, **_followed(found))

    def mapped(view: View) -> Response:
        assert found.ground is not None
        made = _followed(found) | _mapped(found, found.ground, view, language_of(request).code)
        if fragment:
            return render.fragment(request, "answers/landscape.html", view, **made)
        made |= {"landscape_asked": render.asked_landscape(asked), "landscape_axes": axes_offered(view)}
        return render.fragment(request, "pages/landscape.html", view, **made)

    return await seen(request, door, session, mapped)


def see(session: Session, axes: Axes, limits: Limits, name: str = "", half: float | None = None) -> Seen:
    """The landscape of a session; of the frame of that `name` only what may have changed, while it holds."""
    standing = frames.standing(session, axes, name) if name else None
    frame = standing or frames.frame(session, axes, half)
    ground = None if standing else landscape.ground(session, frame, limits)
    return Seen(frame, ground, landscape.trail(session, frame), landscape.along(session, limits))


def axes_in(asked: Mapping[str, str], session: Session) -> Axes:
    """Two parameters (x, y), or random directions by their seed. Raises RequestError."""
    seed = asked.get("directions", "").strip()
    if asked.get("axes", "directions" if seed else "parameters") == "directions":
        if not (seed.isascii() and seed.isdecimal() and len(seed) < 10):
            text = N_("The seed of the directions is {value}; a whole number from 0 on is expected.")
            raise RequestError(text, value=seed)
        return Directions(int(seed))
    x, y = (_parameter(session, asked, name) for name in ("x", "y"))
    if x is not None and x == y and "chosen" in (asked.get("x"), asked.get("y")):
        y = None
    return frames.parameter_axes(session, x, y)


def _parameter(session: Session, asked: Mapping[str, str], name: str) -> int | None:
    """The place in the flat vector of what an axis names; None where it leaves the choice."""
    text = asked.get(name, "").strip()
    if text in ("", "chosen"):
        place = parse_place(asked.get("select", ""), session.setup.network) if text else None
        return session.setup.network.index(*place.parameter) if place and place.parameter else None
    place = parse_place(text, session.setup.network)
    if place is None or place.parameter is None:
        raise RequestError(N_("This network has no parameter {path}."), path=text)
    return session.setup.network.index(*place.parameter)


def _followed(seen: Seen) -> dict[str, Any]:
    """What the templates of the line and of the moving marks are given."""
    frame, trail, along = seen.frame, seen.trail, seen.along
    placed = marks(
        *(box_of(frame.middle, frame.half), trail.path, trail.undone, trail.point),
        *(trail.start, trail.gradient, trail.update),
    )
    others = int(frame.origin.size) > 2 and int(trail.steps[-1]) != frame.step
    return {
        "marks": placed,
        "marks_json": orjson.dumps({**placed, "at": frame.name, "stale": others}).decode(),
        "along": along,
        "line": descent(along.line, along.lowest, along.learning_rate) if along else None,
    }


def _mapped(seen: Seen, ground: Ground, view: View, code: str) -> dict[str, Any]:
    """What the template of the map is given."""
    frame, grid = seen.frame, ground.grid
    values = [[float(f"{value:.{DIGITS}g}") for value in row] for row in grid.values.tolist()]
    reading = {"x": grid.x.tolist(), "y": grid.y.tolist(), "values": values}
    return {
        "map": drawn(grid, box_of(frame.middle, frame.half)),
        "frame": frame,
        "ground": ground,
        "over_directions": isinstance(frame.axes, Directions),
        "axis_names": [_axis_name(view, frame.axes, number, code) for number in (0, 1)],
        "grid_json": orjson.dumps(reading).decode(),
    }


def _axis_name(view: View, axes: Axes, number: int, code: str) -> str:
    if isinstance(axes, Parameters):
        return axis(view, (axes.x, axes.y)[number]).name
    return translate(code, N_("direction {number}"), number=number + 1)


def document(session: Session, asked: Mapping[str, str], limits: Limits) -> dict[str, Any]:
    """The landscape as JSON: `loss[i][j]` is the objective at x[j], y[i]."""
    seen = see(session, axes_in(asked, session), limits, half=_half(asked.get("reach", "")))
    frame, trail, along, ground = seen.frame, seen.trail, seen.along, seen.ground
    assert ground is not None
    return {
        "axes": _axes_document(session, frame.axes),
        "x": ground.grid.x,
        "y": ground.grid.y,
        "loss": ground.grid.values,
        "samples": ground.samples,
        "of": ground.count,
        "point": trail.point,
        "path": {"step": trail.steps, "x": trail.path[:, 0].copy(), "y": trail.path[:, 1].copy()},
        "start": trail.start,
        "gradient": trail.gradient,
        "update": trail.update,
        "along": along and {"t": along.line.t, "loss": along.line.values, "slope": along.line.slope},
    }


@calls.get("/sessions/{session_id}/landscape")
async def landscape_of(request: Request, door: Door, session_id: SessionId) -> Response:
    """Loss and penalty over the plane of two parameters or random directions, and along the last update."""
    session, limits = door.load(session_id), door.limits
    seen = partial(document, asked=request.query_params, limits=limits)
    return json_answer(await door.look(session, seen, work=landscape.work(session, limits)))


def _axes_document(session: Session, axes: Axes) -> dict[str, Any]:
    if isinstance(axes, Directions):
        return {"directions": axes.seed}
    names = (parameter_name(session.setup.network, at) for at in (axes.x, axes.y))
    return dict(zip(("x", "y"), names, strict=True))


def _half(text: str) -> float | None:
    """Half the width of the plane, as it was asked for. Raises RequestError."""
    if not text:
        return None
    half = frames.zoomed(f"0:{text}", 1.0)
    if half is None:
        least, most = frames.NEAREST, frames.FARTHEST
        raise RequestError(
            N_("reach is {value}; a number from {least} to {most} is expected."),
            value=text,
            least=least,
            most=most,
        )
    return half
