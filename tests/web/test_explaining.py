"""Explanations through the API: the optimiser's rule, finite differences, neurons of every layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np
import pytest
from anyio.from_thread import BlockingPortal

from app.main import create_app
from app.settings import Settings
from tests.clients import Client
from tests.specs import rows_spec
from tests.web.test_api_refusals import problem
from tests.web.test_inspecting import ALL

NewClient = Callable[[], Client]


def test_the_rule_of_the_optimiser_leads_from_old_to_new(client: Client) -> None:
    spec = rows_spec(optimizer="adam", clip_norm=0.1, regularization={"l2": 0.1})
    session = client.open(spec=spec)["id"]
    client.act(session, "step", steps=2)
    before = client.read(session, "/explain/1/W/2,0")["optimizer"]["state"]
    client.act(session, "backward")
    found = client.read(session, "/explain/1/W/2,0")
    rule = {line["name"]: line for line in found["optimizer"]["rule"]}
    assert list(rule) == ["gradient", "clipped", "m", "v", "m_hat", "v_hat", "new"]
    assert found["optimizer"]["state_before"] == before
    assert found["optimizer"]["updates"] == 3
    assert rule["gradient"]["value"] == pytest.approx(found["gradient"], rel=1e-13)
    assert rule["new"]["value"] == pytest.approx(found["optimizer"]["new"], rel=1e-13)
    gradients = client.read(session)["gradients"]
    norm = np.sqrt(sum(np.square(values).sum() for layer in gradients for values in layer.values()))
    assert found["optimizer"]["gradient_norm"] == pytest.approx(norm, rel=1e-13)
    assert rule["new"]["symbol"] == "W_{31}^{(2)}"
    assert rule["new"]["formula"]["latex"].startswith(r"W_{31}^{(2)} - \eta")
    assert rule["m"]["numbers"]["latex"].startswith(r"0.9 \cdot ")
    assert all(
        line[part]["mathml"].startswith("<math") for line in rule.values() for part in ("formula", "numbers")
    )


def test_a_snapshot_knows_the_rule_from_its_next_update_on(client: Client) -> None:
    session = client.open(spec=rows_spec(optimizer="adam"))["id"]
    client.act(session, "step", steps=3)
    whole = client.read(session, "/explain/0/b/1")["optimizer"]
    slug = client.post(f"/api/sessions/{session}/share").json()["slug"]
    copy = client.open(snapshot=slug)["id"]
    assert client.read(copy, "/explain/0/b/1")["optimizer"] == {
        "rule": None,
        **{name: whole[name] for name in ("state", "old", "new")},
    }
    client.act(copy, "step")
    client.act(session, "step")
    assert client.read(copy, "/explain/0/b/1") == client.read(session, "/explain/0/b/1")


@pytest.mark.parametrize("name", ALL)
def test_one_gradient_by_finite_differences(client: Client, name: str) -> None:
    state = client.open(spec=ALL[name])
    session = state["id"]
    client.act(session, "step")
    before = client.act(session, "backward")
    for layer, parameters in enumerate(before["parameters"]):
        for array, values in parameters.items():
            index = ",".join(str(size - 1) for size in np.shape(values))
            found = client.read(session, f"/difference/{layer}/{array}/{index}")
            explained = client.read(session, f"/explain/{layer}/{array}/{index}")
            assert found["gradient"] == explained["gradient"]
            assert min(found["relative_error"], found["limit_relative_error"]) < 1e-5
            quotient = (found["loss_above"] - found["loss_below"]) / (2 * found["epsilon"])
            assert found["value"] == pytest.approx(quotient, rel=1e-6, abs=1e-12)
    assert client.read(session) == before


def unit_shape(trace: dict[str, Any]) -> tuple[int, ...]:
    """What the index of a unit of a layer runs over."""
    shape: tuple[int, ...] = np.shape(trace["a"])[1:]
    return shape


@pytest.mark.parametrize("name", ALL)
def test_a_neuron_of_every_layer_adds_up(client: Client, name: str) -> None:
    session = client.open(spec=ALL[name])["id"]
    client.act(session, "backward")
    trace = client.read(session, "/trace")
    for layer, own in enumerate(trace["layers"]):
        shape = unit_shape(own)
        index = tuple(np.unravel_index(prod(shape) // 2, shape))
        found = client.read(session, f"/explain/{layer}/neuron/{','.join(map(str, index))}?sample=2")
        assert (found["sample"], found["row"]) == (2, trace["batch"]["indices"][2])
        assert found["a"] == np.array(own["a"])[(2, *index)]
        assert len(found["samples"]) == len(trace["batch"]["indices"])
        for gate in found["z"]:
            z, delta = (np.array(own[key])[(slice(None), *gate["index"])] for key in ("z", "delta"))
            assert gate["value"] == z[2]
            assert gate["delta"]["value"] == delta[2]
            assert gate["sum"] == pytest.approx(z[2], rel=1e-9, abs=1e-12)
            products = [term["weight"] * term["given"] for term in gate["terms"]]
            assert products == [term["product"] for term in gate["terms"]]
            assert gate["delta"]["sum"] == pytest.approx(delta[2], rel=1e-9, abs=1e-15)
            place = found["z"].index(gate)
            assert [sample["z"][place] for sample in found["samples"]] == z.tolist()
            assert [sample["delta"][place] for sample in found["samples"]] == delta.tolist()
        for slope in (found["da"], found["dc"]):
            assert slope is None or slope["sum"] == pytest.approx(slope["value"], rel=1e-9, abs=1e-15)
        last_and_fused = layer == len(trace["layers"]) - 1 and "cross_entropy" in ALL[name]["loss"]
        assert (found["da"] is None) == last_and_fused
        assert (found["dc"] is None) == (own["type"] != "lstm")


def test_what_stands_in_a_neuron(client: Client) -> None:
    state = client.open(spec=rows_spec())
    session = state["id"]
    client.act(session, "forward")
    found = client.read(session, "/explain/0/neuron/1")
    (gate,) = found["z"]
    assert [term["parameter"] for term in gate["terms"]] == ["W[0][0,1]", "W[0][1,1]", "b[0][1]"]
    assert [term["given"] for term in gate["terms"]] == [0.1, -0.2, 1.0]
    assert gate["activation"] == "tanh"
    assert gate["a"] == pytest.approx(np.tanh(gate["value"]), rel=1e-15)
    assert gate["slope"] == pytest.approx(1 - gate["a"] ** 2, rel=1e-14)
    assert (gate["delta"], found["da"]) == (None, None)  # before backward
    client.act(session, "backward")
    found = client.read(session, "/explain/0/neuron/1")
    (link,) = found["z"][0]["delta"]["links"]
    assert [part["symbol"] for part in link["parts"]] == ["f′(z)"]
    assert link["to"] == {"of": "a", "layer": 0, "index": [1]}
    (link,) = found["da"]["links"]
    weight = state["parameters"][1]["W"][1][0]
    assert link["parts"] == [{"symbol": "W", "value": weight, "parameter": "W[1][1,0]"}]
    assert link["to"] == {"of": "z", "layer": 1, "index": [0]}


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("0/neuron/3", 404, "[0][3]"),
        ("0/neuron/0,0", 404, "[0][0,0]"),
        ("2/neuron/0", 404, "[2][0]"),
        ("0/neuron/x", 404, "[0][x]"),
        ("0/neuron/0?sample=3", 422, "0 to 2"),
        ("0/neuron/0?sample=-1", 422, "-1"),
        ("0/neuron/0?sample=", 422, "expected"),
    ],
)
def test_neurons_that_cannot_be_explained(client: Client, path: str, status: int, said: str) -> None:
    session = client.open(spec=rows_spec())["id"]
    client.act(session, "forward")
    assert said in problem(client.get(f"/api/sessions/{session}/explain/{path}"), status)["detail"]


def test_before_a_pass_there_is_nothing_to_explain(client: Client) -> None:
    session = client.open(spec=rows_spec())["id"]
    for path, needed in (("explain/0/neuron/0", "Forward"), ("difference/0/W/0,0", "Backward")):
        assert needed in problem(client.get(f"/api/sessions/{session}/{path}"), 409)["detail"]


@pytest.fixture
def narrow(portal: BlockingPortal) -> Iterator[Client]:
    """A server that explains no more than five terms at a time."""
    app = create_app(Settings(store="memory://", max_explained_terms=5))
    client = Client(portal, app)
    yield client
    portal.call(client.http.aclose)
    app.state.playground.close()


def test_explanations_are_held_to_a_limit(narrow: Client) -> None:
    session = narrow.open(spec=rows_spec(batch_size=5))["id"]
    narrow.act(session, "backward")
    assert len(narrow.read(session, "/explain/0/W/0,0")["terms"]) == 5
    detail = problem(narrow.get(f"/api/sessions/{session}/explain/0/neuron/0"), 422)["detail"]
    assert "8 terms" in detail  # five samples, two weights and a bias
    assert "max_explained_terms is 5" in detail
    session = narrow.open(spec=rows_spec(batch_size=6))["id"]
    narrow.act(session, "backward")
    detail = problem(narrow.get(f"/api/sessions/{session}/explain/0/W/0,0"), 422)["detail"]
    assert "6 terms" in detail


def test_the_calls_are_documented(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    call = paths["/api/sessions/{session_id}/explain/{layer}/neuron/{index}"]["get"]
    sample = next(one for one in call["parameters"] if one["name"] == "sample")
    assert (sample["in"], sample["required"]) == ("query", False)
    assert all(one["description"] for one in call["parameters"])
    assert "/api/sessions/{session_id}/difference/{layer}/{name}/{index}" in paths
