"""One sample followed through the network, and a point of one's own."""

from __future__ import annotations

import numpy as np
import pytest

from app import following, looking, training
from app.errors import RequestError
from app.playground import owner_of
from app.presets import PRESETS, preset
from app.session import Session
from app.settings import Settings
from app.setup import prepare
from app.spec import parse_spec
from tests.specs import BY_UNIT

LIMITS = Settings()
SMALL = [name for name in PRESETS if name != "digits"]


def session_of(name: str, **changes: object) -> Session:
    """A preset's session in its second batch, after the backward pass."""
    setup = prepare(parse_spec({**preset(name).spec, **changes}), LIMITS)
    return training.backward(training.step(training.start(setup, "s", owner_of("me"), name), LIMITS))


def shares_of(session: Session) -> list[np.ndarray]:
    """The share of every sample of the batch."""
    found = [following.share(session, sample) for sample in range(len(looking.shown_pass(session).rows))]
    return [share for share in found if share is not None]


@pytest.mark.parametrize("name", SMALL)
def test_the_shares_of_all_samples_add_up_to_the_gradient(name: str) -> None:
    session = session_of(name)
    gradients = looking.gradients(session)
    assert gradients is not None
    np.testing.assert_allclose(np.sum(shares_of(session), axis=0), gradients, rtol=1e-9, atol=1e-12)


def test_a_share_is_its_term_in_the_explanation_and_the_penalty_is_nobodys() -> None:
    session = session_of("circle", regularization={"l1": 0.01, "l2": 0.1})
    explained = looking.explain(session, 1, "W", (2, 0))
    index = session.setup.network.index(1, "W", (2, 0))
    assert explained.penalty_gradient != 0
    shares = [share[index] for share in shares_of(session)]
    np.testing.assert_allclose(shares, explained.terms.product, rtol=1e-9, atol=1e-15)


def test_there_are_no_shares_before_the_backward_pass() -> None:
    session = session_of("circle")
    forward = training.forward(training.step(session, LIMITS))
    assert forward.backward_pass is not None
    assert following.share(forward, 0) is None


@pytest.mark.parametrize("name", [name for name in BY_UNIT if name != "digits"])
def test_a_probe_gives_what_the_network_predicts(name: str) -> None:
    session = session_of(name)
    names = following.probe_names(session)
    point = np.linspace(-1, 1, len(names)).tolist()
    probed = following.probe(session, point)
    outputs = looking.predict(session, probed.trace.inputs.tolist(), LIMITS)
    np.testing.assert_array_equal(probed.trace.outputs, outputs)
    assert probed.point == tuple(point)


@pytest.mark.parametrize("name", sorted(set(PRESETS) - set(BY_UNIT)))
def test_images_and_sequences_are_not_typed(name: str) -> None:
    assert following.probe_names(session_of(name)) == ()


def test_a_probe_of_planar_data_is_a_point_whatever_the_features() -> None:
    spec = preset("circle").spec
    session = session_of("circle", data={**spec["data"], "features": ["x2", "x1^2"]})
    assert following.probe_names(session) == ("x1", "x2")
    np.testing.assert_array_equal(following.probe(session, [3.0, -2.0]).trace.inputs, [[-2.0, 9.0]])


def test_nobody_types_sixty_four_inputs() -> None:
    assert following.probe_names(session_of("digits")) == ()


def test_typed_numbers_make_a_point() -> None:
    assert following.point_in(["1,5", "−2"], ["x1", "x2"]) == (1.5, -2.0)


@pytest.mark.parametrize("text", ["", "abc", "inf", "nan", "1e999"])
def test_what_is_no_finite_number_is_named(text: str) -> None:
    with pytest.raises(RequestError) as refused:
        following.point_in(["1", text], ["x1", "x2"])
    assert [fault.path for fault in refused.value.faults] == ["x2"]
