"""Inputs of one's own as text: what a form asks for, what was typed as numbers, numbers as one would type them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Literal
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from app.errors import Fault, RequestError
from app.i18n import N_

Array = NDArray[np.float64]
Kind = Literal["point", "image", "symbols", "numbers"]

SPACE = "␣"  # how a space is shown
TYPED = {" ": SPACE, SPACE: " ", ".": "·"}  # what may be typed in place of a symbol
NUMBERS = re.compile(r"[-+.]?[0-9][0-9eE.,;+\-×x\s]*")
REFUSED = N_("The inputs cannot be run through the network.")
NO_NUMBER = N_("is {value}; a finite number is expected")
EMPTY = N_("is empty; a finite number is expected")
FIELDS = {"image": N_("pixels"), "symbols": N_("sequence"), "numbers": N_("sequence")}


@dataclass(frozen=True, slots=True)
class Form:
    """What can be put in by hand.

    point    a number for each of `names`; `shape` is (numbers)
    image    a number for each pixel; `shape` is (height, width)
    symbols  one of `names` at each step; `shape` is (time, symbols): one-hot
    numbers  `shape` is (time, features)
    """

    kind: Kind
    names: tuple[str, ...]
    shape: tuple[int, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that hold it."""
        if self.kind == "point":
            return tuple(f"probe-{place}" for place in range(len(self.names)))
        return (FIELDS[self.kind],)

    @property
    def alphabet(self) -> str:
        """The symbols as they are listed."""
        return " ".join(map(visible, self.names))


def image_shape(shape: tuple[int, ...], names: Sequence[str]) -> tuple[int, ...] | None:
    """(height, width, channels) of inputs that are an image, be it a square one pixel by pixel in a row."""
    side = isqrt(shape[0])
    if len(shape) == 1 and names and names[0].startswith("pixel") and side * side == shape[0]:
        return side, side, 1
    return shape if len(shape) == 3 else None


def visible(symbol: str) -> str:
    """A symbol that can be seen."""
    return SPACE if symbol == " " else symbol


def parsed(form: Form, typed: Mapping[str, str]) -> Array:
    """The inputs (*shape) that were typed. Raises RequestError naming each fault by its field."""
    texts = [typed.get(name, "") for name in form.fields]
    if form.kind == "point":
        return np.array(_numbers(texts, form.names))
    (field,), (text,) = form.fields, texts
    if form.kind == "symbols":
        return _one_hot(form, field, text)
    if form.kind == "image":
        pixels = text.replace(",", " ").split()
        height, width = form.shape
        if len(pixels) != height * width:
            values = {"count": len(pixels), "expected": height * width}
            raise _refusal(field, N_("has {count} numbers; {expected} are expected"), **values)
        return np.array(_numbers(pixels, [field] * len(pixels))).reshape(form.shape)
    return _steps(form, field, text)


def written(form: Form, inputs: Array) -> dict[str, str]:
    """The text of every field that gives exactly these inputs."""
    texts = [repr(x).removesuffix(".0") for x in inputs.ravel().tolist()]
    if form.kind == "point":
        return dict(zip(form.fields, texts, strict=True))
    if form.kind == "symbols":
        between = "" if _is_letters(form.names) else " "
        chosen = inputs.reshape(form.shape).argmax(axis=1).tolist()
        return {form.fields[0]: between.join(form.names[k] for k in chosen)}
    if form.kind == "image":
        return {form.fields[0]: ",".join(texts)}
    width = form.shape[1]
    steps = (" ".join(texts[at : at + width]) for at in range(0, len(texts), width))
    return {form.fields[0]: (" " if width == 1 else "; ").join(steps)}


def _is_letters(names: Sequence[str]) -> bool:
    return all(len(name) == 1 for name in names)


def _one_hot(form: Form, field: str, text: str) -> Array:
    """One symbol after the other; between symbols of one letter nothing needs to stand."""
    blank = {" ", SPACE} & set(form.names)
    found = list(text if blank else "".join(text.split())) if _is_letters(form.names) else text.split()
    found = [symbol if symbol in form.names else TYPED.get(symbol, symbol) for symbol in found]
    strange = sorted({symbol for symbol in found if symbol not in form.names})
    faults = []
    if strange:
        known = (("found", " ".join(strange)), ("alphabet", form.alphabet))
        faults.append(Fault((field,), N_("holds {found}; the symbols are {alphabet}"), known))
    if len(found) != form.shape[0]:
        faults.append(_length(field, len(found), form.shape[0]))
    if faults:
        raise RequestError(REFUSED, faults)
    return np.eye(len(form.names))[[form.names.index(symbol) for symbol in found]]


def _steps(form: Form, field: str, text: str) -> Array:
    """Numbers with spaces between; of several features, a semicolon or a new line after each step."""
    time, features = form.shape
    if features == 1:
        steps = [[number] for number in text.replace(";", " ").split()]
    else:
        steps = [step.split() for step in text.replace("\n", ";").split(";") if step.strip()]
    if len(steps) != time:
        raise RequestError(REFUSED, [_length(field, len(steps), time)])
    for number, step in enumerate(steps):
        if len(step) != features:
            values = {"step": number + 1, "count": len(step), "expected": features}
            raise _refusal(field, N_("has {count} numbers at step {step}; {expected} are expected"), **values)
    flat = [number for step in steps for number in step]
    return np.array(_numbers(flat, [field] * len(flat))).reshape(form.shape)


def _length(field: str, count: int, expected: int) -> Fault:
    text = N_("has {count} steps; this network takes exactly {expected}")
    return Fault((field,), text, (("count", count), ("expected", expected)))


def _numbers(texts: Sequence[str], names: Sequence[str]) -> list[float]:
    """Raises RequestError naming each that is no finite number."""
    faults, numbers = [], []
    for name, text in zip(names, texts, strict=True):
        number = _number(text)
        if number is None:
            given = text.strip()
            faults.append(Fault((name,), NO_NUMBER, (("value", given),)) if given else Fault((name,), EMPTY))
        else:
            numbers.append(number)
    if faults:
        raise RequestError(REFUSED, faults)
    return numbers


def half_width(text: str) -> str:
    """What was typed, without space around it; numbers in ASCII where an input method made them wide."""
    narrow = normalize("NFKC", text).replace("−", "-").strip()
    return narrow if NUMBERS.fullmatch(narrow) else text.strip()


def _number(text: str) -> float | None:
    try:
        number = float(half_width(text).replace(",", "."))
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _refusal(field: str, text: str, **values: object) -> RequestError:
    return RequestError(REFUSED, [Fault((field,), text, tuple(values.items()))])
