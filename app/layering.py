"""The layers of a network out of a running one and a form: their fields, and one press of a button.

`type-0`, `units-0`, `kernel-0`, … are the fields of layer 0; one that is not there stays as it is. `change` is a
press: `more:0`, `fewer:0` (of what the layer has most plainly: units, filters, size), `remove:0`, `add:0:gru`
(a layer of that type before layer 0; without a type a dense one).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import Fault, RequestError, SpecError
from app.i18n import N_
from app.layers import LAYER_MODELS, LayerModel, RecurrentSpec, Shape, layers_in
from app.stack import Layers, exchanged, settled, shapes_through, with_new, without

Form = Mapping[str, Sequence[str]]

NO_CHANGE = N_("There is no change {change} of these layers.")
LAST_STEP = N_("is the last step alone; the layers behind it, or the targets, take every step")
EVERY_STEP = N_("is every step; the layers behind it, or the targets, take the last one alone")


@dataclass(frozen=True)
class Relaid:
    """The layers as JSON; whether they fit (as far as that can be told of what was typed), and whether what a
    layer hands on had to be made to."""

    layers: list[dict[str, Any]]
    fits: bool
    settled: bool


def text(form: Form, name: str) -> str:
    """The first text of a field, "" when there is none."""
    given = form.get(name, ())
    return given[0] if given else ""


def relaid(layers: Layers, form: Form, shape: Shape, sequence: bool) -> Relaid:
    """`layers` with the form laid over them, behind inputs of that shape; `sequence`: their outputs are one.

    Raises RequestError for a press there is not, SpecError for steps that are not handed on as they are needed.
    What was typed wrongly stands as it was typed, for the spec to name.
    """
    verb, at, kind = _press(form, layers)
    typed = [
        layer.model_dump() if (verb, at) == ("remove", k) else _typed(layer, k, form)
        for k, layer in enumerate(layers)
    ]
    standing = layers_in(typed)
    if standing is None:
        return Relaid(typed, True, False)
    _check_steps(layers, standing, shape, sequence)
    pressed = with_new(standing, at, kind, shape) if verb == "add" else _pressed(standing, verb, at)
    others = [k for k, layer in enumerate(layers) if layer.type != standing[k].type]
    fitting = settled(pressed, shape, sequence, at + 1 if verb else max(others, default=len(layers)) + 1)
    turned = [k for k, layer in enumerate(fitting or ()) if layer != pressed[k] and (verb, at) != ("add", k)]
    return Relaid([layer.model_dump() for layer in fitting or pressed], fitting is not None, bool(turned))


def _press(form: Form, layers: Layers) -> tuple[str, int, str]:
    """What is done to which layer, and with a layer of which type."""
    change = text(form, "change")
    if "change" not in form:
        return "", 0, ""
    verb, place, kind = (*change.split(":", 2), "", "")[:3]
    at = int(place) if whole(place) else len(layers) + 1
    behind = len(layers) + (layers[-1].type != "dense")  # a dense layer can stand behind another last one
    there = {"add": at < behind, "remove": at < len(layers) - 1}
    there |= dict.fromkeys(("more", "fewer"), at < len(layers) - (layers[-1].type == "dense"))
    if not there.get(verb) or (kind and (verb != "add" or kind not in LAYER_MODELS)):
        raise RequestError(NO_CHANGE, change=change)
    return verb, at, kind or "dense"


def _typed(layer: LayerModel, place: int, form: Form) -> dict[str, Any]:
    """One layer with the fields of the form."""
    kind = text(form, f"type-{place}") or layer.type
    if kind != layer.type and kind in LAYER_MODELS:
        layer = exchanged(layer, kind)
    given = {
        name: _value(text(form, f"{name}-{place}")) for name in layer.fields() if f"{name}-{place}" in form
    }
    return {**layer.model_dump(), "type": kind, **given}


def whole(given: str) -> bool:
    """Whether a text is a whole number of a size that can be meant."""
    return given.isascii() and given.isdecimal() and len(given) < 10


def _value(given: str) -> object:
    """A text as JSON would hold it: 3, or two sides as 3×2."""
    if whole(given):
        return int(given)
    sides = [side.strip() for side in given.replace("x", "×").split("×")]
    return [int(side) for side in sides] if len(sides) == 2 and all(map(whole, sides)) else given


def _check_steps(before: Layers, now: Layers, shape: Shape, sequence: bool) -> None:
    """What a layer is told to hand on is what stands behind it takes. Raises SpecError."""
    shapes = shapes_through(now, shape)
    if shapes and len(shapes[-1]) == (2 if sequence else 1):
        return
    for place, (old, new) in enumerate(zip(before, now, strict=True)):
        if not (isinstance(old, RecurrentSpec) and isinstance(new, RecurrentSpec)):
            continue
        if old.return_sequences != new.return_sequences:
            told = EVERY_STEP if new.return_sequences else LAST_STEP
            raise SpecError(
                N_("The spec is not valid."), [Fault(("layers", place, "return_sequences"), told)]
            )


def _pressed(layers: Layers, verb: str, at: int) -> Layers:
    """The layers after a press that adds none."""
    if verb == "remove":
        return without(layers, at)
    if not verb:
        return layers
    count = layers[at].count()
    if not count:
        raise RequestError(NO_CHANGE, change=f"{verb}:{at}")
    more = layers[at].model_copy(update={count: getattr(layers[at], count) + (1 if verb == "more" else -1)})
    return (*layers[:at], more, *layers[at + 1 :])
