"""The result column: the square with the data and the answer, the example, the table of confusions; and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from app.scene.classes import Confusion, Guess, confusion, guess
from app.scene.pictures import Pictures, packed, pictures
from app.scene.points import Dots, dots, marks
from app.scene.surface import Axes, Cells, axes, cells, curves
from app.scene.view import View


@dataclass(frozen=True, slots=True)
class Result:
    """What is there of the column; `axes`, `guess` and `confusion` are None where they mean nothing."""

    axes: Axes | None
    train: Dots | None
    test: Dots | None
    curves: tuple[str, ...]
    pictures: Pictures | None
    guess: Guess | None
    confusion: Confusion | None

    def cells(self) -> tuple[Cells, ...]:
        """The surface for a page without a module."""
        return tuple(cells(self.pictures)) if self.pictures else ()


def result(view: View) -> Result:
    """The result of a session as it stands."""
    square, answers = axes(view), view.answers
    has_test = answers is not None and len(answers.test_targets) > 0
    return Result(
        square,
        dots(view, square, test=False) if square else None,
        dots(view, square, test=True) if square and has_test else None,
        curves(square, view.maps) if square else (),
        pictures(view),
        guess(view),
        confusion(view),
    )


def numbers(view: View) -> str:
    """JSON: what of the column changes with every step. Pictures are bytes in base64, see `pictures`."""
    square, drawn = axes(view), pictures(view)
    parts: dict[str, Any] = {"curves": curves(square, view.maps) if square else (), "pictures": None}
    if square:
        parts |= {"train": marks(view, square, test=False), "test": marks(view, square, test=True)}
    if drawn:
        parts["pictures"] = {
            "side": drawn.side,
            "small": drawn.small,
            "neurons": packed(drawn.neurons),
            "scales": drawn.scales,
            "surface": packed(drawn.surface),
            "winners": None if drawn.winners is None else packed(drawn.winners),
        }
    return orjson.dumps(parts | _classes(guess(view), confusion(view))).decode()


def _classes(example: Guess | None, table: Confusion | None) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if example:
        target = next(k for k, share in enumerate(example.shares) if share.target)
        shares = [_finite(share.value) for share in example.shares]
        parts["guess"] = {"row": example.row, "pixels": example.pixels, "shares": shares, "target": target}
    if table:
        parts["confusion"] = {"counts": table.counts, "accuracy": table.accuracy}
    return parts


def _finite(value: float) -> float | None:
    return round(value, 6) if np.isfinite(value) else None
