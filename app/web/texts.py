"""The texts of the inspector: what a template writes them with, and how they are sent alone to a page on which all
else of its markup stands."""

from __future__ import annotations

from functools import cached_property
from hashlib import blake2b
from typing import Any
from urllib.parse import quote_plus, urlencode

from markupsafe import Markup, escape

from app.scene.format import fitted, plain, short
from app.scene.view import View

HOLE = "\x1f"  # stands in a form where a text is to be filled in
FORM_BYTES = 9  # of the digest that tells one form from another


class Texts:
    """Writes what another step may change: all that an element holds, or all of an attribute.

    With `marked` a HOLE stands at either end of each, see `Filled`.
    """

    def __init__(self, view: View | None = None, marked: bool = False) -> None:
        self._view, self._whole = view, view is not None and view.all_digits
        self._end = HOLE if marked else ""
        self._marked = marked

    def text(self, text: object) -> Markup:
        """Any text."""
        return Markup(f"{self._end}{escape(text)}{self._end}")

    def math(self, mathml: str) -> Markup:
        """A formula."""
        return Markup(f'<math displaystyle="true">{self._end}{mathml}{self._end}</math>')

    def number(
        self,
        x: float | None,
        id: str = "",  # noqa: A002  (the attribute)
        digits: int = 4,
        room: float | None = None,
        missing: str = "–",
    ) -> Markup:
        """A number as people read it, with the whole of it inside: <data value="0.14978071634">0.1498</data>. It
        stands there whole where that is chosen; its title is set by the page where that is `marked`."""
        value, end = plain(x), self._end
        if x is None:
            text = missing
        elif self._whole:
            text = value.replace("-", "−") or short(x)
        else:
            text = short(x, digits) if room is None else fitted(x, room, digits)
        called = f' id="{id}"' if id else ""
        title = "" if self._marked else f' title="{value}"'
        return Markup(f'<data{called} value="{end}{value}{end}"{title}>{end}{text}{end}</data>')

    @cached_property
    def _address(self) -> str:
        """Of the page with what is chosen on it, up to what is opened."""
        view = self._view
        assert view
        assert view.selection
        sample = view.batch.sample if view.batch and view.batch.sample is not None else ""
        query = urlencode({"select": view.selection.place.key, "sample": sample})
        return str(escape(f"/n/{view.id}?{query}&open="))

    def link(self, way: tuple[str, ...]) -> Markup:
        """The attributes of a link that opens or closes a way of the inspector."""
        assert self._view
        end, openings = self._end, self._view.openings
        opened, called = quote_plus(openings.toggled(way)), escape("/".join(way))
        is_open = "true" if openings.has(way) else "false"
        return Markup(
            f'href="{end}{self._address}{opened}{end}" id="{end}way-{called}{end}" data-way aria-expanded="{is_open}"'
        )


class Filled:
    """Markup taken apart: `texts`, and the `statics` around each of them."""

    def __init__(self, marked: str) -> None:
        parts = marked.split(HOLE)
        self.statics = parts[::2]
        self.texts = [
            Markup(text).unescape() if "&" in text and "<" not in text else text for text in parts[1::2]
        ]

    @property
    def form(self) -> str:
        """Tells one form from another, whatever its texts are."""
        return blake2b(HOLE.join(self.statics).encode(), digest_size=FORM_BYTES).hexdigest()

    def beside(self, form: str) -> dict[str, Any]:
        """What a page needs that has that form: the texts, and before them the form where it is another."""
        own = self.form
        if own == form:
            return {"form": own, "texts": self.texts}
        return {"form": own, "markup": HOLE.join(self.statics), "texts": self.texts}


def form_in(seen: str) -> str:
    """The form that a page says it has, the fourth part of what it says of itself; "" where it has none."""
    return "".join(seen.split(":")[3:4])
