"""Every gradient is the sum of its terms."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.nn import (
    ACTIVATIONS,
    LOSSES,
    Dense,
    Network,
    ParameterError,
    formula,
    penalty_gradient,
    plan_for,
    terms,
)
from tests.nn.naive import last_activation, random_network

NAMES = st.sampled_from(list(ACTIVATIONS))


@settings(max_examples=40, deadline=None)
@given(
    shape=st.sampled_from([(3,), (1,), (4, 2), (2, 3, 2)]),
    layers=st.lists(st.tuples(st.integers(1, 5), NAMES), min_size=1, max_size=4),
    loss=st.sampled_from(list(LOSSES)),
    batch=st.integers(1, 6),
    seed=st.integers(0, 1000),
)
def test_the_terms_add_up_to_the_gradient(
    shape: tuple[int, ...], layers: list[tuple[int, str]], loss: str, batch: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    units, activation = layers[-1]
    described = [*(Dense(*layer) for layer in layers[:-1]), Dense(units, last_activation(loss, activation))]
    network = Network(shape, tuple(described), loss)
    plan = plan_for(network, batch)
    params = network.initial("xavier_normal", rng) + 0.1 * rng.normal(size=network.size)
    plan.load(params)
    samples = network.inputs(rng.normal(size=(batch, *shape)))
    plan.feed(samples, network.targets(rng.uniform(size=(batch, *network.output_shape))))
    plan.forward()
    plan.backward(l1=0.1, l2=0.2)
    trace = plan.trace(with_delta=True)
    over_time = shape[0] if len(shape) == 2 else 1
    for slot in network.slots:
        for index in np.ndindex(slot.shape):
            at = network.index(slot.layer, slot.name, index)
            found = terms(network, trace, slot.layer, slot.name, index)
            assert found.product.shape == (batch * over_time,)
            assert (found.product == found.local * found.delta).all()
            total = found.product.sum() + penalty_gradient(params[at], slot.name, 0.1, 0.2)
            assert total == pytest.approx(plan.grads[at], rel=1e-9, abs=1e-12)


def test_terms_say_which_sample_and_step() -> None:
    network, params, inputs, targets = random_network(np.random.default_rng(0), (4, 3))
    plan = plan_for(network, 5)
    plan.load(params)
    plan.feed(inputs, targets)
    plan.forward()
    plan.backward()
    trace = plan.trace(with_delta=True)
    found = terms(network, trace, 1, "W", (2, 1))
    assert found.time is not None
    assert found.position is None
    delta = trace.layers[1].delta
    assert delta is not None
    for k in range(20):
        sample, time = found.sample[k], found.time[k]
        assert found.local[k] == trace.layers[0].a[sample, time, 2]
        assert found.delta[k] == delta[sample, time, 1]
    assert {*zip(found.sample.tolist(), found.time.tolist(), strict=True)} == {*np.ndindex(5, 4)}
    assert terms(network, trace, 1, "b", (1,)).local.tolist() == [1.0] * 20
    with pytest.raises(ParameterError, match="index 9 of axis 0"):
        terms(network, trace, 1, "b", (9,))
    with pytest.raises(ValueError, match="no deltas"):
        terms(network, plan.trace(with_delta=False), 1, "b", (1,))


def text_of(mathml: str) -> str:
    root = ElementTree.fromstring(mathml)
    assert root.tag == "{http://www.w3.org/1998/Math/MathML}math"
    return "".join(root.itertext())


def test_formula() -> None:
    network = Network((2,), (Dense(12, "tanh"), Dense(1)), "mse")
    found = formula(network, 1, "W", (2, 0))
    assert found.latex == (
        r"\frac{\partial L}{\partial W_{31}^{(2)}} = \sum_{s} a_{3}^{(1)}(s)\,\delta_{1}^{(2)}(s)\,"
    )
    assert text_of(found.mathml) == "∂L∂W31(2)=∑sa3(1)(s)δ1(2)(s)"
    assert text_of(formula(network, 0, "W", (1, 10)).mathml) == "∂L∂W2,11(1)=∑sx2(s)δ11(1)(s)"
    assert text_of(formula(network, 0, "b", (0,), l1=1.0, l2=1.0).mathml) == "∂L∂b1(1)=∑sδ1(1)(s)"


def test_formula_over_time_and_with_penalties() -> None:
    network = Network((4, 2), (Dense(1),), "mse")
    found = formula(network, 0, "W", (0, 0), l1=0.1, l2=0.2)
    assert text_of(found.mathml) == "∂L∂W11(1)=∑s,tx1(s,t)δ1(1)(s,t)+λ1sgn(W11(1))+λ2W11(1)"
    with pytest.raises(ParameterError):
        formula(network, 0, "W", (5, 0))
