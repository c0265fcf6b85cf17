"""Every pre-activation is the sum of its terms, in every layer."""

from __future__ import annotations

import numpy as np
import pytest

from app.nn import summands
from tests.nn.test_chain import NETWORKS, run_of


@pytest.mark.parametrize("name", NETWORKS)
def test_the_terms_of_every_number_add_up_to_it(name: str) -> None:
    one = run_of(name)
    trace, params = one.trace, one.plan.params
    for layer, own in enumerate(trace.layers):
        for index in np.ndindex(own.z.shape[1:]):
            terms = summands(one.network, params, trace, 1, layer, index)
            total = sum(term.product for term in terms)
            kind = one.network.layers[layer].type
            if kind == "maxpool2d":  # the losers weigh nothing
                assert sorted(term.weight for term in terms)[:-1] == [0.0] * (len(terms) - 1)
            assert total == pytest.approx(own.z[(1, *index)], rel=1e-12, abs=1e-14), (layer, index)


def test_a_term_is_a_parameter_and_what_it_meets() -> None:
    one = run_of("image-flattened")
    terms = summands(one.network, one.plan.params, one.trace, 0, 0, (2,))
    W, b = one.parameters[0]["W"], one.parameters[0]["b"]
    assert [(t.name, t.index, t.weight) for t in terms] == [
        *(("W", (i, 2), W[i, 2]) for i in range(12)),
        ("b", (2,), b[2]),
    ]
    assert [t.given for t in terms] == [*one.trace.inputs[0].ravel(), 1.0]


@pytest.mark.parametrize(("layer", "index"), [(9, (0,)), (0, (0, 0)), (0, (4,)), (-1, (0,))])
def test_what_is_not_there(layer: int, index: tuple[int, ...]) -> None:
    one = run_of("dense")
    with pytest.raises(IndexError):
        summands(one.network, one.plan.params, one.trace, 0, layer, index)
