"""A sequence of symbols or classes, step by step: what goes in, what should come out, what comes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scene.classes import class_names
from app.scene.view import Example, View
from app.typed import visible

Array = NDArray[np.float64]

SHARES = 4096  # probabilities that go with an answer; of more only those of the last step


@dataclass(frozen=True, slots=True)
class Step:
    """One step, counted from 1; "" where inputs are no symbols, where no class is answered, or none is right.
    `certainty` is the probability of the answer."""

    number: int
    input: str
    target: str
    answer: str
    certainty: float | None

    @property
    def missed(self) -> bool:
        """Whether another class is right."""
        return bool(self.target) and self.answer != self.target


@dataclass(frozen=True, slots=True)
class Strip:
    """`first` is the first step whose probabilities are among `shares` (steps, classes); `targets` are the
    numbers of the right classes of those steps."""

    steps: tuple[Step, ...]
    has_inputs: bool
    has_answers: bool
    first: int
    shares: tuple[tuple[float, ...], ...]
    targets: tuple[int | None, ...]


def answers_each(view: View) -> bool:
    """Whether the network answers with a class at every step."""
    answers = view.answers
    return answers is not None and answers.kind == "argmax" and len(view.network.output_shape) == 2


def strip(view: View, example: Example) -> Strip | None:
    """The steps of a sequence of symbols, or with a class at every step; None of any other."""
    shape = view.network.input_shape
    has_inputs = len(shape) == 2 and len(view.symbols) == shape[1]
    has_answers = answers_each(view)
    if not (has_inputs or has_answers):
        return None
    time = shape[0]
    inputs = symbols_in(view, example.inputs) if has_inputs else [""] * time
    nothing: list[str] = [""] * time
    outputs = example.outputs if has_answers else None
    targets = example.target if has_answers else None
    steps = map(
        Step,
        range(1, time + 1),
        inputs,
        nothing if targets is None else classes_in(view, targets),
        nothing if outputs is None else classes_in(view, outputs),
        [None] * time if outputs is None else outputs.max(axis=1).tolist(),
    )
    first = 0 if outputs is None or outputs.size <= SHARES else time - 1
    return Strip(
        tuple(steps),
        has_inputs,
        has_answers,
        first + 1,
        () if outputs is None else tuple(map(tuple, outputs[first:].tolist())),
        _right(targets, time, first),
    )


def _right(targets: Array | None, time: int, first: int) -> tuple[int | None, ...]:
    if targets is None:
        return (None,) * (time - first)
    return tuple(targets[first:].argmax(axis=1).tolist())


def symbols_in(view: View, inputs: Array) -> list[str]:
    """The symbols of a one-hot sequence (time, symbols)."""
    return [visible(view.symbols[k]) for k in inputs.argmax(axis=1).tolist()]


def classes_in(view: View, values: Array) -> list[str]:
    """The class that each step (time, classes) names."""
    names = [visible(name) for name in class_names(view)]
    return [names[k] for k in values.argmax(axis=1).tolist()]
