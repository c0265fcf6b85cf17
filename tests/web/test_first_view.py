"""What stands between a request and the first paint of a page."""

from __future__ import annotations

import re
import zlib

import pytest

from app.web.assets import static_url
from tests.clients import Client


def test_the_bar_is_sent_before_the_rest_is_made(client: Client) -> None:
    inflated = zlib.decompressobj(16 + zlib.MAX_WBITS)
    first, rest, *end = (inflated.decompress(piece).decode().strip() for piece in client.pieces("/p/xor"))
    assert re.findall('<link rel="stylesheet" href="([^"]+)"', first) == [static_url("css/bar.css")]
    assert first.endswith("</header>")
    assert rest.startswith('<link rel="stylesheet"')
    assert rest.endswith("</html>")
    assert inflated.eof
    assert not any(end)


@pytest.mark.parametrize("path", ["/p/xor", "/docs", "/n/none"])
@pytest.mark.parametrize(("kept", "theme"), [("dark", "dark"), ("light", "light"), ("pink", ""), ("", "")])
def test_a_page_comes_in_the_colours_that_were_chosen(
    client: Client, path: str, kept: str, theme: str
) -> None:
    page = client.get(path, headers={"cookie": f"playground_theme={kept}"}).text
    assert re.findall(r'<html lang="en"(?: data-theme="(\w+)")?>', page) == [theme]


def test_nothing_before_the_bar_waits_for_a_script(client: Client) -> None:
    page = client.get("/").text
    assert page.index("</header>") < page.index("<script")


def test_what_a_first_view_needs_is_sent_compressed(client: Client) -> None:
    page = client.get("/")
    assert page.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["vary"]
    files = re.findall(r'"(/static/[^"]+\.(?:js|css|svg))"', page.text)
    assert len(files) == 6
    for url in files:
        answer = client.get(url)
        assert answer.headers["content-encoding"] == "gzip"
        plain = client.get(url, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content
    plain = client.get("/", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip ; q=0.00 , identity", False),
        ("gzip;q=0.1", True),
        ("deflate, not-gzip", False),
        ("", False),
    ],
)
def test_only_who_takes_it_is_sent_anything_compressed(
    client: Client, accepted: str, compressed: bool
) -> None:
    for path in ("/", static_url("css/page.css")):
        assert (
            "content-encoding" in client.get(path, headers={"accept-encoding": accepted}).headers
        ) is compressed


def test_answers_to_htmx_are_not_compressed(client: Client) -> None:
    session = re.search(r'data-session="([^"]+)"', client.get("/").text)
    assert session
    asked = {"hx-request": "true"}
    answer = client.post(f"/n/{session[1]}/step", headers=asked)
    assert "content-encoding" not in answer.headers
    assert "content-encoding" not in client.get(f"/n/{session[1]}/now", headers=asked).headers
