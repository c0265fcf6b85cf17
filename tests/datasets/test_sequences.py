"""Sequences: every target follows from the inputs, as their descriptions say; noise does what it says."""

from __future__ import annotations

import numpy as np
import pytest

from app.datasets import DATASETS
from app.datasets.sequences import SENTENCE
from tests.datasets.samples import built, made

SEQUENCES = [name for name, kind in DATASETS.items() if kind.form == "sequence"]


def test_an_echo_is_the_input_two_steps_before() -> None:
    dataset = made("echo")
    assert set(np.unique(dataset.inputs)) == {-1, 1}
    for values, answers in zip(dataset.inputs[:, :, 0], dataset.targets[:, :, 0], strict=True):
        assert answers.tolist() == [0, 0, *values[:-2]]


def test_parity_counts_the_ones_so_far() -> None:
    dataset = made("parity")
    assert set(np.unique(dataset.inputs)) == {0, 1}
    for bits, answers in zip(dataset.inputs[:, :, 0].tolist(), dataset.targets.tolist(), strict=True):
        assert answers == [sum(bits[: step + 1]) % 2 for step in range(len(bits))]


def test_the_next_of_a_sine_is_the_next_input_and_lies_on_one() -> None:
    dataset = made("sine-next")
    curve = np.hstack((dataset.inputs[:, :, 0], dataset.targets[:, -1:, 0]))
    np.testing.assert_array_equal(dataset.targets[:, :-1], dataset.inputs[:, 1:])
    cosine = (curve[:, :-2] + curve[:, 2:]) / np.where(
        np.abs(curve[:, 1:-1]) < 0.1, np.nan, 2 * curve[:, 1:-1]
    )
    speed = np.arccos(cosine)  # sin(a − s) + sin(a + s) = 2 sin a cos s
    np.testing.assert_allclose(np.nanmax(speed, axis=1), np.nanmin(speed, axis=1), atol=1e-9)
    assert 0.3 <= np.nanmin(speed) < 0.35
    assert 0.85 < np.nanmax(speed) <= 0.9
    assert np.abs(curve).max() <= 1


def test_the_letter_to_recall_is_the_first() -> None:
    dataset = made("recall")
    letters = dataset.inputs.argmax(axis=2)
    np.testing.assert_array_equal(letters[:, 0], dataset.targets)
    assert np.bincount(letters[:, 1:].ravel()).min() > 0.9 * letters[:, 1:].size / 3
    agreement = (letters[:, 1:] == dataset.targets[:, None]).mean()
    assert agreement == pytest.approx(1 / 3, abs=0.03)


def test_text_goes_on_as_the_sentence_does() -> None:
    kind, dataset = DATASETS["text"], made("text", samples=200)
    assert "she sells sea shells" in kind.description
    assert SENTENCE.replace("␣", " ") == "she sells sea shells "
    starts = set()
    for symbols, answers in zip(dataset.inputs.argmax(axis=2), dataset.targets, strict=True):
        piece = "".join(kind.symbols[k] for k in [*symbols, answers[-1]])
        assert [kind.class_names[k] for k in answers] == list(piece[1:])
        starts.add((SENTENCE * 3).index(piece))
    assert starts == set(range(len(SENTENCE)))


@pytest.mark.parametrize("name", ["echo", "parity"])
def test_noise_of_numbers_is_added_to_the_inputs_alone(name: str) -> None:
    calm, noisy = made(name), made(name, noise=0.2)
    np.testing.assert_array_equal(calm.targets, noisy.targets)
    assert (noisy.inputs - calm.inputs).std() == pytest.approx(0.2, rel=0.05)


def test_noise_of_the_sine_is_on_inputs_and_targets() -> None:
    calm, noisy = made("sine-next"), made("sine-next", noise=0.2)
    assert (noisy.inputs - calm.inputs).std() == pytest.approx(0.2, rel=0.05)
    np.testing.assert_array_equal(noisy.targets[:, :-1], noisy.inputs[:, 1:])


@pytest.mark.parametrize("name", ["recall", "text"])
def test_noise_of_symbols_replaces_some(name: str) -> None:
    calm, noisy = made(name), made(name, noise=0.3)
    np.testing.assert_array_equal(calm.targets, noisy.targets)
    assert (noisy.inputs.sum(axis=2) == 1).all()
    symbols = calm.inputs.shape[2]
    changed = (noisy.inputs != calm.inputs).any(axis=2).mean()
    assert changed == pytest.approx(0.3 * (1 - 1 / symbols), abs=0.02)


@pytest.mark.parametrize("name", SEQUENCES)
def test_sequences_have_any_length_within_their_limits(name: str) -> None:
    steps = DATASETS[name].time_steps
    assert steps is not None
    assert steps.low < steps.default < steps.high
    for length in (steps.low, steps.high):
        data = built(name, samples=20, time_steps=length)
        assert data.input_shape == (length, len(DATASETS[name].input_names))
        assert data.train_targets.shape[1:-1] == ((length,) if DATASETS[name].per_step else ())
