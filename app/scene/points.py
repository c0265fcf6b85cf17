"""The data in the square: a dot a sample, a cross over those that are answered wrongly, a ring around the batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.nn import Kind
from app.scene.pictures import FIXED
from app.scene.surface import SHADES, SIZE, TOP, Axes
from app.scene.view import Answers, View

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

MOST = 500  # dots of a kind; the rest of a large data set is said, not drawn
CROSS, RING = 2.8, 4.6  # half the width of a cross, the radius of a ring: user units


@dataclass(frozen=True, slots=True)
class Dot:
    """One output of one sample. `kind` is its CSS class: c0, c1, … for a class, v0 … v8 for a value."""

    x: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True)
class Dots:
    """The dots of the training or of the test data. `wrong` and `ringed` are indices of dots."""

    dots: tuple[Dot, ...]
    wrong: tuple[int, ...]
    ringed: tuple[int, ...]
    crosses: str
    rings: str
    left_out: int


def dots(view: View, axes: Axes, test: bool) -> Dots:
    """The dots of one part of the data."""
    answers = view.answers
    assert answers is not None
    points, targets, outputs = _part(answers, test)
    each = targets.shape[1] if axes.kind != "plane" else 1
    samples = min(len(targets), max(1, MOST // each))
    x, y = _places(axes, points[:samples], targets[:samples], None if outputs is None else outputs[:samples])
    kinds = _kinds(view, axes, targets[:samples])
    made = tuple(Dot(a, b, kind) for a, b, kind in zip(x, y, kinds, strict=True))
    wrong = _wrong(answers.kind, targets[:samples], outputs, samples)
    batch = np.zeros(samples, np.bool_)
    if not test:
        batch[answers.batch[answers.batch < samples]] = True
    wrong_dots, ringed = (_of_samples(each, np.flatnonzero(chosen)) for chosen in (wrong, batch))
    return Dots(
        made,
        wrong_dots,
        ringed,
        "".join(cross(made[k]) for k in wrong_dots),
        "".join(ring(made[k]) for k in ringed),
        len(targets) - samples,
    )


def cross(dot: Dot) -> str:
    """A path over a dot. `static/js/surface.js` draws the same."""
    return f"M{dot.x - CROSS:.1f} {dot.y - CROSS:.1f}l{2 * CROSS} {2 * CROSS}m0 -{2 * CROSS}l-{2 * CROSS} {2 * CROSS}"


def ring(dot: Dot) -> str:
    """A path around a dot. `static/js/surface.js` draws the same."""
    return (
        f"M{dot.x - RING:.1f} {dot.y:.1f}a{RING} {RING} 0 1 0 {2 * RING} 0a{RING} {RING} 0 1 0 -{2 * RING} 0"
    )


def heights(view: View, axes: Axes, test: bool) -> list[float]:
    """Of the dots of a scatter, whose outputs move while training."""
    assert view.answers is not None
    _, targets, outputs = _part(view.answers, test)
    assert outputs is not None
    return _up(axes, outputs[: max(1, MOST // targets.shape[1])])


def is_right(kind: Kind, outputs: Array, targets: Array) -> BoolArray:
    """Which samples (N,) are answered rightly, as `app.nn.accuracy` counts; all outputs have to be."""
    if kind == "argmax":
        same = outputs.argmax(axis=1) == targets.argmax(axis=1)
        return np.asarray(same & np.isfinite(outputs).all(axis=1))
    cut = 0.5 if kind == "threshold" else 0.0
    return np.asarray((((outputs > cut) == (targets > cut)) & ~np.isnan(outputs)).all(axis=1))


def _part(answers: Answers, test: bool) -> tuple[Array, Array, Array | None]:
    if test:
        return answers.test_points, answers.test_targets, answers.test_outputs
    return answers.train_points, answers.train_targets, answers.train_outputs


def _places(
    axes: Axes, points: Array, targets: Array, outputs: Array | None
) -> tuple[list[float], list[float]]:
    if axes.kind == "plane":
        return _rounded(axes.across(points[:, 0])), _rounded(axes.up(points[:, 1]))
    if axes.kind == "line":
        return _rounded(axes.across(np.repeat(points[:, 0], targets.shape[1]))), _up(axes, targets)
    assert outputs is not None
    return _rounded(axes.across(targets.ravel())), _up(axes, outputs)


def _up(axes: Axes, values: Array) -> list[float]:
    """Heights in user units; what lies outside stands at the rim, what is no number at the foot."""
    return _rounded(np.nan_to_num(np.clip(axes.up(values.ravel()), TOP, TOP + SIZE), nan=TOP + SIZE))


def _rounded(values: Array) -> list[float]:
    return np.round(values, 1).tolist()  # type: ignore[no-any-return]


def _kinds(view: View, axes: Axes, targets: Array) -> Iterable[str]:
    """The CSS class of every dot."""
    answers = view.answers
    assert answers is not None
    if axes.kind != "plane":
        return [f"c{k}" for _ in targets for k in range(targets.shape[1])]
    if answers.kind == "argmax":
        return [f"c{k}" for k in targets.argmax(axis=1)]
    if answers.kind:
        return [f"c{int(value > (0.5 if answers.kind == 'threshold' else 0.0))}" for value in targets[:, 0]]
    low, high = FIXED.get(str(view.spec.layers[-1].activation)) or _ends(answers.train_targets)
    share = np.clip((targets[:, 0] - low) / (high - low), 0, 1)
    return [f"v{k}" for k in np.rint(share * (SHADES - 1)).astype(int)]


def _ends(targets: Array) -> tuple[float, float]:
    largest = float(np.abs(targets).max()) or 1.0
    return -largest, largest


def _wrong(kind: Kind | None, targets: Array, outputs: Array | None, samples: int) -> BoolArray:
    if kind is None or outputs is None:
        return np.zeros(samples, np.bool_)
    return ~is_right(kind, outputs[:samples], targets)


def _of_samples(each: int, samples: IntArray) -> tuple[int, ...]:
    """The dots of these samples."""
    return tuple(int(s) * each + k for s in samples for k in range(each))
