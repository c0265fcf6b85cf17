"""Numbers of every size that the API takes: every part of the page and every call answers, none of them is cut off."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import pytest

from tests.clients import Client
from tests.web.test_pages_by_layer import HTMX

ORDINARY = [0.1, -0.2, 0.4, 0.3, -0.5, 0.6, 0.7, -0.8]
DATA: dict[str, list[float]] = {
    "largest": [1.7e308, -1.7e308, 0.0, 1e308],
    "large column": [1.7e18],
    "smallest": [1e-320, -5e-324, 0.0],
    "neighbours": [1.0, 1.0000000000000002],
}


@dataclass(frozen=True)
class Shape:
    """What a network is fed with and what it answers: a number, or one of `classes`."""

    inputs: tuple[int, ...]
    layers: tuple[dict[str, Any], ...]
    loss: str = "mse"
    classes: int = 0
    weight: str = "W"

    def spec(self, inputs: list[float], answers: list[float], samples: int = 4) -> dict[str, Any]:
        """A spec on so many samples of these numbers, over and over."""
        units, activation = (self.classes, "softmax") if self.classes else (1, "linear")
        last = {"type": "dense", "units": units, "activation": activation}
        given = np.resize(inputs, samples * prod(self.inputs)).reshape(samples, *self.inputs)
        labels = [sample % max(1, self.classes) for sample in range(samples)]
        targets = labels if self.classes else np.resize(answers, (samples, 1)).tolist()
        data = {"inputs": given.tolist(), "targets": targets}
        return {"data": data, "layers": [*self.layers, last], "loss": self.loss, "batch_size": 2}

    @property
    def place(self) -> str:
        """A weight of the first layer."""
        return f"0/{self.weight}/{'0,0,0,0' if len(self.inputs) == 3 else '0,0'}"

    @property
    def unit(self) -> str:
        """A number that the first layer puts out."""
        return ",".join("0" * len(self.inputs))


RELU = {"type": "dense", "units": 3, "activation": "relu"}
CONV = {"type": "conv2d", "filters": 2, "kernel": 2, "activation": "tanh"}
SHAPES = {
    "line": Shape((1,), (RELU,), "huber"),
    "plane": Shape((2,), (RELU,)),
    "plane of classes": Shape((2,), (RELU,), "cross_entropy", classes=3),
    "many": Shape((3,), (RELU,), "squared_error"),
    "image": Shape((4, 4, 1), (CONV, {"type": "maxpool2d", "size": 2})),
    "sequence": Shape((2, 1), ({"type": "lstm", "units": 2},), weight="Wx"),
}


def asked(client: Client, method: str, url: str, **given: Any) -> Any:
    """An answer, whole and none of a fault of ours."""
    answer = client.ask(method, url, **given)
    assert answer.status_code < 500, (url, answer.text)
    if answer.text.startswith("<!doctype"):
        assert answer.text.rstrip().endswith("</html>"), url
    return answer


def look(client: Client, session: str, shape: Shape) -> None:
    """Every part of the page, and every call that changes nothing."""
    page, api = f"/n/{session}", f"/api/sessions/{session}"
    weight = "param:" + shape.place.replace("/", ",")
    for query in (f"select={weight}&open=0/z1,0", f"select=neuron:0,{shape.unit}&sample=1"):
        asked(client, "GET", f"{page}?{query}")
    for part in ("now", "follow", "inspect", "difference"):
        asked(client, "GET", f"{page}/{part}?select={weight}&sample=1", headers=HTMX)
    for chart in ("loss", "loss&loss_log=1", "gradient", "gradient&gradient_log=1", "accuracy"):
        asked(client, "GET", f"{page}/chart?chart={chart}", headers=HTMX)
    for part in ("gradcheck", "table", "compare", "landscape?zoom=out&at=0:1e6:x"):
        asked(client, "GET", f"{page}/{part}")
    typed = {f"probe-{k}": "1e308" for k in range(3)} | {"pixels": "1e308 " * 16, "sequence": "1e308\n" * 2}
    asked(client, "GET", f"{page}/probe", params=typed | {"select": weight})
    for call in ("", "/trace", "/history", "/diagnosis", "/landscape?directions=1"):
        asked(client, "GET", api + call)
    for call in (f"explain/{shape.place}", f"explain/0/neuron/{shape.unit}", f"difference/{shape.place}"):
        asked(client, "GET", f"{api}/{call}")
    for name in ("spec.json", "session.json", "parameters.npz", "pytorch.py", "numpy.py"):
        assert asked(client, "GET", f"{api}/export/{name}").status_code == 200
    inputs = np.resize([1e308, -1e308], (1, *shape.inputs)).tolist()
    assert asked(client, "POST", f"{api}/predict", json={"inputs": inputs}).status_code == 200
    slug = asked(client, "POST", f"{api}/share").json()["slug"]
    asked(client, "GET", f"/s/{slug}")


def use(client: Client, session: str, shape: Shape) -> None:
    """Look at it, train it, look again."""
    page, api = f"/n/{session}", f"/api/sessions/{session}"
    assert asked(client, "GET", page).status_code == 200
    for action in ("step", "forward", "backward"):
        asked(client, "POST", f"{page}/{action}", headers=HTMX)
    look(client, session, shape)
    asked(client, "POST", f"{api}/step", json={"steps": 5})
    asked(client, "POST", f"{api}/update")
    beside = (
        asked(client, "POST", f"{page}/pair", data={"learning_rate": "0.5"}).headers["location"].split("?")[0]
    )
    asked(client, "POST", f"{beside}/step", headers=HTMX)
    for query in (page, beside, f"{api}/landscape", f"{api}/diagnosis"):
        asked(client, "GET", query)


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("name", SHAPES)
def test_inputs(client: Client, name: str, data: str) -> None:
    shape = SHAPES[name]
    use(client, client.open(spec=shape.spec(DATA[data], ORDINARY))["id"], shape)


@pytest.mark.parametrize("data", ["largest", "large column", "smallest"])
@pytest.mark.parametrize("name", ["line", "plane", "many", "sequence"])
def test_targets(client: Client, name: str, data: str) -> None:
    shape = SHAPES[name]
    use(client, client.open(spec=shape.spec(ORDINARY, DATA[data]))["id"], shape)


@pytest.mark.parametrize(("at", "value"), [("weight", 1.7e308), ("bias", -1e308), ("weight", 1e-320)])
@pytest.mark.parametrize("name", SHAPES)
def test_parameters(client: Client, name: str, at: str, value: float) -> None:
    shape = SHAPES[name]
    session = client.open(spec=shape.spec(ORDINARY, ORDINARY))["id"]
    place = shape.place if at == "weight" else f"{len(shape.layers)}/b/0"
    client.change(session, f"/parameters/{place}", value=value)
    use(client, session, shape)


@pytest.mark.parametrize("name", SHAPES)
def test_a_single_sample(client: Client, name: str) -> None:
    shape = SHAPES[name]
    use(client, client.open(spec=shape.spec(ORDINARY, ORDINARY, samples=1))["id"], shape)
