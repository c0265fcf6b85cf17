"""Pages as the tests read them: elements with their attributes and texts, by the parser of the standard library."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any

from app.web.texts import HOLE

VOID = frozenset(["meta", "link", "input", "br", "hr", "img"])


@dataclass
class Element:
    """One element: its name, attributes, and all the text inside."""

    tag: str
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    @property
    def text(self) -> str:
        """The text inside, white space put together."""
        return " ".join("".join(self.parts).split())


def filled(inspector: dict[str, Any] | None) -> str:
    """The inspector of an answer to a page that does not have its form: each text in its hole."""
    if inspector is None:
        return ""
    form, texts = inspector["markup"].split(HOLE), inspector["texts"]
    assert len(form) == len(texts) + 1
    whole = [text if "<" in text else escape(text) for text in texts]
    return "".join(part for pair in zip(form, [*whole, ""], strict=True) for part in pair)


def standing(text: str) -> str:
    """An answer in JSON as it stands on the page: each block in its script element, and the markup."""
    if not text.startswith("{"):
        return text
    blocks = json.loads(text)
    markup = blocks.pop("markup") + filled(blocks.pop("inspector", None))
    if "left" in blocks:
        blocks = {f"{part}-{side}": one for side, own in blocks.items() for part, one in own.items()}
    scripts = [
        f'<script type="application/json" id="{name}">{json.dumps(block)}</script>'
        for name, block in blocks.items()
    ]
    return "".join([*scripts, markup])


class Page(HTMLParser):
    """The elements of a page in order, or those that an answer brings to it: see `standing`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(standing(text))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """See HTMLParser."""
        while self._open:
            if self._open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        """See HTMLParser."""
        for element in self._open:
            element.parts.append(data)

    def all(self, attribute: str) -> list[Element]:
        """Every element with that attribute."""
        return [element for element in self.elements if attribute in element.attributes]

    def by_id(self, name: str) -> Element:
        """The one element of that id."""
        (found,) = (element for element in self.elements if element.attributes.get("id") == name)
        return found

    def tagged(self, tag: str) -> list[Element]:
        """Every element of that name."""
        return [element for element in self.elements if element.tag == tag]

    def text_of(self, tag: str) -> list[str]:
        """The texts of the elements of that name."""
        return [element.text for element in self.tagged(tag)]
