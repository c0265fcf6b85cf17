"""Pages of networks over a sequence: every parameter and gradient stands on the page, in every phase."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.share import spec_link
from app.spec import parse_spec
from tests.clients import Client
from tests.web.html import Page
from tests.web.test_pages_by_layer import HTMX, OVER_TIME, SPECS, numbers_on, page_of


def flat(parameters: list[dict[str, Any]]) -> list[float]:
    """Every parameter in the order of the flat vector."""
    arrays = [np.ravel(values) for layer in parameters for values in layer.values()]
    return [float(x) for x in np.concatenate(arrays)]


@pytest.mark.parametrize("name", OVER_TIME)
def test_a_page_over_time_at_every_phase(client: Client, name: str) -> None:
    page = page_of(client, spec_link(parse_spec(SPECS[name])))
    session = page.by_id("playground")["data-session"]
    for verb in ("forward", "backward", "update", "step", "undo", "redo", "backward"):
        parts = client.post(f"/n/{session}/{verb}", data={"select": "param:0,b,0"}, headers=HTMX)
        assert parts.status_code == 200, parts.text
        state = client.get(f"/api/sessions/{session}").json()
        weights = flat(state["parameters"])
        gradients = None if state["gradients"] is None else flat(state["gradients"])
        block = numbers_on(Page(parts.text))
        assert (block["weights"], block["gradients"]) == (weights, gradients)
        whole = page_of(client, f"/n/{session}?select=param:0,b,0")
        marks = whole.all("data-weight")
        assert [float(mark["data-weight"]) for mark in marks] == weights
        if gradients is not None:
            assert [float(mark["data-gradient"]) for mark in marks] == gradients
        assert [mark["data-select"] for mark in marks if "selected" in mark["class"]] == ["param:0,b,0"]
