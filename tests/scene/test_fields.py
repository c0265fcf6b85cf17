"""The texts of the fields say what the spec holds, and say it so that the spec reads them back."""

from __future__ import annotations

import pytest

from app.layering import relaid
from app.layers import layers_in
from app.presets import PRESETS
from app.scene.fields import build_texts, knob_texts, shown
from app.spec import OPTIMIZER_MODELS, SCHEDULE_MODELS, DatasetSpec, parse_knobs, parse_spec
from tests.specs import named_spec, rows_spec


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (3, "3"), (0.0, "0"), (0.03, "0.03"), (1e-8, "1e-8"), (2.5e-9, "2.5e-9"), (0.1 + 0.2, None)],
)
def test_a_value_is_short_and_exact(value: float | None, text: str | None) -> None:
    if text is not None:
        assert shown(value) == text
    if value is not None:
        assert float(shown(value)) == value


@pytest.mark.parametrize("optimizer", OPTIMIZER_MODELS)
@pytest.mark.parametrize("schedule", SCHEDULE_MODELS)
def test_only_the_options_of_the_chosen_optimiser_and_schedule_are_there(
    optimizer: str, schedule: str
) -> None:
    knobs = parse_spec(named_spec(optimizer=optimizer, schedule=schedule)).knobs
    texts = knob_texts(knobs)
    options = {*OPTIMIZER_MODELS[optimizer].model_fields, *SCHEDULE_MODELS[schedule].model_fields} - {"name"}
    others = {"batch_size", "optimizer", "schedule", "clip_norm", "l1", "l2"}
    others |= {"max_steps", "gradient_tolerance", "loss_tolerance"}
    assert {name for name, text in texts.items() if text is not None} == options | others
    again = {name: texts[name] for name in OPTIMIZER_MODELS[optimizer].model_fields if name != "name"}
    assert parse_knobs(knobs, {"optimizer": {"name": optimizer, **again}}) == knobs


@pytest.mark.parametrize("preset", PRESETS)
def test_what_builds_a_network(preset: str) -> None:
    spec = parse_spec(PRESETS[preset].spec)
    texts = build_texts(spec)
    assert texts["dataset"] == (spec.data.dataset if isinstance(spec.data, DatasetSpec) else "")
    form = {name: [text] for name, text in texts.items() if isinstance(text, str)}
    assert layers_in(relaid(spec.layers, form, (1,), False).layers) == spec.layers
    assert (texts["shuffle"], texts["notation"]) == (str(spec.shuffle).lower(), spec.notation)
    assert texts["initializer"] == ("" if spec.parameters else spec.initializer)


def test_rows_of_its_own_have_no_fields_of_a_data_set() -> None:
    assert not {"noise", "samples", "features"} & set(build_texts(parse_spec(rows_spec())))


def test_sequences_say_how_long_they_are() -> None:
    assert build_texts(parse_spec(PRESETS["rnn-forgets"].spec))["time_steps"] == "20"
    assert build_texts(parse_spec(PRESETS["cnn-shapes"].spec))["time_steps"] == ""
