"""The inspector of an answer: to a page that has its form, its texts alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients import Client
from tests.web.html import Page, filled
from tests.web.test_forms import HTMX, submit

CHOSEN = [
    ("circle", {"select": "edge:0,0,0"}),
    ("circle", {"select": "neuron:1,0"}),
    ("circle", {"select": "neuron:1,0", "sample": "2"}),
    ("xor", {"select": "edge:0,0,0", "open": "0/z1,0"}),
    ("cnn-digits", {"select": "param:0,W,0,0,0,0"}),
    ("cnn-digits", {"select": "spot:1,2,2,0"}),
    ("rnn-echo", {"select": "param:0,Wh,0,0"}),
    ("rnn-echo", {"select": "spot:1,3,0"}),
]
STEPS = 6


def inspector(client: Client, session: str, form: str = "", **chosen: str) -> dict[str, Any]:
    """What one more step answers of it to a page that has that form."""
    answer = submit(client, f"/n/{session}/step", HTMX, seen=f":::{form}", **chosen)
    return dict(answer.json()["inspector"])


def read(markup: str) -> list[tuple[str, dict[str, str], str]]:
    """Its elements; a number has its title on a whole page only."""
    elements = Page(markup).elements
    at = next(k for k, element in enumerate(elements) if element.attributes.get("id") == "inspector")
    end = next((k for k, each in enumerate(elements) if each.attributes.get("id") == "edit"), len(elements))
    left_out = {"title", "hx-swap-oob"}
    return [
        (each.tag, {name: text for name, text in each.attributes.items() if name not in left_out}, each.text)
        for each in elements[at:end]
    ]


@pytest.mark.parametrize(("preset", "chosen"), CHOSEN)
def test_a_form_with_its_texts_is_what_the_page_shows(
    client: Client, preset: str, chosen: dict[str, str]
) -> None:
    session = client.open(preset=preset)["id"]
    held: dict[str, Any] = {"form": ""}
    for _ in range(STEPS):
        given = inspector(client, session, held["form"], **chosen)
        assert given["texts"]
        assert ("markup" in given) == (given["form"] != held["form"])
        held |= given
        shown = client.get(f"/n/{session}", params=chosen).text
        assert read(filled(held)) == read(shown)


def test_a_form_that_stands_is_not_sent_again(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    form, again = "", 0
    for _ in range(STEPS):
        given = inspector(client, session, form, select="edge:0,0,0")
        again += "markup" not in given
        form = given["form"]
    assert again >= STEPS - 2


def test_nothing_is_sent_of_it_where_nothing_is_chosen(client: Client) -> None:
    session = client.open(preset="circle")["id"]
    assert submit(client, f"/n/{session}/step", HTMX).json()["inspector"] is None
