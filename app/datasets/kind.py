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
Task = Literal["classification", "regression"]

PLANAR_FEATURES = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)")
ONE_DIMENSIONAL_FEATURES = ("x1", "x1^2", "sin(x1)")


@dataclass(frozen=True, eq=False)
class Dataset:
    """All samples as a generator gives them, before the split.

    `inputs` is (N, raw inputs); `targets` is float (N, 1) for regression, int labels (N,) for classification.
    """

    inputs: Array
    targets: Array | IntArray


@dataclass(frozen=True)
class DatasetKind:
    """One named data set. `title` and `description` are msgids.

    `domain` is (low, high) of each raw input where the data can be drawn over a plane or a line, else empty.
    `fixed` marks truth tables and real data: the rows are given, noise only jitters their inputs (standard
    deviation `noise`), and a split keeps the order (tables) or the class proportions (real data).
    """

    name: str
    title: str
    description: str
    task: Task
    class_names: tuple[str, ...]
    input_names: tuple[str, ...]
    domain: tuple[tuple[float, float], ...]
    make: Callable[[Generator, int, float], Dataset]
    default_samples: int = 500
    default_noise: float = 0.1
    default_test_fraction: float = 0.5
    fixed: bool = False

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
        """The names a network's inputs may be chosen from."""
        if self.planar:
            return PLANAR_FEATURES
        return ONE_DIMENSIONAL_FEATURES if self.domain else self.input_names

    @property
    def default_features(self) -> tuple[str, ...]:
        """The raw inputs themselves."""
        return self.input_names

    @property
    def outputs(self) -> tuple[int, ...]:
        """How many output units can learn this data set: one or two for two classes, else one each."""
        if self.task == "regression":
            return (1,)
        return (1, 2) if self.classes == 2 else (self.classes,)
