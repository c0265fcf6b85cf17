"""A spec as JSON: the same as the models write, the knobs as they stand."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from app.presets import PRESETS
from app.spec import parse_knobs, parse_spec
from app.written import Written
from tests.specs import named_spec, rows_spec

PARAMETERS = [{"W": [[0.1, 0.2, 0.3], [0.4, 1e-9, 3]], "b": [0, 0, -0.0]}, {"W": [[1], [2], [3]], "b": [0.5]}]
GIVEN = rows_spec(parameters=PARAMETERS, frozen=["b[0]"], name="行")


@pytest.mark.parametrize("raw", [GIVEN, named_spec(), *(one.spec for one in PRESETS.values())])
def test_a_spec_is_written_as_its_models_say(raw: dict[str, Any]) -> None:
    spec = parse_spec(raw)
    text = Written(spec).text(spec.knobs)
    assert list(orjson.loads(text).items()) == list(orjson.loads(spec.model_dump_json()).items())
    assert parse_spec(orjson.loads(text)) == spec


def test_the_knobs_are_those_of_now() -> None:
    spec = parse_spec(GIVEN)
    knobs = parse_knobs(spec.knobs, {"optimizer": "adam", "batch_size": 2, "clip_norm": 1})
    found = orjson.loads(Written(spec).text(knobs))
    expected = orjson.loads(spec.model_dump_json()) | orjson.loads(knobs.model_dump_json())
    assert found == expected


def test_specs_are_told_apart_by_everything_in_them() -> None:
    raws = [GIVEN, GIVEN | {"seed": 6}, GIVEN | {"batch_size": 2}, rows_spec(), named_spec()]
    other = {"inputs": [*GIVEN["data"]["inputs"][1:], [0, 0]], "targets": GIVEN["data"]["targets"]}
    digests = [Written(parse_spec(raw)).digest for raw in [*raws, GIVEN | {"data": other}]]
    assert len(set(digests)) == len(digests)
    assert Written(parse_spec(GIVEN)).digest == digests[0]
