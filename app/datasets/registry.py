"""DATASETS: every data set by its name, in the order in which the forms show them."""

from __future__ import annotations

import numpy as np

from app.datasets import generated, given
from app.datasets.generated import Domain, Make
from app.datasets.kind import DatasetKind
from app.i18n import N_

SQUARE: Domain = ((-6.0, 6.0), (-6.0, 6.0))
SINE_BAND: Domain = ((-6.0, 6.0), (-2.0, 2.0))
CUBIC_SQUARE: Domain = ((-1.5, 1.5), (-1.5, 1.5))
TABLE_SQUARE: Domain = ((-0.5, 1.5), (-0.5, 1.5))
SINE_LINE: Domain = ((-3.2, 3.2),)
SHORT_LINE: Domain = ((-2.0, 2.0),)


def _names(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(count))


def _classified(
    name: str, title: str, description: str, make: Make, *, classes: int = 2, domain: Domain = SQUARE
) -> DatasetKind:
    return DatasetKind(
        name, title, description, "classification", _names(classes), ("x1", "x2"), domain, make
    )


def _regression(name: str, title: str, description: str, make: Make, domain: Domain = SQUARE) -> DatasetKind:
    inputs = ("x1", "x2")[: len(domain)]
    return DatasetKind(name, title, description, "regression", (), inputs, domain, make)


def _table(name: str, title: str, description: str, outputs: tuple[int, int, int, int]) -> DatasetKind:
    return DatasetKind(
        name,
        title,
        description,
        "classification",
        class_names=_names(2),
        input_names=("x1", "x2"),
        domain=TABLE_SQUARE,
        make=given.truth_table(outputs),
        default_samples=4,
        default_noise=0.0,
        default_test_fraction=0.0,
        fixed=True,
    )


KINDS = (
    _classified("circle", N_("Circle"), N_("A disc inside a ring."), generated.circle),
    _classified(
        "xor", N_("XOR"), N_("Four quadrants, class 1 where x1 and x2 have the same sign."), generated.xor
    ),
    _classified(
        "gaussian", N_("Two clouds"), N_("Two normal clouds that a line can part."), generated.gaussian
    ),
    _classified("spiral", N_("Spiral"), N_("Two arms wound around each other."), generated.spiral),
    _classified("moons", N_("Moons"), N_("Two interlocking half circles."), generated.moons),
    _classified(
        "checkerboard",
        N_("Checkerboard"),
        N_("Sixteen squares, the classes in turn."),
        generated.regions(generated.is_checker, SQUARE),
    ),
    _classified(
        "sine-boundary",
        N_("y > sin x"),
        N_("Points above and below a sine curve."),
        generated.regions(generated.above_sine, SINE_BAND),
        domain=SINE_BAND,
    ),
    _classified(
        "cubic-boundary",
        N_("y > x³ − x"),
        N_("Points above and below a cubic curve."),
        generated.regions(generated.above_cubic, CUBIC_SQUARE),
        domain=CUBIC_SQUARE,
    ),
    _classified(
        "blobs", N_("Three clouds"), N_("Three normal clouds, a class each."), generated.blobs, classes=3
    ),
    _classified(
        "three-spirals",
        N_("Three spirals"),
        N_("Three arms wound around each other, a class each."),
        generated.three_spirals,
        classes=3,
    ),
    _regression(
        "plane",
        N_("Plane"),
        N_("A tilted plane: (x1 + x2) / 10."),
        generated.surface(generated.plane, SQUARE),
    ),
    _regression(
        "multi-gaussian",
        N_("Hills"),
        N_("Three hills and three hollows on a flat ground."),
        generated.surface(generated.multi_gaussian, SQUARE),
    ),
    _regression(
        "sine", N_("Sine"), N_("One period of sin x."), generated.curve(np.sin, SINE_LINE), SINE_LINE
    ),
    DatasetKind(
        "line",
        N_("Line"),
        N_("Points near the straight line 0.8·x + 0.5."),
        "regression",
        class_names=(),
        input_names=("x1",),
        domain=SHORT_LINE,
        make=generated.curve(generated.line, SHORT_LINE),
        default_samples=20,
        default_test_fraction=0.0,
    ),
    _table("and-table", N_("AND"), N_("The truth table of AND, four rows."), (0, 0, 0, 1)),
    _table("or-table", N_("OR"), N_("The truth table of OR, four rows."), (0, 1, 1, 1)),
    _table("xor-table", N_("XOR table"), N_("The truth table of XOR, four rows."), (0, 1, 1, 0)),
    DatasetKind(
        "iris",
        N_("Iris"),
        N_(
            "150 real flowers of three species: four lengths in cm, standardised with the means "
            "5.843, 3.057, 3.758, 1.199 and the deviations 0.825, 0.434, 1.759, 0.760."
        ),
        "classification",
        class_names=(N_("setosa"), N_("versicolor"), N_("virginica")),
        input_names=(N_("sepal length"), N_("sepal width"), N_("petal length"), N_("petal width")),
        domain=(),
        make=given.iris,
        default_samples=150,
        default_noise=0.0,
        default_test_fraction=0.3,
        fixed=True,
    ),
    DatasetKind(
        "digits",
        N_("Handwritten digits"),
        N_("1797 real handwritten digits in 8×8 pixels, 0 (paper) to 1 (ink)."),
        "classification",
        class_names=_names(10),
        input_names=tuple(f"pixel {row},{column}" for row in range(8) for column in range(8)),
        domain=(),
        make=given.digits,
        default_samples=1797,
        default_noise=0.0,
        default_test_fraction=0.3,
        fixed=True,
    ),
)

DATASETS: dict[str, DatasetKind] = {kind.name: kind for kind in KINDS}
