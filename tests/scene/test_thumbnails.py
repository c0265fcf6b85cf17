"""The thumbnails: every data set has one of its own, inside its box, a mark for each class."""

from __future__ import annotations

import re

import pytest

from app.datasets import DATASETS
from app.scene.thumbnails import SIZE, thumbnail

PLACE = re.compile(r"M([\d.]+) ([\d.]+)")


@pytest.mark.parametrize("name", DATASETS)
def test_dots_lie_in_the_box_and_fill_it(name: str) -> None:
    places = [tuple(map(float, place)) for dots in thumbnail(name) for place in PLACE.findall(dots.d)]
    for axis in (0, 1):
        values = [place[axis] for place in places]
        assert 0 <= min(values) < SIZE / 4
        assert SIZE * 3 / 5 < max(values) <= SIZE


ROWS = [name for name, kind in DATASETS.items() if kind.form == "row"]


@pytest.mark.parametrize("name", [name for name in ROWS if DATASETS[name].classes in (2, 3)])
def test_every_class_has_its_mark(name: str) -> None:
    kinds = [dots.kind.split()[0] for dots in thumbnail(name)]
    assert kinds == [f"class-{c}" for c in range(DATASETS[name].classes)]
    assert all(dots.d for dots in thumbnail(name))


@pytest.mark.parametrize("name", ["digits", "digit-images", "shapes", "recall", "text"])
def test_images_and_symbols_are_ink(name: str) -> None:
    assert {dots.kind for dots in thumbnail(name)} <= {"ink-1", "ink-2", "ink-3"}


@pytest.mark.parametrize("name", ["echo", "parity", "sine-next"])
def test_what_goes_into_a_sequence_stands_above_what_comes_out(name: str) -> None:
    above, below = ([tuple(map(float, place)) for place in PLACE.findall(dots.d)] for dots in thumbnail(name))
    steps = DATASETS[name].time_steps
    assert steps is not None
    assert len(above) == len(below) == steps.default
    assert [x for x, _ in above] == [x for x, _ in below] == sorted({x for x, _ in above})
    assert max(y for _, y in above) < min(y for _, y in below)


def test_no_two_look_alike() -> None:
    assert len({thumbnail(name) for name in DATASETS}) == len(DATASETS)


def test_all_together_are_small() -> None:
    assert sum(len(dots.d) for name in DATASETS for dots in thumbnail(name)) < 12_000
