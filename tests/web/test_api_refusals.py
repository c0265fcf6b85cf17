"""What the API refuses, and how: problem documents that name what is wrong, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from anyio.from_thread import BlockingPortal

from app.errors import PlaygroundError
from app.main import create_app
from app.settings import Settings
from app.web import documents
from tests.clients import Client
from tests.specs import rows_spec

NewClient = Callable[[], Client]


def problem(answer: httpx2.Response, status: int) -> Any:
    """The problem document of an answer."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    content = answer.json()
    assert {"type", "title", "status", "detail"} <= set(content)
    assert content["status"] == status
    assert "Traceback" not in answer.text
    assert "{" not in content["detail"]
    return content


def test_every_fault_of_a_spec_is_named(client: Client) -> None:
    spec = rows_spec(batch_size=0, loss="nothing", colour=1)
    content = problem(client.post("/api/sessions", json={"spec": spec}), 422)
    assert [error["loc"] for error in content["errors"]] == [["batch_size"], ["loss"], ["colour"]]
    assert all(error["msg"] for error in content["errors"])
    chinese = client.post("/api/sessions", json={"spec": spec}, headers={"accept-language": "zh-CN"})
    translated = problem(chinese, 422)
    assert [error["loc"] for error in translated["errors"]] == [error["loc"] for error in content["errors"]]
    assert translated["title"] != content["title"]
    assert all(a["msg"] != b["msg"] for a, b in zip(translated["errors"], content["errors"], strict=True))


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"batch_size": 0, "layers": [{"type": "dense", "units": 5000}]}, ["batch_size", "layers.0.units"]),
        ({"batch_size": 0, "loss": "cross_entropy"}, ["batch_size", "layers.1.activation", "data.targets"]),
        ({"layers": [{"type": "x"}, {"type": "dense", "units": 5000}]}, ["layers.0.type", "layers.1.units"]),
        ({"data": {"dataset": "x"}, "batch_size": 5000}, ["data.dataset", "batch_size"]),
        ({"layers": 1, "frozen": ["W[7]"]}, ["layers"]),
    ],
)
def test_faults_of_every_kind_are_named_together(client: Client, changes: Any, places: list[str]) -> None:
    content = problem(client.post("/api/sessions", json={"spec": rows_spec(**changes)}), 422)
    assert [".".join(map(str, error["loc"])) for error in content["errors"]] == places


def nested(levels: int) -> Any:
    """An empty list in so many lists."""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "preset"),
        ({"preset": "nope"}, 404, "'nope'"),
        ({"preset": "xor", "spec": rows_spec()}, 422, "one of preset"),
        ({"preset": "xor", "parameters": []}, 422, "one of preset"),
        ({"snapshot": "nope"}, 404, "nope"),
        ({"presets": "xor"}, 422, "presets"),
        ({"spec": rows_spec(), "parameters": [{"W": nested(900)}]}, 422, "parameters[0].W"),
        ({"spec": rows_spec(), "parameters": [{"W": ["x" * 100_000] * 20}]}, 422, "parameters[0].W"),
        ({"spec": rows_spec(), "parameters": [{}]}, 422, "parameters"),
        ({"spec": {"layers": nested(900)}}, 422, "layers"),
        ({"spec": rows_spec(layers=[{"type": "dense", "units": 2000}])}, 422, "max_units = 1024"),
    ],
)
def test_new_sessions_that_cannot_be(client: Client, body: Any, status: int, said: str) -> None:
    assert said in problem(client.post("/api/sessions", json=body), status)["detail"]


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b"nul", b'{"spec": NaN}', b'{"a": 1e999}'])
def test_what_is_no_json(client: Client, body: bytes) -> None:
    detail = problem(client.post("/api/sessions", content=body), 422)["detail"]
    assert "not valid JSON" in detail


