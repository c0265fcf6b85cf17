"""The exported files: the scripts go on exactly where the session stands."""

import io
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.exports import EXPORTS, export
from app.nn import ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES
from app.presets import PRESETS
from app.spec import parse_spec
from app.training import change_knobs, set_frozen
from tests.exported import LIMITS, SCRIPTS, STEPS, coming, printed, session_of

PAIRED = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}


def cases() -> list[dict[str, Any]]:
    """Every activation, loss, optimiser and schedule at least once, with penalties, clipping and odd batches."""
    rng = np.random.default_rng(0)
    names = [sorted(registry) for registry in (ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES)]
    found = []
    for k in range(max(map(len, names))):
        activation, loss, optimizer, schedule = (options[k % len(options)] for options in names)
        targets = rng.random((11, 2)) if loss != "hinge" else np.sign(rng.standard_normal((11, 2)))
        found.append(
            {
                "data": {"inputs": rng.standard_normal((11, 3)).tolist(), "targets": targets.tolist()},
                "layers": [
                    {"type": "dense", "units": 4, "activation": activation},
                    {"type": "dense", "units": 2, "activation": PAIRED.get(loss, "tanh")},
                ],
                "loss": loss,
                "optimizer": {"name": optimizer, "learning_rate": 0.05},
                "schedule": {"name": schedule},
                "regularization": {"l1": 0.001, "l2": 0.01},
                "clip_norm": 0.5 if k % 2 else None,
                "batch_size": 4,
                "shuffle": k % 3 != 0,
                "frozen": ["b[0]", "W[1][0,1]"] if k % 4 == 1 else [],
            }
        )
    return found


@pytest.mark.parametrize(("spec", "name"), list(itertools.product(cases(), SCRIPTS)))
def test_a_script_prints_the_losses_that_the_session_gives(
    spec: dict[str, Any], name: str, tmp_path: Path
) -> None:
    session = session_of(spec)
    np.testing.assert_allclose(printed(session, name, tmp_path), coming(session), rtol=1e-9, atol=1e-13)


def test_a_script_of_a_preset_on_shuffled_data(tmp_path: Path) -> None:
    session = session_of(PRESETS["circle"].spec, 17)
    np.testing.assert_allclose(printed(session, "numpy.py", tmp_path), coming(session), rtol=1e-9)


def test_another_optimiser_that_has_made_no_update_yet(tmp_path: Path) -> None:
    session = change_knobs(session_of(cases()[0]), {"optimizer": {"name": "adam"}}, LIMITS)
    np.testing.assert_allclose(printed(session, "numpy.py", tmp_path), coming(session), rtol=1e-9)


def test_the_numbers_are_those_of_the_session() -> None:
    session = set_frozen(session_of(cases()[0]), 0, "W", (1, 2), True, LIMITS)
    arrays = np.load(io.BytesIO(export(session, "parameters.npz")[1]))
    layers = session.setup.network.unflatten(session.now.params)
    assert sorted(arrays) == ["0.W", "0.b", "1.W", "1.b"]
    for name, value in arrays.items():
        layer, _, parameter = name.partition(".")
        np.testing.assert_array_equal(value, layers[int(layer)][parameter])
    whole = json.loads(export(session, "session.json")[1])
    assert whole["step"] == 5
    assert whole["parameters"][1]["W"] == layers[1]["W"].tolist()
    assert parse_spec(json.loads(export(session, "spec.json")[1])) == session.spec


def test_a_strange_name_stays_inside_the_docstring(tmp_path: Path) -> None:
    spec = {**cases()[0], "name": 'x""" + __import__("os").abort() + """\\'}
    session = session_of(spec)
    assert len(printed(session, "numpy.py", tmp_path)) == STEPS


def test_every_export_is_known_by_its_contract_name() -> None:
    assert list(EXPORTS) == ["spec.json", "session.json", "parameters.npz", "pytorch.py", "numpy.py"]
