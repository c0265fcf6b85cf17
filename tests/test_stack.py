"""Which layers can stand where: whatever is offered fits, and what fits nowhere is not offered."""

from __future__ import annotations

from typing import Any

import pytest

from app.layers import LAYER_MODELS, layers_in
from app.presets import PRESETS
from app.setup import prepare
from app.spec import parse_spec
from app.stack import Layers, choices, exchanged, settled, shapes_through, with_new, without
from tests.specs import LIMITS

IMAGE, SEQUENCE, ROW = (8, 8, 1), (6, 2), (3,)


def stacked(*layers: dict[str, Any]) -> Layers:
    """Layers out of JSON."""
    made = layers_in(list(layers))
    assert made is not None
    return made


CONV = {"type": "conv2d", "filters": 2}
POOL = {"type": "maxpool2d"}
END = {"type": "dense", "units": 3, "activation": "softmax"}


def rnn(every: bool) -> dict[str, Any]:
    """A recurrent layer that hands on every step or the last."""
    return {"type": "rnn", "units": 2, "return_sequences": every}


def test_shapes_run_through() -> None:
    assert shapes_through(stacked(CONV, POOL, END), IMAGE) == ((6, 6, 2), (3, 3, 2), (3,))
    assert shapes_through(stacked(rnn(True), rnn(False), END), SEQUENCE) == ((6, 2), (2,), (3,))
    assert shapes_through(stacked(CONV, rnn(False)), IMAGE) is None
    assert shapes_through(stacked({"type": "flatten"}, CONV), IMAGE) is None


@pytest.mark.parametrize(
    ("given", "sequence", "expected"),
    [
        ((False, False), False, (True, False)),
        ((True, True), False, (True, False)),
        ((True, False), True, (True, True)),
        ((True, False), False, (True, False)),
        ((False, False), True, None),
    ],
)
def test_what_is_handed_on_is_made_to_fit(
    given: tuple[bool, bool], sequence: bool, expected: tuple[bool, bool] | None
) -> None:
    layers = settled(stacked(*map(rnn, given), END), SEQUENCE, sequence, 3)
    assert layers == (stacked(*map(rnn, expected), END) if expected else None)


@pytest.mark.parametrize(
    ("layers", "shape", "place", "before"),
    [
        ((CONV, POOL, END), IMAGE, 0, {"conv2d", "maxpool2d", "avgpool2d", "dropout"}),
        ((CONV, POOL, END), IMAGE, 2, {"dense", "conv2d", "maxpool2d", "avgpool2d", "flatten", "dropout"}),
        ((CONV, POOL, END), IMAGE, 3, set()),
        ((rnn(False), END), SEQUENCE, 0, {"dense", "dropout", "rnn", "lstm", "gru"}),
        ((rnn(False), END), SEQUENCE, 1, {"dense", "dropout", "rnn", "lstm", "gru"}),
        ((END,), ROW, 0, {"dense", "dropout"}),
        ((rnn(False),), SEQUENCE, 1, {"dense"}),
    ],
)
def test_what_is_offered(
    layers: tuple[dict[str, Any], ...], shape: tuple[int, ...], place: int, before: set[str]
) -> None:
    assert set(choices(stacked(*layers), shape, False)[place].before) == before


@pytest.mark.parametrize("preset", PRESETS)
def test_whatever_is_offered_fits(preset: str) -> None:
    network = prepare(parse_spec(PRESETS[preset].spec), LIMITS).network
    layers, shape = parse_spec(PRESETS[preset].spec).layers, network.input_shape
    sequence = len(network.output_shape) == 2
    for at, choice in enumerate(choices(layers, shape, sequence)):
        tried = [with_new(layers, at, kind, shape) for kind in choice.before]
        tried += [(*layers[:at], exchanged(layers[at], kind), *layers[at + 1 :]) for kind in choice.instead]
        tried += [without(layers, at)] if choice.removable else []
        for stack in tried:
            fitting = settled(stack, shape, sequence, at + 1)
            assert fitting is not None
            shapes = shapes_through(fitting, shape)
            assert shapes is not None
            assert shapes[-1] == network.output_shape


@pytest.mark.parametrize("kind", LAYER_MODELS)
def test_an_exchanged_layer_keeps_the_fields_that_both_have(kind: str) -> None:
    lstm = stacked({"type": "lstm", "units": 7, "return_sequences": True})[0]
    made = exchanged(lstm, kind).model_dump()
    assert made["type"] == kind
    assert made.get("units", 7) == 7
    assert made.get("return_sequences", True) is True


def test_a_layer_behind_the_last_has_as_many_outputs() -> None:
    (_, last) = with_new(stacked(rnn(False)), 1, "dense", SEQUENCE)
    assert (last.model_dump()["units"], last.model_dump()["activation"]) == (2, "linear")
