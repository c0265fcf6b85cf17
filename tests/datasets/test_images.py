"""Images: every shape is where and what its label says; the digits are the same as in rows."""

from __future__ import annotations

import numpy as np
import pytest

from app.datasets.kind import Array
from tests.datasets.samples import built, made


def ink(image: Array) -> Array:
    """The smallest rectangle that holds all ink."""
    rows, columns = np.nonzero(image[:, :, 0])
    return image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1, 0]


def class_of(image: Array) -> int:
    """What a reader sees: a line; two that cross in their middles; two that meet at their ends."""
    shape = ink(image)
    if 1 in shape.shape:
        return 0
    rows, columns = (np.flatnonzero(shape.sum(axis=axis) == 5) for axis in (1, 0))
    assert len(rows) == len(columns) == 1
    return 1 if (rows[0], columns[0]) == (2, 2) else 2


def test_every_shape_is_what_its_label_says() -> None:
    dataset = made("shapes", samples=300)
    assert [class_of(image) for image in dataset.inputs] == dataset.targets.tolist()
    assert set(np.unique(dataset.inputs)) == {0, 1}


def test_shapes_lie_everywhere_and_are_turned() -> None:
    images = made("shapes", samples=600).inputs
    seen = {(ink(image).shape, *np.argwhere(image[:, :, 0])[0].tolist()) for image in images}
    bars = [ink(image).shape for image in images[::3]]
    assert {(1, 5), (5, 1)} == set(bars)
    assert len({ink(image).tobytes() for image in images[2::3]}) == 4
    assert len(seen) > 40
    assert (images.sum(axis=0)[:, :, 0] > 0).all()


@pytest.mark.parametrize("noise", [0.1, 0.5])
def test_noise_is_grey_within_paper_and_ink(noise: float) -> None:
    calm, noisy = made("shapes", noise=0.0), made("shapes", noise=noise)
    assert calm.targets.tolist() == noisy.targets.tolist()
    assert (noisy.inputs.min(), noisy.inputs.max()) == (0, 1)
    paper = noisy.inputs[calm.inputs == 0]
    assert (paper == 0).mean() == pytest.approx(0.5, abs=0.02)
    assert np.sqrt((paper[paper < 1] ** 2).mean()) == pytest.approx(noise / np.sqrt(2), rel=0.2)


def test_digit_images_are_the_digits() -> None:
    rows, images = made("digits", samples=5000), made("digit-images", samples=5000)
    assert images.inputs.shape == (1797, 8, 8, 1)
    np.testing.assert_array_equal(images.inputs.reshape(1797, 64), rows.inputs)
    np.testing.assert_array_equal(images.targets, rows.targets)
    assert (images.inputs[0, 0, :, 0] * 16).tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    data = built("digit-images", samples=50)
    assert data.feature_names[9] == "pixel 1,1"
    assert data.class_names == tuple("0123456789")
