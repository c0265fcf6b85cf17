"""Static files, read once and kept compressed; under a URL with their hash they never change.

A page's style is two files: what its bar needs, which is all that stands before the first paint, and the rest.
Modules come behind; they find those they import beside them, under the same hash.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.web.compression import takes_gzip

STATIC = Path(str(files("app").joinpath("static")))
BAR_STYLE, STYLE = "css/bar.css", "css/page.css"
# The sheets of both, in the order in which they apply.
SHEETS = {
    BAR_STYLE: ["tokens", "layout"],
    STYLE: [
        "network",
        "panels",
        "result",
        "hand",
        "inspector",
        "batch",
        "charts",
        "phases",
        "forms",
        "stack",
        "example",
        "unrolled",
        "images",
        "landscape",
        "proofs",
        "formulas",
        "pair",
        "findings",
        "forced",
        "print",
    ],
}
HASH_LENGTH = 10
FOR_EVER = "public, max-age=31536000, immutable"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    media_type: str

    @cached_property
    def compressed(self) -> bytes | None:
        """gzip, as small as it gets; None of a font, which is compressed already."""
        return None if self.media_type.startswith("font/") else gzip.compress(self.content, 9, mtime=0)

    @cached_property
    def tag(self) -> str:
        """The hash of the content, as an ETag."""
        return f'"{_hash(self.content)}"'


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:HASH_LENGTH]


@cache
def assets() -> dict[str, Asset]:
    """Every file that is sent, by its path below /static."""
    paths = [path for folder in ("img", "js", "vendor") for path in (STATIC / folder).iterdir()]
    found = {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in paths}
    for style, sheets in SHEETS.items():
        found[style] = b"".join((STATIC / "css" / f"{sheet}.css").read_bytes() for sheet in sheets)
    return {
        name: Asset(content, KINDS.get(Path(name).suffix, "text/plain")) for name, content in found.items()
    }


@cache
def release() -> str:
    """The hash of all static files: what one of them refers to stands under the same one."""
    return _hash(b"".join(name.encode() + asset.content for name, asset in sorted(assets().items())))


@cache
def static_url(path: str) -> str:
    """The URL of a static file, with a hash in it, so that browsers may keep it for ever. KeyError if there is none."""
    if path not in assets():
        raise KeyError(path)
    return f"/static/{release()}/{path}"


async def static(request: Request) -> Response:
    """A static file. Under another hash than the present one, or none, it may be another one tomorrow."""
    path = request.path_params["path"]
    first, _, rest = path.partition("/")
    asset = assets().get(path) or assets().get(rest)
    if asset is None:
        raise HTTPException(404)
    headers = {
        "Cache-Control": FOR_EVER if first == release() else "no-cache",
        "ETag": asset.tag,
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == asset.tag:
        return Response(None, 304, headers)
    if asset.compressed and takes_gzip(request.headers):
        return Response(asset.compressed, 200, headers | {"Content-Encoding": "gzip"}, asset.media_type)
    return Response(asset.content, 200, headers, asset.media_type)
