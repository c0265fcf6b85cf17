"""Bodies that are large, deep or full of faults: refused with a short answer that names what is wrong."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.clients import Client
from tests.specs import rows_spec

MANY = 20_000
MOST_BYTES = 20_000  # of an answer that refuses, be the body as it may


def refused(client: Client, body: bytes, method: str = "POST", path: str = "/api/sessions") -> Any:
    """The problem document that a body is refused with."""
    answer = client.ask(method, path, content=body)
    assert answer.status_code == 422, answer.text[:500]
    assert len(answer.content) < MOST_BYTES
    return answer.json()


@pytest.mark.parametrize("levels", [900, 1000, 1020])
@pytest.mark.parametrize(
    ("before", "behind", "said"),
    [
        ('{"preset": ', "}", "preset is [[[["),
        ('{"spec": {"layers": ', "}}", "layers[0] is [[[["),
        ('{"spec": {"name": ', "}}", "name is [[[["),
    ],
)
def test_what_is_nested_deeply_is_refused(
    client: Client, levels: int, before: str, behind: str, said: str
) -> None:
    body = before + "[" * levels + "]" * levels + behind
    assert said in refused(client, body.encode())["detail"]


@pytest.mark.parametrize("levels", [900, 1000, 1020])
def test_a_setting_nested_deeply_is_refused(client: Client, levels: int) -> None:
    session = client.open(spec=rows_spec())["id"]
    body = '{"batch_size": ' + "[" * levels + "]" * levels + "}"
    detail = refused(client, body.encode(), "PATCH", f"/api/sessions/{session}")["detail"]
    assert "batch_size is [[[[" in detail


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"layers": [{"a": 1}] * MANY}, "layers 20000 is more than the limit max_layers = 32"),
        ({"parameters": [1] * MANY}, "parameters 20000 is more than the limit max_layers = 32"),
        (
            {"parameters": [dict.fromkeys(map(str, range(MANY)))]},
            "parameters[0] has 20000 entries; at most 100",
        ),
        ({"frozen": [1] * MANY}, "frozen has 20000 entries; at most 10000 are allowed"),
        ({"frozen": [1] * 10_000}, "; … and 9950 more"),
        ({"frozen": ["x" * 10**6]}, "frozen[0] has 1000000 characters"),
        ({"data": {"dataset": "circle", "features": [1] * MANY}}, "features has 20000 entries; at most "),
        ({"stop": {str(n): n for n in range(MANY)}}, "stop has 20000 entries; at most 100 are allowed"),
        ({str(n): n for n in range(MANY)}, "entries; at most 100 are allowed"),
        ({"y" * 10**6: 1}, "yyy… is not known here"),
        ({"loss": "x" * 10**6}, "xxx…"),
        ({"layers": [{"type": "x" * 10**6}]}, "xxx…"),
        ({"layers": [{"a": 1}] * 32}, "layers[31].type is missing"),
    ],
)
def test_a_spec_full_of_faults_is_refused_shortly(client: Client, changes: dict[str, Any], said: str) -> None:
    assert said in refused(client, orjson.dumps({"spec": rows_spec(**changes)}))["detail"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"spec": rows_spec(), "parameters": [1] * MANY}, "max_layers = 32"),
        ({"spec": rows_spec(), "parameters": [1, 2]}, "parameters[1] is 2; an object is expected"),
        ({str(n): n for n in range(MANY)}, "entries; at most 100 are allowed"),
    ],
)
def test_a_body_full_of_faults_is_refused_shortly(client: Client, body: Any, said: str) -> None:
    assert said in refused(client, orjson.dumps(body))["detail"]


def test_of_many_faults_the_number_is_an_entry_of_its_own(client: Client) -> None:
    body = orjson.dumps({"spec": rows_spec(frozen=[1] * 60)})
    errors = refused(client, body)["errors"]
    assert [error["loc"] for error in errors] == [*(["frozen", place] for place in range(50)), []]
    assert errors[-1]["msg"] == "… and 10 more"
    chinese = client.post("/api/sessions", content=body, headers={"accept-language": "zh-CN"})
    assert chinese.json()["errors"][-1]["msg"] != errors[-1]["msg"]


def test_specs_of_a_pair_are_held_too(client: Client) -> None:
    spec = rows_spec()
    body = orjson.dumps({"left": spec, "right": spec | {"layers": [{"a": 1}] * MANY}})
    assert "max_layers = 32" in refused(client, body, path="/api/pairs")["detail"]


def test_a_link_of_unknown_names_is_refused_shortly(client: Client) -> None:
    names = "&".join(f"x{n}" for n in range(4_000))
    for headers in ({"hx-request": "true"}, {}):
        answer = client.get(f"/p/xor?{names}", headers=headers)
        assert answer.status_code == 422
        assert len(answer.content) < MOST_BYTES + 2 * len(names)  # a page links to itself in other languages
        assert answer.text.count("learning_rate") == 1
        assert "… and 3950 more" in answer.text


@pytest.mark.parametrize("action", ["settings", "build", "edit", "pair", "remedy"])
def test_a_form_is_no_larger_than_it_may_be(client: Client, action: str) -> None:
    session = client.open(spec=rows_spec())["id"]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post(f"/n/{session}/{action}", content=b"a&" * 1000, headers=headers)
    assert answer.status_code == 422
    assert "The form has 1001 fields; the limit max_form_fields is 1000." in answer.text
    answer = client.post(f"/n/{session}/{action}", content=b"a=" + b"%41" * 333_333, headers=headers)
    assert answer.status_code == 413
    assert "The form has 1000001 bytes; the limit max_form_bytes is 1000000." in answer.text
