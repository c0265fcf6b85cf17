"""One sample followed through the network, and inputs of one's own."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

from app import following, looking, training
from app.playground import owner_of
from app.presets import PRESETS, preset
from app.session import Session
from app.settings import Settings
from app.setup import prepare
from app.spec import parse_spec
from app.typed import Form

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


def test_a_share_of_a_batch_of_one_leaves_the_gradient_as_it_is() -> None:
    session = session_of("circle", batch_size=1, regularization={"l2": 0.5})
    gradients = looking.gradients(session)
    assert gradients is not None
    (share,) = shares_of(session)
    assert not np.array_equal(share, gradients)  # the penalty is nobody's
    np.testing.assert_array_equal(looking.gradients(session), gradients)


def test_there_are_no_shares_before_the_backward_pass() -> None:
    session = session_of("circle")
    forward = training.forward(training.step(session, LIMITS))
    assert forward.backward_pass is not None
    assert following.share(forward, 0) is None


def form_of(session: Session) -> Form:
    """What a probe of the session is made of."""
    form = following.probe_form(session.setup)
    assert form is not None
    return form


@pytest.mark.parametrize("name", PRESETS)
def test_a_probe_gives_what_the_network_predicts(name: str) -> None:
    session = session_of(name)
    form = form_of(session)
    inputs = np.linspace(0, 1, prod(form.shape)).reshape(form.shape)
    probed = following.probe(session, inputs)
    outputs = looking.predict(session, probed.trace.inputs.tolist())
    np.testing.assert_array_equal(probed.trace.outputs, outputs)
    assert probed.inputs is inputs


def test_a_probe_of_planar_data_is_a_point_whatever_the_features() -> None:
    spec = preset("circle").spec
    session = session_of("circle", data={**spec["data"], "features": ["x2", "x1^2"]})
    assert form_of(session) == Form("point", ("x1", "x2"), (2,))
    np.testing.assert_array_equal(following.probe(session, np.array([3.0, -2.0])).trace.inputs, [[-2.0, 9.0]])


def test_sixty_four_pixels_in_a_row_are_drawn() -> None:
    assert form_of(session_of("digits")) == Form("image", (), (8, 8))


def inline(shape: tuple[int, ...]) -> Session:
    """A session on inputs of that shape."""
    inputs = np.zeros((2, *shape)).tolist()
    layers = [{"type": "flatten"}, {"type": "dense", "units": 1}]
    spec = {"data": {"inputs": inputs, "targets": [[0.0], [1.0]]}, "layers": layers, "loss": "mse"}
    return training.start(prepare(parse_spec(spec), LIMITS), "s", owner_of("me"), None)


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ((8,), "point"),
        ((9,), None),
        ((16, 5, 1), "image"),
        ((17, 5, 1), None),
        ((5, 5, 2), None),
        ((6, 8), "numbers"),
        ((6, 9), None),
    ],
)
def test_what_nobody_types_or_draws_is_not_asked_for(shape: tuple[int, ...], kind: str | None) -> None:
    form = following.probe_form(inline(shape).setup)
    assert (form and form.kind) == kind
