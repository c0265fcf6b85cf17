"""The batch as a table, and what every neuron puts out."""

from __future__ import annotations

import numpy as np
import pytest

from app.scene.batch import ROWS, heads, table
from app.scene.means import means
from app.scene.numbers import numbers
from app.scene.samples import KEPT, Cells, Kept
from app.scene.view import Probe
from tests.scene.test_pictures import view_after
from tests.scene.views import view_of


def test_before_the_first_pass_there_is_no_batch() -> None:
    view = view_of([2, 3, 1], phase="idle")
    assert table(view) is None
    assert means(view) is None


def test_every_sample_has_its_numbers() -> None:
    view = view_of([2, 3, 1])
    drawn, batch = table(view), view.batch
    assert drawn is not None
    assert batch is not None
    assert [row.row for row in drawn.rows] == batch.rows.tolist()
    assert [row.inputs for row in drawn.rows] == [tuple(x) for x in batch.trace.inputs.tolist()]
    assert [row.outputs for row in drawn.rows] == [tuple(y) for y in batch.trace.outputs.tolist()]
    assert np.mean([row.loss for row in drawn.rows]) == pytest.approx(drawn.loss, rel=1e-12)


def test_many_columns_and_rows_are_folded_but_the_sample_followed_is_there() -> None:
    view = view_of([7, 2, 4], batch=60, sample=50)
    drawn = table(view)
    assert drawn is not None
    above = heads(view)
    assert (len(above.inputs), above.more_inputs, above.outputs, above.more_outputs) == (2, 5, 2, 2)
    assert (len(drawn.inputs), len(drawn.outputs)) == (2, 2)
    assert (len(drawn.rows), drawn.more) == (ROWS, 60 - ROWS)
    assert drawn.rows[-1].place == drawn.sample == 50


@pytest.mark.parametrize(
    ("preset", "even"),
    [
        ("circle", True),
        ("regression-sine", True),
        ("iris", False),
        ("numbered-nodes", False),
        ("digits", False),
    ],
)
def test_a_few_columns_of_numbers_are_equally_wide(preset: str, even: bool) -> None:
    assert heads(view_after(preset)).even is even


def test_classes_are_named() -> None:
    view = view_of([2, 3], output_names=("red", "green", "blue"))
    drawn = table(view)
    assert drawn is not None
    assert view.batch is not None
    for row, output in zip(drawn.rows, view.batch.trace.outputs, strict=True):
        assert row.outputs == (("red", "green", "blue")[int(np.argmax(output))],)
        assert row.certainty == output.max()


def test_activations_are_means_or_those_of_one_sample_or_of_the_probe() -> None:
    mean, one = view_of([2, 3, 1]), view_of([2, 3, 1], sample=4)
    assert mean.batch is not None
    trace = mean.batch.trace
    outputs = [trace.inputs, *(layer.a for layer in trace.layers)]
    found = means(mean)
    assert found is not None
    np.testing.assert_allclose(found.a, np.concatenate([a.mean(axis=0) for a in outputs]))
    followed = means(one)
    assert followed is not None
    np.testing.assert_array_equal(followed.a, np.concatenate([a[4] for a in outputs]))
    deltas = [layer.delta for layer in trace.layers if layer.delta is not None]
    np.testing.assert_array_equal(followed.delta, np.concatenate([delta[4] for delta in deltas]))
    assert found.delta is not None
    np.testing.assert_allclose(found.delta, np.concatenate([abs(delta).mean(axis=0) for delta in deltas]))
    probe = Probe(np.array([1.0, 2.0]), trace, means(view_of([2, 3, 1], sample=0)))
    probed = view_of([2, 3, 1], sample=4, probe=probe)
    found = means(probed)
    assert found is not None
    np.testing.assert_array_equal(found.a, np.concatenate([a[0] for a in outputs]))


def test_a_sample_s_share_stands_on_the_edges_in_place_of_the_gradient() -> None:
    share = np.arange(13.0)
    view = view_of([2, 3, 1], sample=1, share=share)
    assert view.drawn_gradients is share
    assert view.followed == 1
    assert numbers(view)["followed"] == 1
    assert view.batch is not None
    probed = view_of([2, 3, 1], sample=1, share=share, probe=Probe(np.zeros(2), view.batch.trace, None))
    assert probed.drawn_gradients is None
    assert numbers(probed)["gradients"] is None


def test_pictures_of_samples_are_made_once_and_let_go_when_they_are_many() -> None:
    made: list[int] = []

    def named(values: np.ndarray) -> list[str]:
        made.extend(values[:, 0].astype(int).tolist())
        return [f"sample {k:.0f}" for k in values[:, 0]]

    cells = Cells(named)

    def shown(rows: list[int]) -> list[object]:
        (column,) = cells.of_rows(rows, np.array(rows, dtype=float)[:, None])
        return list(column.cells)

    assert shown([3, 1]) == ["sample 3", "sample 1"]
    assert shown([1, 2, 3]) == ["sample 1", "sample 2", "sample 3"]
    assert made == [3, 1, 2]
    assert shown(list(range(10, 11 + KEPT)))[-1] == f"sample {10 + KEPT}"
    assert shown([2, 5]) == ["sample 2", "sample 5"]
    assert made[-2:] == [2, 5]


def test_what_is_kept_of_one_sample_is_its_own() -> None:
    kept = Kept[str]()
    assert (kept.of(4, lambda: "four"), kept.of(5, lambda: "five"), kept.of(4, str)) == (
        "four",
        "five",
        "four",
    )
    assert (kept.of(None, lambda: "typed"), kept.of(None, lambda: "other")) == ("typed", "other")
