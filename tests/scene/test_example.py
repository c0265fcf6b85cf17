"""The example of images and sequences: pictures, strips, charts over time; and the same small in the batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.scene.batch import Heads, heads, table
from app.scene.course import BOTTOM, LEFT, RIGHT, TOP, course
from app.scene.example import example, numbers
from app.scene.ink import FINEST, SHADES, image, stamp
from app.scene.sequences import HEIGHT, LETTERS, Letters, Spark, letters, spark
from app.scene.steps import SHARES, strip
from app.scene.view import View
from app.session import Session
from app.setup import prepare
from app.spec import parse_spec
from app.training import forward, start
from app.web.view import view_of
from tests.answers import read
from tests.scene.test_pictures import view_after
from tests.specs import LIMITS
from tests.web.test_pages_by_layer import conv_spec, flatten_spec, lstm_spec, steps_spec


def view_on(spec: dict[str, Any], sample: str = "0") -> View:
    """A session on `spec` after its first forward pass, a sample of the batch followed."""
    session: Session = start(prepare(parse_spec(spec), LIMITS), "test", "owner", None)
    return view_of(forward(session), True, "en", sample=sample)


def test_an_image_is_drawn_channel_by_channel() -> None:
    view = view_on(conv_spec(), "1")
    shown = example(view)
    assert shown is not None
    assert shown.image is not None
    assert view.batch is not None
    assert view.answers is not None
    pixels = view.batch.trace.inputs[1]
    low, high = view.answers.given.train_points.min(), view.answers.given.train_points.max()
    assert (shown.image.height, shown.image.width, shown.image.more) == (5, 4, 0)
    for k, channel in enumerate(shown.image.channels):
        ink = (pixels[..., k] - low) / (high - low)
        assert channel == pytest.approx(ink.ravel().tolist(), abs=5e-5)
    assert [share.value for share in shown.shares] == pytest.approx(view.batch.trace.outputs[1].tolist())


def test_an_image_without_classes_has_its_outputs_beside_it() -> None:
    view = view_on(flatten_spec())
    shown = example(view)
    assert shown is not None
    assert view.batch is not None
    assert not shown.shares
    assert [value.output for value in shown.values] == pytest.approx(view.batch.trace.outputs[0].tolist())
    assert [value.target for value in shown.values] == view.batch.trace.targets[0].tolist()


def test_images_beyond_all_measure_are_drawn_coarser() -> None:
    pixels = np.arange(70.0 * 40 * 6).reshape(70, 40, 6) / (70 * 40 * 6)
    drawn = image(pixels, (0.0, 1.0))
    assert max(drawn.height, drawn.width) <= FINEST
    assert (len(drawn.channels), drawn.more) == (4, 2)
    assert drawn.channels[0][0] == pytest.approx(pixels[:3, :3, 0].mean(), abs=5e-5)


def test_a_stamp_inks_every_pixel_once() -> None:
    pixels = np.array([[0.0, 1.0, 1.0], [0.5, 0.5, 0.0]])[..., None]
    drawn = stamp(pixels, (0.0, 1.0))
    assert drawn.shades == ((SHADES // 2, "M0 1h2v1h-2z"), (SHADES, "M1 0h2v1h-2z"))


def test_a_strip_tells_symbols_classes_and_misses() -> None:
    view = view_after("char-rnn")
    assert view.example is not None
    drawn = strip(view, view.example)
    assert drawn is not None
    assert view.example.target is not None
    inputs, targets, outputs = view.example.inputs, view.example.target, view.example.outputs
    for k, step in enumerate(drawn.steps):
        assert step.number == k + 1
        assert step.input == view.symbols[int(inputs[k].argmax())]
        assert step.target == view.output_names[int(targets[k].argmax())]
        assert step.answer == view.output_names[int(outputs[k].argmax())]
        assert step.certainty == outputs[k].max()
        assert step.missed == (targets[k].argmax() != outputs[k].argmax())
    assert any(step.missed for step in drawn.steps)
    assert np.array_equal(drawn.shares, outputs)
    shown = example(view)
    assert shown is not None
    assert shown.course is None
    assert [share.value for share in shown.shares] == outputs[-1].tolist()


def test_of_a_long_sequence_only_the_last_probabilities_are_sent() -> None:
    time, classes = 500, SHARES // 500 + 1
    data = {"inputs": np.zeros((2, time, 1)).tolist(), "targets": np.zeros((2, time)).tolist()}
    layers = [{"type": "dense", "units": classes, "activation": "softmax"}]
    view = view_on({**steps_spec(), "data": data, "layers": layers, "batch_size": 2})
    assert view.example is not None
    drawn = strip(view, view.example)
    assert drawn is not None
    assert (len(drawn.steps), drawn.first, len(drawn.shares)) == (time, time, 1)


def test_the_course_of_targets_and_outputs() -> None:
    view = view_on(lstm_spec())
    assert view.example is not None
    drawn = course(view, view.example)
    assert drawn is not None
    assert view.example.target is not None
    assert [line.kind for line in drawn.lines] == ["input n0", "input n1", "target n0", "output n0"]
    columns = [*view.example.inputs.T, view.example.target[:, 0], view.example.outputs[:, 0]]
    for line, values in zip(drawn.lines, columns, strict=True):
        assert [float(text) for text in line.values.split(",")] == values.tolist()
        points = [tuple(map(float, point.split())) for point in line.d[1:].split("L")]
        assert (points[0][0], points[-1][0]) == (LEFT, RIGHT)
        heights = [y for _, y in points]
        assert min(heights) >= TOP
        assert max(heights) <= BOTTOM
        assert np.argmin(heights) == np.argmax(values)


def test_wrong_sides_of_a_threshold_are_crossed() -> None:
    view = view_after("rnn-parity")
    assert view.example is not None
    assert view.example.target is not None
    drawn = course(view, view.example)
    assert drawn is not None
    wrong = (view.example.outputs > 0.5) != (view.example.target > 0.5)
    assert 0 < wrong.sum() == drawn.crosses.count("M")


def test_what_has_diverged_leaves_gaps() -> None:
    view = view_on(lstm_spec())
    assert view.example is not None
    view.example.outputs[1:3] = np.nan
    drawn = course(view, view.example)
    assert drawn is not None
    assert drawn.lines[-1].d.count("M") == 2
    assert drawn.lines[-1].values.split(",")[1] == ""


@pytest.mark.parametrize("name", ["cnn-digits", "char-rnn", "rnn-echo", "gru-remembers", "digits", "iris"])
def test_the_numbers_are_what_the_page_was_made_from(name: str) -> None:
    view = view_after(name)
    packed, shown = read(numbers(view)), example(view)
    assert shown is not None
    assert packed["shown"]["row"] == shown.row
    assert packed["shown"]["shares"] == [share.value for share in shown.shares]
    if shown.course:
        assert [line["d"] for line in packed["shown"]["course"]["lines"]] == [
            line.d for line in shown.course.lines
        ]
    if shown.strip:
        assert packed["shown"]["strip"]["targets"] == [step.target for step in shown.strip.steps]


def test_the_batch_of_images_and_of_letters() -> None:
    digits, text = table(view_after("cnn-digits")), table(view_after("char-rnn"))
    assert digits is not None
    assert text is not None
    assert {type(row.inputs[0]).__name__ for row in digits.rows} == {"Stamp"}
    assert all(row.certainty and row.outputs[0] in tuple("0123456789") for row in digits.rows)
    for row in text.rows:
        target, output = row.targets[0], row.outputs[0]
        assert isinstance(target, Letters)
        assert isinstance(output, Letters)
        assert output.wrong == tuple(a != b for a, b in zip(output.symbols, target.symbols, strict=True))
        assert not any(target.wrong)


def test_the_batch_of_numbers_over_time() -> None:
    drawn = table(view_after("rnn-echo"))
    assert drawn is not None
    assert heads(view_after("rnn-echo")) == Heads(("",), 0, 1, 0, even=False)
    assert {type(cell) for row in drawn.rows for cell in (*row.inputs, *row.targets, *row.outputs)} == {Spark}


def test_long_letters_are_folded_in_the_middle() -> None:
    many = letters(list("abcdefghijklmnop"))
    assert "".join(text for text, _ in many.runs) == "abcde…lmnop"
    assert len("abcdelmnop") == LETTERS
    assert many.whole == "abcdefghijklmnop"
    against = letters(["yes", "no"]).against(letters(["yes", "yes"]))
    assert (against.runs, against.whole) == ([("yes", False), ("no", True)], "yes no")


def test_a_curve_in_a_cell_keeps_its_ends() -> None:
    (path,) = spark(np.array([[0.0], [1.0], [np.nan]]), 0.0, 1.0).curves
    heights = [float(point.split()[1]) for point in path[1:].split("L")]
    assert heights[0] > heights[1]
    assert all(0 <= y <= HEIGHT for y in heights)