CALLS: list[tuple[str, str, Any]] = [
    *(
        ("POST", f"/{action}", None)
        for action in ("forward", "backward", "update", "step", "undo", "redo", "reset")
    ),
    ("PATCH", "", {"batch_size": 2}),
    ("PUT", "/parameters/0/W/0,0", {"value": 1}),
    ("PUT", "/parameters/0/W/0,0/frozen", {"frozen": True}),
    ("DELETE", "", None),
]
READS: list[tuple[str, str, Any]] = [
    *(("GET", what, None) for what in ("", "/trace", "/explain/0/W/0,0", "/history")),
    ("POST", "/gradcheck", None),
    ("POST", "/predict", {"inputs": [[1, 2]]}),
    ("POST", "/share", None),
    ("POST", "/fork", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_only_the_owner_changes_a_session(new_client: NewClient, method: str, path: str, body: Any) -> None:
    owner, visitor = new_client(), new_client()
    session = owner.open(spec=rows_spec())["id"]
    before = owner.act(session, "step")
    for browser in (visitor, new_client()):
        problem(browser.ask(method, f"/api/sessions/{session}{path}", json=body), 403)
        browser.open(preset="xor")  # a cookie of one's own does not help
        problem(browser.ask(method, f"/api/sessions/{session}{path}", json=body), 403)
    assert owner.read(session) == before
    assert visitor.read(session) == before | {"owner": False}


@pytest.mark.parametrize(("method", "path", "body"), READS)
def test_anybody_looks_at_a_session(new_client: NewClient, method: str, path: str, body: Any) -> None:
    owner, visitor = new_client(), new_client()
    session = owner.open(spec=rows_spec())["id"]
    owner.act(session, "backward")
    answer = visitor.ask(method, f"/api/sessions/{session}{path}", json=body)
    assert answer.status_code in (200, 201), answer.text


@pytest.mark.parametrize(("method", "path", "body"), [*CALLS, *READS])
@pytest.mark.parametrize("session", ["nope", "s%2Fnope", "%00", "x" * 3000])
def test_an_unknown_session(client: Client, method: str, path: str, body: Any, session: str) -> None:
    problem(client.ask(method, f"/api/sessions/{session}{path}", json=body), 404)


def test_a_snapshot_is_no_session(client: Client) -> None:
    session = client.open(preset="xor")["id"]
    slug = client.post(f"/api/sessions/{session}/share").json()["slug"]
    problem(client.get(f"/api/sessions/s%2F{slug}"), 404)
    problem(client.ask("DELETE", f"/api/sessions/s%2F{slug}"), 404)
    assert client.open(snapshot=slug)["step"] == 0


@pytest.mark.parametrize(
    "place", ["2/W/0,0", "0/V/0,0", "0/W/0", "0/W/0,9", "0/W/a,0", "-1/W/0,0", "0/W/0,-1", "0/W/0,1e0"]
)
def test_an_unknown_parameter(client: Client, place: str) -> None:
    session = client.open(spec=rows_spec())["id"]
    client.act(session, "backward")
    path = f"/api/sessions/{session}/parameters/{place}"
    problem(client.ask("PUT", path, json={"value": 1}), 404)
    problem(client.ask("PUT", f"{path}/frozen", json={"frozen": True}), 404)
    problem(client.get(f"/api/sessions/{session}/explain/{place}"), 404)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "/undo", None, 409, "nothing to undo"),
        ("POST", "/redo", None, 409, "nothing to redo"),
        ("GET", "/trace", None, 409, "Forward"),
        ("GET", "/explain/0/W/0,0", None, 409, "Backward"),
        ("POST", "/step", {"steps": 0}, 422, "steps is 0; the smallest allowed is 1"),
        ("POST", "/step", {"steps": 1.5}, 422, "1.5"),
        ("POST", "/step", {"steps": True}, 422, "true"),
        ("POST", "/step", {"step": 1}, 422, "step is not known"),
        ("POST", "/step", [], 422, "an object is expected"),
        ("POST", "/step", {"steps": 10_001}, 422, "max_steps_per_request is 10000"),
        ("POST", "/undo", {"steps": 10**18}, 422, "max_steps_per_request is 10000"),
        ("PATCH", "", None, 422, "any of"),
        ("PATCH", "", {"seed": 1}, 422, "seed is not known"),
        ("PATCH", "", {"batch_size": 5000}, 422, "max_batch_size = 2048"),
        ("PATCH", "", {"optimizer": {"name": "adam", "beta1": 2}}, 422, "optimizer.beta1 is 2"),
        ("PUT", "/parameters/0/W/0,0", {"value": "1"}, 422, 'value is "1"'),
        ("PUT", "/parameters/0/W/0,0", {"value": None}, 422, "value is null"),
        ("PUT", "/parameters/0/W/0,0", None, 422, "value is missing"),
        ("PUT", "/parameters/0/W/0,0/frozen", {"frozen": 1}, 422, "frozen is 1"),
        ("POST", "/predict", {"inputs": []}, 422, "inputs has 0 entries"),
        ("POST", "/predict", {"inputs": [[1]]}, 422, "inputs each sample has the shape (1,)"),
        ("POST", "/predict", {"inputs": [[1, "x"]]}, 422, "not a number"),
        ("POST", "/predict", {"inputs": nested(500)}, 422, "not a number"),
        ("POST", "/predict", {"inputs": [[0, 0]] * 10_001}, 422, "max_samples is 10000"),
        ("POST", "/nothing", None, 404, "/nothing"),
        ("PUT", "/step", None, 405, "PUT"),
    ],
)
def test_requests_that_cannot_be_carried_out(
    client: Client, method: str, path: str, body: Any, status: int, said: str
) -> None:
    state = client.open(spec=rows_spec())
    answer = client.ask(method, f"/api/sessions/{state['id']}{path}", json=body)
    assert said in problem(answer, status)["detail"]
    assert client.read(state["id"]) == state


