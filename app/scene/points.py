"""The data in the square: a dot a sample, a cross over those that are answered wrongly, a ring around the batch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import starmap
from math import isnan
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from app.scene.painting import FIXED
from app.scene.surface import HUES, LEFT, SHADES, SIZE, TOP, Axes
from app.scene.view import Answered, View

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST = 500  # dots of a kind; the rest of a large data set is said, not drawn
NONE, NOWHERE = np.empty(0, np.int64), np.empty(0)
CROSS, RING = 2.8, 4.6  # half the width of a cross, the radius of a ring: user units


@dataclass(frozen=True, slots=True)
class Dot:
    """One output of one sample. `kind` is its CSS class: c0, c1, … for a class, v0 … v8 for a value."""

    x: float
    y: float
    kind: str


class Marks(TypedDict):
    """What of the dots changes with a step: indices of those `wrong` and `ringed`; of a scatter, `heights`."""

    wrong: IntArray
    ringed: IntArray
    heights: Array


@dataclass(frozen=True, slots=True)
class Dots:
    """The dots of the training or of the test data, and their marks as paths. `kinds` are theirs by every output, one
    text each, where the plane can show one of several; the dots are drawn by the first."""

    dots: tuple[Dot, ...]
    kinds: tuple[str, ...]
    crosses: str
    rings: str
    left_out: int

    def circles(self, radius: float) -> str:
        """The dots as markup; there may be a thousand."""
        tail = f'" r="{radius}"/>'
        return "".join([f'<circle class="{dot.kind}" cx="{dot.x}" cy="{dot.y}{tail}' for dot in self.dots])


def dots(view: View, axes: Axes, test: bool) -> Dots:
    """The dots of one part of the data."""
    points, targets, answered = _part(view, test)
    samples = _drawn(axes, targets)
    outputs = answered.outputs[:samples] if answered else None
    x, y = _places(axes, points[:samples], targets[:samples], outputs)
    kinds = _kinds(view, axes, targets[:samples])
    made = tuple(starmap(Dot, zip(x.tolist(), y.tolist(), kinds[0], strict=True)))
    marked = marks(view, axes, test)
    crosses, rings = (cross(made[k]) for k in marked["wrong"]), (ring(made[k]) for k in marked["ringed"])
    others = tuple(map(" ".join, kinds)) if len(kinds) > 1 else ()
    return Dots(made, others, "".join(crosses), "".join(rings), len(targets) - samples)


def marks(view: View, axes: Axes, test: bool) -> Marks:
    """The marks of one part of the data."""
    answers = view.answers
    assert answers is not None
    targets = answers.given.test_targets if test else answers.given.train_targets
    answered = answers.test if test else answers.train
    samples, each = _drawn(axes, targets), 1 if axes.kind == "plane" else targets.shape[1]
    wrong = ringed = NONE
    if answered and answered.right is not None:
        wrong = _of_samples(each, (~answered.right[:samples]).nonzero()[0])
    if not test:
        batch = answers.batch
        ringed = _of_samples(each, batch if samples == len(targets) else batch[batch < samples])
    heights = _up(axes, answered.outputs[:samples]) if axes.kind == "scatter" and answered else NOWHERE
    return {"wrong": wrong, "ringed": ringed, "heights": heights}


def _drawn(axes: Axes, targets: Array) -> int:
    """How many samples are drawn: all, or as many as have dots enough."""
    return min(len(targets), MOST if axes.kind == "plane" else max(1, MOST // targets.shape[1]))


def cross(dot: Dot) -> str:
    """A path over a dot. `static/js/plane.js` draws the same."""
    return f"M{dot.x - CROSS:.1f} {dot.y - CROSS:.1f}l{2 * CROSS} {2 * CROSS}m0 -{2 * CROSS}l-{2 * CROSS} {2 * CROSS}"


def ring(dot: Dot) -> str:
    """A path around a dot. `static/js/plane.js` draws the same."""
    return (
        f"M{dot.x - RING:.1f} {dot.y:.1f}a{RING} {RING} 0 1 0 {2 * RING} 0a{RING} {RING} 0 1 0 -{2 * RING} 0"
    )


def _part(view: View, test: bool) -> tuple[Array, Array, Answered | None]:
    """Points, targets and answers."""
    answers = view.answers
    assert answers is not None
    if test:
        return answers.given.test_points, answers.given.test_targets, answers.test
    return answers.given.train_points, answers.given.train_targets, answers.train


def _places(axes: Axes, points: Array, targets: Array, outputs: Array | None) -> tuple[Array, Array]:
    if axes.kind == "plane":
        return _across(axes, points[:, 0]), _up(axes, points[:, 1])
    if axes.kind == "line":
        return _across(axes, np.repeat(points[:, 0], targets.shape[1])), _up(axes, targets)
    assert outputs is not None
    return _across(axes, targets), _up(axes, outputs)


def _across(axes: Axes, values: Array) -> Array:
    """Places in user units; what lies outside stands at the rim."""
    return axes.across(values.ravel()).clip(LEFT, LEFT + SIZE).round(1)


def _up(axes: Axes, values: Array) -> Array:
    """Heights in user units; what lies outside stands at the rim, what is no number at the foot."""
    heights = axes.up(values.ravel()).clip(TOP, TOP + SIZE)
    if isnan(np.vdot(heights, heights)):
        heights[np.isnan(heights)] = TOP + SIZE
    return heights.round(1)


def _kinds(view: View, axes: Axes, targets: Array) -> list[list[str]]:
    """The CSS class of every dot, by each output that the plane can show."""
    answers = view.answers
    assert answers is not None
    if axes.kind != "plane":
        return [[f"c{k % HUES}" for _ in targets for k in range(targets.shape[1])]]
    if answers.kind == "argmax":
        return [[f"c{k}" for k in targets.argmax(axis=1) % HUES]]
    if answers.kind:
        sides = (targets > (0.5 if answers.kind == "threshold" else 0.0)).astype(int)
        return [[f"c{side}" for side in output] for output in sides.T]
    low, high = FIXED.get(view.network.layers[-1].laid_activation) or _ends(answers.given.train_targets)
    shades = np.rint(np.clip((targets - low) / (high - low), 0, 1) * (SHADES - 1)).astype(int)
    return [[f"v{k}" for k in output] for output in shades.T]


def _ends(targets: Array) -> tuple[float, float]:
    largest = float(np.abs(targets).max()) or 1.0
    return -largest, largest


def _of_samples(each: int, samples: IntArray) -> IntArray:
    """The dots of these samples."""
    return samples if each == 1 else (samples[:, None] * each + np.arange(each)).ravel()
