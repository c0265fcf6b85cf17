"""How a sample's shape lies in a buffer: a row a feature, a column a sample.

A sequence (time, features) has a column for each step and sample, time-major. An image (height, width,
channels) has a row for each channel and pixel, channel by channel, so that every pixel of a batch lies side by
side.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import prod

import numpy as np

from app.nn.arrays import Array, Shape


def features(shape: Shape) -> int:
    """Rows of a buffer that holds samples of `shape`: the features of one step, or of a whole image."""
    return shape[-1] if len(shape) == 2 else prod(shape)


def steps(shape: Shape) -> int:
    """Time steps of a sample of `shape`: 1 unless it is (time, features)."""
    return shape[0] if len(shape) == 2 else 1


def units_first(block: Array, shape: Shape) -> Array:
    """(features, columns) as (units, columns): the channels of an image, each with all its pixels."""
    return block.reshape(shape[-1], -1) if len(shape) == 3 else block


def by_place(rows: Array, shape: Shape) -> Array:
    """(features, columns) as (places, features of one, batch): the steps of a sequence, the pixels of an image.

    Its first two axes are a sample flattened in C order.
    """
    if len(shape) == 1:
        return rows.reshape(1, len(rows), -1)
    places = prod(shape[:-1])
    return rows.reshape(shape[-1], places, -1).transpose(1, 0, 2)


def sample_first(block: Array, shape: Shape, batch: int) -> Array:
    """(features, columns) as a new array (batch, *shape)."""
    if len(shape) == 1:
        return block.T.copy()
    places = by_place(block, shape)
    return places.transpose(2, 0, 1).reshape(batch, *shape).copy()


def own_columns(sample: int, batch: int) -> slice:
    """Those of one sample of a batch along the last axis of a buffer, where samples run fastest."""
    return slice(sample, None, batch)


def copying(block: Array, shape: Shape, batch: int) -> Callable[[], Array]:
    """What gives `sample_first` of a buffer as it stands when it is called."""
    return block.T.copy if len(shape) == 1 else partial(sample_first, block, shape, batch)


def feature_first(samples: Array, shape: Shape) -> Array:
    """(batch, *shape) as a new array (features, columns)."""
    if len(shape) == 1:
        return samples.T.copy()
    places = samples.reshape(len(samples), -1, shape[-1]).transpose(2, 1, 0)
    return np.ascontiguousarray(places).reshape(features(shape), -1)
