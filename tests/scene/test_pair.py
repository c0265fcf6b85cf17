"""Side by side: every setting that differs is named, the numbers of both in one table and one chart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app import training
from app.overrides import with_overrides
from app.presets import PRESETS
from app.scene.chart import ChartChoice
from app.scene.differences import OFFERED, differences, settings
from app.scene.pair import BAR, norms, pair
from app.scene.pair_chart import pair_chart
from app.spec import Spec, parse_spec
from app.web.view import view_of
from tests.scene.views import curve_of
from tests.specs import LIMITS, named_spec, rows_spec, started


def named(left: Spec, right: Spec) -> dict[str, tuple[str | None, str | None]]:
    """The differences by field."""
    return {each.field: (each.left, each.right) for each in differences(left, right)}


@pytest.mark.parametrize(
    ("preset", "asked", "expected"),
    [
        ("circle", {"learning_rate": "3"}, {"learning_rate": ("0.03", "3")}),
        ("circle", {"hidden": "8,8"}, {"hidden": ("4,2", "8,8")}),
        ("circle", {"activation": "relu"}, {"activation": ("tanh", "relu")}),
        ("circle", {"clip_norm": "1"}, {"clip_norm": ("", "1")}),
        ("rnn-forgets", {"recurrent": "lstm"}, {"recurrent": ("rnn", "lstm")}),
        ("rnn-forgets", {"time_steps": "5"}, {"time_steps": ("20", "5")}),
        ("cnn-shapes", {"seed": "9"}, {"seed": ("0", "9")}),
        ("circle", {}, {}),
    ],
)
def test_one_setting_is_named_by_what_it_is_on_either_side(
    preset: str, asked: dict[str, str], expected: dict[str, Any]
) -> None:
    spec = PRESETS[preset].spec
    left = parse_spec(spec)
    for field, (here, _) in expected.items():
        assert settings(left)[field] == here
    assert named(left, with_overrides(spec, asked.items())) == expected


def test_every_setting_that_is_offered_differs_once_it_is_another() -> None:
    left = parse_spec(named_spec())
    words = {"dataset": "xor", "loss": "mse", "schedule": "cosine", "shuffle": "false", "optimizer": "sgd"}
    words |= {"activation": "tanh", "initializer": "zeros"}
    fractions = {"noise", "test_fraction", "epsilon", "beta1", "beta2"}
    for field in settings(left):
        other = words.get(field, "0.25" if field in fractions else "3")
        right = with_overrides(named_spec(), [(field, other)])
        assert field in named(left, right), field
    assert set(settings(left)) <= set(OFFERED)


def test_layers_that_have_no_short_name_are_told_one_by_one() -> None:
    spec = PRESETS["cnn-shapes"].spec
    layers = [dict(layer) for layer in spec["layers"]]
    layers[0]["filters"] = 5
    found = named(parse_spec(spec), parse_spec({**spec, "layers": layers}))
    assert set(found) == {"layers"}
    assert found["layers"][1]
    assert "conv2d 5" in found["layers"][1]


def test_other_rows_are_said_to_be_others() -> None:
    other = rows_spec(data={**rows_spec()["data"], "targets": [[1.0]] * 7})
    assert named(parse_spec(rows_spec()), parse_spec(other)) == {"rows": ("7", "others")}


def test_the_table_holds_losses_and_lengths_of_both() -> None:
    sessions = [training.backward(training.step(started(named_spec()), LIMITS, n)) for n in (3, 5)]
    left, right = (view_of(session, True, "en") for session in sessions)
    made = pair(left, right)
    assert not made.level
    rows = {(row.kind, row.number): row for row in made.rows}
    assert rows["step", 0].values == (3, 5)
    assert rows["batch-loss", 0].values == (left.batch_loss, right.batch_loss)
    for side, view in enumerate((left, right)):
        assert view.gradients is not None
        assert [rows["gradient", layer].values[side] for layer in range(3)] == norms(view)
        whole, *layers = (length or 0.0 for length in norms(view))
        assert whole == pytest.approx(np.linalg.norm(view.gradients), rel=1e-12)
        assert whole == pytest.approx(np.linalg.norm(layers), rel=1e-12)
    bars = [bar for row in made.rows if row.bars for bar in row.bars]
    assert max(bars) == BAR


def test_the_chart_holds_both_over_the_steps_of_either() -> None:
    left, right = curve_of([4.0, 3.0, 2.0, 1.0]), curve_of([5.0, 9.0])
    for curve in (left, right):
        curve.train_loss[:] = curve.batch_loss
    made = pair_chart(left, replace(right, until=1), ChartChoice("loss"))
    series = {one.kind: one for one in made.series}
    assert series["left train"].values.split(",") == ["4", "3", "2", "1"]
    assert series["right train"].values.split(",") == ["5", "9", "", ""]
    assert series["right train"].last == 5.0
    assert series["right train"].undone
    assert not series["left train"].undone
    assert pair_chart(curve_of([]), curve_of([]), ChartChoice("loss")).series == ()
