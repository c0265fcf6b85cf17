"""What goes wrong is found where it does and nowhere else, and what is said to help helps."""

from __future__ import annotations

import gc
from collections import Counter
from dataclasses import dataclass, replace
from math import isinf
from weakref import ref

import numpy as np
import pytest

from app import looking, training, updating
from app.diagnosis import KINDS, Finding, Kind, diagnose
from app.diagnosis.case import constant_loss
from app.limits import Limits
from app.nn import time_norms
from app.presets import PRESETS
from app.presets.troubled import TROUBLED
from app.remedies import remedies_for
from app.session import Session
from app.setup import prepare
from app.spec import Spec, parse_spec
from tests.specs import named_spec, rows_spec, started

LIMITS = Limits()
SHOWING = {"deep-fives", "rnn-forgets", *(one.name for one in TROUBLED)}
HEALTHY = sorted(set(PRESETS) - SHOWING)
FAR, STRIDE = 240, 3  # steps that a healthy network is trained, and of which one in so many is judged


def fresh(spec: Spec) -> Session:
    return training.start(prepare(spec, LIMITS), "id", "owner", None)


def preset_session(name: str, steps: int = 0) -> Session:
    session = fresh(parse_spec(PRESETS[name].spec))
    return training.step(session, LIMITS, steps=steps) if steps else session


def found(session: Session, kind: Kind) -> Finding:
    (finding,) = [one for one in diagnose(session) if one.kind == kind]
    return finding


@dataclass(frozen=True)
class Trouble:
    """A preset that shows it, from which step on, in which layer; and the step at which the remedy is compared."""

    kind: Kind
    preset: str
    step: int
    layer: int | None
    compared: int
    score: str = "train_loss"


def test_where_nothing_learns_nothing_goes_wrong() -> None:
    images = [[[[0.1], [0.2]], [[0.3], [0.4]]], [[[0.5], [0.6]], [[0.7], [0.8]]]]
    data = {"inputs": images, "targets": [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]}
    session = started({"data": data, "layers": [{"type": "flatten"}], "loss": "mse"})
    assert diagnose(training.backward(session)) == ()
    assert diagnose(training.step(session, LIMITS, 200)) == ()


TROUBLES = [
    Trouble("vanishing", "deep-fives", 1, 0, 300),
    Trouble("vanishing", "rnn-forgets", 1, 0, 300),
    Trouble("exploding", "rnn-explodes", 1, 0, 60),
    Trouble("saturated", "saturated", 1, 0, 150),
    Trouble("dead", "dead-relu", 1, 0, 150),
    Trouble("symmetric", "symmetric", 1, 0, 150),
    Trouble("too_large", "too-large", 10, None, 30),
    Trouble("too_small", "too-small", 1, None, 150),
    Trouble("plateau", "plateau", 150, None, 300),
    Trouble("divergence", "diverges", 10, 1, 60),
    Trouble("over_fitting", "overfits", 200, None, 200, "test_loss"),
]


def test_every_kind_has_a_preset_that_shows_it() -> None:
    assert {one.kind for one in TROUBLES} == set(KINDS)
    assert {one.preset for one in TROUBLES} == SHOWING


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda one: f"{one.kind}-{one.preset}")
def test_it_is_found_and_its_remedy_helps(trouble: Trouble) -> None:
    """The first remedy takes it away, at that step and at the end, and trains to a lower loss."""
    ill = preset_session(trouble.preset, trouble.step)
    finding = found(ill, trouble.kind)
    assert finding.layer == trouble.layer
    assert diagnose(ill)[0].kind == trouble.kind
    changed = next(remedies_for(trouble.kind, ill.spec)).applied(ill.spec)
    assert changed
    healed = training.step(fresh(changed), LIMITS, steps=trouble.step)
    assert trouble.kind not in {one.kind for one in diagnose(healed)}
    healed = training.step(healed, LIMITS, steps=max(1, trouble.compared - trouble.step))
    assert trouble.kind not in {one.kind for one in diagnose(healed)}
    ill = training.step(ill, LIMITS, steps=max(1, trouble.compared - trouble.step))
    before, after = (getattr(session.now.scores, trouble.score) for session in (ill, healed))
    assert isinf(before) or after < 0.8 * before


