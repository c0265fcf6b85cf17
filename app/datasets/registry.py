"""DATASETS: every data set by its name, in the order in which the forms show them."""

from __future__ import annotations

import numpy as np

from app.datasets import generated, given, images, sequences
from app.datasets.generated import Domain
from app.datasets.kind import DatasetKind, Make, Task, TimeSteps
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


def _pixels(image: tuple[int, int, int]) -> tuple[str, ...]:
    height, width, _ = image
    return tuple(f"pixel {row},{column}" for row in range(height) for column in range(width))


def _sequence(
    name: str,
    title: str,
    description: str,
    time_steps: TimeSteps,
    *,
    input_names: tuple[str, ...] = ("x1",),
    class_names: tuple[str, ...] = (),
    per_step: bool = True,
    noise: float = 0.0,
) -> DatasetKind:
    task: Task = "classification" if class_names else "regression"
    return DatasetKind(
        name,
        title,
        description,
        task,
        class_names,
        input_names,
        domain=(),
        make=time_steps.make(time_steps.default),
        default_samples=600,
        default_noise=noise,
        default_test_fraction=0.3,
        time_steps=time_steps,
        one_hot=len(input_names) > 1,
        per_step=per_step,
    )


GREY: tuple[int, int, int] = (8, 8, 1)
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
        input_names=_pixels(GREY),
        domain=(),
        make=given.digits,
        default_samples=1797,
        default_noise=0.0,
        default_test_fraction=0.3,
        fixed=True,
    ),
    DatasetKind(
        "digit-images",
        N_("Digits as images"),
        N_("The same 1797 handwritten digits as images of 8×8 pixels, for convolutions."),
        "classification",
        class_names=_names(10),
        input_names=_pixels(GREY),
        domain=(),
        make=given.digit_images,
        default_samples=1797,
        default_noise=0.0,
        default_test_fraction=0.3,
        fixed=True,
        image=GREY,
    ),
    DatasetKind(
        "shapes",
        N_("Shapes"),
        N_("Bars, crosses and corners anywhere in images of 8×8 pixels."),
        "classification",
        class_names=(N_("bar"), N_("cross"), N_("corner")),
        input_names=_pixels(GREY),
        domain=(),
        make=images.shapes,
        default_samples=600,
        default_test_fraction=0.3,
        image=GREY,
    ),
    _sequence(
        "echo",
        N_("Echo"),
        N_("Sequences of −1 and 1; the answer at every step is the input of two steps before."),
        TimeSteps(10, sequences.DELAY + 1, 100, sequences.echo),
    ),
    _sequence(
        "parity",
        N_("Parity"),
        N_("Sequences of 0 and 1; the answer at every step is whether the ones so far are odd in number."),
        TimeSteps(10, 2, 100, sequences.parity),
        class_names=(N_("even"), N_("odd")),
    ),
    _sequence(
        "sine-next",
        N_("Next of a sine"),
        N_("Sine waves of many phases and frequencies; the answer at every step is the next value."),
        TimeSteps(12, 2, 100, sequences.next_of_sine),
        noise=0.05,
    ),
    _sequence(
        "recall",
        N_("First letter"),
        N_("Random letters A, B, C; the one answer, at the end, is the letter they began with."),
        TimeSteps(20, 2, 200, sequences.recall),
        input_names=sequences.LETTERS,
        class_names=sequences.LETTERS,
        per_step=False,
    ),
    _sequence(
        "text",
        N_("Text"),
        N_("Pieces of “she sells sea shells”; the answer at every step is the character that comes next."),
        TimeSteps(10, 2, 100, sequences.text),
        input_names=sequences.ALPHABET,
        class_names=sequences.ALPHABET,
    ),
)

DATASETS: dict[str, DatasetKind] = {kind.name: kind for kind in KINDS}
