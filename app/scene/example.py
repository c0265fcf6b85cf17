"""One sample, or inputs of one's own, and the network's answer: as a picture, a strip, a chart, probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.scene.classes import Share, shares
from app.scene.course import Course, course
from app.scene.ink import Image, image
from app.scene.steps import Strip, strip
from app.scene.view import Example, View
from app.typed import written

VALUES = 10  # outputs that are listed


@dataclass(frozen=True, slots=True)
class Value:
    """One output that is no class; `target` is None of inputs of one's own."""

    name: str
    target: float | None
    output: float


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is of the example. `row` is the sample's, None of inputs of one's own.

    `shares` are those of step `step` (counted from 1) where the network answers at every one; `values` are
    outputs that nothing else shows.
    """

    row: int | None
    image: Image | None
    strip: Strip | None
    course: Course | None
    shares: tuple[Share, ...]
    step: int | None
    values: tuple[Value, ...]


def example(view: View) -> Shown | None:
    """What is shown of inputs of one's own, else of the sample that is followed or the first of the batch; None
    where a picture of all samples shows it."""
    one = _example(view)
    if one is None:
        return None
    several = len(view.network.output_shape) == 2
    outputs, target = one.outputs, one.target
    if several:
        outputs, target = outputs[-1], None if target is None else target[-1]
    pictured, found = _image(view, one), shares(view, outputs, target)
    shown = Shown(
        one.row,
        pictured,
        strip(view, one),
        course(view, one),
        found,
        view.network.input_shape[0] if several else None,
        _values(view, one) if pictured and not found else (),
    )
    return shown if shown.image or shown.strip or shown.course or shown.shares else None


def _example(view: View) -> Example | None:
    if view.probe is None or view.example is None:
        return view.example
    return Example(None, view.probe.inputs, None, view.probe.trace.outputs[0])


def _image(view: View, one: Example) -> Image | None:
    shape, ink = view.samples.image, view.samples.ink
    if shape is None or ink is None:
        return None
    return view.samples.images.of(one.row, lambda: image(one.inputs.reshape(shape), ink))


def _values(view: View, one: Example) -> tuple[Value, ...]:
    """Outputs and targets."""
    outputs = one.outputs.ravel()[:VALUES]
    names = view.output_names if len(view.output_names) == len(outputs) else map(str, range(1, VALUES + 1))
    targets = [None] * len(outputs) if one.target is None else one.target.ravel()[:VALUES].tolist()
    return tuple(map(Value, names, targets, outputs.tolist()))


def answer(view: View) -> Share | None:
    """The class that inputs of one's own are taken for; None of an answer at every step, or that is no class."""
    if view.probe is None or len(view.network.output_shape) > 1:
        return None
    return max(shares(view, view.probe.trace.outputs[0], None), key=lambda share: share.value, default=None)


def numbers(view: View) -> dict[str, Any]:
    """For JSON, where what is no finite number is null: all of the example that changes with its sample or with a
    step; `typed` is the sample as one would type it (field by field)."""
    shown = example(view)
    packed: dict[str, Any] = {"shown": None}
    if shown:
        packed["shown"] = {
            "row": shown.row,
            "pixels": shown.image.channels if shown.image else (),
            "strip": _strip(shown.strip),
            "course": shown.course
            and {
                "lines": [{"d": line.d, "values": line.values} for line in shown.course.lines],
                "crosses": shown.course.crosses,
            },
            "shares": [share.value for share in shown.shares],
            "target": next((k for k, share in enumerate(shown.shares) if share.target), None),
            "values": [(value.target, value.output) for value in shown.values],
        }
    packed["typed"] = typed(view)
    return packed


def typed(view: View) -> dict[str, str]:
    """The sample as one would type it; nothing where points are tried."""
    form, one = view.probe_form, view.example
    if form is None or form.kind == "point" or one is None:
        return {}
    return view.samples.typed.of(one.row, lambda: written(form, one.inputs))


def _strip(drawn: Strip | None) -> dict[str, Any] | None:
    if drawn is None:
        return None
    return {
        "inputs": [step.input for step in drawn.steps] if drawn.has_inputs else None,
        "targets": [step.target for step in drawn.steps],
        "answers": [step.answer for step in drawn.steps] if drawn.has_answers else None,
        "certainties": [step.certainty for step in drawn.steps],
        "first": drawn.first,
        "shares": drawn.shares,
        "right": drawn.targets,
    }
