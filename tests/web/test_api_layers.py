"""Convolutional and recurrent networks through the API: trained, traced, explained, checked, stepped back."""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.clients import Client

GOLDEN = Path(__file__).parent.parent / "golden"
RUNS = ["conv-pool-dense", "rnn-last-step"]


def close(given: Any, expected: Any) -> None:
    """Parameters, layer by layer, to a relative 1e-9."""
    assert [sorted(layer) for layer in given] == [sorted(layer) for layer in expected]
    for one, other in zip(given, expected, strict=True):
        for name, values in one.items():
            np.testing.assert_allclose(values, other[name], rtol=1e-9, atol=0)


@pytest.mark.parametrize("name", RUNS)
def test_reference_run(client: Client, name: str) -> None:
    run = json.loads((GOLDEN / f"{name}.json").read_text())
    expect = run["expect"]
    state = client.open(spec=run["spec"], parameters=run["parameters"])
    session = state["id"]
    close(state["parameters"], run["parameters"])
    for step, loss in enumerate(expect["batch_loss"]):
        state = client.act(session, "backward")
        assert state["loss"]["batch"] == pytest.approx(loss, rel=1e-9)
        if step == 0:
            close(state["gradients"], expect["first_gradients"])
        state = client.act(session, "update")
    close(state["parameters"], expect["parameters_after"])
    outputs = client.act(session, "predict", inputs=run["spec"]["data"]["inputs"])["outputs"]
    np.testing.assert_allclose(outputs, expect["outputs_after"], rtol=1e-9, atol=0)
    history = client.read(session, "/history")
    assert history["step"] == list(range(1, run["steps"] + 1))
    assert all(len(norms) == len(run["spec"]["layers"]) for norms in history["gradient_norm"])
    state = client.act(session, "undo", steps=run["steps"])
    close(state["parameters"], run["parameters"])


def rows(*shape: int) -> Any:
    """Numbers of that shape, always the same."""
    return np.sin(1.7 * np.arange(prod(shape))).reshape(shape).round(3).tolist()


def described(shape: tuple[int, ...], outputs: tuple[int, ...], *layers: dict[str, Any]) -> dict[str, Any]:
    """A spec over eight samples, in batches of three."""
    data = {"inputs": rows(8, *shape), "targets": rows(8, *outputs)}
    return {"data": data, "layers": list(layers), "loss": "mse", "batch_size": 3, "seed": 4}


DENSE = {"type": "dense", "units": 2}
DROPOUT = {"type": "dropout", "rate": 0.3}
CONV = {"type": "conv2d", "filters": 3, "kernel": [2, 3], "padding": "same", "activation": "tanh"}
SPECS = {
    "image": described((5, 6, 2), (2,), CONV, {"type": "avgpool2d"}, DROPOUT, {"type": "flatten"}, DENSE),
    "strided": described((6, 6, 1), (2,), {"type": "conv2d", "filters": 2, "stride": 2}, DENSE),
    "lstm": described((4, 2), (2,), {"type": "lstm", "units": 2}, DENSE),
    "gru": described((4, 2), (4, 2), {"type": "gru", "units": 3, "return_sequences": True}, DROPOUT, DENSE),
    "stacked": described(
        (4, 2),
        (4, 2),
        {"type": "rnn", "units": 3, "return_sequences": True},
        {"type": "lstm", "units": 2, "return_sequences": True},
        {"type": "gru", "units": 2, "return_sequences": True},
    ),
}


