"""Presets: what their descriptions promise comes true, and the worked examples to the digit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from operator import eq, gt, lt

import numpy as np
import pytest

from app import looking, training
from app.errors import NotFoundError
from app.limits import Limits
from app.nn import Array, predict
from app.presets import DEFAULT_PRESET, PRESETS, Preset, preset
from app.session import Session
from app.setup import prepare
from app.spec import parse_spec

LIMITS = Limits()


def started(name: str) -> Session:
    spec = parse_spec(preset(name).spec)
    return training.start(prepare(spec, LIMITS), "id", "owner", name)


def trained(name: str, steps: int) -> Session:
    return training.step(started(name), LIMITS, steps=steps)


@dataclass(frozen=True)
class Promise:
    """After `steps` updates the score of that name `holds` against `limit`, as `words` in the text say."""

    steps: int
    score: str
    holds: Callable[[float, float], bool]
    limit: float
    words: str


PROMISES = {
    "two-parameters": [Promise(50, "train_loss", lt, 0.02, "the loss is below 0.02")],
    "one-neuron": [Promise(50, "test_accuracy", gt, 0.97, "the test accuracy is above 97%")],
    "and-gate": [
        Promise(100, "train_accuracy", gt, 0.99, "all 4 rows are right"),
        Promise(100, "train_loss", lt, 0.2, "the loss is below 0.2"),
    ],
    "xor": [
        Promise(200, "train_accuracy", gt, 0.99, "all 4 rows are right"),
        Promise(200, "train_loss", lt, 0.05, "the loss is below 0.05"),
    ],
    "numbered-nodes": [Promise(300, "train_loss", lt, 0.01, "the loss is below 0.01")],
    "circle": [Promise(300, "test_accuracy", gt, 0.95, "the test accuracy is above 95%")],
    "hidden-five": [Promise(200, "test_accuracy", gt, 0.95, "the test accuracy is above 95%")],
    "blobs": [Promise(100, "test_accuracy", gt, 0.95, "the test accuracy is above 95%")],
    "spiral": [Promise(300, "test_accuracy", gt, 0.90, "the test accuracy is above 90%")],
    "regression-sine": [Promise(300, "test_loss", lt, 0.03, "the test loss is below 0.03")],
    "regression-hills": [Promise(300, "test_loss", lt, 0.02, "the test loss is below 0.02")],
    "deep-fives": [Promise(300, "test_accuracy", lt, 0.60, "the test accuracy is still below 60%")],
    "iris": [Promise(200, "test_accuracy", gt, 0.90, "the test accuracy is above 90%")],
    "digits": [Promise(300, "test_accuracy", gt, 0.90, "the test accuracy is above 90%")],
    "cnn-shapes": [Promise(400, "test_accuracy", gt, 0.95, "the test accuracy is above 95%")],
    "cnn-padding": [Promise(300, "test_accuracy", gt, 0.95, "the test accuracy is above 95%")],
    "cnn-digits": [Promise(300, "test_accuracy", gt, 0.90, "the test accuracy is above 90%")],
    "rnn-echo": [Promise(200, "test_loss", lt, 0.01, "the test loss is below 0.01")],
    "rnn-sine": [Promise(300, "test_loss", lt, 0.05, "the test loss is below 0.05")],
    "rnn-parity": [Promise(600, "test_accuracy", gt, 0.95, "the test accuracy is above 95%")],
    "rnn-forgets": [Promise(400, "test_accuracy", lt, 0.45, "the test accuracy is still below 45%")],
    "lstm-remembers": [Promise(400, "test_accuracy", gt, 0.95, "the test accuracy is above 95%")],
    "gru-remembers": [Promise(400, "test_accuracy", gt, 0.95, "the test accuracy is above 95%")],
    "char-rnn": [Promise(200, "test_accuracy", gt, 0.85, "the test accuracy is above 85%")],
    "too-large": [Promise(30, "train_loss", gt, 1000, "the loss is above 1000")],
    "too-small": [Promise(150, "train_loss", gt, 0.7, "the loss is still above 0.7")],
    "diverges": [Promise(10, "train_loss", eq, inf, "no loss is left to be computed")],
    "plateau": [Promise(300, "train_loss", gt, 0.69, "the loss is still above 0.69")],
    "symmetric": [Promise(200, "test_accuracy", lt, 0.60, "the test accuracy is still below 60%")],
    "saturated": [Promise(150, "train_loss", gt, 0.3, "the loss is still above 0.3")],
    "dead-relu": [Promise(150, "test_accuracy", lt, 0.95, "the test accuracy is still below 95%")],
    "rnn-explodes": [Promise(60, "train_loss", gt, 2.0, "the loss is above 2")],
    "overfits": [Promise(200, "test_loss", gt, 0.65, "the test loss is above 0.65")],
}
# What their promises say is so from the beginning, and stays.
STUCK = {
    "deep-fives",
    "rnn-forgets",
    "too-small",
    "plateau",
    "symmetric",
    "saturated",
    "dead-relu",
    "rnn-explodes",
}
TO_THE_DIGIT = {"worked-example", "worked-example-b"}


def test_every_preset_makes_a_promise_that_is_tested() -> None:
    assert set(PROMISES) | TO_THE_DIGIT == set(PRESETS)


@pytest.mark.parametrize("name", PROMISES)
def test_a_preset_keeps_its_promise(name: str) -> None:
    for promise in PROMISES[name]:
        text = preset(name).description
        assert f"After {promise.steps} steps " in text
        assert promise.words in text
        reached = getattr(trained(name, promise.steps).now.scores, promise.score)
        assert promise.holds(reached, promise.limit), f"{promise.score} is {reached}"


@pytest.mark.parametrize("name", sorted(set(PROMISES) - STUCK))
def test_a_preset_has_something_to_learn(name: str) -> None:
    """No promise is kept before the first step (all rows right can be luck; a low loss cannot)."""
    scores = started(name).now.scores
    assert not all(p.holds(getattr(scores, p.score), p.limit) for p in PROMISES[name])


@pytest.mark.parametrize("one", PRESETS.values(), ids=PRESETS.keys())
def test_a_preset_is_short_and_sound(one: Preset) -> None:
    spec = parse_spec(one.spec)
    assert spec.name in ("", one.title)
    assert len(one.description) <= 200
    assert one.description.endswith(".")
    assert preset(one.name) is one


def test_titles_are_unique() -> None:
    assert len({one.title for one in PRESETS.values()}) == len(PRESETS)


def test_the_default_preset_shows_the_plane() -> None:
    assert prepare(parse_spec(preset(DEFAULT_PRESET).spec), LIMITS).data.train_points.shape[1] == 2


def test_an_unknown_preset_is_named() -> None:
    with pytest.raises(NotFoundError, match=r"no preset 'crcle'; there are two-parameters, .*circle"):
        preset("crcle")


def parameter(session: Session, layer: int, name: str) -> Array:
    return session.setup.network.unflatten(session.now.params)[layer][name]


def outputs(session: Session) -> Array:
    first: Array = predict(session.setup.network, session.now.params, session.setup.train.inputs)[0]
    return first


def test_and_gate_weights_rise_and_its_bias_falls() -> None:
    before, after = started("and-gate"), trained("and-gate", 100)
    assert (parameter(after, 0, "W") > parameter(before, 0, "W")).all()
    assert (parameter(after, 0, "b") < parameter(before, 0, "b")).all()


def test_two_parameters_find_the_line() -> None:
    assert "0.8·x + 0.5" in preset("two-parameters").description
    session = trained("two-parameters", 50)
    assert parameter(session, 0, "W")[0, 0] == pytest.approx(0.8, abs=0.05)
    assert parameter(session, 0, "b")[0] == pytest.approx(0.5, abs=0.05)


def test_numbered_nodes_rise_and_fall() -> None:
    session = trained("numbered-nodes", 300)
    network, rows = session.setup.network, session.setup.train.inputs
    first, second = predict(network, session.now.params, rows).T
    assert (np.diff(first) > 0).all()
    assert (np.diff(second) < 0).all()


def test_the_noise_of_the_sine_leaves_the_loss_that_is_said() -> None:
    assert "about 0.01." in preset("regression-sine").description
    data = started("regression-sine").setup.data
    rest = np.vstack((data.train_targets, data.test_targets)) - np.sin(
        np.vstack((data.train_points, data.test_points))
    )
    assert (rest**2).mean() == pytest.approx(0.01, abs=0.002)


def test_a_flat_answer_to_the_hills_has_the_loss_that_is_said() -> None:
    assert "a loss of 0.09." in preset("regression-hills").description
    assert started("regression-hills").setup.data.test_targets.var() == pytest.approx(0.09, abs=0.005)


def test_gradients_of_deep_fives_vanish_towards_the_input() -> None:
    assert "below 1/1000 of that at the output" in preset("deep-fives").description
    session = trained("deep-fives", 300)
    first_step = next(iter(session.curve)).norms
    assert len(first_step) == 7
    assert list(first_step) == sorted(first_step)
    assert first_step[0] < first_step[-1] / 1000
    ratios = [point.norms[0] / point.norms[-1] for point in session.curve]
    assert np.median(ratios) < 1 / 1000


def test_padding_leaves_the_pixels_that_are_said() -> None:
    text = preset("cnn-padding").description
    assert "keeps 8×8 pixels" in text
    assert "leaves 6×6" in text
    assert started("cnn-padding").setup.network.shapes[:2] == ((8, 8, 2), (6, 6, 2))


def test_zero_as_the_next_of_every_sine_has_the_loss_that_is_said() -> None:
    assert "0 for all has a loss of 0.5." in preset("rnn-sine").description
    assert (started("rnn-sine").setup.data.test_targets ** 2).mean() == pytest.approx(0.5, abs=0.03)


def test_only_the_first_step_of_a_sine_has_to_guess() -> None:
    assert "only the first step has to guess" in preset("rnn-sine").description
    session = trained("rnn-sine", 300)
    data = session.setup.data
    answers = predict(session.setup.network, session.now.params, session.setup.train.inputs)
    errors = ((answers - data.train_targets) ** 2).mean(axis=(0, 2))
    assert errors[0] > 5 * errors[4:].max()


def test_the_memories_differ_in_their_layer_alone() -> None:
    kinds = {"rnn-forgets": "rnn", "lstm-remembers": "lstm", "gru-remembers": "gru"}
    specs = [parse_spec(preset(name).spec) for name in kinds]
    assert [spec.layers[0].type for spec in specs] == list(kinds.values())
    alike = [spec.model_dump(exclude={"parameters"}) for spec in specs]
    for spec in alike:
        del spec["layers"][0]["type"]
        spec["layers"][0].pop("activation", None)
    assert alike[0] == alike[1] == alike[2]
    assert "chance is 33%" in preset("rnn-forgets").description


def test_the_gradient_vanishes_on_its_way_to_the_first_letter() -> None:
    """∂L/∂z of the first step against that of the last, before any training."""
    assert "The gradient vanishes on its way back" in preset("rnn-forgets").description

    def ratio(name: str) -> float:
        session = training.backward(started(name))
        delta = looking.shown_pass(session).trace.layers[0].delta
        assert delta is not None
        return float(np.linalg.norm(delta[:, 0]) / np.linalg.norm(delta[:, -1]))

    assert ratio("rnn-forgets") < 1 / 500
    assert min(ratio("lstm-remembers"), ratio("gru-remembers")) > 1 / 50


def test_what_follows_an_s_is_what_is_said() -> None:
    sentence = "she sells sea shells "
    assert sentence.strip() in preset("char-rnn").description
    followers = {b for a, b in zip(sentence, sentence[1:] + sentence[:1], strict=True) if a == "s"}
    assert followers == {"h", "e", " "}
    assert "after an s comes h, e or a space" in preset("char-rnn").description


def test_the_test_loss_that_over_fitting_raises_was_lower() -> None:
    assert "it was below 0.45" in preset("overfits").description
    session = trained("overfits", 200)
    assert min(point.test_loss for point in session.curve if point.test_loss is not None) < 0.45
    assert session.setup.train.count == 30


def test_the_gradient_explodes_from_step_to_step() -> None:
    assert "multiplies the state by about 1.3" in preset("rnn-explodes").description
    states = parameter(started("rnn-explodes"), 0, "Wh")
    assert np.linalg.norm(states, 2) == pytest.approx(1.3, abs=0.25)


def test_four_of_six_units_start_out_dead() -> None:
    assert parameter(started("dead-relu"), 0, "b").tolist() == [0.0] * 2 + [-3.0] * 4


def test_worked_example_after_one_update() -> None:
    session = trained("worked-example", 1)
    text = preset("worked-example").description
    assert "from 0.298371109 to 0.291027774" in text
    scores = session.now.scores
    assert scores.batch_loss == pytest.approx(0.298371109, abs=5e-10)
    assert scores.train_loss == pytest.approx(0.291027774, abs=5e-10)
    hidden, output = parameter(session, 0, "W").T, parameter(session, 1, "W").T
    np.testing.assert_allclose(
        hidden.ravel(), [0.149780716, 0.199561432, 0.249751144, 0.299502287], atol=5e-10
    )
    np.testing.assert_allclose(
        output.ravel(), [0.358916480, 0.408666186, 0.511301270, 0.561370121], atol=5e-10
    )
    assert parameter(session, 0, "b").tolist() == [0.35, 0.35]
    assert parameter(session, 1, "b").tolist() == [0.60, 0.60]


def test_worked_example_after_ten_thousand_updates() -> None:
    session = trained("worked-example", 10_000)
    assert session.now.scores.train_loss == pytest.approx(3.510187783e-5, abs=5e-15)
    np.testing.assert_allclose(outputs(session), [0.01591362, 0.98406427], atol=5e-9)


def test_worked_example_with_its_biases_let_go() -> None:
    spec = parse_spec({**preset("worked-example").spec, "frozen": []})
    session = training.step(training.start(prepare(spec, LIMITS), "id", "owner", None), LIMITS)
    np.testing.assert_allclose(parameter(session, 0, "b"), [0.345614323, 0.345022873], atol=5e-10)
    np.testing.assert_allclose(parameter(session, 1, "b"), [0.530750719, 0.619049118], atol=5e-10)
    assert session.now.scores.train_loss == pytest.approx(0.280471447, abs=5e-10)


def test_worked_example_b() -> None:
    text = preset("worked-example-b").description
    assert "the output is 0.474" in text
    assert "w46 from −0.3 to −0.261" in text
    assert outputs(started("worked-example-b"))[0] == pytest.approx(0.473888899, abs=5e-10)
    session = trained("worked-example-b", 1)
    weights = [[0.192, -0.306], [0.4, 0.1], [-0.508, 0.194]]
    np.testing.assert_allclose(parameter(session, 0, "W"), weights, atol=5e-4)
    np.testing.assert_allclose(parameter(session, 0, "b"), [-0.408, 0.194], atol=5e-4)
    np.testing.assert_allclose(parameter(session, 1, "W")[:, 0], [-0.261, -0.138], atol=5e-4)
    np.testing.assert_allclose(parameter(session, 1, "b"), [0.218], atol=5e-4)
