"""The exported scripts of convolutional and recurrent networks, in every kind of stack."""

import ast
import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.exports import export
from app.training import change_knobs, forward, set_frozen
from tests.exported import LIMITS, SCRIPTS, hold, printed, session_of

Layer = dict[str, Any]
MAX: Layer = {"type": "maxpool2d", "size": 2}
MEAN: Layer = {"type": "avgpool2d", "size": 2}
FLAT: Layer = {"type": "flatten"}
DROP: Layer = {"type": "dropout", "rate": 0.3}
ROW, IMAGE, SEQUENCE = (3,), (6, 5, 2), (4, 2)


def dense(units: int, activation: str = "tanh") -> Layer:
    return {"type": "dense", "units": units, "activation": activation}


def conv(filters: int, kernel: int | list[int], **more: Any) -> Layer:
    return {"type": "conv2d", "filters": filters, "kernel": kernel, **more}


def over(kind: str, units: int, every: bool = False, **more: Any) -> Layer:
    return {"type": kind, "units": units, "return_sequences": every, **more}


def spec_of(shape: tuple[int, ...], outputs: tuple[int, ...], layers: list[Layer], **more: Any) -> Layer:
    rng = np.random.default_rng(0)
    inputs, targets = rng.standard_normal((11, *shape)), rng.random((11, *outputs))
    given = {"inputs": inputs.tolist(), "targets": targets.tolist()}
    chosen = {"loss": "mse", "batch_size": 4, "optimizer": {"name": "adam", "learning_rate": 0.02}}
    return {"data": given, "layers": layers, **chosen, **more}


SOFTMAX: Layer = {"loss": "cross_entropy"}
SIGMOID: Layer = {"loss": "binary_cross_entropy"}
PENALTIES: Layer = {"regularization": {"l1": 0.001, "l2": 0.01}, "clip_norm": 0.3}
STACKS: dict[str, Layer] = {
    "image-dense": spec_of(IMAGE, (2,), [dense(2)]),
    "dropout-alone": spec_of(ROW, (2,), [DROP, dense(4, "relu"), DROP, dense(2, "sigmoid")], **SIGMOID),
    "conv-valid": spec_of(IMAGE, (2,), [conv(3, [2, 3], activation="relu"), FLAT, dense(2)], loss="huber"),
    "conv-stride-same": spec_of(
        IMAGE, (3,), [conv(2, 3, stride=2, padding="same"), dense(3, "softmax")], **SOFTMAX
    ),
    "conv-even-kernel": spec_of(IMAGE, (2,), [conv(2, [2, 4], padding="same"), dense(2)], **PENALTIES),
    "conv-softmax": spec_of(IMAGE, (2,), [conv(2, 2, activation="softmax"), dense(2, "linear")]),
    "max": spec_of(IMAGE, (2,), [conv(2, 2), MAX, dense(2)], shuffle=False),
    "mean": spec_of(IMAGE, (8,), [conv(2, 2, activation="selu"), MEAN, FLAT], loss="mae"),
    "pools-alone": spec_of((8, 8, 2), (8,), [MAX, MEAN, FLAT]),
    "deep-image": spec_of(
        IMAGE,
        (2,),
        [DROP, conv(3, 3, padding="same", activation="relu"), MAX, DROP, conv(2, 2), FLAT, DROP, dense(2)],
    ),
    "rnn": spec_of(SEQUENCE, (2,), [over("rnn", 3), dense(2)], loss="squared_error", **PENALTIES),
    "rnn-relu": spec_of(SEQUENCE, (4, 3), [over("rnn", 3, True, activation="relu")]),
    "rnn-any": spec_of(SEQUENCE, (4, 3), [over("rnn", 3, True, activation="softmax"), dense(3, "gelu")]),
    "lstm": spec_of(SEQUENCE, (3,), [over("lstm", 3)], schedule={"name": "cosine", "steps": 20}),
    "lstm-steps": spec_of(SEQUENCE, (4, 2), [over("lstm", 3, True), dense(2, "softmax")], **SOFTMAX),
    "gru": spec_of(SEQUENCE, (1,), [over("gru", 3), dense(1, "sigmoid")], **SIGMOID, **PENALTIES),
    "one-step": spec_of((1, 2), (3,), [over("gru", 3, True), over("lstm", 3)]),
    "stack": spec_of(
        SEQUENCE,
        (2,),
        [dense(3), over("gru", 3, True), DROP, over("lstm", 3, True), over("rnn", 3, True), FLAT, dense(2)],
    ),
    "dense-on-steps": spec_of(SEQUENCE, (4, 1), [dense(3, "silu"), DROP, dense(1, "linear")]),
}


@pytest.mark.parametrize(("stack", "name"), list(itertools.product(STACKS, SCRIPTS)))
def test_a_script_goes_on_where_the_session_stands(stack: str, name: str, tmp_path: Path) -> None:
    hold(session_of(STACKS[stack]), name, tmp_path)


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_a_batch_in_flight_keeps_the_settings_it_was_drawn_with(
    optimizer: str, name: str, tmp_path: Path
) -> None:
    changes = {
        "optimizer": {"name": optimizer, "learning_rate": 0.05},
        "schedule": {"name": "exponential", "gamma": 0.9},
        "regularization": {"l1": 0.01},
        "clip_norm": 0.5,
        "batch_size": 3,
    }
    session = change_knobs(forward(session_of(STACKS["stack"])), changes, LIMITS)
    assert session.phase == "forward"
    hold(session, name, tmp_path)


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("stack", ["conv-even-kernel", "gru"])
def test_frozen_numbers_stay_as_they_are(stack: str, name: str, tmp_path: Path) -> None:
    session = session_of(STACKS[stack])
    first = session.setup.network.slots[0]
    session = set_frozen(session, 0, first.name, (1,) * len(first.shape), True, LIMITS)
    hold(set_frozen(session, 0, "b", (0,), True, LIMITS), name, tmp_path)


@pytest.mark.parametrize("name", SCRIPTS)
def test_numbers_without_bound_are_written_down_too(name: str, tmp_path: Path) -> None:
    wild = {"optimizer": {"name": "sgd", "learning_rate": 1e6}}
    session = session_of(spec_of(ROW, (2,), [dense(2, "linear")], **wild), 99)
    assert session.now.diverged
    assert not any(map(np.isfinite, printed(session, name, tmp_path)))


def test_both_scripts_stand_in_one_folder(tmp_path: Path) -> None:
    session = session_of(STACKS["max"])
    for name in ("numpy.py", "pytorch.py"):
        (tmp_path / name).write_bytes(export(session, name)[1])
    for name in SCRIPTS:
        hold(session, name, tmp_path)


def modules(code: str) -> set[str]:
    """The packages that a script imports."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found - set(sys.stdlib_module_names)


@pytest.mark.parametrize("stack", STACKS)
def test_a_script_holds_the_code_of_its_own_layers_alone(stack: str, tmp_path: Path) -> None:
    session = session_of(STACKS[stack])
    for name, allowed in (("numpy.py", {"numpy"}), ("pytorch.py", {"numpy", "torch"})):
        path = tmp_path / name
        path.write_bytes(export(session, name)[1])
        code = path.read_text()
        assert modules(code) == allowed
        tree = ast.parse(code)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        made = {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
        assert made <= used
    ruff = [sys.executable, "-m", "ruff"]
    style = ["--isolated", "--line-length=110", str(tmp_path)]
    for command in (["check", "--select=F,I"], ["format", "--check"]):
        run = subprocess.run([*ruff, *command, *style], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout
