"""The pages: what a browser test may hold on to, languages, links, security headers, static files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from app.share import spec_link
from app.spec import parse_spec
from tests.clients import Client
from tests.specs import BY_UNIT, named_spec, rows_spec
from tests.web.html import Page

NewClient = Callable[[], Client]


def shown(client: Client, url: str, **given: Any) -> Page:
    """The page at `url`."""
    answer = client.get(url, **given)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def check(page: Page, state: dict[str, Any]) -> None:
    """The drawing on a page shows the State: every edge, every neuron, every number."""
    assert page.by_id("playground")["data-session"] == state["id"]
    sizes = [len(state["parameters"][0]["W"]), *(layer["units"] for layer in state["spec"]["layers"])]
    neurons = [element["data-neuron"] for element in page.all("data-neuron")]
    assert neurons == [f"{layer},{unit}" for layer, size in enumerate(sizes) for unit in range(size)]
    edges = page.all("data-edge")
    expected = {
        f"{layer},{i},{j}": (weight, state["gradients"] and state["gradients"][layer]["W"][i][j])
        for layer, parameters in enumerate(state["parameters"])
        for i, row in enumerate(parameters["W"])
        for j, weight in enumerate(row)
    }
    assert {edge["data-edge"] for edge in edges} == (set(expected) if len(expected) <= 600 else set())
    for edge in edges:
        weight, gradient = expected[edge["data-edge"]]
        assert float(edge["data-weight"]) == pytest.approx(weight, rel=1e-12, abs=1e-300)
        assert ("data-gradient" in edge.attributes) == (gradient is not None)
        if gradient is not None:
            assert float(edge["data-gradient"]) == pytest.approx(gradient, rel=1e-12, abs=1e-300)
        assert re.fullmatch(r"-?\d+(\.\d+)?", edge["data-weight"])
    assert page.by_id("network").tag == "svg"
    assert page.by_id("step").text == str(state["step"])
    assert page.by_id("phase")["data-phase"] == state["phase"]
    loss = page.by_id("batch-loss")["value"]
    assert loss == "" if state["loss"]["batch"] is None else float(loss) == state["loss"]["batch"]
    assert page.by_id("inspector")


@pytest.mark.parametrize("preset", ["", *(f"p/{name}" for name in BY_UNIT)])
def test_every_preset_drawn_by_unit_has_its_page(client: Client, preset: str) -> None:
    page = shown(client, f"/{preset}")
    session = page.by_id("playground")["data-session"]
    state = client.read(session)
    assert state["owner"]
    assert state["preset"] == (preset.removeprefix("p/") or "circle")
    check(page, state)
    client.act(session, "step", steps=2)
    state = client.act(session, "backward")
    check(shown(client, f"/n/{session}"), state)


def test_the_buttons_have_their_names(client: Client) -> None:
    buttons = shown(client, "/").text_of("button")
    named = {"Step", "Forward", "Backward", "Update", "Undo", "Redo", "Reset", "Play", "Share"}
    assert named <= set(buttons)


def test_a_visitor_reads_and_may_fork(new_client: NewClient) -> None:
    owner, visitor = new_client(), new_client()
    session = owner.open(preset="xor")["id"]
    page = shown(visitor, f"/n/{session}")
    check(page, owner.read(session))
    assert "Fork" in page.text_of("button")
    actions = [element for element in page.all("data-action") if element.tag == "button"]
    assert actions
    assert all("disabled" in element.attributes for element in actions)
    assert "Fork" not in shown(owner, f"/n/{session}").text_of("button")


@pytest.mark.parametrize("spec", [rows_spec(), named_spec(seed=3, name="a & b + c #1 ü 网络")])
def test_a_link_holds_any_network(client: Client, spec: dict[str, Any]) -> None:
    parsed = parse_spec(spec)
    page = shown(client, spec_link(parsed))
    state = client.read(page.by_id("playground")["data-session"])
    assert parse_spec(state["spec"]) == parsed
    check(page, state)


def test_settings_in_the_link_of_a_preset(client: Client) -> None:
    page = shown(client, "/p/circle?learning_rate=0.3&activation=relu&hidden=3&batch_size=7&lang=zh")
    state = client.read(page.by_id("playground")["data-session"])
    assert state["spec"]["optimizer"]["learning_rate"] == 0.3
    layers = [(layer["units"], layer["activation"]) for layer in state["spec"]["layers"]]
    assert layers == [(3, "relu"), (1, "sigmoid")]
    assert (state["spec"]["batch_size"], state["preset"]) == (7, None)
    assert page.by_id("batch_size")["value"] == "7"
    check(page, state)


def test_a_snapshot_has_its_page(new_client: NewClient) -> None:
    owner, visitor = new_client(), new_client()
    session = owner.open(preset="iris")["id"]
    owner.act(session, "step", steps=4)
    state = owner.act(session, "backward")
    slug = owner.post(f"/api/sessions/{session}/share").json()["slug"]
    page = shown(visitor, f"/s/{slug}")
    opened = visitor.read(page.by_id("playground")["data-session"])
    check(page, opened)
    own = ("id", "can_undo", "can_redo")
    assert {k: v for k, v in opened.items() if k not in own} == {
        k: v for k, v in state.items() if k not in own
    }


def test_the_preset_menu_leads_to_the_link(client: Client) -> None:
    answer = client.get("/p", params={"name": "spiral"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/p/spiral")


def language(answer: Any) -> str:
    """The language a page says it is in."""
    page = Page(answer.text)
    assert answer.headers["content-language"] == page.tagged("html")[0]["lang"]
    return page.tagged("html")[0]["lang"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"),
        ("de-DE, zh-SG;q=0.5", "zh-Hans"),
        ("en-GB,zh;q=0.9", "en"),
        ("zh;q=0.1,en;q=0.9", "en"),
        ("zh;q=0", "en"),
        ("fr", "en"),
        (";;;,q=,zh;q=x", "en"),
    ],
)
def test_the_language_the_browser_accepts(client: Client, accept: str, expected: str) -> None:
    assert language(client.get("/p/xor", headers={"accept-language": accept})) == expected


def test_the_link_wins_over_the_cookie_and_is_kept(client: Client) -> None:
    assert language(client.get("/p/xor?lang=zh", headers={"accept-language": "en"})) == "zh-Hans"
    assert language(client.get("/p/xor", headers={"accept-language": "en"})) == "zh-Hans"
    assert language(client.get("/p/xor?lang=en")) == "en"
    assert language(client.get("/p/xor", headers={"accept-language": "zh"})) == "en"
    assert language(client.get("/p/xor?lang=xx")) == "en"


def test_the_language_switch_stays_at_the_network(client: Client) -> None:
    page = shown(client, "/p/xor?learning_rate=0.7")
    session = page.by_id("playground")["data-session"]
    (switch,) = page.all("hreflang")
    other = shown(client, switch["href"])
    assert other.by_id("playground")["data-session"] == session
    assert "单步" in "".join(other.text_of("button")) or other.tagged("html")[0]["lang"] == "zh-Hans"


BROKEN = [
    ("/nothing", 404, "/nothing"),
    ("/p/nothing", 404, "nothing"),
    ("/p?name=nothing", 404, "nothing"),
    ("/n/nothing", 404, "nothing"),
    ("/s/nothing", 404, "nothing"),
    ("/n", 422, "/n?spec={…}"),
    ("/n?spec=", 422, "/n?spec={…}"),
    ("/n?spec={", 422, "JSON"),
    ("/n?spec={}", 422, "layers"),
    ("/p/circle?batch_size=0", 422, "batch_size"),
    ("/p/circle?learning_rate=fast", 422, "optimizer.learning_rate"),
    ("/p/circle?colour=red", 422, "colour"),
    ("/p/circle?hidden=2000", 422, "max_units"),
    ("/p/circle?name=%3Cscript%3Ealert(1)%3C/script%3E&noise=7", 422, "noise"),
    ("/p/%3Cscript%3E", 404, "<script>"),
    (f"/n?spec={'x' * 30_000}", 413, "max_link_bytes"),
]


@pytest.mark.parametrize(("url", "status", "said"), BROKEN)
@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_broken_link_gets_a_page_that_names_the_fault(
    client: Client, url: str, status: int, said: str, code: str
) -> None:
    answer = client.get(url, headers={"accept-language": code})
    page = Page(answer.text)
    assert answer.status_code == status
    assert page.tagged("html")[0]["lang"].startswith(code)
    assert said in page.tagged("main")[0].text
    assert "Traceback" not in answer.text
    assert "<script>" not in answer.text.replace("<script src", "")
    assert [link["href"] for link in page.tagged("a") if link.attributes.get("class") == "button"] == ["/"]


def test_a_name_in_a_link_is_text_and_nothing_else(client: Client) -> None:
    name = "<script>alert(1)</script>\"'><b>"
    page = shown(client, spec_link(parse_spec(rows_spec(name=name))))
    assert not page.tagged("b")
    assert name in page.text_of("title")[0]


@pytest.mark.parametrize(
    "url", ["/", "/p/digits", "/docs", "/nothing", "/p/circle?noise=9", "/static/nothing"]
)
def test_security_headers_and_nothing_inline(client: Client, url: str) -> None:
    answer = client.get(url)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = Page(answer.text)
    assert not page.all("style")
    assert not page.tagged("style")
    for script in page.tagged("script"):
        assert "src" in script.attributes or script["type"] == "application/json"
    for element in page.elements:
        assert not [name for name in element.attributes if name.startswith("on")]
    for name in ("src", "href"):
        for element in page.all(name):
            assert element[name].startswith(("/", "#")), element
            assert not element[name].startswith("//")


def test_static_files_under_their_hash_are_kept_for_ever(client: Client) -> None:
    page = shown(client, "/")
    files = [element["src"] for element in page.tagged("script") if "src" in element.attributes]
    files += [element["href"] for element in page.tagged("link")]
    assert len(files) >= 5
    for url in files:
        answer = client.get(url)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        _, _, path = url.removeprefix("/static/").partition("/")
        for other in (f"/static/{path}", f"/static/0123456789/{path}"):
            plain = client.get(other)
            assert plain.content == answer.content
            assert plain.headers["cache-control"] == "no-cache"
            again = client.get(other, headers={"if-none-match": plain.headers["etag"]})
            assert again.status_code == 304


def test_pages_are_not_kept_by_caches(client: Client) -> None:
    assert client.get("/").headers["cache-control"] == "no-store"
    assert client.get("/api/presets").headers["cache-control"] == "no-store"


def test_pages_for_operators(client: Client) -> None:
    assert client.get("/healthz").text == "ok"
    assert client.get("/readyz").text == "ok"
    client.open(preset="xor")
    metrics = client.get("/metrics").text
    assert 'playground_requests_total{method="POST",route="/api/sessions",status="201"} 1.0' in metrics
    client.get("/any/path/at/all")
    assert "/any/path" not in client.get("/metrics").text


def test_the_documentation_names_every_call(client: Client) -> None:
    described = client.get("/openapi.json").json()["paths"]
    page = shown(client, "/docs")
    written = page.text_of("dt")
    for path, methods in described.items():
        assert path.startswith("/api/")
        for method in methods:
            assert f"{method.upper()} {path}" in written
    assert len(written) >= 18


def test_a_store_that_cannot_be_reached_is_said(client: Client) -> None:
    from app.errors import StoreError

    def broken(**_: object) -> int:
        raise StoreError("The file {path} cannot be used: {error}", path="x", error="y")

    client.app.state.playground.store.count = broken
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    assert client.post("/api/sessions", json={"preset": "xor"}).status_code == 503


def test_head_answers_like_get(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    slug = client.post(f"/api/sessions/{session}/share").json()["slug"]
    opening = ["/", "/p/circle", spec_link(parse_spec(rows_spec())), f"/s/{slug}", f"/n/{session}"]
    for url in [*opening, f"/n/{session}/table", "/docs", "/metrics", "/n/nobody", "/p?name=xor"]:
        asked, got = client.ask("HEAD", url), client.get(url)
        assert (asked.status_code, asked.headers.get("location")) == (
            got.status_code,
            got.headers.get("location"),
        )
        assert asked.headers.get("content-type") == got.headers.get("content-type")
