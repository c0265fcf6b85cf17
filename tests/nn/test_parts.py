"""One pass over several parts of the data gives what a pass over each would."""

from __future__ import annotations

import gc
from weakref import ref

import numpy as np
import pytest

from app.nn import LOSSES, Columns, Dense, Flatten, Network, Rnn, evaluate, evaluate_parts, lay_parts

COUNTS = (7, 4, 9)
FUSED = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}


def network_of(loss: str, form: str, outputs: int) -> Network:
    """A small one: of rows, or of sequences with an answer at every step."""
    last = Dense(outputs, FUSED.get(loss, "tanh"))
    if form == "rows":
        return Network((3,), (Dense(4, "tanh"), last), loss)
    return Network((5, 3), (Rnn(4, return_sequences=True), last), loss)


def data_for(network: Network, rng: np.random.Generator) -> tuple[Columns, Columns]:
    """Targets of every kind in one: between 0 and 1."""
    count = sum(COUNTS)
    inputs = rng.normal(size=(count, *network.input_shape))
    return network.inputs(inputs), network.targets(rng.random((count, *network.output_shape)))


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("form", ["rows", "sequences"])
@pytest.mark.parametrize("loss", LOSSES)
def test_parts_are_as_if_each_were_alone(loss: str, form: str, outputs: int) -> None:
    network, rng = network_of(loss, form, outputs), np.random.default_rng(3)
    params, (inputs, targets) = rng.normal(size=network.size), data_for(network, rng)
    start = 0
    losses, answers = evaluate_parts(lay_parts(network, inputs, targets, COUNTS), params)
    for found, count in zip(losses, COUNTS, strict=True):
        some = slice(start, start + count)
        own = [Columns(one.values[..., some, :].copy(), count) for one in (inputs, targets)]
        alone = evaluate(network, params, *own)
        np.testing.assert_allclose(found, alone.loss, rtol=1e-13)
        np.testing.assert_allclose(answers[some], alone.outputs, rtol=1e-13)
        start += count
    assert answers.shape == (start, *network.output_shape)


def test_what_overflows_in_one_part_leaves_the_others_alone() -> None:
    network, rng = Network((3,), (Dense(2, "linear"),), "mse"), np.random.default_rng(3)
    inputs, targets = data_for(network, rng)
    inputs.values[8, 0] = 1e200
    (first, second, third), _ = evaluate_parts(
        lay_parts(network, inputs, targets, COUNTS), np.ones(network.size)
    )
    assert np.isinf(second)
    assert np.isfinite([first, third]).all()


def test_parts_of_much_data_are_put_together_from_pieces() -> None:
    network, rng = Network((2, 2, 1), (Flatten(), Dense(1, "tanh")), "mae"), np.random.default_rng(3)
    counts = (600, 0, 900)
    inputs, targets = (
        network.inputs(rng.normal(size=(1500, 2, 2, 1))),
        network.targets(rng.normal(size=(1500, 1))),
    )
    params = rng.normal(size=network.size)
    (first, empty, last), outputs = evaluate_parts(lay_parts(network, inputs, targets, counts), params)
    whole = evaluate(network, params, inputs, targets)
    assert np.isnan(empty)
    assert np.array_equal(outputs, whole.outputs)
    np.testing.assert_allclose((600 * first + 900 * last) / 1500, whole.loss, rtol=1e-13)


def test_data_that_were_evaluated_are_not_kept_alive() -> None:
    network, rng = Network((2,), (Dense(3), Dense(1)), "mse"), np.random.default_rng(2)
    params = network.initial("xavier_uniform", rng)
    inputs, targets = network.inputs(rng.random((7, 2))), network.targets(rng.random((7, 1)))
    first = evaluate(network, params, inputs, targets).loss
    assert evaluate(network, params, inputs, targets).loss == first
    others = network.inputs(rng.random((7, 2)))
    assert evaluate(network, params, others, targets).loss != first
    assert evaluate(network, params, inputs, targets).loss == first
    gone = ref(inputs.values)
    del inputs
    gc.collect()
    assert gone() is None
