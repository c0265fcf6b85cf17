"""Generated sequences. Every function takes the number of time steps and gives what makes samples of them.

The noise is drawn even when it is 0, so that more noise moves the same samples further.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from app.datasets.kind import Array, Dataset, IntArray, Make

DELAY = 2  # steps, of the echo
SLOWEST, FASTEST = 0.3, 0.9  # radians per step, of the sines
LETTERS = ("A", "B", "C")  # the first of a sequence is to be recalled
SENTENCE = "she␣sells␣sea␣shells␣"
ALPHABET = tuple(sorted(set(SENTENCE)))


def echo(time_steps: int) -> Make:
    """−1 or 1 at every step, (time, 1); the target is the input DELAY steps before, 0 where there was none.
    Noise is the standard deviation of what is added to the inputs."""

    def make(rng: Generator, samples: int, noise: float) -> Dataset:
        values = rng.choice([-1.0, 1.0], (samples, time_steps, 1))
        targets = np.zeros_like(values)
        targets[:, DELAY:] = values[:, :-DELAY]
        return Dataset(values + noise * rng.standard_normal(values.shape), targets)

    return make


def parity(time_steps: int) -> Make:
    """0 or 1 at every step, (time, 1); the class of every step is 1 where the ones so far are odd in number.
    Noise is the standard deviation of what is added to the inputs."""

    def make(rng: Generator, samples: int, noise: float) -> Dataset:
        bits = rng.integers(0, 2, (samples, time_steps, 1))
        jitter = noise * rng.standard_normal(bits.shape)
        return Dataset(bits + jitter, bits[:, :, 0].cumsum(axis=1) % 2)

    return make


def next_of_sine(time_steps: int) -> Make:
    """A sine of random phase and frequency, (time, 1); the target of every step is the value that comes next.
    Noise is the standard deviation of what is added to all values."""

    def make(rng: Generator, samples: int, noise: float) -> Dataset:
        phase = rng.uniform(0, 2 * np.pi, (samples, 1))
        speed = rng.uniform(SLOWEST, FASTEST, (samples, 1))
        curve = np.sin(phase + speed * np.arange(time_steps + 1))[..., None]
        curve = curve + noise * rng.standard_normal(curve.shape)
        return Dataset(curve[:, :-1], curve[:, 1:])

    return make


def recall(time_steps: int) -> Make:
    """Random letters, one-hot (time, letters); the class of a sequence is the first of them. Noise is the chance
    of each letter to be shown as a random one."""

    def make(rng: Generator, samples: int, noise: float) -> Dataset:
        letters = rng.integers(0, len(LETTERS), (samples, time_steps))
        shown = _misprinted(letters, len(LETTERS), noise, rng)
        return Dataset(_one_hot(shown, len(LETTERS)), letters[:, 0])

    return make


def text(time_steps: int) -> Make:
    """Pieces of SENTENCE, which goes round and round, one-hot (time, alphabet); the class of every step is the
    character that comes next. Noise is the chance of an input to be replaced by a random character."""

    def make(rng: Generator, samples: int, noise: float) -> Dataset:
        sentence = np.array([ALPHABET.index(character) for character in SENTENCE])
        start = rng.integers(0, len(sentence), (samples, 1))
        piece = sentence[(start + np.arange(time_steps + 1)) % len(sentence)]
        shown = _misprinted(piece[:, :-1], len(ALPHABET), noise, rng)
        return Dataset(_one_hot(shown, len(ALPHABET)), piece[:, 1:])

    return make


def _misprinted(symbols: IntArray, alphabet: int, chance: float, rng: Generator) -> IntArray:
    """Each symbol replaced, with that chance, by any of the alphabet."""
    wrong: NDArray[np.bool_] = rng.random(symbols.shape) < chance
    return np.where(wrong, rng.integers(0, alphabet, symbols.shape), symbols)


def _one_hot(symbols: IntArray, alphabet: int) -> Array:
    """(N, time) to (N, time, alphabet)."""
    return np.eye(alphabet)[symbols]
