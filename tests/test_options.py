"""Every option has its title and its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

import pytest

from app.datasets import DATASETS, FEATURES
from app.layers import LAYER_MODELS
from app.nn import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, PADDINGS, SCHEDULES
from app.options import CHOICES, FIELDS, Option
from app.spec import DatasetSpec, Knobs, Regularization, Spec, Stop

REGISTRIES: dict[str, Mapping[str, object]] = {
    "type": LAYER_MODELS,
    "padding": dict.fromkeys(PADDINGS),
    "return_sequences": dict.fromkeys(("false", "true")),
    "activation": ACTIVATIONS,
    "loss": LOSSES,
    "initializer": INITIALIZERS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "dataset": DATASETS,
    "features": FEATURES,
}
RENAMED = {"data.seed": "data_seed"}
NO_FIELD = {"name", "data", "layers", "regularization", "stop", "parameters", "frozen"}


def fields_of_a_spec() -> Iterator[str]:
    """The names of all fields that a spec can hold, options of optimisers and schedules included."""
    for model in (Spec, Knobs, Regularization, Stop):
        yield from model.model_fields
    for layer in LAYER_MODELS.values():
        yield from layer.model_fields
    for name in DatasetSpec.model_fields:
        yield RENAMED.get(f"data.{name}", name)
    for registry in (OPTIMIZERS, SCHEDULES):
        for rule in registry.values():
            yield from rule.fields
    yield "learning_rate"


def test_every_order_and_notation_of_a_spec_is_explained() -> None:
    assert set(CHOICES["notation"]) == set(get_args(Spec.model_fields["notation"].annotation))
    assert set(CHOICES["shuffle"]) == {"true", "false"}


@pytest.mark.parametrize("group", REGISTRIES)
def test_every_entry_of_every_registry_is_explained(group: str) -> None:
    assert list(CHOICES[group]) == list(REGISTRIES[group])
    assert group in FIELDS


def test_every_field_of_a_spec_is_explained() -> None:
    assert set(fields_of_a_spec()) - NO_FIELD == set(FIELDS)


def options() -> Iterator[Option]:
    yield from FIELDS.values()
    for group in CHOICES.values():
        yield from group.values()


def test_an_explanation_is_one_sentence() -> None:
    for option in options():
        assert option.title
        assert option.sentence.endswith("."), option
        assert ". " not in option.sentence.replace("0. ", ""), option


def test_no_two_options_of_a_group_are_called_alike() -> None:
    for group in (FIELDS, *CHOICES.values()):
        titles = [option.title for option in group.values()]
        assert len(set(titles)) == len(titles)
