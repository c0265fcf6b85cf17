"""Which curves this browser looks at: a choice in a cookie, since it belongs to no session."""

from __future__ import annotations

from typing import cast, get_args

from starlette.requests import Request
from starlette.responses import Response

from app.scene.chart import ChartChoice
from app.scene.view import Curves
from app.web.cookies import keep

COOKIE = "playground_chart"


def chart_choice(request: Request) -> ChartChoice:
    """As the query says, else as it was kept, else the loss."""
    if "chart" in request.query_params:
        query = request.query_params
        return _choice(query["chart"], "loss_log" in query, "gradient_log" in query)
    kind, _, scales = request.cookies.get(COOKIE, "").partition(".")
    return _choice(kind, scales[:1] == "1", scales[1:] == "1") if len(scales) == 2 else ChartChoice()


def _choice(kind: str, loss_log: bool, gradient_log: bool) -> ChartChoice:
    known = cast(Curves, kind) if kind in get_args(Curves) else "loss"
    return ChartChoice(known, loss_log, gradient_log)


def remember_chart(response: Response, choice: ChartChoice) -> None:
    """Keep the choice for every page of this browser."""
    text = f"{choice.kind}.{choice.loss_log:d}{choice.gradient_log:d}"
    keep(response, COOKIE, text)