@pytest.fixture(params=SPECS, name="spec")
def spec_of(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One of the networks."""
    return SPECS[request.param]


def test_every_gradient_is_the_sum_of_its_terms(client: Client, spec: dict[str, Any]) -> None:
    session = client.open(spec=spec)["id"]
    client.act(session, "step", steps=2)
    state = client.act(session, "backward")
    trace = client.read(session, "/trace")
    for number, layer in enumerate(state["gradients"]):
        for name, values in layer.items():
            gradients = np.array(values)
            for index in [*np.ndindex(gradients.shape)][:: max(1, gradients.size // 5)]:
                path = ",".join(map(str, index))
                found = client.read(session, f"/explain/{number}/{name}/{path}")
                assert found["gradient"] == gradients[index]
                assert sum(one["product"] for one in found["terms"]) == pytest.approx(found["sum"], abs=1e-12)
                assert found["sum"] == pytest.approx(found["gradient"], rel=1e-9, abs=1e-14)
                assert found["formula"]["mathml"].startswith("<math")
                deltas = np.array(trace["layers"][number]["delta"])
                for one in found["terms"]:
                    place = (
                        one["sample"],
                        *one.get("position", []),
                        *([one["time"]] if "time" in one else []),
                    )
                    assert one["delta"] == deltas[place][index[-1]]


def test_trace(client: Client, spec: dict[str, Any]) -> None:
    session = client.open(spec=spec)["id"]
    client.act(session, "forward")
    before = client.read(session, "/trace")
    assert all(layer["delta"] is None for layer in before["layers"])
    client.act(session, "backward")
    trace = client.read(session, "/trace")
    assert trace["outputs"] == before["outputs"]
    for layer, given in zip(trace["layers"], spec["layers"], strict=True):
        assert layer["type"] == given["type"]
        assert np.shape(layer["z"]) == np.shape(layer["delta"])
        assert len(layer["a"]) == 3
        if given["type"] in ("rnn", "lstm", "gru"):
            gates = {"rnn": 1, "lstm": 4, "gru": 3}[given["type"]]
            assert np.shape(layer["z"]) == (3, 4, gates * given["units"])
            assert np.shape(layer["a"]) == np.shape(layer["dh"]) == (3, 4, given["units"])
            assert ("gates" in layer, "cells" in layer) == (given["type"] != "rnn", given["type"] == "lstm")
        else:
            assert "dh" not in layer
    assert np.mean(trace["loss_per_sample"]) == pytest.approx(
        client.read(session)["loss"]["batch"], rel=1e-12
    )


def test_gradients_pass_the_check(client: Client, spec: dict[str, Any]) -> None:
    session = client.open(spec=spec)["id"]
    client.act(session, "step", steps=1)
    found = client.act(session, "gradcheck")
    assert found["max_relative_error"] < 1e-4
    assert {one["name"] for one in found["layers"]} >= {"b"}


def test_undo_redo_and_a_second_session_bit_for_bit(client: Client, spec: dict[str, Any]) -> None:
    session, twin = client.open(spec=spec)["id"], client.open(spec=spec)["id"]
    client.act(session, "step", steps=4)
    there = client.act(session, "backward")
    trace = client.read(session, "/trace")
    client.act(session, "undo", steps=3)
    client.act(session, "redo", steps=3)
    assert client.act(session, "backward")["gradients"] == there["gradients"]
    assert client.read(session, "/trace") == trace
    client.act(session, "undo", steps=2)
    client.act(session, "step", steps=2)
    again = client.act(session, "backward")
    assert (again["parameters"], again["gradients"]) == (there["parameters"], there["gradients"])
    for _ in range(4):
        client.act(twin, "step")
    assert client.act(twin, "backward")["gradients"] == there["gradients"]


def test_dropout_is_part_of_training_alone(client: Client) -> None:
    session = client.open(spec=SPECS["image"])["id"]
    client.act(session, "forward")
    dropped = np.array(client.read(session, "/trace")["layers"][2]["a"])
    assert (dropped == 0).any()
    inputs = SPECS["image"]["data"]["inputs"]
    answers = [client.act(session, "predict", inputs=inputs)["outputs"] for _ in "ab"]
    assert answers[0] == answers[1]
    client.act(session, "step")
    client.act(session, "forward")
    assert ((np.array(client.read(session, "/trace")["layers"][2]["a"]) == 0) != (dropped == 0)).any()


def test_one_weight_of_a_kernel_is_set_and_frozen(client: Client) -> None:
    session = client.open(spec=SPECS["image"])["id"]
    path = "/parameters/0/W/1,2,0,1"
    state = client.change(session, path, value=0.5)
    assert state["parameters"][0]["W"][1][2][0][1] == 0.5
    client.change(session, f"{path}/frozen", frozen=True)
    state = client.act(session, "step", steps=3)
    assert state["parameters"][0]["W"][1][2][0][1] == 0.5
    assert state["frozen"] == ["W[0][1,2,0,1]"]


def test_exports(client: Client, spec: dict[str, Any]) -> None:
    session = client.open(spec=spec)["id"]
    state = client.act(session, "step", steps=2)
    url = f"/api/sessions/{session}/export"
    assert client.get(f"{url}/spec.json").json()["layers"] == state["spec"]["layers"]
    assert client.get(f"{url}/session.json").json()["parameters"] == state["parameters"]
    for script in ("numpy.py", "pytorch.py"):
        answer = client.get(f"{url}/{script}")
        assert answer.status_code == 200
        assert f"Exported at step {state['step']}." in answer.text
        compile(answer.text, script, "exec")


def test_a_fork_and_a_snapshot_go_on_alike(client: Client, spec: dict[str, Any]) -> None:
    session = client.open(spec=spec)["id"]
    client.act(session, "step", steps=2)
    slug = client.post(f"/api/sessions/{session}/share").json()["slug"]
    fork = client.post(f"/api/sessions/{session}/fork").json()["id"]
    opened = client.open(snapshot=slug)["id"]
    states = [client.act(one, "step", steps=3)["parameters"] for one in (session, fork, opened)]
    assert states[0] == states[1] == states[2]


IMAGE = described((4, 4, 1), (2,))
SEQUENCE = described((4, 2), (2,))
LONG = described((501, 1), (2,))
ONE = {"type": "conv2d", "filters": 1}


@pytest.mark.parametrize(
    ("base", "layer", "loc", "message"),
    [
        (IMAGE, ONE | {"kernel": 5}, "kernel", "is 5; the image it gets is 4×4"),
        (IMAGE, ONE | {"kernel": [3, 0]}, "kernel", "is [3, 0]; a whole number"),
        (IMAGE, ONE | {"kernel": True}, "kernel", "is true; a whole number"),
        (IMAGE, ONE | {"filters": 2000}, "filters", "2000 is more than the limit max_units = 1024"),
        (IMAGE, ONE | {"stride": 0}, "stride", "is 0; the smallest allowed is 1"),
        (IMAGE, ONE | {"padding": "full"}, "padding", 'is "full"; it must be one of'),
        (IMAGE, {"type": "maxpool2d", "size": 5}, "size", "is 5; the image it gets is 4×4"),
        (IMAGE, {"type": "rnn", "units": 2}, "type", "is rnn; it stands behind sequences"),
        (IMAGE, {"type": "dropout", "rate": 1}, "rate", "is 1; it must be less than 1"),
        (IMAGE, {"type": "pool"}, "type", "is pool; it must be one of"),
        (IMAGE, {"units": 2}, "type", "is missing"),
        (IMAGE, {"type": "flatten", "size": 2}, "size", "is not known here"),
        (SEQUENCE, {"type": "maxpool2d"}, "type", "is maxpool2d; it stands behind images"),
        (SEQUENCE, {"type": "lstm", "units": 0}, "units", "is 0; the smallest allowed is 1"),
        (LONG, {"type": "gru", "units": 1}, "type", "501 is more than the limit max_time_steps = 500"),
    ],
)
def test_what_does_not_fit(
    client: Client, base: dict[str, Any], layer: dict[str, Any], loc: str, message: str
) -> None:
    refused(client, base | {"layers": [layer, DENSE]}, ["layers", 0, loc], message)


def refused(client: Client, spec: dict[str, Any], loc: list[str | int], message: str) -> None:
    """The spec is turned down for one fault, at that place."""
    answer = client.post("/api/sessions", json={"spec": spec})
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["loc"] == loc
    assert message in error["msg"]


def test_images_are_no_outputs(client: Client) -> None:
    refused(client, IMAGE | {"layers": [ONE]}, ["layers", 0, "type"], "its outputs are images (2, 2, 1)")


def test_a_loss_that_needs_a_dense_output(client: Client) -> None:
    data = SEQUENCE["data"] | {"targets": [0, 1] * 4}
    spec = SEQUENCE | {"data": data, "layers": [{"type": "gru", "units": 2}], "loss": "cross_entropy"}
    refused(client, spec, ["layers", 0, "type"], "stands after a dense layer with the activation softmax")


def test_a_pass_too_large_for_memory(client: Client) -> None:
    wide = {"type": "conv2d", "filters": 1000, "kernel": 1}
    base = described((40, 40, 1), (2,), wide, {"type": "maxpool2d", "size": 40}, DENSE)
    refused(client, base | {"batch_size": 8}, ["batch_size"], "max_pass_values")
    session = client.open(spec=base | {"batch_size": 1})["id"]
    answer = client.ask("PATCH", f"/api/sessions/{session}", json={"batch_size": 8})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["batch_size"]
