"""The result column: the square with the data and the answer, the example, the table of confusions; and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from app.scene.classes import Confusion, Guess, confusion, guess
from app.scene.pictures import Pictures, packed, pictures
from app.scene.points import Dots, dots, heights
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


def numbers(view: View, made: Result) -> str:
    """JSON: what of the column changes with every step. Pictures are bytes in base64, see `pictures`."""
    parts: dict[str, Any] = {"curves": made.curves, "neurons": None}
    for name, part in (("train", made.train), ("test", made.test)):
        parts[name] = {"wrong": part.wrong, "ringed": part.ringed} if part else None
        if part and made.axes and made.axes.kind == "scatter":
            parts[name]["heights"] = heights(view, made.axes, test=name == "test")
    if made.pictures:
        drawn = made.pictures
        parts |= {
            "side": drawn.side,
            "small": drawn.small,
            "neurons": packed(drawn.neurons),
            "scales": [[_finite(end) for end in scale] for scale in drawn.scales],
            "surface": packed(drawn.surface),
            "winners": None if drawn.winners is None else packed(drawn.winners),
        }
    if made.guess:
        shares = [_finite(share.value) for share in made.guess.shares]
        target = next(k for k, share in enumerate(made.guess.shares) if share.target)
        parts["guess"] = {
            "row": made.guess.row,
            "pixels": made.guess.pixels,
            "shares": shares,
            "target": target,
        }
    if made.confusion:
        parts["confusion"] = {"counts": made.confusion.counts, "right": made.confusion.right}
    return orjson.dumps(parts).decode()


def _finite(value: float) -> float | None:
    return round(value, 6) if np.isfinite(value) else None
