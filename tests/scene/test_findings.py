"""What goes wrong in words: every kind has its sentences, with its layer and its numbers, in both languages."""

from __future__ import annotations

from functools import partial

import pytest

from app.diagnosis import KINDS, Finding, Kind
from app.i18n import translate
from app.presets import PRESETS
from app.scene.findings import TITLES, WHAT, WHY, told
from app.spec import parse_spec

SPEC = parse_spec(PRESETS["deep-fives"].spec)
FINDINGS: dict[Kind, Finding] = {
    "divergence": Finding("divergence", 1, {"step": 7, "size": float("inf")}),
    "symmetric": Finding("symmetric", 0, {"count": 4, "units": 5}),
    "exploding": Finding("exploding", 0, {"ratio": 1220.0, "first": 2123.0, "last": 1.74, "time": 20}),
    "too_large": Finding("too_large", None, {"times": 0.25, "before": 1.5, "after": 3.25, "rate": 0.75}),
    "dead": Finding("dead", 2, {"count": 6, "units": 8, "samples": 250}),
    "saturated": Finding("saturated", 0, {"slope": 0.00224, "largest": 1.0, "count": 3, "units": 5}),
    "vanishing": Finding("vanishing", 0, {"ratio": 1.5e-5, "first": 3e-6, "last": 0.2}),
    "too_small": Finding("too_small", None, {"times": 2000.0, "before": 0.5, "after": 0.499, "rate": 1e-4}),
    "plateau": Finding("plateau", None, {"loss": 0.693, "steps": 100, "chance": 0.6931}),
    "over_fitting": Finding("over_fitting", None, {"test": 0.7, "best": 0.4, "step": 11, "train": 0.02}),
}


def test_every_kind_has_words() -> None:
    assert list(FINDINGS) == list(KINDS) == list(TITLES) == list(WHAT) == list(WHY)


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_holds_the_layer_and_all_numbers(kind: Kind, code: str) -> None:
    finding = FINDINGS[kind]
    one = told(finding, SPEC)
    said = one.what.spoken(partial(translate, code))
    assert (said == one.what.spoken(lambda text, **values: text.format(**values))) == (code == "en")
    shown = {
        "inf": "∞",
        1.5e-5: "1.5×10⁻⁵",
        3e-6: "3×10⁻⁶",
        0.00224: "0.00224",
        2123.0: "2120",
        1e-4: "0.0001",
        0.6931: "0.693",
    }
    for number in finding.numbers.values():
        text = "∞" if number == float("inf") else shown.get(number, f"{number:g}")
        assert text in said
    if finding.layer is not None:
        assert {"en": f"layer {finding.layer + 1}", "zh": f"第 {finding.layer + 1} 层"}[code] in said


def test_what_happens_over_time_is_told_so() -> None:
    numbers = {"ratio": 0.001, "first": 0.0002, "last": 0.2}
    layers = told(Finding("vanishing", 0, numbers), SPEC).what.text
    steps = told(Finding("vanishing", 0, numbers | {"time": 20}), SPEC).what.text
    assert "time steps" in steps
    assert "time steps" not in layers
    assert told(FINDINGS["exploding"], SPEC).what.text == steps


def test_only_remedies_that_change_something_are_offered() -> None:
    names = [one.name for one in told(FINDINGS["vanishing"], SPEC).remedies]
    assert names == ["relu", "fewer_layers", "adam"]
