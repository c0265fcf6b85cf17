"""Generated data sets. Every function takes (rng, samples, noise) and gives a `Dataset`.

Circle, xor, gaussian, spiral, plane and multi-gaussian have the geometry of TensorFlow Playground
(https://playground.tensorflow.org), so that results can be compared: points within ±6, noise 0…0.5.
The noise is drawn even when it is 0, so that more noise moves the same points or labels further.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from app.datasets.kind import Array, Dataset, IntArray, Make

BoolArray = NDArray[np.bool_]
Domain = tuple[tuple[float, float], ...]

CHECKER_WIDTH = 3.0
LINE_SLOPE, LINE_INTERCEPT = 0.8, 0.5
# x, y, sign of the six hills and hollows of multi-gaussian, each a cone of radius 2
HILLS = np.array(
    [[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]], dtype=np.float64
)


def classes_in_turn(samples: int, classes: int) -> tuple[IntArray, IntArray]:
    """Labels 0, 1, …, 0, 1, … (class sizes differ by one at most), and each sample's place in its class."""
    place, label = np.divmod(np.arange(samples, dtype=np.int64), classes)
    return label, place


def _polar(radius: Array, angle: Array) -> Array:
    """Points (N, 2), the angle turning clockwise from the vertical."""
    return np.column_stack((radius * np.sin(angle), radius * np.cos(angle)))


def circle(rng: Generator, samples: int, noise: float) -> Dataset:
    """A disc of radius 2.5 (class 1) in a ring from 3.5 to 5; noise displaces the point that is labelled."""
    label, _ = classes_in_turn(samples, 2)
    share = rng.random(samples)
    radius = np.where(label == 1, 2.5 * share, 3.5 + 1.5 * share)
    points = _polar(radius, rng.uniform(0, 2 * np.pi, samples))
    displaced = points + noise * rng.uniform(-5, 5, points.shape)
    return Dataset(points, (np.hypot(*displaced.T) < 2.5).astype(np.int64))


def xor(rng: Generator, samples: int, noise: float) -> Dataset:
    """Four quadrants with a gap of 0.3 along the axes; class 1 where x1 and x2 have the same sign."""
    points = rng.uniform(-5, 5, (samples, 2))
    points += np.where(points > 0, 0.3, -0.3)
    displaced = points + noise * rng.uniform(-5, 5, points.shape)
    return Dataset(points, (displaced[:, 0] * displaced[:, 1] >= 0).astype(np.int64))


def _clouds(centres: Array) -> Make:
    """A normal cloud of variance 0.5 + 7·noise around each centre; `centres` is (classes, 2)."""

    def make(rng: Generator, samples: int, noise: float) -> Dataset:
        label, _ = classes_in_turn(samples, len(centres))
        spread = np.sqrt(0.5 + 7 * noise)
        return Dataset(centres[label] + spread * rng.standard_normal((samples, 2)), label)

    return make


gaussian = _clouds(np.array([[-2.0, -2.0], [2.0, 2.0]]))
blobs = _clouds(_polar(np.full(3, 3.5), 2 * np.pi * np.arange(3) / 3))


def _spirals(arms: int, turns: float) -> Make:
    """Arms from the centre out to radius 5, one class each; noise moves the points."""

    def make(rng: Generator, samples: int, noise: float) -> Dataset:
        label, place = classes_in_turn(samples, arms)
        way = place / (samples / arms)
        points = _polar(5 * way, 2 * np.pi * (turns * way - label / arms))
        return Dataset(points + noise * rng.uniform(-1, 1, points.shape), label)

    return make


spiral = _spirals(2, 1.75)
three_spirals = _spirals(3, 1.0)


def moons(rng: Generator, samples: int, noise: float) -> Dataset:
    """Two interlocking half circles of radius 3; noise is a normal displacement, in radii."""
    label, _ = classes_in_turn(samples, 2)
    angle = rng.uniform(0, np.pi, samples)
    side = np.where(label == 1, -1.0, 1.0)
    half_circles = side[:, None] * (np.column_stack((np.cos(angle), np.sin(angle))) - (0.5, 0.25))
    return Dataset(3 * (half_circles + noise * rng.standard_normal((samples, 2))), label)


def _spread(rng: Generator, samples: int, noise: float, domain: Domain) -> tuple[Array, Array]:
    """Points evenly over the domain, and the same points displaced by up to noise × half its width."""
    low, high = np.array(domain).T
    points = rng.uniform(low, high, (samples, len(domain)))
    return points, points + noise * (high - low) / 2 * rng.uniform(-1, 1, points.shape)


def regions(rule: Callable[[Array, Array], BoolArray], domain: Domain) -> Make:
    """Points over a plane, class 1 where rule(x1, x2) holds; noise displaces the point that is labelled."""

    def make(rng: Generator, samples: int, noise: float) -> Dataset:
        points, displaced = _spread(rng, samples, noise, domain)
        return Dataset(points, rule(displaced[:, 0], displaced[:, 1]).astype(np.int64))

    return make


def surface(height: Callable[[Array, Array], Array], domain: Domain) -> Make:
    """Points over a plane with target height(x1, x2); noise displaces the point whose height is taken."""

    def make(rng: Generator, samples: int, noise: float) -> Dataset:
        points, displaced = _spread(rng, samples, noise, domain)
        return Dataset(points, height(displaced[:, 0], displaced[:, 1])[:, None])

    return make


def curve(value: Callable[[Array], Array], domain: Domain) -> Make:
    """Points over a line with target value(x1); noise is the standard deviation added to the target."""

    def make(rng: Generator, samples: int, noise: float) -> Dataset:
        points, _ = _spread(rng, samples, 0.0, domain)
        return Dataset(points, value(points) + noise * rng.standard_normal((samples, 1)))

    return make


def is_checker(x1: Array, x2: Array) -> BoolArray:
    """Squares of width 3, the one up and right of the origin class 0."""
    column, row = np.floor(x1 / CHECKER_WIDTH), np.floor(x2 / CHECKER_WIDTH)
    odd: BoolArray = (column + row) % 2 == 1
    return odd


def above_sine(x1: Array, x2: Array) -> BoolArray:
    """x2 > sin x1."""
    return x2 > np.sin(x1)


def above_cubic(x1: Array, x2: Array) -> BoolArray:
    """x2 > x1³ − x1."""
    return x2 > x1**3 - x1


def plane(x1: Array, x2: Array) -> Array:
    """(x1 + x2) / 10."""
    return (x1 + x2) / 10


def multi_gaussian(x1: Array, x2: Array) -> Array:
    """The cone that is largest in absolute value: ± max(0, 1 − distance/2) of six hills and hollows."""
    distance = np.hypot(x1[:, None] - HILLS[:, 0], x2[:, None] - HILLS[:, 1])
    heights = HILLS[:, 2] * np.clip(1 - distance / 2, 0, 1)
    return np.take_along_axis(heights, np.abs(heights).argmax(axis=1)[:, None], axis=1)[:, 0]


def line(x1: Array) -> Array:
    """0.8·x1 + 0.5."""
    return LINE_SLOPE * x1 + LINE_INTERCEPT
