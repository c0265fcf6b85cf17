"""The page of a network that is not drawn unit by unit: every parameter drawn, everything else as on any page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.scene.surface import HUES
from app.share import spec_link
from app.spec import parse_spec
from tests.clients import Client
from tests.specs import named_spec
from tests.web.html import Page

GOLDEN = Path(__file__).parent.parent / "golden"
NewClient = Callable[[], Client]
HTMX = {"hx-request": "true"}
IMAGES = np.round(np.sin(np.arange(6 * 5 * 4 * 2)).reshape(6, 5, 4, 2), 3).tolist()
SEQUENCES = np.round(np.cos(np.arange(6 * 5 * 2)).reshape(6, 5, 2), 3).tolist()
STEPS = np.round(np.sin(np.arange(6 * 5)).reshape(6, 5, 1), 3).tolist()
LABELS = [
    [0, 1, 2, 0, 1],
    [2, 1, 0, 0, 0],
    [1, 1, 1, 2, 2],
    [0, 0, 1, 1, 2],
    [2, 2, 2, 1, 0],
    [0, 1, 0, 1, 0],
]


def golden(name: str) -> dict[str, Any]:
    """The spec of a reference run."""
    spec: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text())["spec"]
    return spec


def conv_spec() -> dict[str, Any]:
    """Small images of two channels through a convolution, a pooling and a dense layer."""
    return {
        "data": {"inputs": IMAGES, "targets": [0, 1, 2, 0, 1, 2]},
        "layers": [
            {"type": "conv2d", "filters": 3, "kernel": [3, 2], "activation": "relu", "padding": "same"},
            {"type": "avgpool2d", "size": 2},
            {"type": "flatten"},
            {"type": "dense", "units": 3, "activation": "softmax"},
        ],
        "loss": "cross_entropy",
        "batch_size": 3,
    }


def lstm_spec() -> dict[str, Any]:
    """An answer at every step of a sequence."""
    return {
        "data": {"inputs": SEQUENCES, "targets": STEPS},
        "layers": [{"type": "lstm", "units": 3, "return_sequences": True}, {"type": "dense", "units": 1}],
        "loss": "mse",
        "batch_size": 3,
    }


def steps_spec() -> dict[str, Any]:
    """A class at every step of a sequence."""
    layers = [
        {"type": "gru", "units": 3, "return_sequences": True},
        {"type": "dense", "units": 3, "activation": "softmax"},
    ]
    return {
        **lstm_spec(),
        "data": {"inputs": SEQUENCES, "targets": LABELS},
        "layers": layers,
        "loss": "cross_entropy",
    }


def dropout_spec() -> dict[str, Any]:
    """A data set in the plane, and a layer that leaves numbers out."""
    layers = [
        {"type": "dropout", "rate": 0.1},
        {"type": "dense", "units": 4, "activation": "tanh"},
        {"type": "dropout", "rate": 0.25},
        {"type": "dense", "units": 1, "activation": "sigmoid"},
    ]
    return {"data": {"dataset": "circle"}, "layers": layers, "loss": "binary_cross_entropy"}


def flatten_spec() -> dict[str, Any]:
    """Images straight into a dense layer, with classes of a threshold."""
    data = {"inputs": IMAGES, "targets": [[0], [1], [1], [0], [1], [0]]}
    layers = [{"type": "flatten"}, {"type": "dense", "units": 1, "activation": "sigmoid"}]
    return {"data": data, "layers": layers, "loss": "binary_cross_entropy", "batch_size": 4}


def nothing_learns(inputs: list[Any], layer: str) -> dict[str, Any]:
    """One layer that has no parameters."""
    targets = np.array(inputs).reshape(len(inputs), -1).tolist() if layer == "flatten" else inputs
    data = {"inputs": inputs, "targets": targets}
    return {"data": data, "layers": [{"type": layer}], "loss": "mse", "batch_size": 4}


LEARNING = {
    "conv": conv_spec(),
    "lstm": lstm_spec(),
    "steps": steps_spec(),
    "dropout": dropout_spec(),
    "flatten": flatten_spec(),
    "conv-pool-dense": golden("conv-pool-dense"),
    "rnn-last-step": golden("rnn-last-step"),
}
SPECS = LEARNING | {
    "flatten-alone": nothing_learns(IMAGES, "flatten"),
    "dropout-alone": nothing_learns(SEQUENCES, "dropout"),
}
OVER_TIME = ("lstm", "steps", "rnn-last-step")


def page_of(client: Client, url: str, **given: Any) -> Page:
    """The page or the parts of one at `url`."""
    answer = client.get(url, **given)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def numbers_on(page: Page) -> dict[str, Any]:
    """The block of numbers."""
    block: dict[str, Any] = json.loads(page.by_id("numbers").text)
    return block


def check(page: Page, state: dict[str, Any]) -> None:
    """The counters and the block of numbers are those of the State."""
    assert page.by_id("step").text == str(state["step"])
    assert page.by_id("phase")["data-phase"] == state["phase"]
    loss = page.by_id("batch-loss")["value"]
    assert loss == "" if state["loss"]["batch"] is None else float(loss) == state["loss"]["batch"]
    assert numbers_on(page)["step"] == state["step"]


def check_parts(page: Page, state: dict[str, Any]) -> None:
    """The numbers of an answer are those of the State."""
    numbers = numbers_on(page)
    assert (numbers["step"], numbers["phase"]) == (state["step"], state["phase"])
    assert {part: numbers["counters"][f"{part}_loss"] for part in state["loss"]} == state["loss"]


def check_drawing(page: Page, state: dict[str, Any]) -> None:
    """Every parameter is an element of the drawing that carries its value and its gradient."""
    drawn = {element["data-parameter"]: element for element in page.all("data-weight")}
    count = 0
    for layer, parameters in enumerate(state["parameters"]):
        for name, values in parameters.items():
            for index, value in np.ndenumerate(values):
                element = drawn[",".join(map(str, (layer, name, *index)))]
                assert float(element["data-weight"]) == value
                count += 1
                gradients = state["gradients"]
                shown = element.attributes.get("data-gradient")
                assert (
                    shown is None
                    if gradients is None
                    else float(shown or "nan") == at(gradients[layer][name], index)
                )
    assert count == len(drawn)


def at(nested: Any, index: tuple[int, ...]) -> float:
    """The number at a place of nested lists."""
    return float(np.array(nested)[index])


@pytest.mark.parametrize("name", sorted({*LEARNING, "flatten-alone"} - {*OVER_TIME}))
def test_a_page_at_every_phase(client: Client, name: str) -> None:
    page = page_of(client, spec_link(parse_spec(SPECS[name])))
    session = page.by_id("playground")["data-session"]
    for verb in ("forward", "backward", "update", "step", "undo", "redo", "backward"):
        parts = client.post(f"/n/{session}/{verb}", data={"select": "neuron:0,0"}, headers=HTMX)
        assert parts.status_code == 200, parts.text
        state = client.get(f"/api/sessions/{session}").json()
        check_parts(Page(parts.text), state)
        whole = page_of(client, f"/n/{session}?select=edge:0,0,0")
        check(whole, state)
        check_drawing(whole, state)


@pytest.mark.parametrize("name", SPECS)
def test_everything_else_that_a_page_asks_for(client: Client, new_client: NewClient, name: str) -> None:
    session = client.open(spec=SPECS[name])["id"]
    client.post(f"/n/{session}/step")
    for sample in ("", "1"):
        for path in ("follow", "inspect", "chart?chart=gradient", "table"):
            page_of(
                client,
                f"/n/{session}/{path}",
                params={"sample": sample} if "?" not in path else None,
                headers=HTMX,
            )
    for url in (f"/n/{session}?sample=1", f"/n/{session}?repaired=1", f"/n/{session}/table?lang=zh"):
        page_of(client, url)
    link = client.post(f"/n/{session}/share", headers=HTMX).text
    slug = next(e["value"] for e in Page(link).elements if e.attributes.get("id") == "share-link").rsplit(
        "/", 1
    )[1]
    other = new_client()
    assert page_of(other, f"/s/{slug}").by_id("step").text == "1"
    assert page_of(other, f"/n/{session}").by_id("visitor")
    forked = other.post(f"/n/{session}/fork")
    assert forked.status_code == 303
    assert page_of(other, forked.headers["location"]).by_id("step").text == "1"
    settings = client.post(f"/n/{session}/settings", data={"learning_rate": "0.02"}, headers=HTMX)
    assert settings.status_code == 200
    assert numbers_on(Page(settings.text))["settings"]["learning_rate"] == "0.02"
    assert client.post(f"/n/{session}/reset", headers=HTMX).status_code == 200


@pytest.mark.parametrize("notation", ["matrix", "nodes", "sequence"])
def test_two_outputs_over_a_line_are_named(client: Client, notation: str) -> None:
    data = {"inputs": [[0.1], [0.5], [0.9]], "targets": [[0.2, 1.0], [0.4, 0.5], [0.1, 0.3]]}
    layers = [{"type": "dense", "units": 3}, {"type": "dropout"}, {"type": "dense", "units": 2}]
    spec = {"data": data, "layers": layers, "loss": "mse", "batch_size": 2, "notation": notation}
    session = client.open(spec=spec)["id"]
    client.post(f"/n/{session}/step")
    assert (
        len([e for e in page_of(client, f"/n/{session}").elements if e.attributes.get("class") == "class c1"])
        == 1
    )


@pytest.mark.parametrize("count", [3, 9, 12, 13, 300])
def test_the_classes_of_a_plane_are_named_as_far_as_there_is_room(client: Client, count: int) -> None:
    spec = {
        "data": {"inputs": [[0.1, 0.4], [0.5, 0.2], [0.9, 0.7]], "targets": [0, 2, 1]},
        "layers": [{"type": "dense", "units": count, "activation": "softmax"}],
        "loss": "cross_entropy",
    }
    page = page_of(client, spec_link(parse_spec(spec)))
    named = [
        (e["class"], e.text) for e in page.elements if e.attributes.get("class", "").startswith("class h")
    ]
    assert named == [(f"class h{k % HUES}", str(k)) for k in range(min(count, 12))]
    whole = page.tagged("html")[0].text
    assert (f"… and {count - 12} more" in whole) == (count > 12)
    assert page.by_id("inspector")  # the page goes on to its end


@pytest.mark.parametrize("name", SPECS)
def test_a_probe_runs_where_inputs_can_be_typed_or_drawn(client: Client, name: str) -> None:
    session = client.open(spec=SPECS[name])["id"]
    sample = page_of(client, f"/n/{session}")
    names = [e.attributes.get("name", "") for e in sample.elements]
    fields = [n for n in names if n.startswith("probe-") or n in ("pixels", "sequence")]
    expected = {"dropout": 2, "conv": 0, "flatten": 0, "flatten-alone": 0}  # two channels are not drawn
    assert len(fields) == expected.get(name, 1)
    typed = json.loads(sample.by_id("example").text)["typed"] or dict.fromkeys(fields, "0.5")
    page = page_of(client, f"/n/{session}/probe", params=typed, headers=HTMX)
    assert (numbers_on(page)["probe"] is not None) == bool(fields)
    output = client.post(f"/api/sessions/{session}/predict", json={"inputs": [[0.5, 0.5]]})
    if name == "dropout":
        shown = next(float(e["value"]) for e in page.elements if e.tag == "data" and e["value"])
        assert shown == pytest.approx(output.json()["outputs"][0][0], rel=1e-9)


@pytest.mark.parametrize("name", SPECS)
def test_the_table_holds_every_parameter(client: Client, name: str) -> None:
    session = client.open(spec=SPECS[name])["id"]
    state = client.act(session, "backward")
    for layer, parameters in enumerate(state["parameters"]):
        rows: list[list[float]] = []
        total = sum(np.size(values) for values in parameters.values())
        for start in range(0, max(1, total), 200):
            page = page_of(client, f"/n/{session}/table?layer={layer}&from={start}")
            values = [float(e["value"]) for e in page.elements if e.tag == "data"]
            rows += [values[k : k + 3] for k in range(0, len(values), 3)]
        for column, kind in ((0, "parameters"), (1, "gradients")):
            expected = [np.ravel(values) for values in state[kind][layer].values()]
            flat = np.concatenate(expected).tolist() if expected else []
            assert [row[column] for row in rows] == pytest.approx(flat, rel=1e-9)
    assert client.get(f"/n/{session}/table?layer={len(state['parameters'])}").status_code == 404


def test_a_sample_of_an_image_shows_target_output_and_loss(client: Client) -> None:
    session = client.open(spec=conv_spec())["id"]
    client.post(f"/n/{session}/forward")
    page = page_of(client, f"/n/{session}")
    heads = [e.text for e in page.elements if e.tag == "th" and e.attributes.get("scope") == "col"]
    heads = heads[heads.index("sample") : heads.index("loss") + 1]  # of the batch alone
    assert [head for head in heads if head in ("target", "output", "loss")] == ["target", "output", "loss"]
    assert not any(head.startswith("x") for head in heads)


@pytest.mark.parametrize("name", SPECS)
def test_another_loss_or_seed_builds_a_network(client: Client, name: str) -> None:
    session = client.open(spec=SPECS[name])["id"]
    made = client.post(f"/n/{session}/build", data={"seed": "7", "initializer": "he_normal"})
    assert made.status_code == 303, made.text
    built = made.headers["location"].partition("?")[0].rsplit("/", 1)[1]
    spec = client.get(f"/api/sessions/{built}").json()["spec"]
    before = client.get(f"/api/sessions/{session}").json()["spec"]
    assert (spec["seed"], spec["layers"]) == (7, before["layers"])


@pytest.mark.parametrize(
    "form", [{"change": "more:9"}, {"type-0": "magic"}, {"seed": "x"}, {"dataset": "nowhere"}]
)
@pytest.mark.parametrize("name", ["conv", "lstm", "rnn-last-step"])
def test_what_cannot_be_built_is_said(client: Client, name: str, form: dict[str, str]) -> None:
    session = client.open(spec=SPECS[name])["id"]
    for headers in ({}, HTMX):
        answer = client.post(f"/n/{session}/build", data=form, headers=headers)
        assert answer.status_code in (400, 422), answer.text
        page = Page(answer.text)
        assert any(page.by_id(place).text for place in ("messages", "data-faults", "layer-faults"))


def test_a_parameter_of_a_layer_cannot_be_edited_by_a_place_in_a_drawing(client: Client) -> None:
    session = client.open(
        spec=named_spec(
            layers=dropout_spec()["layers"], loss="binary_cross_entropy", data={"dataset": "circle"}
        )
    )["id"]
    form = {"select": "edge:0,0,0", "action": "set", "value": "1"}
    answer = client.post(f"/n/{session}/edit", data=form, headers=HTMX)
    assert answer.status_code == 422
    assert client.get(f"/api/sessions/{session}").json()["can_undo"] == 0