@pytest.fixture
def small(portal: BlockingPortal) -> Iterator[Client]:
    """A server with small limits."""
    settings = Settings(
        store="memory://",
        max_request_bytes=2000,
        max_link_bytes=200,
        max_sessions=2,
        max_snapshots=1,
        max_work_per_request=1e6,
    )
    app = create_app(settings)
    client = Client(portal, app)
    yield client
    portal.call(client.http.aclose)
    app.state.playground.close()


def test_a_page_that_the_limits_allow_comes_to_its_end(small: Client) -> None:
    page = small.get("/p/xor")
    assert page.status_code == 200
    assert page.text.endswith("</html>")


def test_a_body_or_link_that_is_too_large(small: Client) -> None:
    content = problem(small.post("/api/sessions", content=b" " * 2001), 413)
    assert "2001 bytes; the limit max_request_bytes is 2000" in content["detail"]

    async def pieces() -> Any:
        for _ in range(30):
            yield b" " * 100

    content = problem(small.post("/api/sessions", content=pieces()), 413)
    assert "max_request_bytes is 2000" in content["detail"]
    content = problem(small.get("/api/presets", params={"x": "y" * 200}), 413)
    assert "202 bytes; the limit max_link_bytes is 200" in content["detail"]


def test_too_many_sessions_and_snapshots(small: Client) -> None:
    session = small.open(preset="xor")["id"]
    first = small.post(f"/api/sessions/{session}/share").json()
    assert small.post(f"/api/sessions/{session}/share").json() == first
    small.act(session, "step")
    content = problem(small.post(f"/api/sessions/{session}/share"), 429)
    assert "max_snapshots is 1" in content["detail"]
    small.open(preset="xor")
    content = problem(small.post("/api/sessions", json={"preset": "xor"}), 429)
    assert "max_sessions is 2" in content["detail"]
    assert small.ask("DELETE", f"/api/sessions/{session}").status_code == 204
    assert small.open(preset="xor")["step"] == 0


def test_what_is_full_says_when_to_try_again_and_what_is_not_possible_what_is(small: Client) -> None:
    for _ in range(2):
        session = small.open(preset="xor")["id"]
    refused = small.post(f"/api/sessions/{session}/fork")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
    refused = small.ask("PUT", f"/api/sessions/{session}")
    assert (refused.status_code, refused.headers["allow"]) == (405, "DELETE, GET, HEAD, PATCH")
    refused = small.get(f"/api/sessions/{session}/step")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert small.ask("HEAD", f"/api/sessions/{session}/history").status_code == 200
    assert small.ask("HEAD", f"/api/sessions/{session}/trace").status_code == 409
    assert small.ask("HEAD", f"/api/sessions/{session}/step").status_code == 405
    assert small.ask("HEAD", f"/api/sessions/{session}/events").status_code == 405  # no end of it can be told


def test_too_much_work(small: Client) -> None:
    session = small.open(preset="xor")["id"]
    answer = small.post(f"/api/sessions/{session}/step", json={"steps": 10_000})
    assert "max_work_per_request is 1e+06" in problem(answer, 422)["detail"]
    assert small.read(session)["step"] == 0


def test_too_many_predictions_at_once(small: Client) -> None:
    data, layers = {"inputs": [[0.5]], "targets": [[0.0] * 400]}, [{"type": "dense", "units": 400}] * 2
    session = small.open(spec={"data": data, "layers": layers, "loss": "mse", "batch_size": 1})["id"]
    url = f"/api/sessions/{session}/predict"  # 160,400 multiplications an input
    assert len(small.post(url, json={"inputs": [[0.5]] * 6}).json()["outputs"]) == 6
    content = problem(small.post(url, json={"inputs": [[0.5]] * 7}), 422)
    assert "1.1e+06 multiplications; the limit max_work_per_request is 1e+06" in content["detail"]


@pytest.mark.parametrize("path", ["/api/presets", "/"])
def test_a_fault_of_ours_is_said_without_a_traceback(
    client: Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("app.web.api.parse_spec", broken)
    monkeypatch.setattr("app.web.pages.parse_spec", broken)
    client.http._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
    answer = client.get(path)
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "secret" not in answer.text
    if path.startswith("/api"):
        assert problem(answer, 500)["title"] == PlaygroundError.title


def test_states_hold_nothing_of_the_owner(client: Client) -> None:
    state = client.open(preset="xor")
    secret = client.http.cookies["playground_owner"]
    owner = client.app.state.playground.load(state["id"]).owner
    assert owner
    shown = str(documents.state(client.app.state.playground.load(state["id"]), True))
    assert secret not in shown
    assert owner not in shown
