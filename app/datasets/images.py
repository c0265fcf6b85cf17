"""Generated images: three shapes of 8×8 pixels, in black on white."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from app.datasets.generated import classes_in_turn
from app.datasets.kind import Array, Dataset

SIDE, SPAN = 8, 5  # pixels of the image, of a shape


def strokes() -> tuple[Array, ...]:
    """The shapes of each class on SPAN × SPAN pixels, (variants, SPAN, SPAN): bars, crosses, corners."""
    lying, rim = np.zeros((SPAN, SPAN)), np.zeros((SPAN, SPAN))
    lying[SPAN // 2] = 1
    rim[0] = 1
    bars = np.stack((lying, lying.T))
    crosses = np.maximum(lying, lying.T)[None]
    corner = np.maximum(rim, rim.T)
    corners = np.stack([np.rot90(corner, turns) for turns in range(4)])
    return bars, crosses, corners


STROKES = strokes()


def shapes(rng: Generator, samples: int, noise: float) -> Dataset:
    """A bar (0), a cross (1) or a corner (2) at a random place, turned at random; images (8, 8, 1), 0 paper to
    1 ink. Noise is the standard deviation of the grey added to each pixel, cut off at 0 and 1."""
    label, _ = classes_in_turn(samples, len(STROKES))
    images = np.zeros((samples, SIDE, SIDE, 1))
    places = rng.integers(0, SIDE - SPAN + 1, (samples, 2))
    turns = rng.random(samples)
    for image, kind, (row, column), turn in zip(images, label, places, turns, strict=True):
        variants = STROKES[kind]
        image[row : row + SPAN, column : column + SPAN, 0] = variants[int(turn * len(variants))]
    return Dataset(np.clip(images + noise * rng.standard_normal(images.shape), 0, 1), label)