@pytest.mark.parametrize("name", HEALTHY)
def test_training_that_goes_well_is_left_alone(name: str) -> None:
    """Nothing is said, but for a step that really went astray: no more than one in fifty."""
    session, said = preset_session(name), Counter[str]()
    for _ in range(FAR // STRIDE):
        session = training.step(session, LIMITS, steps=STRIDE)
        said.update(one.kind for one in diagnose(session))
    assert said.total() <= FAR // STRIDE / 50, said


def test_nothing_is_said_before_there_is_a_gradient() -> None:
    session = preset_session("symmetric")
    assert diagnose(session) == ()
    assert diagnose(training.forward(session)) == ()
    assert diagnose(training.backward(session))[0].kind == "symmetric"


def test_a_forward_pass_leaves_what_was_found() -> None:
    session = preset_session("deep-fives", 5)
    assert diagnose(training.forward(session)) == diagnose(session) != ()


def test_looking_leaves_the_training_alone() -> None:
    looked = preset_session("too-large")
    for _ in range(12):
        diagnose(looked)
        looked = training.step(looked, LIMITS)
    assert looked.now.params.tolist() == preset_session("too-large", 12).now.params.tolist()


def test_undo_takes_findings_back() -> None:
    session = preset_session("too-large", 12)
    assert diagnose(session)
    assert diagnose(training.undo(session, 11)) == diagnose(preset_session("too-large", 1))


def test_vanishing_names_the_norms_of_the_chart() -> None:
    session = preset_session("deep-fives", 3)
    numbers, norms = found(session, "vanishing").numbers, session.now.norms
    assert numbers["first"] == pytest.approx(norms[0])
    assert numbers["last"] == pytest.approx(norms[-1])
    assert numbers["ratio"] == pytest.approx(norms[0] / norms[-1])


def test_vanishing_over_time_names_the_first_and_the_last_step() -> None:
    session = preset_session("rnn-forgets", 1)
    norms = time_norms(looking.shown_pass(session).trace.layers[0])
    assert found(session, "vanishing").numbers == pytest.approx(
        {"ratio": norms[0] / norms[-1], "first": norms[0], "last": norms[-1], "time": 20}
    )


def test_too_large_a_step_ends_higher_than_it_began() -> None:
    """The numbers are losses of this batch at both ends of the step."""
    session = preset_session("too-large", 10)
    numbers = found(session, "too_large").numbers
    assert numbers["before"] == session.now.scores.batch_loss
    assert numbers["after"] == pytest.approx(session.now.scores.train_loss)  # the batch is all there is
    assert numbers["times"] < 0.5
    assert numbers["rate"] == 0.75


def test_the_lowest_point_of_a_quadratic_is_where_it_is_said_to_be() -> None:
    """The loss of a line is a parabola along any step: the part of it that is named has no slope there."""
    session = preset_session("too-large", 10)
    now, last = session.now, session.now.last
    assert last is not None
    times = found(session, "too_large").numbers["times"]
    lowest = last.params + times * (now.params - last.params)
    plan, _ = updating.run(session.setup, replace(last, params=lowest), backward=True)
    step = now.params - last.params
    assert abs(plan.grads @ step) < 1e-9 * np.linalg.norm(plan.grads) * np.linalg.norm(step)


def test_a_weight_set_by_hand_is_no_step() -> None:
    session = preset_session("two-parameters", 3)
    moved = training.set_parameter(session, 0, "W", (0, 0), 50.0, LIMITS)
    assert diagnose(moved) == ()
    again = training.set_frozen(moved, 0, "b", (0,), True, LIMITS)
    assert diagnose(again) == ()
    assert [one.kind for one in diagnose(training.backward(moved))] in ([], ["exploding"])


def test_divergence_names_the_step_and_silences_the_rest() -> None:
    session = preset_session("diverges", 10)
    assert session.now.diverged
    layers = session.setup.network.unflatten(session.now.params)
    sizes = [max(float(abs(values).max()) for values in layer.values()) for layer in layers]
    assert diagnose(session) == (Finding("divergence", 1, {"step": session.now.step, "size": max(sizes)}),)
    assert sizes[1] > sizes[0]


def test_dead_units_are_counted() -> None:
    numbers = found(preset_session("dead-relu", 1), "dead").numbers
    assert numbers == {"count": 4, "units": 6, "samples": 250}


def test_units_alike_are_counted() -> None:
    assert found(preset_session("symmetric", 7), "symmetric").numbers == {"count": 4, "units": 4}


def test_equal_weights_in_a_layer_that_answers_are_no_fault() -> None:
    """Only hidden layers have to be told apart."""
    spec = rows_spec(layers=[{"type": "dense", "units": 1, "activation": "linear"}], initializer="zeros")
    assert diagnose(training.step(started(spec), LIMITS)) == ()


def test_clipped_gradients_do_not_explode() -> None:
    spec = parse_spec({**PRESETS["rnn-explodes"].spec, "clip_norm": 1.0})
    assert "exploding" not in {one.kind for one in diagnose(training.step(fresh(spec), LIMITS))}


def test_over_fitting_names_where_the_test_loss_turned() -> None:
    session = preset_session("overfits", 200)
    numbers = found(session, "over_fitting").numbers
    assert numbers["best"] < numbers["test"]
    assert numbers["train"] < numbers["test"]
    assert 1 < numbers["step"] < 200


def test_a_setup_that_was_looked_at_is_let_go() -> None:
    setup = replace(prepare(parse_spec(named_spec()), LIMITS))  # shared with nobody
    assert constant_loss(setup) > 0
    seen = ref(setup)
    del setup
    gc.collect()
    assert seen() is None
