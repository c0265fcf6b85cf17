"""`/openapi.json` is true: what every call really answers is what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.presets import PRESETS
from tests.clients import Client
from tests.specs import named_spec, rows_spec
from tests.web.openapi import Description
from tests.web.test_pages_by_layer import SPECS

NewClient = Callable[[], Client]
NOBODY = "/api/sessions/nobody"
PLACES = {"circle": "0/W/0,0", "images": "0/W/0,0,0,0", "gates": "0/Wx/0,0", "gru": "0/Wh/0,0"}
UNITS = {"circle": "0/neuron/0", "images": "0/neuron/0,0,0", "gates": "0/neuron/1,0", "gru": "0/neuron/1,0"}
OPENED: dict[str, dict[str, Any]] = {
    "circle": {"preset": "circle"},
    "images": {"spec": SPECS["conv"]},
    "gates": {"spec": SPECS["lstm"]},
    "gru": {"spec": SPECS["steps"]},
}


@pytest.fixture
def description(client: Client) -> Description:
    """What the server says of itself."""
    return Description(client.get("/openapi.json").json())


def asked(client: Client, description: Description, calls: list[tuple[str, str, Any]], base: str) -> None:
    """Every call, held to its description."""
    for method, path, body in calls:
        description.hold(client.ask(method, base + path, json=body))


@pytest.mark.parametrize("name", OPENED)
def test_what_is_answered(client: Client, description: Description, name: str) -> None:
    opened = client.post("/api/sessions", json=OPENED[name])
    description.hold(opened)
    base, place, unit = f"/api/sessions/{opened.json()['id']}", PLACES[name], UNITS[name]
    looks = [
        *(("GET", path, None) for path in ("", "/trace", "/history", "/diagnosis", "/landscape")),
        *(("GET", path, None) for path in ("/landscape?directions=3&reach=0.5", f"/explain/{place}")),
        *(("GET", path, None) for path in (f"/explain/{unit}?sample=1", f"/difference/{place}")),
        ("POST", "/gradcheck", None),
    ]
    asked(client, description, [("POST", "/forward", None), ("POST", "/backward", None), *looks], base)
    changes = [
        ("POST", "/update", None),
        ("POST", "/step", {"steps": 6}),
        ("PATCH", "", {"optimizer": "adam", "clip_norm": 1.0}),
        ("PUT", f"/parameters/{place}", {"value": 0.5}),
        ("PUT", f"/parameters/{place}/frozen", {"frozen": True}),
        ("POST", "/undo", None),
        ("POST", "/redo", {"steps": 2}),
        ("POST", "/step", None),
    ]
    asked(client, description, [*changes, *looks], base)
    inputs = client.read(opened.json()["id"], "/trace")["batch"]["inputs"]
    files = [("GET", f"/export/{file}", None) for file in ("spec.json", "parameters.npz", "numpy.py")]
    others = [("POST", "/predict", {"inputs": inputs}), ("POST", "/fork", None), ("POST", "/share", None)]
    asked(client, description, [*files, *others, ("POST", "/reset", None), ("DELETE", "", None)], base)
    calls = {f"{m} {path}" for path, methods in description.made["paths"].items() for m in methods}
    elsewhere = {"get /api/presets", "post /api/pairs", "get /api/sessions/{session_id}/events"}
    assert {call for call, status in description.held if status[0] == "2"} == calls - elsewhere


def test_pairs_and_presets(client: Client, description: Description) -> None:
    description.hold(client.get("/api/presets"))
    body = {"left": named_spec(), "right": named_spec(loss="mse")}
    description.hold(client.post("/api/pairs", json=body))
    description.hold(client.post("/api/pairs", json={"left": {}, "right": 1}))


def test_what_is_refused(client: Client, new_client: NewClient, description: Description) -> None:
    made = client.open(spec=rows_spec())["id"]
    base = f"/api/sessions/{made}"
    early = [("POST", "/undo", None), ("POST", "/redo", None)]
    early += [("GET", path, None) for path in ("/trace", "/explain/0/W/0,0", "/explain/0/neuron/0")]
    asked(client, description, [*early, ("GET", "/difference/0/W/0,0", None)], base)
    wrong: list[tuple[str, str, Any]] = [
        ("POST", "/step", {"steps": 0}),
        ("PATCH", "", {"batch_size": 0, "clip_norm": -1}),
        ("PUT", "/parameters/0/W/9,9", {"value": 1}),
        ("PUT", "/parameters/0/W/0,0/frozen", {}),
        ("POST", "/predict", {"inputs": [["x"]]}),
        ("GET", "/landscape?directions=x", None),
        ("GET", "/export/nothing", None),
        ("GET", "/explain/9/neuron/9", None),
    ]
    asked(client, description, wrong, base)
    owned = [call for call in wrong if call[0] in ("PATCH", "PUT")] + [("DELETE", "", None)]
    owned += [
        ("POST", f"/{verb}", None) for verb in ("forward", "backward", "update", "step", "undo", "reset")
    ]
    asked(new_client(), description, owned, base)
    asked(client, description, [*wrong, *owned, ("POST", "/fork", None), ("POST", "/share", None)], NOBODY)
    for body in ({}, {"preset": "nope"}, {"spec": rows_spec(loss="x")}):
        description.hold(client.post("/api/sessions", json=body))
    long = "x" * 40_000
    asked(client, description, [("GET", f"?{long}", None), ("GET", f"/history?{long}", None)], base)
    assert {status for _, status in description.held} == {"403", "404", "409", "413", "422"}


def test_what_has_diverged_is_described_too(client: Client, description: Description) -> None:
    rate = {"name": "sgd", "learning_rate": 1e6}
    made = client.open(spec=rows_spec(layers=[{"type": "dense", "units": 1}], optimizer=rate))["id"]
    assert client.act(made, "step", steps=300)["diverged"]
    looks = ["", "/trace", "/history", "/diagnosis", "/explain/0/W/0,0", "/explain/0/neuron/0", "/landscape"]
    asked(client, description, [("GET", path, None) for path in looks], f"/api/sessions/{made}")
    verbs = ("gradcheck", "forward", "backward", "update", "step", "share", "fork", "undo")
    asked(client, description, [("POST", f"/{verb}", None) for verb in verbs], f"/api/sessions/{made}")


def test_every_preset_is_a_body_that_is_described(description: Description) -> None:
    bodies = [
        call["requestBody"]["content"]["application/json"]["schema"]
        for methods in description.made["paths"].values()
        for call in methods.values()
        if "requestBody" in call
    ]
    assert len(bodies) == 9
    taken = next(body for body in bodies if "preset" in body["properties"])
    for one in PRESETS.values():
        spec = json.loads(json.dumps(one.spec))
        assert description.misfits({"spec": spec}, taken, one.name) == []
    assert description.misfits({"spec": rows_spec(colour=1)}, taken, "body")


def test_every_call_and_every_refusal_is_documented(description: Description) -> None:
    for path, methods in description.made["paths"].items():
        for method, call in methods.items():
            refused = {status for status in call["responses"] if status[0] == "4"}
            expected = {"413"} | ({"404"} if "{session_id}" in path else set())
            assert expected <= refused, (method, path)
            for status in refused | {"default"}:
                (content,) = call["responses"][status]["content"].items()
                assert content == (
                    "application/problem+json",
                    {"schema": {"$ref": "#/components/schemas/Problem"}},
                )
