"""Passes against plain NumPy, and what a plan promises."""

from __future__ import annotations

import gc
import threading

import numpy as np
import pytest

from app.nn import (
    ACTIVATIONS,
    LOSSES,
    Dense,
    Dropout,
    Network,
    Plan,
    activate,
    evaluate,
    optimizer,
    plan_for,
    predict,
)
from app.nn.arrays import SMALL
from app.nn.evaluation import PIECE
from app.nn.parts import Parts
from app.nn.plan import PARTS_KEPT, PLAN_BYTES, PLANS_KEPT
from tests.nn import naive, passes
from tests.nn.naive import SMOOTH, random_network

SHAPES = [(3,), (4, 3), (2, 2, 1)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("activation", SMOOTH)
def test_trace_against_plain_numpy(activation: str, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(6)
    network, params, inputs, targets = random_network(rng, shape, activation, last=activation)
    plan = plan_for(network, 3)
    plan.load(params)
    indices = np.array([4, 0, 2])
    plan.feed(inputs, targets, indices)
    plan.forward()
    plan.backward()
    trace = plan.trace(with_delta=True)
    assert trace.inputs.shape == (3, *shape)

    x = trace.inputs if len(shape) == 2 else trace.inputs.reshape(3, -1)
    f_slope = np.vectorize(lambda z: naive.slope(activation, z))
    passes = []
    for layer, recorded in zip(network.unflatten(params), trace.layers, strict=True):
        z = x @ layer["W"] + layer["b"]
        np.testing.assert_allclose(recorded.z, z, rtol=1e-12, atol=1e-14)
        x_next = np.vectorize(lambda value: naive.f(activation, value))(z)
        np.testing.assert_allclose(recorded.a, x_next, rtol=1e-12, atol=1e-14)
        passes.append((x, z))
        x = x_next
    np.testing.assert_array_equal(trace.outputs, trace.layers[-1].a)

    da = 2 * (x - trace.targets) / x.size
    gradients = network.unflatten(plan.grads)
    for number in reversed(range(3)):
        x, z = passes[number]
        delta = da * f_slope(z)
        recorded_delta = trace.layers[number].delta
        assert recorded_delta is not None
        np.testing.assert_allclose(recorded_delta, delta, rtol=1e-7, atol=1e-10)
        dW = x.reshape(-1, x.shape[-1]).T @ delta.reshape(-1, delta.shape[-1])
        np.testing.assert_allclose(gradients[number]["W"], dW, rtol=1e-7, atol=1e-10)
        db = delta.reshape(-1, delta.shape[-1]).sum(axis=0)
        np.testing.assert_allclose(gradients[number]["b"], db, rtol=1e-7, atol=1e-10)
        da = delta @ network.unflatten(params)[number]["W"].T


def test_feed_takes_the_samples_asked_for() -> None:
    network = Network((2, 1), (Dense(1),), "mse")
    inputs = network.inputs(np.arange(10.0).reshape(5, 2, 1))
    targets = network.targets(-np.arange(10.0).reshape(5, 2, 1))
    plan = plan_for(network, 2)
    plan.load(np.array([1.0, 0.0]))
    plan.feed(inputs, targets, np.array([3, 1]))
    plan.forward()
    trace = plan.trace(with_delta=False)
    assert trace.inputs.tolist() == [[[6], [7]], [[2], [3]]]
    assert trace.targets.tolist() == [[[-6], [-7]], [[-2], [-3]]]
    assert trace.layers[0].delta is None
    assert plan.outputs().tolist() == trace.inputs.tolist()


def test_penalties_are_added_to_the_gradients_of_weights() -> None:
    network, params, inputs, targets = random_network(np.random.default_rng(1))
    plan = plan_for(network, 5)
    plan.load(params)
    plan.feed(inputs, targets)
    plan.forward()
    plan.backward()
    plain = plan.grads.copy()
    plan.backward(l1=0.3, l2=0.7)
    expected = plain + network.weights() * (0.3 * np.sign(params) + 0.7 * params)
    np.testing.assert_allclose(plan.grads, expected, rtol=1e-14)


def test_layer_norms() -> None:
    network, params, inputs, targets = random_network(np.random.default_rng(1))
    plan = plan_for(network, 5)
    plan.load(params)
    plan.feed(inputs, targets)
    plan.forward()
    plan.backward()
    expected = [np.linalg.norm(plan.grads[span]) for span in network.spans]
    np.testing.assert_allclose(plan.layer_norms(), expected, rtol=1e-13)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_same_inputs_give_the_same_bits(activation: str) -> None:
    network, params, inputs, targets = random_network(np.random.default_rng(1), hidden=activation)
    rule = optimizer("adam", 0.01)
    results = []
    for plan in (Plan(network, 5), Plan(network, 5)):
        plan.load(params)
        descent = plan.descent(rule, l2=0.1)
        for t in range(1, 4):
            plan.feed(inputs, targets)
            descent.apply(0.01, t)
        results.append((plan.loss, plan.params.tobytes(), plan.grads.tobytes(), descent.state.tobytes()))
    assert results[0] == results[1]


def test_what_another_user_left_behind_does_not_matter() -> None:
    network, params, inputs, targets = random_network(np.random.default_rng(1), hidden="relu")
    plan = Plan(network, 5)
    gradients = []
    for weights in (params, np.full_like(params, np.nan), params):
        plan.load(weights)
        plan.feed(inputs, targets)
        plan.forward()
        plan.backward()
        gradients.append(plan.grads.tobytes())
    assert gradients[0] == gradients[2]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_diverged_network_neither_raises_nor_warns(activation: str, loss: str) -> None:
    network, params, inputs, targets = random_network(np.random.default_rng(1), (3,), activation, loss)
    plan = plan_for(network, 5)
    for scale in (1e200, 1e154, np.inf, np.nan):
        plan.load(params * scale)
        plan.feed(inputs, targets)
        plan.forward()
        plan.backward(l1=1e300, l2=1e300)
        plan.trace(with_delta=True)
        assert len(plan.layer_norms()) == 3


def test_plans_are_kept_bounded_and_one_set_a_thread() -> None:
    network = Network((2,), (Dense(1),), "mse")
    first = plan_for(network, 1)
    assert plan_for(Network((2,), (Dense(1),), "mse"), 1) is first
    elsewhere: list[Plan] = []
    thread = threading.Thread(target=lambda: elsewhere.append(plan_for(network, 1)))
    thread.start()
    thread.join()
    assert elsewhere[0] is not first
    for batch in range(2, PLANS_KEPT + 1):
        plan_for(network, batch)
    assert plan_for(network, 1) is first  # used again, so not the oldest
    plan_for(network, PLANS_KEPT + 1)
    assert plan_for(network, 1) is first
    for batch in range(100, 100 + PLANS_KEPT):
        plan_for(network, batch)
    assert plan_for(network, 1) is not first


def test_large_plans_are_not_hoarded() -> None:
    network = Network((500,), (Dense(500),), "mse")
    plans = [plan_for(network, batch) for batch in range(2000, 2008)]
    assert sum(plan.nbytes for plan in plans) > PLAN_BYTES
    assert plan_for(network, 2007) is plans[-1]
    assert plan_for(network, 2000) is not plans[0]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("penalties", [(0.0, 0.0), (0.3, 0.7)])
def test_a_step_is_a_forward_a_backward_and_an_update(loss: str, penalties: tuple[float, float]) -> None:
    network, params, inputs, targets = random_network(np.random.default_rng(1), loss=loss)
    whole, parts = Plan(network, 5), Plan(network, 5)
    for plan in (whole, parts):
        plan.load(params)
        plan.feed(inputs, targets)
    whole.descent(optimizer("sgd", 0.1), *penalties).apply(0.1, 1)
    assert whole.loss == parts.forward()
    parts.backward(*penalties)
    assert (whole.grads == parts.grads).all()
    np.testing.assert_allclose(whole.params, params - 0.1 * parts.grads, rtol=1e-14)


def test_steps_are_laid_once_and_bounded() -> None:
    plan = Plan(Network((2,), (Dense(1),), "mse"), 1)
    first = plan.descent(optimizer("momentum", 0.1))
    assert plan.descent(optimizer("momentum", 0.5)) is first  # the rate is handed to each step
    assert plan.descent(optimizer("momentum", 0.1), l2=0.1) is not first
    for momentum in (0.1, 0.2, 0.3):
        assert plan.descent(optimizer("momentum", 0.1, momentum=momentum)) is not first
    assert plan.descent(optimizer("momentum", 0.1)) is not first


def test_parts_are_laid_once_and_bounded() -> None:
    network = Network((2,), (Dense(1),), "mse")
    plan = Plan(network, 100)
    plan.load(np.array([0.5, -0.25, 0.0]))
    plan.feed(network.inputs(np.ones((100, 2))), network.targets(np.ones((100, 1))))

    def laid() -> int:
        gc.collect()
        return sum(isinstance(one, Parts) for one in gc.get_objects())

    before, alone = laid(), plan.nbytes
    for count in range(1, 50):
        assert plan.assess((count, 100 - count)) == pytest.approx([0.5625, 0.5625])
    assert laid() - before == PARTS_KEPT
    assert plan.nbytes > alone


def test_a_product_too_large_for_one_piece() -> None:
    """What is multiplied in pieces of rows, inputs and hidden layers alike, against plain NumPy."""
    rng = np.random.default_rng(5)
    network = Network((211,), (Dense(150), Dense(190), Dense(120), Dense(2)), "squared_error")
    params, x, y = 0.1 * rng.normal(size=network.size), rng.normal(size=(40, 211)), rng.normal(size=(40, 2))
    assert all(span.stop * 40 - span.start * 40 > SMALL for span in network.spans[:2])
    plan = Plan(network, 40)
    plan.load(params)
    plan.feed(network.inputs(x), network.targets(y))
    plan.forward()
    plan.backward()
    layers, inputs = network.unflatten(params), [x]
    for layer in layers:
        inputs.append(inputs[-1] @ layer["W"] + layer["b"])
    delta = (inputs[-1] - y) / 40
    for layer, own, gradients in zip(
        layers[::-1], inputs[-2::-1], network.unflatten(plan.grads)[::-1], strict=True
    ):
        np.testing.assert_allclose(gradients["W"], own.T @ delta, rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(gradients["b"], delta.sum(axis=0), rtol=1e-9, atol=1e-11)
        delta = delta @ layer["W"].T


@pytest.mark.parametrize("shape", [(3,), (4, 3)])
def test_evaluate_and_predict_in_pieces(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(2)
    network, params, _, _ = random_network(rng, shape, loss="mse")
    count = 2 * PIECE + 17
    x, y = rng.normal(size=(count, *shape)), rng.normal(size=(count, *network.output_shape))
    evaluation = evaluate(network, params, network.inputs(x), network.targets(y))
    outputs = x
    for layer, description in zip(network.unflatten(params), network.layers, strict=True):
        outputs = activate(description.laid_activation, outputs @ layer["W"] + layer["b"])
    np.testing.assert_allclose(evaluation.outputs, outputs, rtol=1e-10, atol=1e-13)
    assert evaluation.loss == pytest.approx(((outputs - y) ** 2).mean(), rel=1e-12)
    assert (predict(network, params, network.inputs(x)) == evaluation.outputs).all()


def test_evaluation_of_nothing() -> None:
    network = Network((2,), (Dense(1),), "mse")
    evaluation = evaluate(
        network, np.zeros(3), network.inputs(np.empty((0, 2))), network.targets(np.empty((0, 1)))
    )
    assert np.isnan(evaluation.loss)
    assert evaluation.outputs.shape == (0, 1)


@pytest.mark.parametrize("shape", [(4,), (3, 4)], ids=["features", "sequence"])
def test_gradients_of_layers_alike_are_their_own(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(8)
    four = Dense(4, "relu")
    layers = (four, four, four, four, Dropout(0.5), four, four, Dense(4, "tanh"), four, four, four, Dense(1))
    made = passes.run(rng, shape, *layers, batch=5, noise=(1, 2))
    x = made.trace.inputs
    for own, gradients in zip(made.trace.layers, made.gradients, strict=True):
        if gradients:
            assert own.delta is not None
            rows, delta = x.reshape(-1, x.shape[-1]), own.delta.reshape(-1, own.delta.shape[-1])
            np.testing.assert_allclose(gradients["W"], rows.T @ delta, rtol=1e-12, atol=1e-16)
            np.testing.assert_allclose(gradients["b"], delta.sum(axis=0), rtol=1e-12, atol=1e-16)
        x = own.a


def test_rectified_units_let_the_gradient_through_or_not() -> None:
    network = Network((1,), (Dense(4, "relu"), Dense(1)), "squared_error")
    plan = plan_for(network, 1)
    plan.load(np.array([1.0, 0.0, -1.0, 1e-310, 0, 0, 0, 0, -2.0, -3.0, -4.0, -5.0, 0.0]))
    plan.feed(network.inputs([[1.0]]), network.targets([[-3.0]]))
    plan.forward()
    plan.backward()
    np.testing.assert_array_equal(network.unflatten(plan.grads)[0]["b"], [-2.0, 0.0, 0.0, -5.0])
