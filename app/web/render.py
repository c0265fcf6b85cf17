"""Templates: the Jinja environment, what every page and fragment is given, and full page or fragment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app import options
from app.datasets import DATASETS
from app.errors import NotOwnerError, PlaygroundError
from app.i18n import LANGUAGES, translate, translations
from app.presets import PRESETS
from app.scene import (
    activation,
    cell,
    course,
    derivation,
    descent,
    differences,
    drawing,
    example,
    findings,
    format,  # noqa: A004  (a scene module)
    images,
    images_spot,
    inspector,
    landscape,
    numbers,
    result,
    surface,
    unrolled,
    weighted,
)
from app.scene.chart import chart
from app.scene.dense import Drawn
from app.scene.fields import OPTIMIZER_OPTIONS, SCHEDULE_OPTIONS
from app.scene.thumbnails import thumbnail
from app.scene.view import View
from app.web.answers import Answer
from app.web.assets import BAR_STYLE, STYLE, static_url
from app.web.charting import chart_choice
from app.web.language import language_of, remember_language
from app.web.owner import COOKIE as OWNER_COOKIE
from app.web.texts import Filled, Texts
from app.web.theme import theme_of

# How a network is drawn: what makes the drawing; the template that draws it, and that of its legend.
DRAWINGS: dict[Drawn, Callable[[View], Any]] = {
    "units": drawing.drawing,
    "images": images.images,
    "time": unrolled.unrolled,
}
DRAWN_BY: dict[Drawn, tuple[str, str]] = {
    "units": ("network", "legend"),
    "images": ("images", "images_legend"),
    "time": ("unrolled", "unrolled_legend"),
}


OPTIONS = orjson.OPT_SERIALIZE_NUMPY
HTML, JSON = "text/html; charset=utf-8", "application/json"


@cache
def environment(code: str) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=PackageLoader("app"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(translations(code), newstyle=False)  # type: ignore[attr-defined]
    made.globals.update(
        t=lambda text, **values: translate(code, text, **values),
        static=static_url,
        style=STYLE,
        bar_style=BAR_STYLE,
        languages=LANGUAGES,
        lang=LANGUAGES[code],
        presets=list(PRESETS.values()),
        box=surface,
        field=landscape,
        slope=descent,
        room=format.ROOM,
        course_box=course,
        datasets=DATASETS,
        about=options.FIELDS,
        choices=options.CHOICES,
        optimizer_options=OPTIMIZER_OPTIONS,
        schedule_options=SCHEDULE_OPTIONS,
        thumbnail=thumbnail,
        rounded=Texts(),
        setting_titles=differences.TITLES,
        settings_at_once=differences.SHOWN_AT_ONCE,
    )
    made.filters.update(
        short=format.short,
        fitted=format.fitted,
        plain=format.plain,
        percent=format.percent,
        words=lambda said: said if isinstance(said, str) else said.spoken(partial(translate, code)),
    )
    return made


def language_url(request: Request, code: str, path: str | None) -> str:
    """The same page in another language; `path` is where it stands if that is not where it was asked for."""
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    if path and request.url.path != path:
        query = [(name, value) for name, value in query if name == "select"]
    return f"{path or request.url.path}?{urlencode([*query, ('lang', code)])}"


def outline(request: Request, view: View | None) -> dict[str, Any]:
    """What the frame of a page may use."""
    path = f"/n/{view.id}" if view else None
    return {
        "view": view,
        "theme": theme_of(request),
        "oob": False,
        "at": "",  # what the ids of a drawing end in, where a page has two
        "marked": True,  # whether it brings the markers of its lines along
        "notices": [],
        "fork": None,  # where a copy of one's own is made, for who may not change this
        "edited": {},
        "probe_faults": [],
        "probe_typed": {},
        "setting_faults": {},
        "build_faults": {},
        "texts": Texts(view),
        "difference": None,
        "errors": None,
        "check_fault": "",
        "share_url": None,
        "settings": None,
        "network_url": None,
        "qr": None,
        "first_visit": OWNER_COOKIE not in request.cookies,
        "language_url": lambda code: language_url(request, code, path),
    }


def context(request: Request, view: View | None = None, **more: Any) -> dict[str, Any]:
    """What a template may use; every name is always there."""
    made = outline(request, view)
    if view:
        made.update(
            findings=[findings.told(one, view.spec) for one in view.findings],
            inspector=inspector.inspector(view),
            all_digits=view.all_digits,
            drawn_walk=derivation.drawn_walk(view),
            weighted=weighted.weighted(view),
            activation=activation.activation_plot(view),
            cell=cell.cell(view),
            spot=images_spot.pixel_story(view),
            probe_answer=example.answer(view),
        )
    return made | more


def drawn(view: View) -> dict[str, Any]:
    """The drawing of a session, and the templates for it and for its legend."""
    drawn_by, legend_by = DRAWN_BY[view.drawn]
    return {"drawing": DRAWINGS[view.drawn](view), "drawn_by": drawn_by, "legend_by": legend_by}


def curves(request: Request, view: View) -> dict[str, Any]:
    """What the templates of the curves take besides."""
    chosen = chart_choice(request)
    return {"chart": chart(view.curve, chosen), "chart_choice": chosen}


def asked_landscape(given: Mapping[str, str]) -> dict[str, str]:
    """What the form of the landscape holds: every field of it, or ""."""
    return {name: given.get(name, "") for name in ("axes", "x", "y", "directions")}


def fragment(request: Request, template: str, view: View | None, status: int = 200, **more: Any) -> Response:
    """The parts that changed; each finds its own place."""
    if view:
        blocks = numbers.followed_numbers(view), example.numbers(view)
        more = {"numbers_json": in_script(blocks[0]), "example_json": in_script(blocks[1])} | more
    return _answer(request, rendered(request, template, view, **more), status)


def update(request: Request, view: View, status: int = 200, **more: Any) -> Response:
    """What an action, a change of settings or a refused one answers to htmx, as JSON: numbers for what stands on
    the page, and `markup`, that of the few parts that have something to say."""
    markup = [
        *(["messages"] if more.get("notices") or view.diverged or view.stopped else []),
        *(["following"] if view.probe or view.followed is not None else []),
        *(["faults"] if more.get("setting_faults") else []),
        *(["edit_fault"] if more.get("edited") else []),
        *(["found-kinds", "found", "found-said"] if view.findings else []),
        *([] if view.fresh else ["chart"]),
    ]
    shown = curves(request, view) if "chart" in markup else {}
    return changes(
        request,
        status,
        numbers=numbers.fresh_numbers(view, markup),
        pictures=result.numbers(view),
        example=example.numbers(view),
        inspector=_inspector(request, view) if view.selection else None,
        markup=rendered(request, "answers/step.html", view, markup=markup, **shown, **more) if markup else "",
    )


def _inspector(request: Request, view: View) -> dict[str, Any]:
    """The inspector for a page that may have the form of it already."""
    texts = Texts(view, marked=True)
    return Filled(rendered(request, "partials/inspector.html", view, texts=texts)).beside(view.form)


def changes(request: Request, status: int, **changed: Any) -> Response:
    """What has changed on a page, in JSON for the module that sets it on what stands."""
    return _answer(request, orjson.dumps(changed, option=OPTIONS), status, JSON)


def in_script(block: Any) -> str:
    """JSON that can stand inside a script element."""
    return orjson.dumps(block, option=OPTIONS).decode().replace("</", "<\\/")


def refusal(request: Request, error: PlaygroundError) -> Response:
    """An error as a page, or as a message on the standing page."""
    code = language_of(request).code
    if wants_fragment(request):
        faults = [fault.placed(code) for fault in error.faults]
        notices = [" ".join([error.detail(code), "; ".join(faults)]).strip()]
        fork = _fork(request) if isinstance(error, NotOwnerError) else None
        return fragment(request, "answers/error.html", None, error.status, notices=notices, fork=fork)
    said = {"title": translate(code, error.title), "detail": error.detail(code), "faults": error.faults}
    return other_page(request, "pages/error.html", error.status, **said)


def _fork(request: Request) -> str:
    """Where that of which something was asked is copied: /n/{id}/fork, /pair/{left}/{right}/fork."""
    _, room, *rest = request.url.path.split("/")
    return "/".join(["", room, *rest[: 2 if room == "pair" else 1], "fork"])


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks, for parts of a standing page."""
    return "hx-request" in request.headers


