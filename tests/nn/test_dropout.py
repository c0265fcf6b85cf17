"""Dropout: what it leaves out, when, and that the same place in the data leaves out the same."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import Array, Dense, Dropout, Network, evaluate, gradcheck, plan_for, predict
from tests.nn.passes import Run, run

RATE = 0.25


def dropped(noise: tuple[int, ...] | None, shape: tuple[int, ...] = (40,)) -> Run:
    """A pass through dropout and a dense layer; always the same samples and parameters."""
    return run(np.random.default_rng(3), shape, Dropout(RATE), Dense(2), batch=20, noise=noise)


def mask(done: Run) -> Array:
    """What every input was multiplied by."""
    quotient: Array = done.trace.layers[0].a / done.x
    return quotient


@pytest.mark.parametrize("shape", [(40,), (5, 8), (4, 5, 2)])
def test_a_training_pass_leaves_out_and_scales(shape: tuple[int, ...]) -> None:
    found = mask(dropped((7, 1), shape))
    kept = found != 0
    np.testing.assert_allclose(found[kept], 1 / (1 - RATE), rtol=1e-14)
    assert abs((~kept).mean() - RATE) < 0.06


def test_the_same_noise_draws_the_same() -> None:
    one, other, elsewhere = dropped((7, 1)), dropped((7, 1)), dropped((7, 2))
    assert one.plan.grads.tobytes() == other.plan.grads.tobytes()
    assert (mask(one) == mask(other)).all()
    assert (mask(one) != mask(elsewhere)).any()


def test_other_passes_leave_out_nothing() -> None:
    done = dropped((7, 1))
    assert (mask(dropped(None)) == 1).all()
    dense = done.parameters[1]
    params, plain = done.plan.params.copy(), done.x @ dense["W"] + dense["b"]
    np.testing.assert_allclose(predict(done.network, params, done.inputs), plain, rtol=1e-12, atol=1e-14)
    outputs = evaluate(done.network, params, done.inputs, done.targets).outputs
    np.testing.assert_allclose(outputs, plain, rtol=1e-12, atol=1e-14)


def test_the_gradient_goes_the_way_of_what_was_kept() -> None:
    network = Network((6,), (Dense(6), Dropout(0.5), Dense(1)), "mse")
    rng = np.random.default_rng(4)
    params = network.initial("xavier_uniform", rng)
    inputs, targets = network.inputs(rng.normal(size=(8, 6))), network.targets(rng.normal(size=(8, 1)))
    plan = plan_for(network, 8)
    plan.load(params)
    plan.feed(inputs, targets, None, (1, 2, 3))
    plan.forward()
    plan.backward()
    layers = plan.trace(with_delta=True).layers
    assert layers[0].delta is not None
    assert ((layers[1].a == 0) == (layers[0].delta == 0)).all()
    check = gradcheck(network, params, inputs, targets, None, limit=99, rng=rng, noise=(1, 2, 3))
    assert check.max_relative_error < 1e-6
    gradients = network.flatten(network.unflatten(plan.grads))
    wrong = gradcheck(
        network, params, inputs, targets, None, limit=99, rng=rng, noise=(4,), gradients=gradients
    )
    assert wrong.max_relative_error > 0.1  # another draw, another gradient


@pytest.mark.parametrize("rate", [-0.1, 1.0, float("nan")])
def test_what_does_not_fit(rate: float) -> None:
    with pytest.raises(ValueError, match="rate is"):
        Network((3,), (Dropout(rate), Dense(1)), "mse")


@pytest.mark.parametrize("shape", [(40,), (5, 8), (4, 5, 2)])
def test_one_sample_alone_can_leave_out_what_it_leaves_out_in_its_batch(shape: tuple[int, ...]) -> None:
    whole = dropped((7, 1), shape)
    alone = plan_for(whole.network, 1)
    alone.load(whole.plan.params)
    alone.feed(whole.inputs, whole.targets, np.array([13]))
    alone.draw_as(whole.plan, 13)
    alone.forward()
    np.testing.assert_array_equal(alone.trace(False).layers[0].a[0], whole.trace.layers[0].a[13])
