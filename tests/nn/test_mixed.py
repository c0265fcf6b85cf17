"""Random networks of all kinds of layers: gradients, terms, determinism, divergence."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.nn import (
    AvgPool2d,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    Gru,
    Layer,
    Lstm,
    MaxPool2d,
    Network,
    Plan,
    Rnn,
    formula,
    gradcheck,
    optimizer,
    terms,
)
from tests.nn.passes import run

FEW = st.integers(1, 3)
SMOOTH = st.sampled_from(["linear", "tanh", "sigmoid", "softplus", "silu", "softmax"])
KERNEL = st.tuples(FEW, FEW)
IMAGE_LAYER = st.one_of(
    st.builds(Conv2d, FEW, KERNEL, st.integers(1, 2), st.just("same"), SMOOTH),
    st.builds(Dropout, st.just(0.3)),
)
POOL: st.SearchStrategy[Layer] = st.sampled_from([MaxPool2d(2), AvgPool2d(2), Conv2d(2, (1, 2))])
SEQUENCE_LAYER = st.one_of(
    st.builds(Rnn, FEW, st.just(True), SMOOTH),
    st.builds(Lstm, FEW, st.just(True)),
    st.builds(Gru, FEW, st.just(True)),
    st.builds(Dense, FEW, SMOOTH),
    st.builds(Dropout, st.just(0.3)),
)
LAST = st.one_of(st.just([Flatten()]), st.builds(lambda units: [Dense(units, "tanh")], FEW))
SOME = st.lists(IMAGE_LAYER, max_size=1)
IMAGES = st.tuples(
    st.just((6, 5, 2)), st.builds(lambda a, pool, b, last: [*a, pool, *b, *last], SOME, POOL, SOME, LAST)
)
SEQUENCES = st.tuples(
    st.sampled_from([(4, 2), (1, 3)]),
    st.builds(
        lambda layers, last: [*layers, *last],
        st.lists(SEQUENCE_LAYER, min_size=1, max_size=3),
        st.sampled_from([[], [Rnn(2)], [Lstm(2), Dense(1)], [Gru(2)], [Flatten(), Dense(2)]]),
    ),
)


@settings(max_examples=30, deadline=None)
@given(described=st.one_of(IMAGES, SEQUENCES), batch=FEW, seed=st.integers(0, 1000))
def test_gradients_and_their_terms(
    described: tuple[tuple[int, ...], list[Layer]], batch: int, seed: int
) -> None:
    shape, layers = described
    rng, noise = np.random.default_rng(seed), (seed, 1)
    done = run(rng, shape, *layers, batch=batch, noise=noise)
    network, plan = done.network, done.plan
    params, gradients, trace = plan.params.copy(), plan.grads.copy(), done.trace
    for slot in network.slots:
        for index in np.ndindex(slot.shape):
            at = network.index(slot.layer, slot.name, index)
            found = terms(network, trace, slot.layer, slot.name, index)
            assert (found.product == found.local * found.delta).all()
            assert found.product.sum() == pytest.approx(gradients[at], rel=1e-9, abs=1e-12)
    check = gradcheck(
        network, params, done.inputs, done.targets, None, limit=60, rng=rng, noise=noise, gradients=gradients
    )
    assert check.max_relative_error < 1e-4, check


IMAGE = (Conv2d(3, (3, 3), 1, "same", "relu"), MaxPool2d(2), Dropout(0.2), Conv2d(2, (2, 2), 2), Dense(2))
SEQUENCE = (Rnn(3, True, "relu"), Lstm(2, True), Dropout(0.2), Gru(3), Dense(2))
NETWORKS = [((7, 7, 2), IMAGE), ((5, 2), SEQUENCE)]


@pytest.mark.parametrize(("shape", "layers"), NETWORKS)
def test_the_same_inputs_give_the_same_bits(shape: tuple[int, ...], layers: tuple[Layer, ...]) -> None:
    done = run(np.random.default_rng(1), shape, *layers)
    rule, params = optimizer("adam", 0.01), done.plan.params.copy()
    results = []
    for plan in (Plan(done.network, 3), Plan(done.network, 3)):
        plan.load(params)
        descent = plan.descent(rule, l2=0.1)
        for t in range(1, 4):
            plan.feed(done.inputs, done.targets, None, (1, t))
            descent.apply(0.01, t)
        results.append((plan.loss, plan.params.tobytes(), plan.grads.tobytes()))
    assert results[0] == results[1]


@pytest.mark.parametrize(("shape", "layers"), NETWORKS)
def test_what_a_diverged_network_left_behind_does_not_matter(
    shape: tuple[int, ...], layers: tuple[Layer, ...]
) -> None:
    done = run(np.random.default_rng(1), shape, *layers)
    plan, params, before = done.plan, done.plan.params.copy(), done.plan.grads.tobytes()
    for bad in (np.nan, np.inf, 1e300):
        plan.load(np.full_like(params, bad))
        plan.forward()
        plan.backward()
        plan.trace(with_delta=True)
    plan.load(params)
    plan.forward()
    plan.backward()
    assert plan.grads.tobytes() == before


def text_of(network: Network, layer: int, name: str, index: tuple[int, ...]) -> str:
    """A formula's MathML without its tags."""
    return "".join(ElementTree.fromstring(formula(network, layer, name, index).mathml).itertext())


def test_formulas() -> None:
    image = Network((9, 9, 2), (Conv2d(3, (3, 3)), Conv2d(2, (3, 2), 2, "same"), Flatten(), Dense(1)), "mse")
    assert text_of(image, 0, "W", (0, 2, 1, 2)) == "∂L∂W1323(1)=∑s,u,vx2(s,u,v+2)δ3(1)(s,u,v)"
    assert text_of(image, 1, "W", (0, 1, 2, 0)) == "∂L∂W1231(2)=∑s,u,va3(1)(s,2u−2,2v−1)δ1(2)(s,u,v)"
    assert text_of(image, 1, "b", (1,)) == "∂L∂b2(2)=∑s,u,vδ2(2)(s,u,v)"
    assert text_of(image, 3, "W", (4, 0)) == "∂L∂W51(4)=∑sa5(3)(s)δ1(4)(s)"
    sequence = Network((5, 3), (Rnn(2, True), Gru(2), Dense(1)), "mse")
    assert text_of(sequence, 0, "Wx", (2, 1)) == "∂L∂Wx32(1)=∑s,tx3(s,t)δ2(1)(s,t)"
    assert text_of(sequence, 0, "Wh", (0, 1)) == "∂L∂Wh12(1)=∑s,th1(1)(s,t−1)δ2(1)(s,t)"
    assert text_of(sequence, 1, "Wx", (0, 5)) == "∂L∂Wx16(2)=∑s,ta1(1)(s,t)δ6(2)(s,t)"
    assert text_of(sequence, 1, "Wh", (0, 5)) == "∂L∂Wh16(2)=∑s,tr2(2)(s,t)h1(2)(s,t−1)δ6(2)(s,t)"
    assert text_of(sequence, 1, "bh", (4,)) == "∂L∂bh5(2)=∑s,tr1(2)(s,t)δ5(2)(s,t)"
    assert text_of(sequence, 1, "bh", (3,)) == "∂L∂bh4(2)=∑s,tδ4(2)(s,t)"
    latex = formula(sequence, 0, "Wh", (0, 1)).latex
    assert latex.endswith(r"\sum_{s,t} h_{1}^{(1)}(s,t-1)\,\delta_{2}^{(1)}(s,t)\,")
