"""The JSON API, call by call: what it answers, and its numbers against each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.presets import PRESETS
from tests.clients import Client
from tests.specs import named_spec, rows_spec

RUNS = sorted((Path(__file__).parent.parent / "golden").glob("dense-*.json"))
STATE = {
    *("id", "owner", "spec", "phase", "step", "epoch", "loss", "penalty", "accuracy", "parameters"),
    *("gradients", "can_undo", "can_redo", "diverged", "stopped"),
}


def arrays(parameters: list[dict[str, Any]]) -> list[np.ndarray]:
    """Parameters of the API as arrays, in one order."""
    return [np.array(layer[name]) for layer in parameters for name in sorted(layer)]


def close(found: Any, expected: Any) -> None:
    """Agreement to 1e-9."""
    np.testing.assert_allclose(np.array(found), np.array(expected), rtol=1e-9, atol=0)


def test_presets(client: Client) -> None:
    presets = client.get("/api/presets").json()
    assert [one["name"] for one in presets] == list(PRESETS)
    for one in presets:
        assert set(one) == {"name", "title", "description", "spec"}
        assert client.open(spec=one["spec"])["spec"] == one["spec"]
    chinese = client.get("/api/presets", params={"lang": "zh"}).json()
    assert all(a["title"] != b["title"] for a, b in zip(presets, chinese, strict=True))


def test_a_new_session(client: Client) -> None:
    answer = client.post("/api/sessions", json={"preset": "circle"})
    state = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/sessions/{state['id']}")
    assert set(state) >= STATE
    assert (state["owner"], state["phase"], state["step"], state["epoch"]) == (True, "idle", 0, 0)
    assert (state["gradients"], state["can_undo"], state["can_redo"]) == (None, 0, 0)
    assert (state["diverged"], state["stopped"], state["penalty"]) == (False, None, 0)
    assert set(state["loss"]) == {"batch", "train", "test"}
    assert state["loss"]["batch"] is None
    shapes = [{name: np.shape(value) for name, value in layer.items()} for layer in state["parameters"]]
    assert shapes == [{"W": (2, 4), "b": (4,)}, {"W": (4, 2), "b": (2,)}, {"W": (2, 1), "b": (1,)}]
    assert client.read(state["id"]) == state


def test_the_owner_cookie(client: Client) -> None:
    answer = client.post("/api/sessions", json={"preset": "xor"})
    (cookie,) = answer.headers.get_list("set-cookie")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= parts
    assert "secure" not in parts
    secure = client.post("https://playground.test/api/sessions", json={"preset": "xor"})
    assert "Secure" in secure.headers["set-cookie"]


def test_given_parameters(client: Client) -> None:
    given = [{"W": [[1, 2, 3], [4, 5, 6]], "b": [7, 8, 9]}, {"W": [[10], [11], [12]], "b": [13]}]
    assert client.open(spec=rows_spec(), parameters=given)["parameters"] == given


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_reference_runs(client: Client, path: Path) -> None:
    run = json.loads(path.read_text())
    expect, inputs = run["expect"], run["spec"]["data"]["inputs"]
    session = client.open(spec=run["spec"], parameters=run["parameters"])["id"]
    losses, penalties = [], []
    for step in range(run["steps"]):
        state = client.act(session, "step")
        losses.append(state["loss"]["batch"])
        penalties.append(state["penalty"])
        if step == 0:
            for found, expected in zip(
                arrays(state["gradients"]), arrays(expect["first_gradients"]), strict=True
            ):
                close(found, expected)
    close(losses, expect["batch_loss"])
    close(penalties, expect["penalty"])
    for found, expected in zip(arrays(state["parameters"]), arrays(expect["parameters_after"]), strict=True):
        close(found, expected)
    answer = client.post(f"/api/sessions/{session}/predict", json={"inputs": inputs})
    close(answer.json()["outputs"], expect["outputs_after"])
    at_once = client.open(spec=run["spec"], parameters=run["parameters"])["id"]
    assert client.act(at_once, "step", steps=run["steps"])["parameters"] == state["parameters"]


def test_phases_one_at_a_time_and_at_once(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    forward = client.act(session, "forward")
    assert (forward["phase"], forward["step"], forward["gradients"]) == ("forward", 0, None)
    assert forward["loss"]["batch"] > 0
    assert client.act(session, "forward") == forward
    backward = client.act(session, "backward")
    assert (backward["phase"], backward["loss"]) == ("backward", forward["loss"])
    assert backward["parameters"] == forward["parameters"]
    updated = client.act(session, "update")
    assert (updated["phase"], updated["step"]) == ("idle", 1)
    assert updated["gradients"] == backward["gradients"]
    other = client.open(preset="circle")["id"]
    assert client.act(other, "update") | {"id": session} == updated
    third = client.open(preset="circle")["id"]
    client.act(third, "backward")
    assert client.act(third, "step") | {"id": session} == updated
    client.act(session, "forward")
    assert client.act(session, "step", steps=3)["step"] == 4


def test_undo_redo_reset(client: Client) -> None:
    session = client.open(spec=named_spec())["id"]
    states = [client.read(session), *(client.act(session, "step") for _ in range(6))]
    back = client.act(session, "undo", steps=4)
    assert back | {"can_redo": 0} == states[2]
    assert back["can_redo"] == 4
    assert client.act(session, "redo", steps=4) == states[6]
    assert client.act(session, "undo")["step"] == 5
    assert client.act(session, "reset") == states[0]
    assert client.act(session, "step", steps=6)["parameters"] == states[6]["parameters"]


def test_settings_edits_and_freezing(client: Client) -> None:
    session = client.open(spec=rows_spec())["id"]
    client.act(session, "forward")
    changed = client.change(session, batch_size=2, optimizer={"name": "adam"}, clip_norm=1.5)
    assert (changed["spec"]["batch_size"], changed["spec"]["clip_norm"]) == (2, 1.5)
    assert changed["spec"]["optimizer"]["name"] == "adam"
    assert (changed["phase"], changed["can_undo"]) == ("forward", 1)
    edited = client.change(session, "/parameters/0/W/1,2", value=0.125)
    assert (edited["parameters"][0]["W"][1][2], edited["can_undo"]) == (0.125, 2)
    frozen = client.change(session, "/parameters/0/W/1,2/frozen", frozen=True)
    assert (frozen["frozen"], frozen["can_undo"]) == (["W[0][1,2]"], 3)
    trained = client.act(session, "step", steps=5)
    assert trained["parameters"][0]["W"][1][2] == 0.125
    assert trained["parameters"][0]["W"][1][1] != edited["parameters"][0]["W"][1][1]
    assert client.change(session, "/parameters/0/b/1", value=-3)["parameters"][0]["b"][1] == -3
    assert client.change(session, "/parameters/0/W/1,2/frozen", frozen=False)["frozen"] == []


@pytest.mark.parametrize("preset", ["circle", "iris", "regression-sine", "worked-example"])
def test_the_trace_gives_the_gradients(client: Client, preset: str) -> None:
    session = client.open(preset=preset)["id"]
    client.act(session, "step", steps=2)
    gradients = client.act(session, "backward")["gradients"]
    trace = client.read(session, "/trace")
    assert set(trace) == {"batch", "layers", "outputs", "loss_per_sample"}
    a = np.array(trace["batch"]["inputs"])
    assert len(trace["batch"]["indices"]) == len(a) == len(trace["batch"]["targets"])
    for layer, gradient in zip(trace["layers"], gradients, strict=True):
        assert {"type", "z", "a", "delta"} <= set(layer) <= {"type", "z", "a", "delta", "da"}
        delta = np.array(layer["delta"])
        np.testing.assert_allclose(a.T @ delta, gradient["W"], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(delta.sum(axis=0), gradient["b"], rtol=1e-12, atol=1e-15)
        a = np.array(layer["a"])
    assert trace["outputs"] == trace["layers"][-1]["a"]
    batch_loss = client.read(session)["loss"]["batch"]
    assert np.mean(trace["loss_per_sample"]) == pytest.approx(batch_loss, rel=1e-12)
    client.act(session, "update")
    assert client.read(session, "/trace") == trace


def test_a_forward_trace_has_no_deltas_and_the_parameters_of_its_layers(client: Client) -> None:
    state = client.open(spec=rows_spec())
    client.act(state["id"], "forward")
    trace = client.read(state["id"], "/trace")
    assert [layer["delta"] for layer in trace["layers"]] == [None, None]
    assert trace["batch"]["indices"] == [0, 1, 2]
    first = state["parameters"][0]
    z = np.array(trace["batch"]["inputs"]) @ first["W"] + first["b"]
    np.testing.assert_allclose(trace["layers"][0]["z"], z, rtol=1e-12)
    np.testing.assert_allclose(trace["layers"][0]["a"], np.tanh(z), rtol=1e-12)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "adamw"])
def test_the_explanation_adds_up(client: Client, optimizer: str) -> None:
    spec = rows_spec(optimizer=optimizer, regularization={"l1": 0.01, "l2": 0.1})
    session = client.open(spec=spec)["id"]
    client.act(session, "step", steps=2)
    for phase in ("backward", "update"):
        state = client.act(session, phase)
        for path, gradient in (
            ("1/W/2,0", state["gradients"][1]["W"][2][0]),
            ("0/W/1,1", state["gradients"][0]["W"][1][1]),
            ("0/b/0", state["gradients"][0]["b"][0]),
        ):
            found = client.read(session, f"/explain/{path}")
            assert set(found) == {
                *("parameter", "value", "gradient", "terms", "sum", "penalty_gradient", "formula"),
                "optimizer",
            }
            products = [term["product"] for term in found["terms"]]
            for term in found["terms"]:
                assert term["product"] == pytest.approx(term["local"] * term["delta"], rel=1e-15)
            assert sum(products) == pytest.approx(found["sum"], rel=1e-12, abs=1e-15)
            total = found["sum"] + found["penalty_gradient"]
            assert total == pytest.approx(found["gradient"], rel=1e-12, abs=1e-15)
            assert found["gradient"] == gradient
            assert (found["penalty_gradient"] == 0) == path.startswith("0/b")
            assert found["formula"]["mathml"].startswith("<math")
            layer, name, index = path.split("/")
            assert found["parameter"] == f"{name}[{layer}][{index}]"
            coming = found["optimizer"]
            assert (coming["new"] if phase == "update" else coming["old"]) == found["value"]
            assert set(coming["state"]) == {"momentum": {"v"}, "sgd": set()}.get(optimizer, {"m", "v"})
        if phase == "backward":
            foretold = client.read(session, "/explain/1/W/2,0")["optimizer"]["new"]
    assert state["parameters"][1]["W"][2][0] == foretold


@pytest.mark.parametrize("preset", PRESETS)
def test_gradient_check(client: Client, preset: str) -> None:
    state = client.open(preset=preset)
    count = sum(array.size for array in arrays(state["parameters"]))
    client.act(state["id"], "step", steps=3)
    before = client.read(state["id"])
    found = client.post(f"/api/sessions/{state['id']}/gradcheck").json()
    assert found["max_relative_error"] < 1e-5
    assert found["checked"] == sum(layer["checked"] for layer in found["layers"])
    assert found["checked"] == count if count <= 300 else 250 < found["checked"] <= 310
    assert client.read(state["id"]) == before


def test_history(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    names = ["step", "batch_loss", "train_loss", "test_loss", "gradient_norm"]
    assert client.read(session, "/history") == {name: [] for name in names}
    states = [client.act(session, "step") for _ in range(4)]
    curves = client.read(session, "/history")
    assert list(curves) == names
    assert curves["step"] == [1, 2, 3, 4]
    assert curves["batch_loss"] == [state["loss"]["batch"] for state in states]
    assert curves["train_loss"] == [state["loss"]["train"] for state in states]
    assert curves["test_loss"] == [state["loss"]["test"] for state in states]
    lengths = [np.sqrt((array**2).sum()) for array in arrays(states[-1]["gradients"])]
    layers = np.hypot(lengths[::2], lengths[1::2])
    np.testing.assert_allclose(curves["gradient_norm"][-1], layers, rtol=1e-12)
    client.act(session, "undo", steps=3)
    assert client.read(session, "/history")["step"] == [1]


def test_predictions_are_the_traces_outputs(client: Client) -> None:
    session = client.open(preset="iris")["id"]
    client.act(session, "forward")
    trace = client.read(session, "/trace")
    given = {"inputs": trace["batch"]["inputs"]}
    outputs = client.post(f"/api/sessions/{session}/predict", json=given).json()["outputs"]
    np.testing.assert_allclose(outputs, trace["outputs"], rtol=1e-13)
    np.testing.assert_allclose(np.sum(outputs, axis=1), 1, rtol=1e-12)


def test_divergence_is_said_and_null(client: Client) -> None:
    rate = {"name": "sgd", "learning_rate": 1e6}
    layers = [{"type": "dense", "units": 1}]
    session = client.open(spec=rows_spec(layers=layers, optimizer=rate))["id"]
    state = client.act(session, "step", steps=300)
    assert (state["diverged"], state["stopped"]) == (True, "diverged")
    assert state["loss"]["train"] is None
    assert None in client.read(session, "/history")["train_loss"]
    assert client.read(session, "/trace")["layers"]
    refused = client.post(f"/api/sessions/{session}/update")
    assert refused.status_code == 409
    assert "The network has diverged" in refused.json()["detail"]
    assert client.read(session)["phase"] == "idle"
    finite = client.act(session, "undo")
    assert not finite["diverged"]
    assert None not in (finite["loss"]["train"], *finite["parameters"][0]["b"])
