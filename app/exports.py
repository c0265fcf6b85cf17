"""A session as files: its spec, its numbers, and standalone scripts that go on training from here."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import orjson

from app import nn
from app.errors import NotFoundError
from app.i18n import N_
from app.scripts import regimes, script
from app.session import Session

JSON = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_INDENT_2


def spec_json(session: Session) -> bytes:
    """The spec as it stands now: opens the same network from its beginning."""
    return orjson.dumps(session.spec.model_dump(), option=JSON)


def session_json(session: Session) -> bytes:
    """Everything of the present state: spec, parameters, optimiser state, the place in the data."""
    return orjson.dumps(
        {"spec": session.spec.model_dump(), **state_of(session, session.now.regime.optimizer)}, option=JSON
    )


def parameters_npz(session: Session) -> bytes:
    """The parameters as NumPy arrays named `0.W`, `0.b`, …"""
    layers = session.setup.network.unflatten(session.now.params)
    arrays = {f"{k}.{name}": value for k, layer in enumerate(layers) for name, value in layer.items()}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def state_of(session: Session, optimizer: nn.Optimizer) -> dict[str, Any]:
    """What an update with `optimizer` starts from; its state in flat vectors as the engine keeps it."""
    now, network = session.now, session.setup.network
    names = nn.state_names(optimizer)
    fresh = now.method != optimizer.name  # chosen, but no update made with it yet
    state = np.zeros(len(names) * network.size) if fresh else now.state
    return {
        "parameters": network.unflatten(now.params),
        "optimizer": dict(zip(names, state.reshape(len(names), network.size), strict=True)),
        "updates": 0 if fresh else now.updates,
        "step": now.step,
        "epoch": now.epoch,
        "position": now.position,
        "frozen": now.frozen,
    }


def _script(name: str, session: Session) -> bytes:
    return script(name, session, state_of(session, regimes(session)[0].optimizer)).encode()


EXPORTS: dict[str, tuple[str, Callable[[Session], bytes]]] = {
    "spec.json": ("application/json", spec_json),
    "session.json": ("application/json", session_json),
    "parameters.npz": ("application/octet-stream", parameters_npz),
    "pytorch.py": ("text/x-python; charset=utf-8", lambda session: _script("pytorch.py", session)),
    "numpy.py": ("text/x-python; charset=utf-8", lambda session: _script("numpy.py", session)),
}


def export(session: Session, name: str) -> tuple[str, bytes]:
    """Media type and content of one file. Raises NotFoundError."""
    if name not in EXPORTS:
        raise NotFoundError(
            N_("There is no export {name}; there are {available}."), name=name, available=", ".join(EXPORTS)
        )
    media_type, write = EXPORTS[name]
    return media_type, write(session)
