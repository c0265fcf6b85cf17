"""The result column: the square with the data and the answer, the example, the table of confusions; and the
numbers of square and table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.scene.classes import Confusion, class_names, confusion
from app.scene.example import Shown, example
from app.scene.pictures import Pictures, packed, pictures
from app.scene.points import Dots, dots, marks
from app.scene.surface import Axes, Cells, axes, cells, curve, heights, seen
from app.scene.view import View


@dataclass(frozen=True, slots=True)
class Result:
    """What is there of the column; `axes`, `example` and `confusion` are None where they mean nothing. `beyond`: there
    are curves, and all of them are outside the square. `classes` are those between which the surface is divided."""

    axes: Axes | None
    train: Dots | None
    test: Dots | None
    curves: tuple[str, ...]
    beyond: bool
    pictures: Pictures | None
    example: Shown | None
    confusion: Confusion | None
    classes: tuple[str, ...]

    def cells(self) -> tuple[Cells, ...]:
        """The surface for a page without a module."""
        return tuple(cells(self.pictures)) if self.pictures else ()


def result(view: View) -> Result:
    """The result of a session as it stands."""
    square, answers, drawn = axes(view), view.answers, pictures(view)
    has_test = answers is not None and len(answers.given.test_targets) > 0
    lines = heights(square, view.maps) if square else []
    return Result(
        square,
        dots(view, square, test=False) if square else None,
        dots(view, square, test=True) if square and has_test else None,
        tuple(map(curve, lines)),
        lines != [] and not any(map(seen, lines)),
        drawn,
        example(view),
        confusion(view),
        () if drawn is None or drawn.winners is None else class_names(view),
    )


def numbers(view: View) -> dict[str, Any]:
    """For JSON: what of the column changes with every step. Pictures are bytes in base64, see `pictures`."""
    square, drawn = axes(view), pictures(view)
    parts: dict[str, Any] = {"curves": heights(square, view.maps) if square else (), "pictures": None}
    if square:
        parts |= {"train": marks(view, square, test=False), "test": marks(view, square, test=True)}
    if drawn:
        parts["pictures"] = {
            "side": drawn.side,
            "small": drawn.small,
            "levels": packed(drawn.levels),
            "scales": drawn.scales,
            "winners": None if drawn.winners is None else packed(drawn.winners),
        }
    table = confusion(view)
    parts["confusion"] = {"counts": table.counts, "accuracy": table.accuracy} if table else None
    return parts
