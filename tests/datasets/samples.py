"""Data sets as the tests of this folder make them."""

from __future__ import annotations

from numpy.random import default_rng

from app.datasets import DATASETS, Coding, Data, Dataset, build, coding_for


def made(name: str, samples: int = 300, noise: float = 0.0, seed: int = 1) -> Dataset:
    return DATASETS[name].make(default_rng(seed), samples, noise)


def built(
    name: str,
    *,
    samples: int = 100,
    noise: float = 0.1,
    test_fraction: float = 0.3,
    seed: int = 0,
    features: list[str] | None = None,
    coding: Coding | None = None,
    time_steps: int | None = None,
) -> Data:
    kind = DATASETS[name]
    chosen = coding or coding_for(kind, kind.outputs[0], "mse", "linear")
    return build(name, samples, noise, test_fraction, seed, features, chosen, time_steps)
