"""Layers one behind another: the shapes that run through them, and which other layers could stand among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.layers import LAYER_MODELS, LayerModel, RecurrentSpec, Shape

Layers = tuple[LayerModel, ...]

STARTS: dict[str, Any] = {"units": 4, "filters": 4, "padding": "same"}  # of a layer that is added
BENDS = {"conv2d": "relu"}  # its activation where no layer beside it has one
BEND = "tanh"


@dataclass(frozen=True, slots=True)
class Choice:
    """What could be done at one place: types that could stand before it or instead of it; whether it can go."""

    before: tuple[str, ...]
    instead: tuple[str, ...]
    removable: bool


def shapes_through(layers: Sequence[LayerModel], shape: Shape) -> tuple[Shape, ...] | None:
    """The shape of one sample behind every layer; None where a layer cannot stand."""
    shapes: list[Shape] = []
    for layer in layers:
        if layer.misfit(shape):
            return None
        shape = layer.engine().output_shape(shape)
        shapes.append(shape)
    return tuple(shapes)


def settled(layers: Layers, shape: Shape, sequence: bool, until: int) -> Layers | None:
    """The layers as they fit, if need be with every step or only the last handed on by one of the two recurrent
    layers before the place `until`; None where that does not help. `sequence`: the outputs have to be one."""
    turned = {
        place: layer.model_copy(update={"return_sequences": not layer.return_sequences})
        for place, layer in enumerate(layers[:until])
        if isinstance(layer, RecurrentSpec)
    }
    for place in (None, *list(turned)[:-3:-1]):
        tried = layers if place is None else (*layers[:place], turned[place], *layers[place + 1 :])
        shapes = shapes_through(tried, shape)
        if shapes and len(shapes[-1]) == (2 if sequence else 1):
            return tried
    return None


def exchanged(layer: LayerModel, kind: str) -> LayerModel:
    """A layer of that type with the fields that both have."""
    return _made(kind, {**STARTS, "activation": BENDS.get(kind, BEND), **layer.model_dump()})


def _made(kind: str, given: dict[str, Any]) -> LayerModel:
    model = LAYER_MODELS[kind]
    fields = {name: value for name, value in given.items() if name in model.model_fields}
    return model.model_validate({**fields, "type": kind})


def with_new(layers: Layers, at: int, kind: str, shape: Shape) -> Layers:
    """A layer of that type before the place `at`, its activation that of the hidden layer beside it; behind the
    last one a layer of as many outputs."""
    outputs = shapes_through(layers, shape) if at == len(layers) else None
    if outputs:
        return (*layers, _made(kind, {**STARTS, "units": outputs[-1][-1]}))
    beside = (*layers[:at][::-1], *layers[at:-1])
    bends = (bend for layer in beside if (bend := getattr(layer, "activation", None)))
    new = _made(kind, {**STARTS, "activation": next(bends, BENDS.get(kind, BEND))})
    return (*layers[:at], new, *layers[at:])


def without(layers: Layers, at: int) -> Layers:
    """All layers but one."""
    return (*layers[:at], *layers[at + 1 :])


@lru_cache(maxsize=256)
def choices(layers: Layers, shape: Shape, sequence: bool) -> tuple[Choice, ...]:
    """What could be done at the place of every layer, and behind the last; inputs have that shape."""
    return tuple(_choice(layers, shape, sequence, at) for at in range(len(layers) + 1))


def _choice(layers: Layers, shape: Shape, sequence: bool, at: int) -> Choice:
    def fits(tried: Layers) -> bool:
        return settled(tried, shape, sequence, at + 1) is not None

    last = layers[-1].type == "dense"
    if at == len(layers):
        return Choice(() if last else ("dense",), (), False)
    shapes = shapes_through(layers[:at], shape)
    row = shapes is not None and len((shape, *shapes)[-1]) == 1
    before = [kind for kind in LAYER_MODELS if not (row and kind == "flatten")]
    here = layers[at]
    fixed = at == len(layers) - 1 and last
    instead = [] if fixed else [kind for kind in before if kind != here.type]
    return Choice(
        tuple(kind for kind in before if fits(with_new(layers, at, kind, shape))),
        tuple(kind for kind in instead if fits((*layers[:at], exchanged(here, kind), *layers[at + 1 :]))),
        at < len(layers) - 1 and fits(without(layers, at)),
    )
