"""What is opened in the inspector: ways from a term towards the loss, as they travel in links and forms.

A way is written `term/step/step`, ways are joined by `;`. The term is that of a gradient (sample, then step or
row and column, each from 0), a step is the slope it leads to (`z1,0`). `+` at an end: what was folded there.
"""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 3000  # characters in all; longer ones are not taken
DEEPEST = 48  # steps in a row
MORE = "+"


@dataclass(frozen=True, slots=True)
class Openings:
    """The ways that are open, each to its end. With a way all before it is open."""

    ways: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        """As it travels."""
        return ";".join("/".join(way) for way in self.ways)

    def has(self, way: tuple[str, ...]) -> bool:
        """Whether a way is open so far."""
        return any(other[: len(way)] == way for other in self.ways)

    def toggled(self, way: tuple[str, ...]) -> str:
        """The text after a way is opened, or closed with all behind it."""
        if not self.has(way):
            kept = [other for other in self.ways if way[: len(other)] != other]
            return Openings((*kept, way)).text
        kept = [other for other in self.ways if other[: len(way)] != way]
        before = way[:-1]
        if before and not any(other[: len(before)] == before for other in kept):
            kept.append(before)
        return Openings(tuple(kept)).text

    def places(self, count: int) -> list[tuple[int, ...]]:
        """The terms of a gradient that ways start with, each `count` numbers."""
        starts = [way[0].split(",") for way in self.ways]
        fit = (start for start in starts if len(start) == count and all(map(_is_number, start)))
        return list(dict.fromkeys(tuple(map(int, start)) for start in fit))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


NONE = Openings()


def openings_in(text: str) -> Openings:
    """The openings that `text` names; none when it is too long."""
    if len(text) > LONGEST:
        return NONE
    ways = dict.fromkeys(tuple(way.split("/")) for way in text.split(";") if way)
    return Openings(tuple(way for way in ways if len(way) <= DEEPEST))
