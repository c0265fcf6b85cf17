"""What a data set is: its samples, and the description by which forms, presets and sessions know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Shape = tuple[int, ...]
Form = Literal["row", "image", "sequence"]
Task = Literal["classification", "regression"]

PLANAR_FEATURES = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)")
ONE_DIMENSIONAL_FEATURES = ("x1", "x1^2", "sin(x1)")


@dataclass(frozen=True, eq=False)
class Dataset:
    """All samples as a generator gives them, before the split.

    `inputs` is (N, raw inputs), (N, height, width, channels) or (N, time, features). `targets` is float (N, 1)
    for regression, int labels (N,) for classification; with an answer at every step of a sequence, float
    (N, time, 1) or int labels (N, time).
    """

    inputs: Array
    targets: Array | IntArray


Make = Callable[[Generator, int, float], Dataset]  # (rng, samples, noise)


@dataclass(frozen=True)
class TimeSteps:
    """How long the sequences of a data set may be: a setting, from `low` to `high`; `make` takes it."""

    default: int
    low: int
    high: int
    make: Callable[[int], Make]


@dataclass(frozen=True)
class DatasetKind:
    """One named data set. `title` and `description` are msgids.

    `domain` is (low, high) of each raw input where the data can be drawn over a plane or a line, else empty.
    `fixed` marks truth tables and real data: the rows are given, noise only jitters their inputs (standard
    deviation `noise`), and a split keeps the order (tables) or the class proportions (real data).
    `image` is (height, width, channels) of images; `input_names` are then their pixels. `time_steps` marks
    sequences; `input_names` are then those of one step: symbols where `one_hot` says that exactly one of them
    is 1. `per_step`: there is a target at every step, not one at the end.
    """

    name: str
    title: str
    description: str
    task: Task
    class_names: tuple[str, ...]
    input_names: tuple[str, ...]
    domain: tuple[tuple[float, float], ...]
    make: Make
    default_samples: int = 500
    default_noise: float = 0.1
    default_test_fraction: float = 0.5
    fixed: bool = False
    image: Shape = ()
    time_steps: TimeSteps | None = None
    one_hot: bool = False
    per_step: bool = False

    @property
    def form(self) -> Form:
        """What one input is: a row of numbers, an image, or a sequence."""
        if self.time_steps:
            return "sequence"
        return "image" if self.image else "row"

    def input_shape(self, features: int, time_steps: int | None) -> Shape:
        """The shape of one input, given the number of features of a row, or the length of a sequence."""
        if self.time_steps:
            return (time_steps or self.time_steps.default, len(self.input_names))
        return self.image or (features,)

    def maker(self, time_steps: int | None) -> Make:
        """What makes samples, sequences of that length (None: the default)."""
        return self.time_steps.make(time_steps) if self.time_steps and time_steps else self.make

    @property
    def symbols(self) -> tuple[str, ...]:
        """The names of one-hot inputs, of which one stands at every step; else nothing."""
        return self.input_names if self.one_hot else ()

    @property
    def classes(self) -> int:
        """The number of classes, 0 for regression."""
        return len(self.class_names)

    @property
    def planar(self) -> bool:
        """Two inputs x1, x2 over a plane."""
        return len(self.domain) == 2

    @property
    def features(self) -> tuple[str, ...]:
        """The names a network's inputs may be chosen from; nothing for images and sequences."""
        if self.form != "row":
            return ()
        if self.planar:
            return PLANAR_FEATURES
        return ONE_DIMENSIONAL_FEATURES if self.domain else self.input_names

    @property
    def default_features(self) -> tuple[str, ...]:
        """The raw inputs themselves; nothing for images and sequences, which are taken whole."""
        return self.input_names if self.form == "row" else ()

    @property
    def outputs(self) -> tuple[int, ...]:
        """How many output units can learn this data set: one or two for two classes, else one each."""
        if self.task == "regression":
            return (1,)
        return (1, 2) if self.classes == 2 else (self.classes,)
