"""What is read off a pass: one sample alone is the same as among the others, copied before or when it is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import Conv2d, Dense, Dropout, Flatten, Gru, Layer, Lstm, MaxPool2d, Rnn, Trace
from tests.nn.passes import run

NETWORKS: dict[str, tuple[tuple[int, ...], tuple[Layer, ...]]] = {
    "rows": ((3,), (Dense(4, "tanh"), Dropout(0.4), Dense(2, "softmax"))),
    "images": ((6, 5, 2), (Conv2d(3, (3, 3), 1, "same", "relu"), MaxPool2d(2), Flatten(), Dense(2))),
    "steps": ((4, 2), (Gru(3, return_sequences=True), Dropout(0.3), Lstm(2), Dense(2))),
    "outputs at every step": ((4, 2), (Rnn(3, return_sequences=True), Dense(2))),
}


def expect_alone(whole: Trace, alone: Trace, sample: int) -> None:
    """`alone` is the sample of `whole` with that number, to the last bit."""
    for name in ("inputs", "targets", "outputs", "loss_per_sample"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(whole, name)[sample : sample + 1])
    for own, layer in zip(alone.layers, whole.layers, strict=True):
        for name, values in vars(layer).items():
            found = getattr(own, name)
            if isinstance(values, np.ndarray):
                np.testing.assert_array_equal(found, values[sample : sample + 1])
            else:
                assert found == values


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("sample", [0, 2])
def test_one_sample_alone(name: str, sample: int) -> None:
    shape, layers = NETWORKS[name]
    made = run(np.random.default_rng(3), shape, *layers, noise=(1, 2))
    whole, later = made.trace, made.plan.trace(with_delta=True, again=lambda: made.plan)
    expect_alone(whole, whole.alone(sample), sample)
    expect_alone(whole, later.alone(sample), sample)
    expect_alone(whole, later.alone(sample).alone(0), sample)
    assert (later.loss, later.loss_per_sample.mean()) == (made.plan.loss, pytest.approx(made.plan.loss))
