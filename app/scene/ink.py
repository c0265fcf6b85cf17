"""Images as people see them: 0 paper, 1 ink; and as small pictures of a few paths."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import ceil

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FINEST = 32  # pixels along a side; a larger image is drawn coarser
SMALL = 16  # the same of a small picture
CHANNELS = 4  # drawn of one image; the rest is folded
SHADES = 4
BEYOND = 0.5  # noise may lead so far out of 0 … 1


@dataclass(frozen=True, slots=True)
class Image:
    """The ink of every pixel, row by row, of each channel drawn; `more` channels are folded."""

    height: int
    width: int
    channels: tuple[tuple[float, ...], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """A small picture: the shade of every pixel, 0 … SHADES, a digit each, row by row."""

    height: int
    width: int
    digits: str

    @property
    def shades(self) -> tuple[tuple[int, str], ...]:
        """The pixels of each shade above 0 as one path. `static/js/cells.js` paints the same."""
        paths: dict[int, list[str]] = {}
        for y in range(self.height):
            x = 0
            for digit, run in groupby(self.digits[y * self.width : (y + 1) * self.width]):
                length = len(list(run))
                if digit != "0":
                    paths.setdefault(int(digit), []).append(f"M{x} {y}h{length}v1h-{length}z")
                x += length
        return tuple((level, "".join(parts)) for level, parts in sorted(paths.items()))


def scale(points: Array) -> tuple[float, float]:
    """What is paper and what is ink in images: 0 and 1, or where they lie elsewhere their lowest and highest."""
    low, high = float(points.min()), float(points.max())
    return (0.0, 1.0) if low >= -BEYOND and high <= 1 + BEYOND else (low, high)


def image(pixels: Array, ends: tuple[float, float]) -> Image:
    """(height, width, channels) to be drawn channel by channel."""
    ink = _ink(_coarser(pixels, FINEST), ends)
    drawn = ink[..., :CHANNELS]
    channels = tuple(tuple(np.round(channel, 4).ravel().tolist()) for channel in np.moveaxis(drawn, -1, 0))
    height, width, count = ink.shape
    return Image(height, width, channels, count - len(channels))


def stamp(pixels: Array, ends: tuple[float, float]) -> Stamp:
    """(height, width, channels) as a small picture, the mean of its channels."""
    (drawn,) = stamps(pixels[None], ends)
    return drawn


def stamps(pixels: Array, ends: tuple[float, float]) -> list[Stamp]:
    """The same of several images, (images, height, width, channels)."""
    ink = _ink(_coarser(pixels, SMALL).mean(axis=-1), ends)
    digits = (np.rint(SHADES * np.nan_to_num(ink)) + ord("0")).astype(np.uint8)
    height, width = digits.shape[1:]
    return [Stamp(height, width, each.tobytes().decode()) for each in digits]


def _ink(values: Array, ends: tuple[float, float]) -> Array:
    low, high = ends
    return np.asarray(np.clip((values - low) / (high - low or 1.0), 0.0, 1.0))


def _coarser(pixels: Array, most: int) -> Array:
    """The means of squares of the pixels of images (…, height, width, channels), so many that no side is longer
    than `most`."""
    *images, height, width, channels = pixels.shape
    size = ceil(max(height, width) / most)
    if size == 1:
        return pixels
    whole = ((0, 0),) * len(images)
    padded = np.pad(pixels, (*whole, (0, -height % size), (0, -width % size), (0, 0)), mode="edge")
    shape = (padded.shape[-3] // size, size, padded.shape[-2] // size, size, channels)
    return np.asarray(padded.reshape(*images, *shape).mean(axis=(-4, -2)))
