"""Exported scripts run as programs, beside the session they were exported from."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from app.exports import export
from app.limits import Limits
from app.session import Session
from app.setup import prepare
from app.spec import parse_spec
from app.training import start, step

LIMITS = Limits()
STEPS = 12
SCRIPTS = ["numpy.py", *(["pytorch.py"] if find_spec("torch") else [])]


def session_of(spec: dict[str, Any], steps: int = 5) -> Session:
    """A session of `spec` after so many updates."""
    return step(start(prepare(parse_spec(spec), LIMITS), "id", "owner", None), LIMITS, steps)


def printed(session: Session, name: str, folder: Path) -> list[float]:
    """The losses that an exported script prints, saved under its own name and run as a program."""
    path = folder / name
    path.write_bytes(export(session, name)[1])
    run = subprocess.run(
        [sys.executable, str(path), str(STEPS)], capture_output=True, text=True, check=True, cwd=folder
    )
    lines = [line.split("\t") for line in run.stdout.splitlines()]
    first = session.now.step + 1
    assert [int(number) for number, _ in lines] == list(range(first, first + STEPS))
    return [float(loss) for _, loss in lines]


def coming(session: Session) -> list[float]:
    """The batch losses that the session itself gives."""
    losses = []
    for _ in range(STEPS):
        session = step(session, LIMITS)
        assert session.now.scores.batch_loss is not None
        losses.append(session.now.scores.batch_loss)
    return losses


def hold(session: Session, name: str, folder: Path) -> None:
    """The script prints what the session gives, and something happens in it."""
    expected = coming(session)
    assert len(set(expected)) > 1
    np.testing.assert_allclose(printed(session, name, folder), expected, rtol=1e-9, atol=1e-13)