def rendered(request: Request, template: str, view: View | None, **more: Any) -> str:
    """A template as text."""
    return filled(request, template, context(request, view, **more))


def filled(request: Request, template: str, made: dict[str, Any]) -> str:
    """A template with just what it is given."""
    return environment(language_of(request).code).get_template(template).render(made)


def in_pieces(request: Request, pieces: AsyncIterator[str], status: int) -> Response:
    """A page that is sent as its pieces are made."""
    answer = StreamingResponse(pieces, status)
    answer.raw_headers += _head(language_of(request).tag, HTML)
    return _remembering(request, answer)


def _answer(request: Request, content: str | bytes, status: int, media_type: str = HTML) -> Response:
    body = content.encode() if isinstance(content, str) else content
    return _remembering(request, Answer(body, status, _head(language_of(request).tag, media_type)))


def _remembering(request: Request, answer: Response) -> Response:
    if request.scope["query_string"]:
        remember_language(request, answer)
    return answer


@cache
def _head(tag: str, media_type: str) -> list[tuple[bytes, bytes]]:
    headers = {
        "content-type": media_type,
        "cache-control": "no-store",
        "content-language": tag,
        "vary": "Cookie, Accept-Language, HX-Request",
    }
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def other_page(request: Request, template: str, status: int = 200, **more: Any) -> Response:
    """A page, or a part of one, that does not show a single session."""
    return _answer(request, rendered(request, template, None, **more), status)


def documentation(request: Request, description: dict[str, Any]) -> Response:
    """The API's documentation as a page."""
    calls = [
        (method.upper(), path, call)
        for path, methods in description["paths"].items()
        for method, call in methods.items()
    ]
    return other_page(request, "pages/docs.html", calls=calls)
